"""What hosts read about mails: the log, what failed and why, and how long the rest will take."""

from datetime import timedelta
from email import message_from_bytes, policy
from typing import NamedTuple

from flask import current_app
from sqlalchemy import func, select

from crowd import delivery
from crowd.db import db
from crowd.models import Mail

PAGE = 50
STATES = ("waiting", "sending", "sent", "kept", "failed", "dropped")
TO_SEND_AGAIN = ("failed", "dropped", "kept")


class Failure(NamedTuple):
    """All mails that failed for one reason: its word, how many, of how many the text was kept, and one answer."""

    trouble: str
    number: int
    whole: int
    said: str


class Kept(NamedTuple):
    """A mail that lies as a file, as its reader would have read it."""

    to: str
    subject: str
    text: str


def page(state: str, before: int) -> tuple[list[Mail], int]:
    """The newest first, and the id before which the next page goes on (0: none)."""
    query = select(Mail).order_by(Mail.id.desc())
    if before:
        query = query.where(Mail.id < before)
    if state:
        query = query.where(Mail.state == state)
    found = list(db.session.scalars(query.limit(PAGE + 1)))
    return found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else 0


def mail(number: int) -> Mail | None:
    return db.session.get(Mail, number)


def failures() -> list[Failure]:
    """What failed, by reason, the most frequent first."""
    whole = func.count().filter(Mail.body != "")
    rows = db.session.execute(
        select(Mail.trouble, func.count().label("number"), whole, func.max(Mail.error))
        .where(Mail.state == "failed")
        .group_by(Mail.trouble)
    )
    return sorted((Failure(*row) for row in rows), key=lambda failure: -failure.number)


def last_test(person_id: int) -> Mail | None:
    """The last test mail of somebody that was tried."""
    tried = Mail.person_id == person_id, Mail.kind == "test", Mail.state.in_(("sent", "kept", "dropped"))
    return db.session.scalar(select(Mail).where(*tried).order_by(Mail.id.desc()).limit(1))


def takes(waiting: int) -> timedelta | None:
    """How long so many mails take at the mail server's pace; None where nothing limits it."""
    most = current_app.config["MAILS_PER_MINUTE"] if current_app.config["SMTP_HOST"] else 0
    return timedelta(minutes=waiting / most) if most else None


def kept(number: int) -> Kept | None:
    """The mail in its file; None if that is gone."""
    file = delivery.kept_file(number)
    if not file.exists():
        return None
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    body = message.get_body(("plain",))
    return Kept(str(message["To"]), str(message["Subject"]), body.get_content() if body else "")
