"""Mails: written as rows with their cause, sent later by a worker; never lost, at most one double a crash (P17)."""

import secrets
import smtplib
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from flask import current_app
from sqlalchemy import or_, select, update
from sqlalchemy.exc import DBAPIError

from crowd import chores, clock, delivery, letters, log
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
CLAIM = timedelta(minutes=5)  # a mail being sent for longer belonged to a worker that died
# Kinds whose text is a key: blanked once sent, and the address too where it is nobody's account.
SECRET = frozenset({"confirm", "sign_in", "recover", "no_account", "invited", "staff", "expert"})
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
    """Put templates/mail/<kind>.txt into the outbox; its first line is the subject.
    `site` is the site's name there. Part of the caller's transaction.

    `once` names a mail that exists only once ever: False if it does already. `wait` is in seconds."""
    if once and db.session.scalar(select(Mail.id).where(Mail.once == once)):
        return False
    subject, _, body = rendered(kind, to=to, **facts).partition("\n")
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


def rendered(kind: str, **facts: object) -> str:
    """A mail in the host's words, else in the standard ones; its subject is the first line."""
    facts = {"site": site_name(), **facts}
    if own := letters.own_words(kind):
        return letters.filled(own, kind, facts, link).strip()
    template = current_app.jinja_env.get_template(f"mail/{kind}.txt")  # without the pages' context: it has no reader
    return template.render(link=link, **facts).strip()


def site_name() -> str:
    """The name under which a reader knows us."""
    return db.session.scalar(select(Site.name)) or "Crowd"


def queued_before(once: Sequence[str]) -> set[str]:
    """Which of these mails exist already, in a few statements."""
    found: set[str] = set()
    for start in range(0, len(once), 500):
        keys = once[start : start + 500]
        found |= {key for key in db.session.scalars(select(Mail.once).where(Mail.once.in_(keys))) if key}
    return found


def queue_many(kind: str, letters: Sequence[tuple[str, str, str, Mapping[str, str]]]) -> None:
    """Queue one mail for each (address, once, secret, facts), to thousands who have no account yet.

    Mails with the same facts are rendered once, with a stand-in for the secret."""
    now, rows, stand_in = clock.now(), [], secrets.token_urlsafe(32)
    made: dict[tuple[tuple[str, str], ...], str] = {}
    for address, once, secret, facts in letters:
        key = tuple(facts.items())
        if key not in made:
            made[key] = rendered(kind, secret=stand_in, **facts)
        subject, _, body = made[key].replace(stand_in, secret).partition("\n")
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
        delivery.deliver(mail)
    except delivery.Hopeless as error:
        words = str(error)
        note(lambda: _give_up(mail, words))
    except (OSError, smtplib.SMTPException) as error:
        words = delivery.words(error)
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
        if mail.kind == "test":
            log.record("test mail sent", by=mail.person_id)


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


def work(stop: threading.Event, pause: float = 2.0) -> None:
    """Send what is due until told to stop. Runs inside an app context; outlives a database that is locked or away."""

    def note(deed: Callable[[], None]) -> None:
        """Write down how it went, however long that takes: a mail that was sent and not noted is sent again."""
        while not _survived(deed) and not stop.wait(pause):
            pass

    def one() -> None:
        chores.run()
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
