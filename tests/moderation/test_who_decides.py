"""Who may decide, and that a held text causes nothing until somebody has (M5, M24)."""

from sqlalchemy import select, update

from crowd.db import db, transaction
from crowd.models import Consultation, Contribution, Decision, Person
from crowd.states import State
from tests import make
from tests.moderation.desk import decide, mails, state, waiting


def test_nobody_decides_on_own_texts_or_replies_to_them(moderator, second_moderator, member, consultation):
    """M24"""
    idea = make.contribution(
        consultation.questions[0], by=make.as_asker(moderator.id), text="From the desk", state=State.HELD
    )
    own = moderator.get(f"/moderate/{waiting(idea).id}")
    assert own.status == 403
    assert "You wrote this yourself." in own
    assert "From the desk" not in moderator.get("/moderate")
    decide(second_moderator, waiting(idea), "approve")
    idea = db.session.get(Contribution, idea.id)
    reply = make.contribution(idea, by=make.as_asker(member.id), text="Not at all", state=State.HELD)
    refused = moderator.get(f"/moderate/{waiting(reply).id}")
    assert refused.status == 403
    assert "another moderator decides on it" in refused
    assert "Not at all" not in moderator.get("/moderate")
    page = second_moderator.get(f"/moderate/{waiting(reply).id}")
    assert "In reply to: “From the desk”" in page


def test_who_else_may(visitor, member, colleague, stakeholder, analyst, host, consultation):
    idea = make.contribution(
        consultation.questions[0], by=make.as_asker(member.id), text="A held canary", state=State.HELD
    )
    address = f"/moderate/{waiting(idea).id}"
    for other in (visitor, member, colleague, stakeholder, analyst):
        answer = other.get(address)
        assert answer.status == 403
        assert "A held canary" not in answer
        assert other.get("/moderate/99999").status == 403, "nobody learns which numbers wait"
    assert host.get(address).status == 200


def test_a_moderator_whose_role_ended_a_second_ago(moderator, member, consultation):
    idea = make.contribution(consultation.questions[0], by=make.as_asker(member.id), state=State.HELD)
    address, fields = moderator.get(f"/moderate/{waiting(idea).id}").form(having="decision")
    with transaction():
        db.session.execute(update(Person).where(Person.id == moderator.id).values(roles=""))
    answer = moderator.send(address, fields | {"decision": "approve"})
    assert answer.status == 403
    assert state(idea) == State.HELD
    assert mails(member.id) == []


def test_a_held_text_causes_nothing(member, colleague, visitor, consultation, question):
    """M5"""
    before = db.session.get(Consultation, consultation.id)
    counts = (before.contributions, before.comments, before.votes)
    idea = make.contribution(
        consultation.questions[0], by=make.as_asker(member.id), text="A held canary", state=State.HELD
    )
    for other in (colleague, visitor):
        assert "A held canary" not in other.get(question) + other.get(f"/c/{consultation.slug}/")
        assert other.get(f"/p/{idea.id}").status == 404
    after = db.session.get(Consultation, consultation.id)
    assert (after.contributions, after.comments, after.votes) == counts
    assert after.held == 1
    assert db.session.scalars(select(Decision)).all() == []
    assert mails(member.id) + mails(colleague.id) == []
