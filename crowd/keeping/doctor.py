"""Looking an instance over: what is wrong with it, in plain words, and what to do. It changes nothing."""

import os
import shutil
import smtplib
import ssl
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from crowd import clock, config, delivery, troubles
from crowd.analysis import extra
from crowd.db import SAFE_WAL, db, engine_is_postgres, sqlite_module
from crowd.keeping import backup, places, timer
from crowd.models import Attachment, Mail

EXTRAS = {"analysis": extra.NEEDED, "report": ("weasyprint",)}
PATIENCE = 10  # seconds for each answer from outside
LITTLE = 500_000_000  # bytes free on the disk, below which somebody should make room
APART = timedelta(minutes=1)  # by which this clock and another may differ
STUCK = timedelta(hours=1)  # a mail that should have gone out that long ago
Settings = Mapping[str, Any]


class Finding(NamedTuple):
    """One thing that was looked at. What is not `well` makes the exit status 1; `good` of None is worth knowing."""

    what: str
    good: bool | None
    words: str


Found = Iterator[tuple[bool | None, str]]


def look(settings: Settings, instance: Path) -> Iterator[Finding]:
    """Everything, one after the other; what cannot be looked at is itself a finding."""
    alone: dict[str, Callable[[], Found]] = {
        "Disk": lambda: disk(instance),
        "Rights": lambda: rights(instance),
        "Address": lambda: address(settings),
        "Mail": lambda: mail(settings),
        "Clock": lambda: clock_here(settings),
        "Backups": lambda: backups(settings, instance),
        "Extras": extras,
    }
    for what, of in alone.items():
        yield from _looked(what, of)
    with places.database(str(settings["database_url"]), instance):
        for what, of in {
            "Database": lambda: database(instance),
            "Version": version,
            "Outbox": outbox,
            "Files": lambda: uploads(instance),
        }.items():
            yield from _looked(what, of)


def _looked(what: str, of: Callable[[], Found]) -> Iterator[Finding]:
    try:
        yield from (Finding(what, good, words) for good, words in of())
    except DBAPIError as error:
        db.session.remove()
        yield Finding(what, False, f"The database cannot be asked: {' '.join(str(error.orig).split())}.")
    except OSError as error:
        yield Finding(what, False, f"It cannot be looked at: {error.strerror or error}: {error.filename}.")


def extras() -> Found:
    """What can be added by name; an instance without is well."""
    for name, needed in EXTRAS.items():
        if all(find_spec(package) for package in needed):
            yield True, f"What {name} needs is installed."
        else:
            yield None, f"What {name} needs is not installed. To add it: python3 app.py install {name}"


def disk(instance: Path) -> Found:
    room = shutil.disk_usage(instance)
    free = f"{room.free // 1_000_000:,} MB are free on the disk of {instance}"
    base = instance / "crowd.db"
    wanted = max(LITTLE, 3 * base.stat().st_size if base.exists() else 0)  # a backup needs twice the database
    if room.free >= wanted:
        yield True, f"{free}."
    else:
        yield False, f"{free}, and {wanted // 1_000_000:,} should be. Remove old backups, or get a larger disk."


def rights(instance: Path) -> Found:
    """What others on this machine could read, and what we cannot write."""
    wrong = [*_open_to_all(instance), *_not_writable(instance)]
    yield from ((False, words) for words in wrong)
    if not wrong:
        yield True, f"Crowd can write in {instance}, and nobody else can read the database and the settings."


def _ours(instance: Path) -> list[Path]:
    there = [instance / name for name in ("config.toml", "crowd.db", "crowd.db-wal", "mails")]
    return [path for path in there if path.exists()]


def _open_to_all(instance: Path) -> Iterator[str]:
    if not instance.stat().st_mode & 0o001:
        return  # nobody comes so far
    for path in [*_ours(instance), *instance.glob("backups/*.zip")]:
        if stat.S_IMODE(path.stat().st_mode) & 0o004:
            yield f"Everybody on this machine can read {path}. Run: chmod o-rwx {path}"


