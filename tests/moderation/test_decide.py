"""The page of one decision, /moderate/<version>."""

from datetime import timedelta

from sqlalchemy import select

from crowd import clock
from crowd.db import db, transaction
from crowd.models import Contribution, Record
from crowd.states import Kind, Promise, State
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
        number = deeds.submit(
            consultation.questions[2],
            by=make.as_asker(member.id),
            writing=writing,
            once="card-test-1",
            kind=Kind.EXAMPLE,
            promise=Promise.ALIAS,
        )
    example = db.session.get_one(Contribution, number)
    assert "Waits fell by 20%" in moderator.get("/moderate")
    decide(moderator, waiting(example), "approve")
    assert "Waits fell by 20%" in mails(member.id)[0].body
