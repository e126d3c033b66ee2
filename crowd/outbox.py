"""Mails: written as rows with their cause, sent later by a worker; never lost, at most one double a crash (P17)."""

import secrets
import smtplib
import ssl
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import or_, select, update
from sqlalchemy.exc import DBAPIError

from crowd import clock
from crowd.db import db, insert_many, transaction
from crowd.models import Mail, Person, Site

BACK_OFF = (
    60,
    300,
    1800,
    7200,
    21600,
    86400,
)  # seconds until the next try; after the last the mail is failed
PATIENCE = 20  # seconds for each answer of a mail server; eleven of them stay below CLAIM
LONGEST_LINE = 900  # bytes; 998 are allowed
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


def queue_many(kind: str, letters: Sequence[tuple[str, str, str, Mapping[str, str]]]) -> None:
    """Queue one mail for each (address, once, secret, facts), to thousands without an account, in a few statements.

    Mails with the same facts are rendered once, with a stand-in for the secret."""
    template = current_app.jinja_env.get_template(f"mail/{kind}.txt")
    now, rows, stand_in = clock.now(), [], secrets.token_urlsafe(32)
    rendered: dict[tuple[tuple[str, str], ...], str] = {}
    for address, once, secret, facts in letters:
        key = tuple(facts.items())
        if key not in rendered:
            rendered[key] = template.render(link=link, secret=stand_in, **facts).strip()
        subject, _, body = rendered[key].replace(stand_in, secret).partition("\n")
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
    insert_many(Mail, rows)


class Hopeless(Exception):
    """A mail that no later try can deliver; the message holds the server's words."""


def send_due(most: int = 100) -> int:
    """Send what is due, oldest first; the number that went out. No transaction is open while a server talks."""
    sent = 0
    for _turn in range(most):
        mail = _claim()
        if mail is None:
            break
        sent += _try(mail, note=lambda deed: deed())
    return sent


def _try(mail: Mail, note: Callable[[Callable[[], None]], None]) -> bool:
    """One attempt on a claimed mail. `note` writes down how it went."""
    try:
        _deliver(mail)
    except Hopeless as error:
        words = str(error)
        note(lambda: _give_up(mail, words))
    except (OSError, smtplib.SMTPException) as error:
        words = _words(error)
        note(lambda: _put_back(mail, words))
    else:
        note(lambda: _done(mail))
        return True
    return False


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
    if mail is not None:
        db.session.expunge(mail)  # the attempt needs no database, whatever becomes of that meanwhile
    return mail


def _done(mail: Mail) -> None:
    with transaction():
        _note(mail, state="sent", sent_at=clock.now(), error="", **_blank(mail))


def _put_back(mail: Mail, error: str) -> None:
    if mail.tries > len(BACK_OFF):
        _give_up(mail, error)
        return
    with transaction():
        again = clock.now() + timedelta(seconds=BACK_OFF[mail.tries - 1])
        _note(mail, state="waiting", due_at=again, error=error[:500])


def _give_up(mail: Mail, error: str) -> None:
    with transaction():
        _note(mail, state="failed", error=error[:500], **_blank(mail))


def _note(mail: Mail, **values: object) -> None:
    db.session.execute(update(Mail).where(Mail.id == mail.id).values(**values))


def _blank(mail: Mail) -> dict[str, str]:
    """A key that has been sent, or never will be, is not left lying in the database."""
    return {"body": "", "address": ""} if mail.kind in SECRET and not _demonstration() else {}


def _demonstration() -> bool:
    return bool(db.session.scalar(select(Site.demonstration)))


def compose(mail: Mail) -> EmailMessage:
    """The mail as it goes over the wire: text, marked as automatic, with an id that a second sending repeats."""
    message, sender = EmailMessage(), str(current_app.config["SENDER"])
    message["From"], message["To"], message["Subject"] = sender, mail.address, mail.subject
    message["Date"] = format_datetime(mail.created_at)
    name = sha256(f"{current_app.secret_key!r} {mail.id}".encode()).hexdigest()[:24]
    message["Message-ID"] = f"<{name}@{parseaddr(sender)[1].rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    short = all(len(line) < LONGEST_LINE for line in mail.body.splitlines())
    message.set_content(mail.body, cte="7bit" if short and mail.body.isascii() else "quoted-printable")
    return message


