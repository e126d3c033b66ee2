"""One's own page."""

import pytest
from sqlalchemy import select

from crowd.db import db, transaction
from crowd.models import Draft, Question
from crowd.states import State
from crowd.threads import drafts
from tests import make


@pytest.fixture
def one(consultation):
    return db.session.scalar(select(Question).where(Question.consultation_id == consultation.id, Question.number == 1))


def write(member, one, **more):
    return make.contribution(one, by=make.as_asker(member.id), **more)


def test_it_is_ones_own(visitor, member, colleague, one):
    write(member, one, text="Count care time.")
    assert visitor.get("/me").status == 403
    assert "Count care time." in member.get("/me")
    assert "Count care time." not in colleague.get("/me")


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (State.HELD, "Waiting for a moderator"),
        (State.PUBLISHED, "Published"),
        (State.RETURNED, "Returned to you"),
        (State.REJECTED, "Not published"),
        (State.WITHDRAWN, "Withdrawn by you"),
    ],
)
def test_each_state_is_a_word(member, one, state, words):
    write(member, one, state=state)
    assert f">{words}" in member.get("/me")


def test_a_decision_stands_whole_with_what_can_be_done(member, one):
    made = write(member, one, text="Names somebody.", state=State.RETURNED)
    page = member.get("/me")
    for words in (
        "Off topic",
        "It does not answer the question it stands under.",
        "Keep to the question.",
        "send it again until",
    ):
        assert words in page
    assert page.count("Names somebody.") >= 2
    assert f"/p/{made.id}/edit" in page


def test_the_number_of_queries_does_not_grow(member, one, queries):
    write(member, one, state=State.RETURNED)
    with queries() as few:
        member.get("/me")
    for n in range(29):
        write(member, one, state=[State.HELD, State.RETURNED, State.PUBLISHED][n % 3])
    with queries() as many:
        page = member.get("/me")
    assert page.count('class="card"') == 30
    assert len(many) == len(few) <= 15


def test_older_ones_are_on_the_next_page(member, one):
    for n in range(31):
        write(member, one, text=f"Text number {n}.")
    page = member.get("/me")
    assert "Text number 30." in page
    assert "Text number 0." not in page
    older = page[page.index("/me?before=") :].split('"')[0]
    assert "Text number 0." in member.get(older)
    assert member.get("/me?before=nonsense").status == member.get(f"/me?before={10**30}").status == 200


def test_drafts_lead_back_to_where_they_were_written(app, member, colleague, one, consultation):
    theirs = make.contribution(one, by=make.as_asker(colleague.id))
    mine = write(member, one, state=State.RETURNED)
    for thing, editing in ((one, False), (theirs, False), (mine, True)):
        drafts.keep(thing, by=member.id, fields={"text": "Not finished."}, editing=editing)
    page = member.get("/me")
    for href in ("/c/ahp/q/1/new", f"/p/{theirs.id}/reply", f"/p/{mine.id}/edit"):
        assert f'class="btn" href="{href}"' in page
    with transaction():
        from crowd import clock

        db.session.merge(consultation).analysis = clock.now()
    page = member.get("/me")
    assert 'href="/c/ahp/q/1/new"' not in page
    assert "Not finished." in page


def test_a_draft_can_be_thrown_away_by_its_writer_alone(member, colleague, one):
    drafts.keep(one, by=member.id, fields={"text": "Not finished."})
    path = f"/me/drafts/{drafts.place_of(one)}/discard"
    csrf = colleague.get("/me").form("/logout")[1]["csrf_token"]
    colleague.send(path, {"csrf_token": csrf})
    assert db.session.scalar(select(Draft.id)) is not None
    member.post(path, on="/me", having="csrf_token")
    assert db.session.scalar(select(Draft.id)) is None


def test_standing_and_alias_stand_there(member, stakeholder):
    assert "as a member: Dietitian" in member.get("/me")
    assert "as a stakeholder: Carer" in stakeholder.get("/me")


def test_text_of_people_is_not_markup(member, one):
    write(member, one, text="<b>bold</b>")
    assert "<b>bold" not in member.get("/me")
