"""In which language a contribution is written, and that everything which shows it says so."""

import re

import pytest
from sqlalchemy import select

from crowd.db import db
from crowd.models import Contribution, Version
from crowd.states import Kind, State
from crowd.threads import deeds as threads
from tests import make
from tests.moderation.desk import decide, waiting


@pytest.fixture
def idea(offered, member, moderator, question):
    """Written in Welsh, on an English page."""
    member.post(f"{question}/new", having="text", text="Mwy o amser i ofalu", kind="idea", language="cy")
    made = db.session.scalars(select(Contribution)).one()
    decide(moderator, waiting(made), "approve")
    return make.anew(made)


def versions():
    return db.session.scalars(select(Version.language).order_by(Version.id)).all()


SAID = '<div class="prose" lang="cy"><p>Mwy o amser i ofalu'


def test_every_page_that_shows_it_says_its_language(idea, member, colleague, moderator, question, consultation):
    for who, path in ((colleague, question), (colleague, f"/p/{idea.id}"), (colleague, f"/p/{idea.id}/reply")):
        assert SAID in who.get(path), path
    assert SAID in colleague.get(f"/p/{idea.id}/report")
    assert 'lang="cy"' in colleague.get("/c/ahp/search?q=amser")
    assert SAID in member.get(f"/p/{idea.id}/withdraw").replace("card prose", "prose")
    welsh = colleague.get(question, Accept_Language="cy")
    assert "Mwy o amser" in welsh and SAID not in welsh, "it is in the language of the page"


def test_the_desk_and_feeds_say_it_too(offered, member, moderator, host, question, consultation):
    member.post(f"{question}/new", having="text", text="Mwy o amser i ofalu", kind="idea", language="cy")
    made = db.session.scalars(select(Contribution)).one()
    assert SAID in moderator.get("/moderate") and SAID in moderator.get(f"/moderate/{waiting(made).id}")


def test_titles_and_evidence_have_its_language_too(offered, consultation, member, colleague, moderator):
    """On Welsh pages, of texts that are in English."""
    card = {"setting": "Two towns", "effect": "Waits fell", "contact": "yes"}
    for state in (State.HELD, State.PUBLISHED):
        asker, writing = make.as_asker(member.id), threads.prepare(f"Ring first, {state}", card)
        made = make.contribution(consultation.questions[2], by=asker, kind=Kind.EXAMPLE, writing=writing, state=state)
    held = db.session.scalars(select(Contribution).where(Contribution.state == State.HELD)).one()
    for who, paths in {
        member: ["/me"],
        moderator: [f"/moderate/{waiting(held).id}", "/moderate/decided"],
        colleague: [f"/p/{made.id}", "/c/ahp/q/3", "/c/ahp/evidence"],
    }.items():
        who.browser.set_cookie("language", "cy")
        for path in paths:
            page = who.get(path)
            assert re.search('lang="en"[^>]*>(<p>)?(Ring first|Two towns)', page), path
            assert not re.search('<(h1|dd)[^>]*(?<!lang="en")>(Ring first|Two towns)', page), path
            assert not re.search('<dd lang="en">Gellir', page), "that is ours"


def test_it_is_the_language_of_the_page_unless_the_author_says_otherwise(offered, member, question):
    page = member.get(f"{question}/new", Accept_Language="cy")
    assert '<option selected value="cy">Cymraeg' in page
    member.browser.set_cookie("language", "cy")
    member.post(f"{question}/new", having="text", text="Heb ddewis", kind="idea")
    assert versions() == ["cy"]


def test_a_language_that_is_not_offered_is_that_of_the_page(offered, member, question):
    member.post(f"{question}/new", having="text", text="Forged", kind="idea", language="xx")
    assert versions() == ["en"]


def test_nobody_is_asked_where_there_is_one_language(member, question):
    assert 'name="language"' not in member.get(f"{question}/new")
    member.post(f"{question}/new", having="text", text="Only English here", kind="idea")
    assert versions() == ["en"]


def test_a_change_keeps_the_language_and_can_change_it(idea, member, moderator):
    assert '<option selected value="cy">' in member.get(f"/p/{idea.id}/edit")
    member.post(f"/p/{idea.id}/edit", having="text", text="Mwy o amser i ofalu am bobl", do="send")
    member.post(f"/p/{idea.id}/edit", having="text", text="More time to care", language="en", do="send")
    assert versions() == ["cy", "cy", "en"]


def test_a_draft_keeps_the_language(offered, member, question):
    member.post(f"{question}/new", having="text", text="Hanner", language="cy", do="draft")
    assert '<option selected value="cy">' in member.get(f"{question}/new")


def test_a_comment_has_its_own_language(idea, colleague, moderator):
    colleague.post(f"/p/{idea.id}/reply", having="text", text="Agreed")
    assert versions() == ["cy", "en"]
    state = db.session.scalars(select(Contribution.state).where(Contribution.parent_id == idea.id)).one()
    assert state in (State.HELD, State.PUBLISHED)
