"""Mails: written as rows with their cause, sent later by a worker; never lost, at most one double a crash (P17)."""

import secrets
import smtplib
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from crowd import chores, clock, delivery, i18n, letters, log, readers, troubles
from crowd.db import db, insert_many, transaction
from crowd.models import Mail, Person, Site
from crowd.models.people import NOWHERE

# Seconds until the next try; after the last the mail is failed.
BACK_OFF = (60, 300, 1800, 7200, 21600, 86400)
CLAIM = timedelta(minutes=5)  # a mail being sent for longer belonged to a worker that died
# Kinds whose text is a key: blanked once sent, and the address too where it is nobody's account.
SECRET = frozenset({"confirm", "sign_in", "recover", "no_account", "invited", "staff", "expert"})
LASTING = frozenset({"invited", "expert"})  # keys that live for weeks: kept where the mail failed, to be sent again
URGENT = frozenset({"confirm", "sign_in", "recover", "no_account", "staff", "test"})  # somebody sits and waits for it
TO_ALL = frozenset(
    {"opening", "closing", "ended", "reopening", "findings_open", "used", "start_moved"}
    | {"invited", "followed", "digest"}
)
link = delivery.link
AT_ONCE = 8  # seconds for each answer, while somebody looks at a page that loads
wake = threading.Event()


def rank(kind: str) -> int:
    """What goes first: 0 what somebody waits for, 2 letters to many, 1 the rest."""
    return 0 if kind in URGENT else 2 if kind in TO_ALL else 1


def queue(
    kind: str,
    *,
    to: Person | None = None,
    address: str = "",
    once: str | None = None,
    wait: int = 0,
    thread: str = "",
    **facts: Any,
) -> bool:
    """Put templates/mail/<kind>.txt into the outbox; its first line is the subject.
    `site` is the site's name there. Part of the caller's transaction. It is in its reader's language: words among the
    facts are handed over as i18n.later.

    `once` names a mail that exists only once ever: False if it does already, and for somebody who has no address here.
    `wait` is in seconds. Mails of one
    `thread` stand together in a mail program; one about a contribution is of the thread that it stands in."""
    if once and db.session.scalar(select(Mail.id).where(Mail.once == once)):
        return False
    if to is not None and to.email.endswith(NOWHERE):
        return False
    with i18n.speaking(readers.language_of(to, kind)):
        subject, _, body = rendered(kind, to=to, **facts).partition("\n")
        language = i18n.language()
    db.session.add(
        Mail(
            kind=kind,
            language=language,
            rank=rank(kind),
            once=once,
            thread=thread or _thread_of(facts.get("contribution")),
            person_id=to.id if to else None,
            address=to.email if to else address,
            subject=" ".join(subject.split())[:200],
            body=body.strip() + "\n",
            created_at=clock.now(),
            due_at=clock.now() + timedelta(seconds=wait),
        )
    )
    return True


def _thread_of(contribution: Any) -> str:
    return f"thread-{contribution.thread_id or contribution.id}" if contribution is not None else ""


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


STAND_IN = secrets.token_urlsafe(32)  # for the secret of a mail that is rendered once for many


