"""Returned texts: a reminder half way, two returns at most, and what its author sees when the time is over (M16)."""

from datetime import timedelta

import pytest

from crowd import chores, clock
from crowd.db import db, transaction
from crowd.mending import reminding
from crowd.models import Contribution
from crowd.moderation import deeds as moderation
from crowd.moderation.returning import NotReturnable
from crowd.states import State
from tests import make
from tests.mending.acts import now, shown
from tests.moderation.desk import edited, mails


@pytest.fixture
def returned(consultation, author, desk) -> Contribution:
    text = "The first wording of it"
    made = make.contribution(consultation.questions[0], by=author, text=text, state=State.HELD)
    return send_back(made, by=desk)


def send_back(contribution: Contribution, *, by) -> Contribution:
    with transaction():
        moderation.send_back(shown(contribution), by=by, reason=make.reason(), note="Say how")
    return now(contribution)


def reminders(person_id: int) -> list:
    reminding.remind()
    make.afresh()
    return [mail for mail in mails(person_id) if mail.kind == "return_reminder"]


def test_m16_a_reminder_half_way_and_only_one(member, returned, at):
    begun = clock.now()
    at(begun + timedelta(days=3, hours=11))
    assert reminders(member.id) == []
    at(begun + timedelta(days=3, hours=13))
    for _again in range(3):
        [mail] = reminders(member.id)
    assert mail.subject == "Your text waits for you to change it"
    for told in ("Off topic", "Say how", "The first wording of it", f"/p/{returned.id}/edit", "until"):
        assert told in mail.body
    assert "Mo Desk" not in mail.body
    at(begun + timedelta(days=6))
    assert len(reminders(member.id)) == 1


def test_m16_the_worker_does_it(member, returned, at):
    at(clock.now() + timedelta(days=4))
    chores.run()
    make.afresh()
    assert "return_reminder" in {mail.kind for mail in mails(member.id)}


def test_m16_each_return_has_its_own_reminder(member, returned, at, author, desk):
    begun = clock.now()
    at(begun + timedelta(days=4))
    assert len(reminders(member.id)) == 1
    edited(returned, "The second wording of it", by=author)
    send_back(returned, by=desk)
    assert len(reminders(member.id)) == 1
    at(begun + timedelta(days=8))
    assert len(reminders(member.id)) == 2


def test_m16_nobody_is_reminded_of_what_is_done_or_over(member, returned, at, author):
    begun = clock.now()
    at(begun + timedelta(days=7, seconds=1))
    assert reminders(member.id) == [], "the time is over"
    at(begun + timedelta(days=2))
    edited(now(returned), "Sent again", by=author)
    at(begun + timedelta(days=5))
    assert reminders(member.id) == [], "it was sent again"


def test_m16_p09_half_way_to_the_bell_if_that_comes_first(member, consultation, author, desk, at):
    """Returned a day before the bell there are four days: the one to the bell and three after it."""
    assert consultation.analysis
    at(consultation.analysis - timedelta(days=1))
    send_back(make.contribution(consultation.questions[0], by=author, state=State.HELD), by=desk)
    at(consultation.analysis + timedelta(hours=23))
    assert reminders(member.id) == []
    at(consultation.analysis + timedelta(hours=25))
    assert len(reminders(member.id)) == 1


def test_m16_m17_a_returned_change_is_reminded_of_too(member, consultation, author, desk, at):
    idea = make.contribution(consultation.questions[0], by=author, text="Public")
    edited(idea, "A change", by=author)
    send_back(idea, by=desk)
    at(clock.now() + timedelta(days=4))
    [mail] = reminders(member.id)
    assert "A change" in mail.body


def test_m16_it_is_returned_twice_at_most(moderator, returned, author, desk):
    edited(returned, "Second", by=author)
    send_back(returned, by=desk)
    third = edited(now(returned), "Third", by=author)
    with pytest.raises(NotReturnable), transaction():
        moderation.send_back(shown(returned), by=desk, reason=make.reason())
    assert "This text was returned twice already" in moderator.get(f"/moderate/{third.id}")
    assert db.session.get_one(Contribution, returned.id).state == State.HELD


def test_m16_what_is_sent_again_shows_its_difference(member, moderator, returned):
    member.post(f"/p/{returned.id}/edit", text="The other wording of it")
    page = moderator.get(f"/moderate/{shown(returned).id}")
    assert '<del><span class="vh">[taken out: </span>first' in page
    assert '<ins><span class="vh">[added: </span>other' in page


def test_m16_when_the_time_is_over_its_author_is_told_so(member, moderator, returned, at):
    assert "You can change it and send it again until" in member.get("/me")
    at(clock.now() + timedelta(days=7, seconds=1))
    page = member.get("/me")
    assert "The time for sending it again is over." in page
    assert "Returned to you" in page
    assert "The first wording of it" in page, "and keeps it"
    assert member.get(f"/p/{returned.id}/edit").status == 403
    assert now(returned).state == State.RETURNED
