"""Naming another text by its citable number: a link, and what it is, for those who may read it."""

import pytest
from sqlalchemy import select

from crowd.db import db, transaction
from crowd.models import Mention, Version
from crowd.moderation import deeds as moderation
from crowd.rules import Asker
from crowd.states import Promise, State
from crowd.text import plain, safe_html
from crowd.threads import deeds
from tests import make
from tests.hostile.payloads import PAYLOADS
from tests.hostile.test_text import faults, rendered
from tests.moderation.desk import edited

HERE = frozenset({"AHP-2016"})
LINK = '<a href="/p/AHP-2016-0081" rel="nofollow ugc noopener">AHP-2016-0081</a>'


@pytest.fixture
def asked(consultation):
    return consultation.questions[0]


@pytest.fixture
def by(member):
    return make.as_asker(member.id)


@pytest.mark.parametrize(
    ("typed", "html"),
    [
        ("See AHP-2016-0081.", f"<p>See {LINK}.</p>"),
        ("(AHP-2016-0081)", f"<p>({LINK})</p>"),
        ("**AHP-2016-0081**", f"<p><strong>{LINK}</strong></p>"),
        ("`AHP-2016-0081`", "<p><code>AHP-2016-0081</code></p>"),
        ("ISO-9001 and COVID-2019", "<p>ISO-9001 and COVID-2019</p>"),
        ("AHP-2016-008", "<p>AHP-2016-008</p>"),
        ("XAHP-2016-0081, AHP-2016-0081-2", "<p>XAHP-2016-0081, AHP-2016-0081-2</p>"),
        ("[x](/p/AHP-2016-0081)", "<p>[x](/p/AHP-2016-0081)</p>"),
        ("[x](javascript:/p/AHP-2016-0081)", "<p>[x](javascript:/p/AHP-2016-0081)</p>"),
    ],
)
def test_a_number_becomes_a_link_where_such_a_consultation_is(typed, html):
    assert safe_html(typed, codes=HERE).strip() == html


def test_none_stands_inside_another_link():
    for typed in ("[see AHP-2016-0081](https://a.example)", "https://a.example/AHP-2016-0081"):
        html = safe_html(typed, codes=HERE)
        assert html.count("<a ") == 1
        assert "/p/" not in html


def test_in_plain_text_it_is_its_number():
    assert plain(safe_html("See AHP-2016-0081", codes=HERE), addresses=True).strip() == "See AHP-2016-0081"


def test_below_the_text_stands_what_is_named(app, colleague, asked, by):
    make.contribution(asked, by=by, text="Self-referral for **everyone**, and soon")
    naming = make.contribution(asked, by=make.as_asker(colleague.id), text="As AHP-2016-0001 says")
    page = colleague.get(f"/p/{naming.id}")
    assert "Idea by Dietitian" in page
    assert "Self-referral for everyone, and soon" in page
    assert 'href="/p/AHP-2016-0001"' in page


def test_what_is_named_is_shown_to_nobody_who_may_not_read_it(app, member, visitor, analyst, asked, by, at):
    """P12: neither its words nor its author, and an alias only where it was promised."""
    make.contribution(asked, by=by, text="Canary for members", promise=Promise.MEMBERS)
    make.contribution(asked, by=by, text="Without a name", promise=Promise.NAMELESS)
    naming = make.contribution(asked, by=by, text="See AHP-2016-0001 and AHP-2016-0002")
    assert "Canary for members" in member.get(f"/p/{naming.id}")
    at(asked.consultation.open)
    assert "Canary for members" in analyst.get(f"/p/{naming.id}")
    page = visitor.get(f"/p/{naming.id}")
    assert "Canary" not in page
    assert "Idea by Name not shown" in page
    assert "Without a name" in page


def test_it_changes_with_what_is_named(app, member, colleague, asked, by):
    named = make.contribution(asked, by=by, text="The first wording", promise=Promise.NAMELESS)
    naming = make.contribution(asked, by=make.as_asker(colleague.id), text="See AHP-2016-0001")
    assert "The first wording" in colleague.get(f"/p/{naming.id}")
    version = edited(named, "The second wording", by=by)
    assert "The second wording" not in colleague.get(f"/p/{naming.id}")
    with transaction():
        moderation.approve(version, by=Asker(id=by.id, roles=frozenset("M")))
    assert "The second wording" in colleague.get(f"/p/{naming.id}")
    with transaction():
        deeds.withdraw(named, by=by)
    page = colleague.get(f"/p/{naming.id}")
    assert "The second wording" not in page
    assert 'href="/p/AHP-2016-0001"' in page