def _not_writable(instance: Path) -> Iterator[str]:
    for path in (instance, *_ours(instance), instance / "uploads", instance / "backups"):
        if path.exists() and not os.access(path, os.W_OK):
            yield f"{path} cannot be written by this user. Run this as the user who runs Crowd; else chown it."


def address(settings: Settings) -> Found:
    """Whether people come by HTTPS, and whether they come to us."""
    base = str(settings["base_url"])
    parts = urlsplit(base)
    if not base:
        yield False, "base_url is empty, so links in mails lead to this machine only. Set it to your public address."
        return
    if parts.scheme != "https" and not config.is_loopback(parts.hostname or ""):
        yield False, f"{base} is not HTTPS: passwords can be read on the way. Put a web server with HTTPS in front."
    try:
        status = _asked(parts.scheme, parts.netloc)[0]
    except (OSError, HTTPException) as error:
        yield False, f"{base} does not answer: {error}. Is Crowd running, and does the address lead to this machine?"
        return
    if status == 200:
        yield True, f"{base} answers."
    else:
        yield False, f"{base}/healthz answers with {status}. Is it Crowd that stands there?"
    if settings["proxy_hops"] == 0 and parts.scheme == "https":
        yield (
            False,
            "A web server stands in front, but proxy_hops is 0: all seem to come from one address. Set 1.",
        )


def _asked(scheme: str, where: str, path: str = "/healthz") -> tuple[int, str]:
    kind = HTTPSConnection if scheme == "https" else HTTPConnection
    with closing(kind(where, timeout=PATIENCE)) as connection:
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        return answer.status, answer.getheader("Date", "")


def mail(settings: Settings) -> Found:
    """As far as a conversation goes without a mail: found, encrypted, signed in."""
    if not settings["smtp_host"]:
        yield None, "No mail server is set (smtp_host): mails are written to the folder mails, and nobody gets them."
        return
    where = f"{settings['smtp_host']}, port {settings['smtp_port']}"
    try:
        server = delivery.connected({name.upper(): value for name, value in settings.items()})
        server.close()
    except smtplib.SMTPAuthenticationError:
        yield False, f"{where} does not take the user or the password. Look at smtp_user and smtp_password."
    except ssl.SSLCertVerificationError as error:
        yield False, f"{where} shows a certificate that is no good: {error.verify_message}. Is smtp_host its full name?"
    except TimeoutError:
        yield False, f"{where} does not answer. Many hosters block ports 25 and 465: try 587, or ask them to open it."
    except (OSError, smtplib.SMTPException) as error:
        yield False, f"{where}: {troubles.words(error)}. Look at smtp_host, smtp_port and smtp_tls."
    else:
        yield True, f"{where} takes our mails."
    if settings["sender"] == config.SENDER:
        yield (
            False,
            f"Mails would come from {config.SENDER}, which servers refuse. Set sender to one of yours.",
        )


def clock_here(settings: Settings) -> Found:
    """Beside the clock of the server at our own address; phases begin and end by it."""
    now, parts = clock.present(), urlsplit(str(settings["base_url"]))
    if now.year < 2026:
        yield False, f"The clock says {now:%d %B %Y}. Set it, and let it be set: timedatectl set-ntp true"
        return
    if not parts.hostname or config.is_loopback(parts.hostname):
        yield None, f"It says {now:%d %B %Y %H:%M} UTC; there is no other clock to compare it with."
        return
    try:
        other = parsedate_to_datetime(_asked(parts.scheme, parts.netloc)[1]).astimezone(UTC)
    except (OSError, HTTPException, ValueError):
        yield None, f"It says {now:%d %B %Y %H:%M} UTC; the address does not say what time it has."
        return
    if abs(other - now) > APART:
        yield False, f"It says {now:%H:%M} UTC, the server at your address {other:%H:%M}. timedatectl set-ntp true"
    else:
        yield True, f"It says {now:%d %B %Y %H:%M} UTC, as the server at your address does."


