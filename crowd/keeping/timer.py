"""Backups by themselves: as often as the settings say, the oldest removed; a host hears by mail when one fails."""

import fcntl
import os
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import current_app

from crowd import clock, outbox
from crowd.care import duty
from crowd.chores import beside
from crowd.db import transaction
from crowd.keeping import backup
from crowd.keeping.places import Refused

WHY = "timed"
AGAIN = timedelta(hours=1)  # after one that failed


def back_up_when_due() -> None:
    """A chore."""
    if due(Path(current_app.config["INSTANCE"]), int(current_app.config["BACKUP_HOURS"])):
        beside("backup", _back_up)


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


def _back_up() -> None:
    try:
        back_up(Path(current_app.config["INSTANCE"]), int(current_app.config["BACKUPS_KEPT"]))
    except Refused as refused:
        current_app.logger.error("the backup failed: %s", refused)
        _tell(str(refused))
    except Exception:  # whatever it is: the hosts have to hear of it
        current_app.logger.exception("the backup failed")
        _tell("")


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
