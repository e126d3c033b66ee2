"""Every wording of a text and what has changed, for those who may see it (M17)."""

import pytest
from sqlalchemy import select

from crowd.db import db, transaction
from crowd.models import Contribution
from crowd.moderation import deeds as moderation
from crowd.rules import Asker
from crowd.states import State
from crowd.threads import deeds
from crowd.threads.queries import VERSIONS
from tests import make
from tests.moderation.desk import decide, edited, waiting


@pytest.fixture
def by(member):
    return make.as_asker(member.id)


@pytest.fixture
def idea(by, consultation):
    return make.contribution(consultation.questions[0], by=by, text="Count care time in hours")


def approved(version, by):
    with transaction():
        moderation.approve(version, by=Asker(id=by.id, roles=frozenset("M")))


def test_each_wording_stands_with_its_state_and_its_difference(member, idea, by):
    approved(edited(idea, "Count care time in minutes", by=by), by)
    edited(idea, "Count care time in minutes and ask", by=by)
    page = member.get(f"/p/{idea.id}/versions")
    assert page.index("Version 3") < page.index("Version 2") < page.index("Version 1")
    assert "Waits for a moderator" in page
    assert "Replaced by a later one" in page
    assert '<del><span class="vh">[taken out: </span>hours<span class="vh">]</span></del>' in page
    assert '<ins><span class="vh">[added: </span>minutes<span class="vh">]</span></ins>' in page


def test_what_is_changed_on_the_card_is_part_of_it(member, question):
    member.post(
        f"{question}/new", text="We want it", kind="idea", promise="2", branch="Leeds", present="3", agreed="so"
    )
    number = db.session.scalars(select(Contribution.id)).one()
    member.post(f"/p/{number}/edit", text="We want it", branch="York")
    assert member.get(f"/p/{number}/versions").split("[added: </span>")[1].startswith("York")


def test_who_sees_them(member, colleague, moderator, host, analyst, visitor, idea, by):
    approved(edited(idea, "Second", by=by), by)
    path = f"/p/{idea.id}/versions"
    seen = [who.get(path).status for who in (member, moderator, host, colleague, analyst, visitor)]
    assert seen == [200, 200, 200, 403, 403, 404]
    for who, linked in ((member, True), (moderator, True), (colleague, False), (analyst, False)):
        assert (path in who.get(f"/p/{idea.id}")) is linked


def test_a_link_to_them_stands_where_there_is_more_than_one(member, moderator, idea, by):
    path = f"/p/{idea.id}/versions"
    assert path not in member.get("/me") + member.get(f"/p/{idea.id}") + member.get(f"/p/{idea.id}/edit")
    version = edited(idea, "Second", by=by)
    assert path in member.get("/me")
    assert path in member.get(f"/p/{idea.id}/edit")
    assert path in moderator.get(f"/moderate/{version.id}")


def test_what_an_author_withdrew_can_still_be_read_by_the_author_and_on_the_desk(
    member, moderator, colleague, idea, by
):
    with transaction():
        deeds.withdraw(make.anew(idea), by=by)
    assert "Was published" in member.get(f"/p/{idea.id}/versions")
    assert moderator.get(f"/p/{idea.id}/versions").status == 200
    assert colleague.get(f"/p/{idea.id}/versions").status == 403


def test_a_returned_wording_says_so(member, moderator, consultation, by):
    text = make.contribution(consultation.questions[0], by=by, state=State.HELD)
    decide(moderator, waiting(text), "return", reason=str(make.reason("Off topic").id), note="Say more.")
    assert "Returned" in member.get(f"/p/{text.id}/versions")


def test_many_wordings_are_pages_whose_cost_does_not_grow(member, idea, by, queries):
    counts = []
    for more in (1, 28):
        for n in range(more):
            edited(idea, f"Wording {more} {n}", by=by)
        with queries() as sent:
            page = member.get(f"/p/{idea.id}/versions")
        counts.append(len(sent))
    assert counts[0] == counts[1]
    assert page.count('<section class="card"') == VERSIONS
    older = member.get(f"/p/{idea.id}/versions?before=21")
    assert "Version 20" in older
    assert "against version 10" in older
    assert "Version 21" not in older


def test_the_costliest_wordings_are_compared_in_time(member, consultation, by):
    """No timing is asserted: what would take minutes hangs the test."""
    words = " ".join(f"{n % 7}" for n in range(4_900))
    text = make.contribution(consultation.questions[0], by=by, text=words)
    edited(text, words[::-1], by=by)
    assert member.get(f"/p/{text.id}/versions").status == 200


@pytest.mark.parametrize("before", ["0", "-1", "x", "9" * 30, "%00"])
def test_a_forged_page_is_the_first_or_none(member, idea, before):
    assert member.get(f"/p/{idea.id}/versions?before={before}").status in (200, 404)
