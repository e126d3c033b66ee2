"""Backups by themselves: as often as the settings say, the oldest removed; a host hears by mail when one fails."""

import fcntl
import os
import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Flask, current_app

from crowd import clock, outbox
from crowd.care import duty
from crowd.db import db, transaction
from crowd.keeping import backup
from crowd.keeping.places import Refused

WHY = "timed"
AGAIN = timedelta(hours=1)  # after one that failed


def back_up_when_due() -> None:
    """A chore. The backup has a thread of its own: mails and other chores do not wait for it."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # what another thread can be given
    instance = Path(app.config["INSTANCE"])
    if due(instance, int(app.config["BACKUP_HOURS"])):
        threading.Thread(target=_in_thread, args=(app, instance), daemon=True, name="backup").start()


def due(instance: Path, hours: int) -> bool:
    """Whether the newest one is as old as that; one that failed is tried again after an hour."""
    if not hours:
        return False
    there = taken(instance)
    newest = when(there[-1]) if there else None
    with suppress(OSError):
        tried = datetime.fromtimestamp((backup.folder_of(instance) / ".tried").stat().st_mtime, UTC)
        if abs(clock.now() - tried) < AGAIN:
            return False
    return newest is None or abs(clock.now() - newest) >= timedelta(hours=hours)


def taken(instance: Path) -> list[Path]:
    """The backups that were taken by themselves, the oldest first."""
    return sorted(backup.folder_of(instance).glob(f"crowd-????????-??????-{WHY}.zip"))


def when(path: Path) -> datetime:
    return datetime.strptime(path.name[6:21], backup.STAMP).replace(tzinfo=UTC)


def _in_thread(app: Flask, instance: Path) -> None:
    with app.app_context():
        try:
            back_up(instance, int(app.config["BACKUPS_KEPT"]))
        except Refused as refused:
            app.logger.error("the backup failed: %s", refused)
            _tell(str(refused))
        except Exception:  # whatever it is: nobody stands above a thread, and the hosts have to hear of it
            app.logger.exception("the backup failed")
            _tell("")
        finally:
            db.session.remove()


def back_up(instance: Path, kept: int) -> None:
    """Take one, unless another process is just doing so, and remove the oldest beyond as many as are kept."""
    folder = backup.folder_of(instance)
    folder.mkdir(mode=0o700, exist_ok=True)
    with (folder / ".tried").open("a") as turn:
        try:
            fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        os.utime(turn.fileno(), (clock.now().timestamp(),) * 2)
        backup.take(instance, backup.place(instance, why=WHY))
        for old in taken(instance)[:-kept]:
            old.unlink()


def _tell(why: str) -> None:
    """One mail a day to each host: a backup that fails silently is found out when it is needed."""
    with transaction():
        for host in duty.hosts():
            once = f"backup-failed-{clock.now():%Y-%m-%d}-{host.id}"
            outbox.queue("backup_failed", to=host, once=once, why=why, folder=current_app.config["INSTANCE"])
