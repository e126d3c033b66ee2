"""The page of one decision, /moderate/<version>."""

from datetime import timedelta

from sqlalchemy import select, update

from crowd import clock
from crowd.db import db, transaction
from crowd.models import Consultation, Contribution, Decision, Person, Record
from crowd.states import Kind, Phase, Promise, State
from tests import make
from tests.moderation.desk import decide, edited, mails, newest, state, waiting


def test_an_approved_idea_appears_and_its_author_is_told(member, colleague, moderator, question, consultation):
    member.post(f"{question}/new", text="Count **care time** in hours", kind="idea")
    idea = db.session.scalars(select(Contribution)).one()
    version = waiting(idea)
    page = moderator.get(f"/moderate/{version.id}")
    assert "<strong>care time</strong>" in page
    assert "How will England be different?" in page
    answer = decide(moderator, version, "approve", note="Thank you", best_practice="y")
    assert answer.path == "/moderate"
    assert "Published: “Count care time in hours”" in answer
    assert "<strong>care time</strong>" in colleague.get(question)
    assert db.session.get(Contribution, idea.id).best_practice
    [mail] = mails(member.id)
    assert mail.subject == "Your text has been published"
    assert "Count **care time** in hours" in mail.body
    assert "Thank you" in mail.body
    assert f"/p/{idea.id}" in mail.body


def test_a_returned_text_comes_back_with_its_difference(member, moderator, consultation, reasons):
    author = make.as_asker(member.id)
    idea = make.contribution(consultation.questions[0], by=author, text="Sister Smith on ward 7", state=State.HELD)
    answer = decide(
        moderator, waiting(idea), "return", reason=reasons["Names or identifies an individual"], note="Leave her out."
    )
    assert "Returned: “Sister Smith on ward 7”" in answer
    assert state(idea) == State.RETURNED
    [mail] = mails(member.id)
    for told in ("Names or identifies an individual", "Leave her out.", "Sister Smith on ward 7", "until"):
        assert told in mail.body
    assert "Mo Desk" not in mail.body + mail.subject
    assert mail.body.rstrip().endswith("The moderators")
    again = edited(db.session.get(Contribution, idea.id), "The lead nurse on ward 7", by=author)
    page = moderator.get(f"/moderate/{again.id}")
    assert "Sent again" in moderator.get("/moderate")
    assert '<del><span class="vh">[taken out: </span>Sister Smith' in page
    assert "The lead nurse" in page
    assert "Leave her out." in page, "earlier decisions stand on the page"


def test_rejecting_tells_the_reason(member, moderator, consultation, reasons):
    idea = make.contribution(consultation.questions[0], by=make.as_asker(member.id), text="Buy mine", state=State.HELD)
    decide(moderator, waiting(idea), "reject", reason=reasons["Advertising"])
    assert state(idea) == State.REJECTED
    [mail] = mails(member.id)
    assert mail.subject == "Your text was not published"
    assert "It promotes a product" in mail.body
    assert "You can write another text until" in mail.body


def test_a_rejected_change_leaves_what_was_published(member, moderator, colleague, consultation, question, reasons):
    author = make.as_asker(member.id)
    idea = make.contribution(consultation.questions[0], by=author, text="The first wording")
    change = edited(idea, "Buy at my shop", by=author)
    page = moderator.get(f"/moderate/{change.id}")
    assert "Buy at my shop" in page
    assert "[taken out: </span>The first wording" in page
    decide(moderator, change, "reject", reason=reasons["Advertising"])
    assert "The first wording" in colleague.get(question)
    assert "What was published before stays." in mails(member.id)[-1].body
    assert mails(member.id)[-1].subject == "Your change was not published"


def test_a_reason_is_needed_and_a_note_where_the_reason_asks_for_one(member, moderator, consultation, reasons):
    idea = make.contribution(consultation.questions[0], by=make.as_asker(member.id), state=State.HELD)
    bare = decide(moderator, waiting(idea), "reject")
    assert bare.status == 422
    assert "Choose a reason. The author is told it." in bare
    silent = decide(moderator, waiting(idea), "return", reason=reasons["Other"])
    assert "Write a note: “Other” alone does not tell the author what is meant." in silent
    long = decide(moderator, waiting(idea), "return", reason=reasons["Other"], note="x" * 2001)
    assert "at most" in long
    assert "x" * 2001 in long, "what was typed stays"
    forged = decide(moderator, waiting(idea), "explode", reason=reasons["Other"])
    assert forged.status == 422
    odd = decide(moderator, waiting(idea), "reject", reason="9" * 30)
    assert "Choose a reason" in odd
    assert state(idea) == State.HELD
    assert mails(member.id) == []


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


