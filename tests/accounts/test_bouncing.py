"""An address that a mail server said does not exist: who sees it, what it is left out of, and how that ends."""

import html
import re

import pytest

from crowd import outbox
from crowd.db import db, transaction
from crowd.models import Mail, Person
from tests import make
from tests.actors import Actor
from tests.faults.mails import mail_server, waiting  # noqa: F401  # a fixture is found by its import
from tests.switching.test_missed import SECOND, worker


@pytest.fixture
def bounced(server, consultation, member):
    """A member whose mailbox was gone when a decision was mailed."""
    server.to_recipient[member.email] = "550 5.1.1 No such user here"
    waiting(member.email, person_id=member.id)
    outbox.send_due()
    del server.to_recipient[member.email]
    return member


def letters():
    return {mail.address for mail in db.session.query(Mail).filter_by(kind="ended")}


def test_letters_to_all_leave_it_out_and_decisions_do_not(bounced, server, colleague, consultation, at):
    at(consultation.analysis + SECOND)
    worker()
    assert letters() == {colleague.email}
    make.contribution(consultation.questions[0], by=make.as_asker(bounced.id))
    assert db.session.query(Mail).filter_by(kind="published", address=bounced.email).count() == 2


def test_hosts_see_whose_address_bounces(bounced, colleague, host):
    page = host.get("/host/people?mail=bounces")
    assert bounced.email in page and colleague.email not in page
    page = html.unescape(host.get(f"/host/people/{bounced.id}"))
    assert "Mails to this address come back" in page
    assert "550 5.1.1 No such user here" in page
    assert "come back" not in host.get(f"/host/people/{colleague.id}")


def test_the_person_confirms_it_by_a_mail_and_is_told_again(app, bounced, colleague, server, consultation, at):
    assert "come back to us" in bounced.get("/me")
    assert "come back to us" not in colleague.get("/me")
    bounced.post("/me/confirm-address", on="/me", having="csrf_token")
    assert "come back to us" in bounced.get("/me"), "asking is not confirming"
    outbox.send_due()
    (link,) = re.findall(r"http://localhost(/confirm/\S+)", server.mails[-1].get_content())
    elsewhere = Actor(app)
    assert "come back to us" in bounced.get("/me")
    elsewhere.get(link)
    assert "come back to us" in bounced.get("/me"), "opening a link changes nothing"
    elsewhere.post(link, having="csrf_token")
    assert "come back to us" not in bounced.get("/me")
    at(consultation.analysis + SECOND)
    worker()
    assert letters() == {bounced.email, colleague.email}


def test_another_address_does_not_bounce(bounced):
    with transaction() as session:
        session.get_one(Person, bounced.id).email = "new@example.org"
    assert "come back to us" not in bounced.get("/me")
