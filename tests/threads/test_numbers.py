"""Citable numbers: given once, at the first publication, kept for good, and an address of their own."""

import pytest
from sqlalchemy import select

from crowd.db import db, transaction
from crowd.models import Consultation, Contribution
from crowd.moderation import deeds as moderation
from crowd.states import Promise, State
from crowd.threads import deeds, numbers
from tests import make
from tests.moderation.desk import edited


@pytest.fixture
def asked(consultation):
    return consultation.questions[0]


def test_numbers_are_given_in_the_order_of_publication(app, member, colleague, asked):
    first, second = (make.contribution(asked, by=make.as_asker(member.id), state=State.HELD) for _n in range(2))
    comment = make.contribution(make.contribution(asked, by=make.as_asker(member.id)), by=make.as_asker(colleague.id))
    assert (first.serial, second.serial, comment.serial) == (None, None, 2)
    page = colleague.get(f"/p/{comment.thread_id}")
    assert "AHP-2016-0001" in page
    assert "AHP-2016-0002" in page


def test_a_number_is_kept_by_a_new_wording_and_after_withdrawal_and_never_given_again(app, member, asked):
    by = make.as_asker(member.id)
    idea = make.contribution(asked, by=by)
    version = edited(idea, "A later wording", by=by)
    with transaction():
        moderation.approve(version, by=make.Asker(id=by.id, roles=frozenset("M")))
        deeds.withdraw(idea, by=by)
    assert make.anew(idea).serial == 1
    assert make.contribution(asked, by=by).serial == 2
    assert make.anew(asked.consultation).serial == 2


@pytest.mark.parametrize("cited", ["AHP-2016-0001", "ahp-2016-0001", "Ahp-2016-0001"])
def test_its_address_leads_to_the_text(app, member, colleague, asked, cited):
    idea = make.contribution(asked, by=make.as_asker(member.id), text="Worth citing")
    page = colleague.get(f"/p/{cited}")
    assert page.path == f"/p/{idea.id}"
    assert "Worth citing" in page


def test_a_number_that_may_not_be_known_of_answers_like_one_that_was_never_given(app, member, visitor, asked, at):
    by = make.as_asker(member.id)
    make.contribution(asked, by=by, promise=Promise.MEMBERS)
    make.contribution(asked, by=by, promise=Promise.ALIAS)
    at(asked.consultation.open)
    hidden, never = visitor.get("/p/AHP-2016-0001"), visitor.get("/p/AHP-2016-0099")
    assert (hidden.status, never.status) == (404, 404)
    assert hidden.replace("0001", "0099") == never
    assert visitor.get("/p/AHP-2016-0002").status == 200


@pytest.mark.parametrize("cited", ["AHP-2016", "-0001", "AHP-2016-0", "AHP-2016-00000001", "ÄHP-2016-0001", "x", "%00"])
def test_what_is_no_number_is_not_found(member, asked, cited):
    assert member.get(f"/p/{cited}").status == 404


def test_two_consultations_count_apart(app, member, asked):
    other = make.consultation("other")
    make.contribution(asked, by=make.as_asker(member.id))
    there = make.contribution(other.questions[0], by=make.member(other))
    assert there.serial == 1
    assert numbers.find("OTHER-2016-0001") == there.id


def test_a_new_consultation_is_given_a_code_that_nobody_has(host):
    for slug in ("ahp", "ahp-2026", "2026", "a-very-long-name-of-a-consultation"):
        host.post("/host/new", title="A", slug=slug)
    codes = db.session.scalars(select(Consultation.code)).all()
    assert len(set(codes)) == 4
    assert codes[0].startswith("AHP-20")
    assert all(numbers.CODE.fullmatch(code) and len(code) <= numbers.LONGEST for code in codes)


def test_the_host_chooses_the_code_until_a_number_was_given(host, member, asked):
    page = host.post("/host/ahp/", code="ahp-2017")
    assert "Saved." in page
    assert "AHP-2017-0081" in host.get("/host/ahp/")
    make.contribution(make.anew(asked), by=make.as_asker(member.id))
    page = host.post("/host/ahp/", code="AHP-2018")
    assert "it stays" in page
    assert make.anew(asked.consultation).code == "AHP-2017"


@pytest.mark.parametrize("code", ["", "2016", "AHP 2016", "AHP--2016", "A" * 21, "ÄHP"])
def test_a_code_that_cannot_be_is_refused(host, consultation, code):
    assert "a letter first, such as AHP-2016" in host.post("/host/ahp/", code=code)


def test_a_code_of_another_consultation_is_refused(host, consultation):
    make.consultation("other")
    assert "Another consultation has this code" in host.post("/host/ahp/", code="OTHER-2016")


def test_the_limit_of_characters_is_the_hosts(host, member, question, consultation):
    assert "Enter a number from 200 to 10,000" in host.post("/host/ahp/", text_limit="10001").replace("10000", "10,000")
    host.post("/host/ahp/", text_limit="300")
    assert 'data-most="300"' in member.get(f"{question}/new")
    page = member.post(f"{question}/new", text="x" * 301, kind="idea", promise="2")
    assert page.status == 422
    assert "longer than 300 characters" in page
    assert "x" * 301 in page
    assert "has been saved" in member.post(f"{question}/new", text="x" * 300, kind="idea", promise="2")


def test_a_draft_may_be_longer_than_a_text(host, member, question, consultation):
    host.post("/host/ahp/", text_limit="300")
    member.post(f"{question}/new", text="x" * 900, do="draft")
    assert "x" * 900 in member.get(f"{question}/new")


def test_a_card_says_when_its_public_wording_was_changed(app, member, colleague, asked):
    by = make.as_asker(member.id)
    idea = make.contribution(asked, by=by, text="The first wording")
    assert "edited on" not in colleague.get(f"/p/{idea.id}")
    version = edited(idea, "The second wording", by=by)
    assert "edited on" not in colleague.get(f"/p/{idea.id}")
    with transaction():
        moderation.approve(version, by=make.Asker(id=by.id, roles=frozenset("M")))
    assert "edited on" in colleague.get(f"/p/{idea.id}")


def test_what_was_changed_while_it_waited_is_not_called_edited(app, member, colleague, asked):
    by = make.as_asker(member.id)
    idea = make.contribution(asked, by=by, state=State.HELD)
    version = edited(idea, "The second wording", by=by)
    with transaction():
        moderation.approve(version, by=make.Asker(id=by.id, roles=frozenset("M")))
    assert db.session.get(Contribution, idea.id).serial == 1
    assert "edited on" not in colleague.get(f"/p/{idea.id}")