def _deliver(mail: Mail) -> None:
    """Hand over to the mail server, or to a file in the instance where none is set.

    Raises Hopeless, or OSError or SMTPException when a later try may succeed."""
    config = current_app.config
    try:
        message = compose(mail)
        raw = bytes(message)
    except ValueError as error:  # of the mail itself: a line break in an address, half a character in the text
        raise Hopeless(f"It cannot be written as a mail: {error}") from None
    if not config["SMTP_HOST"]:
        folder = Path(config["INSTANCE"]) / "mails"
        folder.mkdir(exist_ok=True, mode=0o700)  # links to sign in stand in them
        partial = folder / f"{mail.id:08}.part"
        partial.write_bytes(raw)
        partial.rename(folder / f"{mail.id:08}.eml")
        return
    server = _server(config)
    try:
        if config["SMTP_USER"]:
            server.login(config["SMTP_USER"], config["SMTP_PASSWORD"])
        _hand_over(server, message)
    finally:
        _hang_up(server)


def _hand_over(server: smtplib.SMTP, message: EmailMessage) -> None:
    """A server's 5xx on the recipient or on the text is its last word; on anything else the host may mend it."""
    try:
        server.send_message(message)
    except smtplib.SMTPRecipientsRefused as refused:
        code, words = next(iter(refused.recipients.values()))
        if code >= 500:
            raise Hopeless(f"{code} {_decoded(words)}") from None
        raise
    except smtplib.SMTPDataError as refused:
        if refused.smtp_code >= 500:
            raise Hopeless(_words(refused)) from None
        raise


def _hang_up(server: smtplib.SMTP) -> None:
    """Say goodbye; the mail is taken by now, so what goes wrong here must not send it again."""
    try:
        server.quit()
    except (OSError, smtplib.SMTPException):
        server.close()


def _words(error: Exception) -> str:
    """What the server said, or what the system did, for the host to read."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, words = next(iter(error.recipients.values()))
        return f"{code} {_decoded(words)}"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_decoded(error.smtp_error)}"
    return str(error) or type(error).__name__


def _decoded(words: bytes | str) -> str:
    return words.decode("utf-8", "replace") if isinstance(words, bytes) else words


def _server(config: Mapping[str, Any]) -> smtplib.SMTP:
    """A conversation, encrypted as the settings say; the certificate must be good (SSL_CERT_FILE says by whom)."""
    where = (config["SMTP_HOST"], config["SMTP_PORT"])
    if config["SMTP_TLS"] == "none":
        return smtplib.SMTP(*where, timeout=PATIENCE)
    secure = ssl.create_default_context()
    if config["SMTP_TLS"] == "tls":
        return smtplib.SMTP_SSL(*where, timeout=PATIENCE, context=secure)
    server = smtplib.SMTP(*where, timeout=PATIENCE)
    try:
        server.starttls(context=secure)
    except (OSError, smtplib.SMTPException):
        server.close()
        raise
    return server


def work(stop: threading.Event, pause: float = 2.0) -> None:
    """Send what is due until told to stop. Runs inside an app context; outlives a database that is locked or away."""

    def note(deed: Callable[[], None]) -> None:
        """Write down how it went, however long that takes: a mail that was sent and not noted is sent again."""
        while not _survived(deed) and not stop.wait(pause):
            pass

    def one() -> None:
        mail = _claim()
        if mail is None:
            _wait(pause)
        else:
            _try(mail, note)

    while not stop.is_set():
        if not _survived(one):
            stop.wait(pause)


def _wait(pause: float) -> None:
    wake.wait(pause)
    wake.clear()


def _survived(deed: Callable[[], None]) -> bool:
    """Whether it went through; if not, the log says why and the session is fit for another try."""
    try:
        deed()
    except DBAPIError as error:
        current_app.logger.warning("mails wait for the database: %s", error.orig)
        db.session.remove()
        return False
    return True