def backups(settings: Settings, instance: Path) -> Found:
    there = sorted(backup.folder_of(instance).glob("crowd-????????-??????*.zip"))
    hours = int(settings["backup_hours"])
    if not there:
        yield None if not hours else False, "There is none in the instance. Run: python3 app.py backup"
        return
    newest = timer.when(there[-1])
    age = clock.now() - newest
    if hours and age > timedelta(hours=2 * hours + 1):
        yield (
            False,
            f"The newest is of {newest:%d %B %H:%M} UTC, but one is due every {hours} hours. Is Crowd running?",
        )
    else:
        yield (None if age > timedelta(days=7) else True), f"The newest is of {newest:%d %B %Y %H:%M} UTC."


def database(instance: Path) -> Found:
    if engine_is_postgres():
        db.session.execute(text("SELECT 1"))
        yield True, "PostgreSQL answers. Whether it is whole is looked after by PostgreSQL itself."
        return
    with closing(sqlite_module().connect(instance / "crowd.db", timeout=20)) as connection:
        try:
            wrong = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
        except sqlite_module().DatabaseError as error:
            wrong = str(error)
        if wrong != "ok":
            yield False, f"crowd.db is damaged: {wrong}. Stop Crowd and restore the newest backup with --overwrite."
            return
        if stray := connection.execute("PRAGMA foreign_key_check").fetchone():
            yield False, f"crowd.db has rows that name others which are not there ({stray[0]}). Please report this."
    yield True, "crowd.db is whole."
    if sqlite_module().sqlite_version_info < SAFE_WAL:
        yield None, "This SQLite is older than 3.51.3; the database runs on the rollback journal, safe but slower."


def version() -> Found:
    there, newest = places.revision(), places.newest_revision()
    if there == newest:
        yield True, f"Crowd {config.VERSION}, schema {there}."
    elif there > newest:
        yield False, f"The database has schema {there}, this Crowd knows {newest}: start the newer version."
    else:
        yield (
            False,
            f"The database has schema {there or 'none'}, this Crowd {newest}. Stop it, then: python3 app.py upgrade",
        )


def outbox() -> Found:
    if (held := delivery.held_since()) is not None:
        there = db.session.scalar(select(func.count()).where(Mail.state.in_(("waiting", "sending")))) or 0
        db.session.remove()
        words = f"Mails are held back since this instance was restored on {held:%d %B %H:%M} UTC; {there} wait."
        yield False, f"{words} Host, Mails: send or drop them. On a copy to try out, leave it so."
        return
    late = (Mail.state != "sent") & (Mail.state != "failed") & (Mail.created_at < clock.now() - STUCK)
    waiting, oldest = db.session.execute(select(func.count(), func.min(Mail.created_at)).where(late)).one()
    failed = db.session.scalar(select(func.count()).where(Mail.state == "failed")) or 0
    error = db.session.scalar(select(Mail.error).where(late, Mail.error != "").order_by(Mail.id.desc()).limit(1))
    db.session.remove()
    if waiting:
        why = f" The mail server said: {error}." if error else ""
        number = "1 mail waits" if waiting == 1 else f"{waiting} mails wait"
        yield False, f"{number}, the oldest since {oldest:%d %B %H:%M} UTC.{why} Is Crowd running?"
    else:
        yield True, "No mail waits for longer than an hour."
    if failed:
        yield None, f"Mails that could not be delivered: {failed}. Host, Mails says why."


def uploads(instance: Path) -> Found:
    names = set(db.session.scalars(select(Attachment.sha256)))
    db.session.remove()
    missing = [name for name in names if not (instance / "uploads" / name[:2] / name).exists()]
    if missing:
        yield False, f"{len(missing)} of {len(names)} files are missing in uploads, such as {missing[0]}. Restore them."
    else:
        yield True, f"All {len(names)} files that people have added are there."