def test_after_two_returns_only_approving_and_rejecting_are_left(member, moderator, consultation, reasons):
    author = make.as_asker(member.id)
    idea = make.contribution(consultation.questions[0], by=author, state=State.HELD)
    for turn in ("second", "third"):
        decide(moderator, waiting(idea), "return", reason=reasons["Off topic"])
        edited(db.session.get(Contribution, idea.id), f"The {turn} try", by=author)
    version = waiting(idea)
    page = moderator.get(f"/moderate/{version.id}")
    assert "returned twice already" in page
    assert 'value="return"' not in page
    assert decide(moderator, version, "return", reason=reasons["Off topic"]).status == 422
    assert state(idea) == State.HELD
    decide(moderator, version, "approve")
    again = edited(db.session.get(Contribution, idea.id), "A change to it", by=author)
    assert 'value="return"' in moderator.get(f"/moderate/{again.id}"), "an approval begins anew"


def test_until_when_a_text_can_come_again(member, moderator, consultation, reasons, at):
    """M16: seven days; P9: three days after the bell; never into the open phase."""
    author = make.as_asker(member.id)
    tries = (
        (consultation.members + timedelta(days=1), timedelta(days=7)),
        (consultation.analysis - timedelta(days=2), timedelta(days=5)),
        (consultation.analysis + timedelta(days=1), timedelta(days=3)),
        (consultation.open - timedelta(days=1), timedelta(days=1)),
    )
    for moment, left in tries:
        idea = make.contribution(consultation.questions[0], by=author, state=State.HELD)
        at(moment)
        decide(moderator, waiting(idea), "return", reason=reasons["Off topic"])
        until = db.session.get(Contribution, idea.id).resubmit_by
        assert abs(until - moment - left) < timedelta(seconds=20)
    idea = make.contribution(consultation.questions[0], by=author, state=State.HELD)
    at(consultation.open + timedelta(days=1))
    assert "The time for sending texts again is over" in moderator.get(f"/moderate/{waiting(idea).id}")


def test_a_change_to_a_published_text_cannot_go_back_after_the_bell(member, moderator, consultation, at):
    author = make.as_asker(member.id)
    change = edited(make.contribution(consultation.questions[0], by=author), "Another wording", by=author)
    assert 'value="return"' in moderator.get(f"/moderate/{change.id}")
    at(consultation.analysis + timedelta(minutes=1))
    page = moderator.get(f"/moderate/{change.id}")
    assert "What was approved before stays." in page
    assert 'value="return"' not in page


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
    assert "In reply to Mo Desk: From the desk" in page


def test_who_else_may(visitor, member, colleague, stakeholder, analyst, host, consultation):
    idea = make.contribution(
        consultation.questions[0], by=make.as_asker(member.id), text="A held canary", state=State.HELD
    )
    address = f"/moderate/{waiting(idea).id}"
    for other in (visitor, colleague, stakeholder, analyst):
        answer = other.get(address)
        assert answer.status == 404
        assert "A held canary" not in answer
        missing = other.get("/moderate/99999")
        assert missing.status == 404
    assert member.get(address).status == 403, "its author knows of it, and may not decide"
    assert host.get(address).status == 200


def test_a_moderator_whose_role_ended_a_second_ago(moderator, member, consultation):
    idea = make.contribution(consultation.questions[0], by=make.as_asker(member.id), state=State.HELD)
    address, fields = moderator.get(f"/moderate/{waiting(idea).id}").form(having="decision")
    with transaction():
        db.session.execute(update(Person).where(Person.id == moderator.id).values(roles=""))
    answer = moderator.send(address, fields | {"decision": "approve"})
    assert answer.status == 404
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


def test_waiting_time_leaves_out_the_days_with_the_author(member, moderator, consultation, reasons, at):
    """M27: an hour until it was returned, two days with its author, half an hour until it was published."""
    author, sent = make.as_asker(member.id), clock.now()
    idea = make.contribution(consultation.questions[0], by=author, state=State.HELD)
    at(sent + timedelta(hours=1))
    decide(moderator, waiting(idea), "return", reason=reasons["Off topic"])
    at(sent + timedelta(days=2))
    edited(db.session.get(Contribution, idea.id), "Again", by=author)
    at(sent + timedelta(days=2, minutes=30))
    decide(moderator, waiting(idea), "approve")
    waited = [
        line.facts["waited"]
        for line in db.session.scalars(select(Record).where(Record.facts.is_not(None)))
        if "waited" in line.facts
    ]
    assert [round(seconds / 60) for seconds in waited] == [60, 30]
    assert newest(idea).first_at - sent < timedelta(minutes=1), "P9: the first submission's time stays"


def test_an_example_shows_its_evidence_card(member, moderator, consultation):
    from crowd.threads import deeds

    writing = deeds.prepare("We tried it.", {"effect": "Waits fell by 20%", "setting": "Leeds"})
    with transaction():
        example = deeds.submit(
            consultation.questions[2],
            by=make.as_asker(member.id),
            writing=writing,
            once="card-test-1",
            kind=Kind.EXAMPLE,
            promise=Promise.ALIAS,
        )
    assert "Waits fell by 20%" in moderator.get("/moderate")
    decide(moderator, waiting(example), "approve")
    assert "Waits fell by 20%" in mails(member.id)[0].body
