"""From writing to reading, in order."""

from sqlalchemy import select

from crowd.db import db
from crowd.models import Contribution, Version
from crowd.states import Promise
from tests import make


def test_an_idea_waits_and_its_author_sees_it_alone(member, colleague, moderator, visitor, question):
    """M4, M5: held text is seen by its author, in place, and by nobody else."""
    sent = member.post(f"{question}/new", text="Count **care time**", kind="idea", promise="2")
    assert "Your contribution has been saved" in sent
    assert "<strong>care time</strong>" in member.get(question)
    assert "only you can see this" in member.get(question)
    for other in (colleague, moderator, visitor):
        assert "care time" not in other.get(question)


def test_a_published_thread_with_votes(app, member, colleague, consultation, question):
    by = make.as_asker(member.id)
    idea = make.contribution(consultation.questions[0], by=by, text="Book straight in with us")
    reply = make.contribution(idea, by=make.as_asker(colleague.id), text="Only where diagnostics are there")
    make.contribution(reply, by=by, text="Then start with those")
    page = colleague.get(f"/p/{idea.id}")
    assert page.status == 200
    assert "Then start with those" in page
    assert page.count("<details") == 2 + 1
    voted = colleague.post("/vote", on=f"/p/{idea.id}", having="vote", vote=f"agree-{idea.id}")
    assert voted.status == 200
    assert "You agree" in voted
    assert db.session.get(Contribution, idea.id).agree == 1
    own = member.send("/vote", {"vote": f"agree-{idea.id}"} | {"csrf_token": "x"})
    assert own.status == 400


def test_sent_twice_is_one(app, member, question):
    _to, fields = member.get(f"{question}/new").form(having="text")
    fields |= {"text": "Once is enough", "promise": str(int(Promise.ALIAS)), "kind": "idea"}
    assert member.send(f"{question}/new", fields).status == 200
    assert member.send(f"{question}/new", fields).status == 200
    assert len(db.session.scalars(select(Version)).all()) == 1
