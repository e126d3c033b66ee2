"""A decision on a version that is not as it was shown (M10)."""

from datetime import timedelta

from crowd.db import db, transaction
from crowd.models import Contribution
from crowd.states import Phase, State
from tests import make
from tests.moderation.desk import decide, edited, mails, state, waiting


def test_the_second_moderator_is_told_and_keeps_the_choice(member, moderator, second_moderator, consultation, reasons):
    idea = make.contribution(consultation.questions[0], by=make.as_asker(member.id), text="Once", state=State.HELD)
    version = waiting(idea)
    address, fields = second_moderator.get(f"/moderate/{version.id}").form(having="decision")
    decide(moderator, version, "approve")
    stale = second_moderator.send(
        address, fields | {"decision": "reject", "reason": reasons["Off topic"], "note": "My long note"}
    )
    assert stale.status == 409
    assert "Another moderator decided on this text on" in stale
    assert "Your decision was not taken." in stale
    assert "My long note" in stale
    assert "Reject: Off topic" in stale
    assert state(idea) == State.PUBLISHED
    assert len(mails(member.id)) == 1


def test_a_text_that_was_replaced_shows_the_newer_one(member, moderator, consultation, reasons):
    author = make.as_asker(member.id)
    idea = make.contribution(consultation.questions[0], by=author, text="Visits at noon", state=State.HELD)
    version = waiting(idea)
    address, fields = moderator.get(f"/moderate/{version.id}").form(having="decision")
    newer = edited(idea, "Visits at night", by=author)
    stale = moderator.send(address, fields | {"decision": "return", "reason": reasons["Off topic"], "note": "Why?"})
    assert stale.status == 409
    assert "The author has changed the text since you opened it." in stale
    assert "[taken out: </span>noon" in stale
    assert "[added: </span>night" in stale
    where, kept = stale.form(having="decision")
    assert where == f"/moderate/{newer.id}"
    assert (kept["reason"], kept["note"]) == (reasons["Off topic"], "Why?")
    assert "You had chosen: <strong>Return</strong>" in stale
    assert moderator.send(where, kept | {"decision": "return"}).status == 200
    assert state(idea) == State.RETURNED


def test_a_withdrawn_text_is_said_to_be(member, moderator, consultation):
    from crowd.threads import deeds

    idea = make.contribution(consultation.questions[0], by=make.as_asker(member.id), state=State.HELD)
    version = waiting(idea)
    address, fields = moderator.get(f"/moderate/{version.id}").form(having="decision")
    with transaction():
        deeds.withdraw(idea, by=make.as_asker(member.id))
    stale = moderator.send(address, fields | {"decision": "approve"})
    assert stale.status == 409
    assert "The author has withdrawn this text." in stale


def test_a_switch_of_the_phase_refuses_the_decision(member, moderator, consultation, reasons, at):
    idea = make.contribution(consultation.questions[0], by=make.as_asker(member.id), state=State.HELD)
    version = waiting(idea)
    address, fields = moderator.get(f"/moderate/{version.id}").form(having="decision")
    at(consultation.analysis + timedelta(minutes=1))
    stale = moderator.send(address, fields | {"decision": "approve", "note": "Good"})
    assert stale.status == 409
    assert "The consultation has moved on to “Writing up findings”" in stale
    assert state(idea) == State.HELD
    where, kept = stale.form(having="decision")
    assert kept["note"] == "Good"
    assert moderator.send(where, kept | {"decision": "approve"}).first_status == 302
    published = db.session.get(Contribution, idea.id)
    assert (published.state, published.phase) == (State.PUBLISHED, Phase.MEMBERS), "P9: into its own phase"
