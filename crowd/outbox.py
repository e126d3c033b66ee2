"""Mails: written as rows with their cause, sent later by a worker; never lost, at most one double after a crash (P17)."""

import smtplib
import ssl
import threading
from collections.abc import Mapping, Sequence
from datetime import timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import insert, or_, select, update

from crowd import clock
from crowd.db import db, transaction
from crowd.models import Mail, Person, Site

BACK_OFF = (
    60,
    300,
    1800,
    7200,
    21600,
    86400,
)  # seconds until the next try; after the last the mail is failed
CLAIM = timedelta(minutes=5)  # a mail being sent for longer belonged to a worker that died
# Kinds whose text is a key: blanked once sent, and the address too where it is nobody's account.
SECRET = frozenset({"confirm", "sign_in", "recover", "no_account", "invited", "staff"})
wake = threading.Event()


def link(endpoint: str, **values: object) -> str:
    """An absolute address for a mail, from the configured base and never from the request's Host."""
    path = current_app.url_map.bind("localhost").build(endpoint, values)
    return str(current_app.config["BASE_URL"]) + path


def queue(
    kind: str,
    *,
    to: Person | None = None,
    address: str = "",
    once: str | None = None,
    wait: int = 0,
    **facts: object,
) -> bool:
    """Put templates/mail/<kind>.txt into the outbox; its first line is the subject. Part of the caller's transaction.

    `once` names a mail that exists only once ever: False if it does already. `wait` is in seconds."""
    if once and db.session.scalar(select(Mail.id).where(Mail.once == once)):
        return False
    template = current_app.jinja_env.get_template(
        f"mail/{kind}.txt"
    )  # without the pages' context: a mail has no reader yet
    subject, _, body = template.render(to=to, link=link, **facts).strip().partition("\n")
    db.session.add(
        Mail(
            kind=kind,
            once=once,
            person_id=to.id if to else None,
            address=to.email if to else address,
            subject=" ".join(subject.split())[:200],
            body=body.strip() + "\n",
            created_at=clock.now(),
            due_at=clock.now() + timedelta(seconds=wait),
        )
    )
    return True


def queued_before(once: Sequence[str]) -> set[str]:
    """Which of these mails exist already, in a few statements."""
    found: set[str] = set()
    for start in range(0, len(once), 500):
        keys = once[start : start + 500]
        found |= {key for key in db.session.scalars(select(Mail.once).where(Mail.once.in_(keys))) if key}
    return found


def queue_many(kind: str, letters: Sequence[tuple[str, str, Mapping[str, object]]]) -> None:
    """Queue one mail for each (address, once, facts), to thousands who have no account yet, in a few statements."""
    template = current_app.jinja_env.get_template(f"mail/{kind}.txt")
    now, rows = clock.now(), []
    for address, once, facts in letters:
        subject, _, body = template.render(link=link, **facts).strip().partition("\n")
        rows.append(
            {
                "kind": kind,
                "once": once,
                "address": address,
                "subject": " ".join(subject.split())[:200],
                "body": body.strip() + "\n",
                "created_at": now,
                "due_at": now,
            }
        )
    if rows:
        db.session.execute(insert(Mail), rows)


def send_due(most: int = 100) -> int:
    """Send what is due, oldest first; the number of mails that went out. No transaction is open while a server talks."""
    sent = 0
    for _turn in range(most):
        mail = _claim()
        if mail is None:
            break
        try:
            _deliver(mail)
        except (OSError, smtplib.SMTPException) as error:
            _put_back(mail, str(error))
        else:
            _done(mail)
            sent += 1
    return sent


def _claim() -> Mail | None:
    """Take the next mail for this worker; the claim is written before anything is sent."""
    now = clock.now()
    due = or_(Mail.state == "waiting", (Mail.state == "sending") & (Mail.due_at < now - CLAIM))
    if db.session.scalar(select(Mail.id).where(due, Mail.due_at <= now).limit(1)) is None:
        db.session.rollback()
        return None
    with transaction() as session:
        mail = session.scalar(select(Mail).where(due, Mail.due_at <= now).order_by(Mail.due_at, Mail.id).limit(1))
        if mail is not None:
            mail.state, mail.due_at, mail.tries = "sending", now, mail.tries + 1
        return mail


def _done(mail: Mail) -> None:
    with transaction():
        blank = {"body": "", "address": ""} if mail.kind in SECRET and not _demonstration() else {}
        db.session.execute(
            update(Mail).where(Mail.id == mail.id).values(state="sent", sent_at=clock.now(), error="", **blank)
        )


def _put_back(mail: Mail, error: str) -> None:
    tries = mail.tries
    with transaction():
        again = clock.now() + timedelta(seconds=BACK_OFF[min(tries, len(BACK_OFF)) - 1])
        db.session.execute(
            update(Mail)
            .where(Mail.id == mail.id)
            .values(state="failed" if tries > len(BACK_OFF) else "waiting", due_at=again, error=error[:500])
        )


def _demonstration() -> bool:
    return bool(db.session.scalar(select(Site.demonstration)))


def compose(mail: Mail) -> EmailMessage:
    """The mail as it goes over the wire: text, marked as automatic, with an id that a second sending repeats."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = (
        current_app.config["SENDER"],
        mail.address,
        mail.subject,
    )
    message["Date"] = format_datetime(mail.created_at)
    host = str(current_app.config["BASE_URL"]).split("://")[-1].split(":")[0].strip("/") or "localhost"
    name = sha256(f"{current_app.secret_key!r} {mail.id}".encode()).hexdigest()[:24]
    message["Message-ID"] = f"<{name}@{host}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.body)
    return message


def _deliver(mail: Mail) -> None:
    """Hand over to the mail server, or to a file in the instance where none is set. Raises OSError or SMTPException."""
    message, config = compose(mail), current_app.config
    if not config["SMTP_HOST"]:
        folder = Path(config["INSTANCE"]) / "mails"
        folder.mkdir(exist_ok=True)
        partial = folder / f"{mail.id:08}.part"
        partial.write_bytes(bytes(message))
        partial.rename(folder / f"{mail.id:08}.eml")
        return
    with _server(config) as server:
        if config["SMTP_USER"]:
            server.login(config["SMTP_USER"], config["SMTP_PASSWORD"])
        server.send_message(message)


def _server(config: Mapping[str, Any]) -> smtplib.SMTP:
    secure, where = ssl.create_default_context(), (config["SMTP_HOST"], config["SMTP_PORT"])
    if config["SMTP_TLS"] == "tls":
        return smtplib.SMTP_SSL(*where, timeout=30, context=secure)
    server = smtplib.SMTP(*where, timeout=30)
    if config["SMTP_TLS"] == "starttls":
        server.starttls(context=secure)
    return server


def work(stop: threading.Event, pause: float = 2.0) -> None:
    """Send what is due until told to stop. Runs inside an app context; a database that is busy is asked again."""
    while not stop.is_set():
        if not send_due():
            wake.wait(pause)
            wake.clear()
