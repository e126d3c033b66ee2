"""A decision on a version that is not as it was shown (M10)."""

from datetime import timedelta

from crowd.db import db, transaction
from crowd.models import Case, Contribution
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


def aside(actor, version, what, **fields):
    """The page is open; the answer is what sending this form of it gives, whenever it is called."""
    address, form = actor.get(f"/moderate/{version.id}").form(f"/moderate/{version.id}/{what}")
    return lambda: actor.send(address, form | fields)


def case():
    make.afresh()
    return db.session.query(Case).one()


def test_m10_m11_a_question_about_a_text_that_was_changed_is_kept(member, moderator, consultation):
    author = make.as_asker(member.id)
    idea = make.contribution(consultation.questions[0], by=author, text="Visits at noon", state=State.HELD)
    ask = aside(moderator, waiting(idea), "ask", asked="Is noon right?")
    newer = edited(idea, "Visits at night", by=author)
    stale = ask()
    assert stale.status == 409
    assert "The author has changed the text since you opened it. Your question was not asked." in stale
    assert "[added: </span>night" in stale
    where, kept = stale.form(f"/moderate/{newer.id}/ask")
    assert kept["asked"] == "Is noon right?"
    assert case().asked == ""
    assert moderator.send(where, kept).status == 200
    assert case().asked == "Is noon right?"


def test_m10_m11_a_question_about_a_text_that_was_decided_is_kept(member, moderator, second_moderator, consultation):
    idea = make.contribution(consultation.questions[0], by=make.as_asker(member.id), state=State.HELD)
    ask = aside(second_moderator, waiting(idea), "ask", asked="Is it fair?")
    decide(moderator, waiting(idea), "approve")
    stale = ask()
    assert stale.status == 409
    assert "Another moderator decided on this text on" in stale
    assert "readonly" in stale
    assert "Is it fair?" in stale


def test_m10_m11_asking_and_moving_are_for_the_phase_they_were_shown_in(member, moderator, consultation, at):
    idea = make.contribution(consultation.questions[0], by=make.as_asker(member.id), state=State.HELD)
    second = str(consultation.questions[1].id)
    ask = aside(moderator, waiting(idea), "ask", asked="Is it fair?")
    move = aside(moderator, waiting(idea), "move", to_question=second, sort="experience")
    at(consultation.analysis + timedelta(minutes=1))
    for stale in (ask(), move()):
        assert stale.status == 409
        assert "The consultation has moved on to “Writing up findings”" in stale
    kept = stale.form(f"/moderate/{waiting(idea).id}/move")[1]
    assert (kept["to_question"], kept["sort"]) == (second, "experience")
    assert db.session.get(Contribution, idea.id).kind == "idea"
    assert case().asked == ""


def test_m10_m11_what_was_changed_or_decided_is_not_moved_and_the_choice_stays(
    member, moderator, second_moderator, consultation
):
    author, second = make.as_asker(member.id), consultation.questions[1]
    idea = make.contribution(consultation.questions[0], by=author, text="Visits at noon", state=State.HELD)
    fields = {"to_question": str(second.id), "sort": "experience"}
    move = aside(moderator, waiting(idea), "move", **fields)
    newer = edited(idea, "Visits at night", by=author)
    stale = move()
    assert stale.status == 409
    assert "It was not moved." in stale
    assert stale.form(f"/moderate/{newer.id}/move")[1]["sort"] == "experience"
    move = aside(moderator, newer, "move", **fields)
    decide(second_moderator, newer, "approve")
    stale = move()
    assert stale.status == 409
    assert f"2. {second.title}, Experience" in stale
    assert db.session.get(Contribution, idea.id).question_id == idea.question_id


def test_m09_m11_asking_leaves_the_claim_of_somebody_else(member, moderator, second_moderator, consultation):
    idea = make.contribution(consultation.questions[0], by=make.as_asker(member.id), state=State.HELD)
    ask = aside(moderator, waiting(idea), "ask", asked="Is it fair?")
    second_moderator.post("/moderate/next", on="/moderate", having="csrf_token")
    assert ask().status == 200
    assert (case().asked, case().claimed_by_id) == ("Is it fair?", second_moderator.id)
