"""What the commands of keeping share: where things lie in an instance, who else uses it, and a database to work on."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import IO

from flask import Flask
from sqlalchemy import Connection, inspect, text
from sqlalchemy.engine import make_url

from crowd import config
from crowd.db import db, engine_is_postgres, open_database, sqlite_module

MIGRATIONS = config.ROOT / "crowd" / "migrations" / "versions"
_held: list[IO[str]] = []  # open as long as this process lives, and the workers that it forks


class Refused(Exception):
    """It cannot be done, or was not done; the text is the sentence that says why and how to mend it."""


def newest_revision() -> str:
    """The last migration's number: the files are named by it, so that a start needs no Alembic."""
    return max(file.name[:4] for file in MIGRATIONS.glob("[0-9]*.py"))


def settings() -> dict[str, object]:
    """The settings of the instance that is here. Raises Refused where there is none: looking makes none."""
    if not config.is_there():
        raise Refused(
            f"There is no instance in {config.instance_folder()}. "
            "Name the folder of yours with CROWD_INSTANCE, as you do when you start it."
        )
    return config.load()


@contextmanager
def database(url: str, folder: Path) -> Iterator[Flask]:
    """A database on its own, without pages: the instance's, or one that is being made."""
    app = Flask("crowd", root_path=str(config.ROOT))
    app.config["INSTANCE"] = folder
    open_database(app, url, folder)
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()


@contextmanager
def one_start_at_a_time(folder: Path) -> Iterator[None]:
    """Hold back every other start of this instance until we are done."""
    with (folder / "start.lock").open("a") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        yield


def say_running(folder: Path) -> None:
    """Let others see, as long as this process and its workers live, that Crowd runs on this instance."""
    with suppress(OSError):  # a read-only disk: it serves all the same
        lock = (folder / "running.lock").open("a")
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        _held.append(lock)


def is_running(folder: Path) -> bool:
    """Whether a server or a process for mails has this instance open."""
    if not (folder / "running.lock").exists():
        return False
    with (folder / "running.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def refuse_running(folder: Path, what: str) -> None:
    """Raises Refused while anybody has this instance open, also a server of the host's own."""
    if is_running(folder) or _file_in_use(folder / "crowd.db"):
        raise Refused(f"Crowd is running on {folder}. Stop it, {what}, and start it again.")


def _file_in_use(file: Path) -> bool:
    """Whether another connection holds the file. One that is damaged is held by nobody as far as we can see."""
    if not file.exists():
        return False
    sqlite = sqlite_module()
    with closing(sqlite.connect(file, timeout=1, isolation_level=None)) as connection:
        try:
            connection.execute("PRAGMA locking_mode=EXCLUSIVE")
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("ROLLBACK")
        except sqlite.OperationalError as error:
            return "locked" in str(error)
        except sqlite.DatabaseError:
            return False
    return False


def revision() -> str:
    """The schema of the database; empty for one without tables of ours."""
    with db.engine.connect() as connection:
        if not has_table(connection, "alembic_version"):
            return ""
        return str(connection.scalar(text("SELECT version_num FROM alembic_version")) or "")


def has_table(connection: Connection, name: str) -> bool:
    return inspect(connection).has_table(name)


def named(url: str) -> str:
    """A database as a sentence can name it: without user and password."""
    if not url:
        return "crowd.db"
    parts = make_url(url)
    return f"{parts.database} on {parts.host or parts.query.get('host') or 'this machine'}"


def others_connected() -> int:
    """How many other connections this PostgreSQL database has."""
    if not engine_is_postgres():
        return 0
    count = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    with db.engine.connect() as connection:
        return int(connection.scalar(text(count + " AND backend_type = 'client backend'")) or 0)


def sync(folder: Path) -> None:
    """Have the names in a folder on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
