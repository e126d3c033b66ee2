"""At which pace mails go out, what goes first, and what a refusal means; against a real mail server."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from crowd import clock, outbox
from crowd.db import db, transaction
from crowd.models import Mail, Person, Site
from tests import make
from tests.faults.mails import mail_server, now_is, waiting  # noqa: F401  # a fixture is found by its import
from tests.test_outbox import in_threads

START = clock.now().replace(microsecond=0)


def at(seconds):
    clock.set_to(START + timedelta(seconds=seconds))


@pytest.fixture
def slow(app, server):
    """A server that takes two mails a minute."""
    app.config["MAILS_PER_MINUTE"] = 2
    at(0)
    return server


def test_no_more_mails_a_minute_than_the_server_takes(slow):
    numbers = [waiting(f"p{n}@example.org") for n in range(3)]
    assert [outbox.send_due() for _again in "ab"] == [1, 0]
    at(29)
    assert outbox.send_due() == 0
    at(31)
    assert outbox.send_due() == 1
    at(62)
    assert outbox.send_due() == 1
    assert [now_is(n).tries for n in numbers] == [1, 1, 1], "who waits for its turn uses up no try"


def test_the_pace_holds_for_all_workers_together(app, slow):
    for n in range(6):
        waiting(f"p{n}@example.org")
    assert sum(in_threads(app, 4, lambda _: outbox.send_due())) == 1


def test_without_a_limit_and_without_a_server_nothing_waits(app, slow):
    app.config["MAILS_PER_MINUTE"] = 0
    for _n in range(3):
        waiting()
    assert outbox.send_due() == 3
    app.config |= {"MAILS_PER_MINUTE": 2, "SMTP_HOST": ""}
    for _n in range(3):
        waiting()
    assert outbox.send_due() == 3


def test_a_clock_that_jumps_back_holds_no_mail_up(slow):
    waiting()
    outbox.send_due()
    at(-86400)
    waiting()
    assert outbox.send_due() == 1


def test_a_code_goes_before_letters_to_all(app, slow):
    app.config["MAILS_PER_MINUTE"] = 0
    with transaction():
        letters = [(f"p{n}@example.org", f"i{n}", "s", {"title": "T", "host": "H", "who": ""}) for n in range(3)]
        outbox.queue_many("invited", letters)
    at(60)
    waiting("decided@example.org")
    with transaction():
        outbox.queue("sign_in", address="ann@example.org", secret="s", code="123456")
    for _n in range(3):
        outbox.send_due(1)
    assert slow.recipients == ["ann@example.org", "decided@example.org", "p0@example.org"]


@pytest.mark.parametrize(
    ("answer", "state", "trouble"),
    [
        ("451 4.7.1 Greylisted, come again later", "waiting", "greylisted"),
        ("450 4.2.1 Busy", "waiting", "later"),
        ("452 4.2.2 Mailbox full", "waiting", "full"),
        ("550 5.1.1 No such user here", "failed", "no_mailbox"),
        ("550 No such user here", "failed", "no_mailbox"),
        ("554 5.7.1 Relay access denied", "failed", "relay"),
        ("550 5.7.26 This mail is unauthenticated", "failed", "refused"),
        ("552 5.2.2 Mailbox full", "failed", "full"),
    ],
)
def test_4xx_is_a_delay_and_5xx_is_final(server, answer, state, trouble):
    server.to_recipient["ann@example.org"] = answer
    number = waiting()
    outbox.send_due()
    assert (now_is(number).state, now_is(number).trouble, now_is(number).error) == (state, trouble, answer)


@pytest.mark.parametrize(
    ("after", "trouble"), [("drop", "dropped"), ("552 5.3.4 Too big", "too_big"), ("554 No", "spam")]
)
def test_troubles_with_the_text(server, after, trouble):
    server.after_data = [after]
    number = waiting()
    outbox.send_due()
    assert now_is(number).trouble == trouble
    assert now_is(number).state == ("waiting" if after == "drop" else "failed")


@pytest.mark.parametrize(
    ("answer", "bounces"),
    [("550 5.1.1 No such user", True), ("551 User not local", True), ("550 5.7.1 Relay access denied", False),
     ("550 5.7.26 Unauthenticated", False), ("450 4.2.1 Busy", False), ("552 5.2.2 Full", False)],
)  # fmt: skip
def test_only_an_address_that_does_not_exist_is_marked(server, answer, bounces):
    who = make.person("ann@example.org")
    server.to_recipient["ann@example.org"] = answer
    waiting(person_id=who.id)
    outbox.send_due()
    found = make.anew(db.session.get(Person, who.id))
    assert (found.bounced_address == "ann@example.org") is bounces
    assert (found.bounced_at is not None) is bounces


def test_an_invitation_that_failed_keeps_its_key_and_a_code_does_not(server):
    server.to_recipient["gone@example.org"] = "554 5.7.1 Relay access denied"
    invited, code = waiting("gone@example.org", kind="invited"), waiting("gone@example.org", kind="sign_in")
    outbox.send_due()
    assert [now_is(n).body for n in (invited, code)] == ["A line.\n", ""]


def test_the_turn_is_written_with_the_claim(slow):
    """A worker that dies while it sends has used its turn: the next one does not send beside it."""
    waiting()
    waiting()
    assert outbox._claim() is not None
    assert db.session.scalar(select(Site.mails_free_at)) - clock.now() > timedelta(seconds=20)
    assert outbox.send_due() == 0
    assert sorted(db.session.scalars(select(Mail.state))) == ["sending", "waiting"]