def test_a_wider_promise_shows_it_to_more(app, member, visitor, asked, by, at):
    named = make.contribution(asked, by=by, text="Canary", promise=Promise.MEMBERS)
    naming = make.contribution(asked, by=by, text="See AHP-2016-0001")
    at(asked.consultation.open)
    assert "Canary" not in visitor.get(f"/p/{naming.id}")
    member.post(f"/p/{named.id}/promise", promise="2")
    assert "Canary" in visitor.get(f"/p/{naming.id}")


def test_a_new_wording_names_others_and_a_withdrawn_one_nobody(app, asked, by):
    for _n in range(2):
        make.contribution(asked, by=by)
    naming = make.contribution(asked, by=by, text="See AHP-2016-0001, AHP-2016-0001 and OTHER-2016-0002")
    assert db.session.scalars(select(Mention.serial)).all() == [1]
    version = edited(naming, "See AHP-2016-0002", by=by)
    assert db.session.scalars(select(Mention.serial)).all() == [1]
    with transaction():
        moderation.approve(version, by=Asker(id=by.id, roles=frozenset("M")))
    assert db.session.scalars(select(Mention.serial)).all() == [2]
    with transaction():
        deeds.withdraw(naming, by=by)
    assert db.session.scalars(select(Mention)).all() == []


def test_a_number_that_is_given_later_is_shown_from_then_on(app, member, colleague, asked, by):
    other = make.consultation("other").questions[0]
    elsewhere = make.contribution(other, by=make.member(other.consultation), text="Names OTHER-2016-0002")
    naming = make.contribution(asked, by=make.as_asker(colleague.id), text="See AHP-2016-0001 and AHP-2016-0002")
    page = member.get(f"/p/{naming.id}")
    assert 'href="/p/AHP-2016-0002"' in page
    assert "What came later" not in page
    assert "Idea by" not in page, "not even a text that names its own number says what it is itself"
    stamp = elsewhere.stamp
    later = make.contribution(asked, by=by, text="What came later", state=State.HELD)
    assert "What came later" not in colleague.get(f"/p/{naming.id}")
    with transaction() as session:
        held = session.scalars(select(Version).where(Version.contribution_id == later.id)).one()
        moderation.approve(held, by=Asker(id=by.id, roles=frozenset("M")))
    assert "What came later" in colleague.get(f"/p/{naming.id}")
    assert make.anew(elsewhere).stamp == stamp, "the same serial of another consultation is another text"


def test_what_waits_names_nobody_yet(app, asked, by):
    """M5."""
    make.contribution(asked, by=by)
    make.contribution(asked, by=by, text="See AHP-2016-0001", state=State.HELD)
    assert db.session.scalars(select(Mention)).all() == []


def test_under_a_finding_the_public_sees_what_is_named(app, member, visitor, stakeholder, consultation, asked, by, at):
    make.contribution(asked, by=by, text="Promised to all")
    make.contribution(asked, by=by, text="Canary", promise=Promise.MEMBERS)
    finding = make.finding(consultation)
    at(consultation.open)
    make.contribution(finding, by=make.as_asker(stakeholder.id), text="See AHP-2016-0001 and AHP-2016-0002")
    page = visitor.get(f"/c/{consultation.slug}/findings/1")
    assert "Promised to all" in page
    assert "Canary" not in page
    assert "Canary" in member.get(f"/c/{consultation.slug}/findings/1")


def test_the_preview_shows_what_is_named_as_far_as_its_author_may_read_it(member, stakeholder, question, asked, by):
    make.contribution(asked, by=by, text="Canary in the discussion")
    page = member.post(f"{question}/new", text="See AHP-2016-0001", kind="idea", promise="2", do="preview")
    assert "Canary in the discussion" in page
    token = stakeholder.get("/me").form(having="csrf_token")[1]["csrf_token"]
    page = stakeholder.send("/preview", {"text": "See AHP-2016-0001", "csrf_token": token})
    assert "AHP-2016-0001</a>" in page
    assert "Canary" not in page


def test_thirty_texts_that_name_others_ask_as_often_as_one(app, member, colleague, asked, question, queries):
    by = make.as_asker(colleague.id)
    first = make.contribution(asked, by=by)
    counts = []
    for more in (1, 29):
        for n in range(more):
            make.contribution(first, by=by, text=f"See AHP-2016-0001 and AHP-2016-0002, {more} {n}")
        app.extensions["fragments"].__init__()
        with queries() as sent:
            assert member.get(f"/p/{first.id}").status == 200
        counts.append(len(sent))
    assert counts[0] == counts[1]


def test_no_payload_makes_any_other_link_within_the_site():
    for payload in PAYLOADS:
        for typed in (f"{payload} AHP-2016-0081", f"AHP-2016-0081 {payload}", f"[AHP-2016-0081]({payload})"):
            found = set(faults(rendered(typed, codes=HERE))) - {("href", "/p/AHP-2016-0081")}
            assert not found, typed