def queue_many(
    kind: str,
    letters: Sequence[tuple[str, str, str, Mapping[str, str]]],
    made: dict[Any, str] | None = None,
) -> None:
    """Queue one mail for each (address, once, secret, facts), to thousands who have no account yet: in the site's first
    language.

    Mails with the same facts are rendered once; `made` keeps them from one call to the next."""
    now, rows, language = clock.now(), [], readers.offered()[0]
    made = {} if made is None else made
    for address, once, secret, facts in letters:
        key = tuple(facts.items())
        if key not in made:
            with i18n.speaking(language):
                made[key] = rendered(kind, secret=STAND_IN, **facts)
        subject, _, body = made[key].replace(STAND_IN, secret).partition("\n")
        rows.append(
            {
                "kind": kind,
                "language": language,
                "rank": rank(kind),
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
    """Send what is due, in its order, as long as the mail server's pace lets it; the number that went out. No
    transaction is open while a server talks."""
    sent = 0
    for _turn in range(most):
        mail = _claim()
        if mail is None:
            break
        sent += _try(mail, note=lambda deed: deed())
    return sent


def send_at_once(mail: Mail) -> None:
    """The one attempt on a mail that was written as being sent: past the pace, and past all that waits."""
    db.session.expunge(mail)
    _try(mail, note=lambda deed: deed(), patience=AT_ONCE)


def _try(mail: Mail, note: Callable[[Callable[[], None]], None], patience: float = delivery.PATIENCE) -> bool:
    """One attempt on a claimed mail. `note` writes down how it went."""
    try:
        handed_over = delivery.deliver(mail, patience)
    except delivery.Hopeless as error:
        words, trouble = str(error), error.trouble
        note(lambda: _give_up(mail, words, trouble))
    except (OSError, smtplib.SMTPException) as error:
        words, trouble = troubles.words(error), troubles.of(error)
        note(lambda: _put_back(mail, words, trouble))
    else:
        note(lambda: _done(mail, "sent" if handed_over else "kept"))
        return True
    return False


def _step() -> timedelta:
    """The time from one mail to the next at the server's pace."""
    most = int(current_app.config["MAILS_PER_MINUTE"]) if current_app.config["SMTP_HOST"] else 0
    return timedelta(minutes=1) / most if most else timedelta(0)


def _free_in(now: datetime) -> timedelta:
    """How long until the server takes the next mail; a clock that jumped back holds nothing up."""
    step = _step()
    free = db.session.scalar(select(Site.mails_free_at)) if step else None
    return free - now if free is not None and now < free <= now + step else timedelta(0)


def _claim() -> Mail | None:
    """Take the next mail for this worker, and its turn at the server: both are written before anything is sent."""
    now = clock.now()
    if _next(now) is None or _free_in(now):
        db.session.rollback()
        return None
    with transaction() as session:
        now = clock.now()  # under the lock: a worker that waited for it must not take its past for a clock set back
        mail = None if _free_in(now) else _next(now)
        if mail is not None:
            mail.state, mail.due_at, mail.tries = "sending", now, mail.tries + 1
            if step := _step():
                session.execute(update(Site).values(mails_free_at=now + step))
    if mail is not None:
        db.session.expunge(mail)  # the attempt needs no database, whatever becomes of that meanwhile
    return mail


def _next(now: datetime) -> Mail | None:
    """What a dead worker had in hand, else the first of what is due. After a restore only what somebody is waiting for,
    such as a link to sign in, until a host says what is to become of the rest."""
    if (held := delivery.held_since()) is not None:
        waits = (Mail.state == "waiting", Mail.rank == 0, Mail.created_at >= held, Mail.due_at <= now)
        return db.session.scalar(select(Mail).where(*waits).order_by(Mail.due_at, Mail.id).limit(1))
    left = select(Mail).where(Mail.state == "sending", Mail.due_at < now - CLAIM).limit(1)
    if (mail := db.session.scalar(left)) is not None:
        return mail
    for first in (0, 1, 2):
        due = select(Mail).where(Mail.state == "waiting", Mail.rank == first, Mail.due_at <= now)
        if (mail := db.session.scalar(due.order_by(Mail.due_at, Mail.id).limit(1))) is not None:
            return mail
    return None


def _done(mail: Mail, state: str) -> None:
    with transaction():
        _note(mail, state=state, sent_at=clock.now(), error="", trouble="", **_blank(mail))
        if mail.kind == "test":
            log.record("test mail sent", by=mail.person_id)


def _put_back(mail: Mail, error: str, trouble: str) -> None:
    if mail.tries > len(BACK_OFF) or mail.kind == "test":  # who pressed for a test waits for its outcome
        _give_up(mail, error, trouble)
        return
    with transaction():
        again = clock.now() + timedelta(seconds=BACK_OFF[mail.tries - 1])
        _note(mail, state="waiting", due_at=again, error=error[:500], trouble=trouble)


def _give_up(mail: Mail, error: str, trouble: str) -> None:
    with transaction():
        gone = {} if mail.kind in LASTING else _blank(mail)
        state = "dropped" if mail.kind == "test" else "failed"  # a test is nothing that anybody waits for
        _note(mail, state=state, error=error[:500], trouble=trouble, **gone)
        if trouble == "no_mailbox":
            marked = {"bounced_address": mail.address, "bounced_at": clock.now(), "bounced_why": error[:500]}
            db.session.execute(update(Person).where(Person.email == mail.address).values(marked))


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
        chores.look()
        mail = _claim()
        if mail is None:
            _wait(min(pause, _free_in(clock.now()).total_seconds() or pause))
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
