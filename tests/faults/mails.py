"""Mails in an outbox, and a server that takes them."""

import pytest

from crowd import clock
from crowd.db import db, transaction
from crowd.models import Mail
from tests.faults import smtp


@pytest.fixture(name="server")
def mail_server(app):
    with smtp.server() as server:
        app.config |= {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": server.port, "SMTP_TLS": "none"}
        yield server


def waiting(address="ann@example.org", **facts):
    """Put a mail into the outbox as deeds do, but with words of the test's own."""
    facts = {"kind": "published", "subject": "Hello", "body": "A line.\n"} | facts
    with transaction() as session:
        mail = Mail(address=address, created_at=clock.now(), due_at=clock.now(), **facts)
        session.add(mail)
    return mail.id


def now_is(number):
    db.session.rollback()
    db.session.expire_all()
    return db.session.get(Mail, number)
