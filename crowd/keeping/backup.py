"""Taking a backup while people write: the database as it was at one moment, then the files that it names.

SQLite is copied by its own means, a page at a time out of one reading transaction; PostgreSQL is read table by table
in one snapshot. Whatever was acknowledged before it began is in it."""

from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import text
from sqlalchemy.exc import DatabaseError, OperationalError

from crowd import clock
from crowd.db import db, engine_is_postgres, sqlite_module
from crowd.keeping import archive, rows
from crowd.keeping.places import Refused, has_table, newest_revision, revision
from crowd.keeping.progress import progress

PAGES = 4_000  # of SQLite, copied between two looks at the clock
TRIES = 3  # so often files may be removed by their authors while we copy them
STAMP = "%Y%m%d-%H%M%S"


class Taken(NamedTuple):
    """A backup that is there. `missing` are the files that the database names and uploads lacks."""

    path: Path
    size: int
    missing: list[str]


class Vanished(Exception):
    """A file was removed between the copy of the database and that of the files."""


def folder_of(instance: Path) -> Path:
    """Where backups lie if nobody names another place."""
    return instance / "backups"


def place(instance: Path, to: Path | None = None, why: str = "") -> Path:
    """The name of the next backup: as it is given, or with the time in it, in a folder. Raises Refused."""
    name = f"crowd-{clock.now():{STAMP}}{why and '-' + why}.zip"
    if to is None:
        to = folder_of(instance)
        try:
            to.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise Refused(f"{to} cannot be made: {error.strerror or error}. Name a file on another disk.") from error
    path = (to / name if to.is_dir() else to).absolute()
    if path.exists():
        raise Refused(f"{path} is there already. Name another file.")
    if not path.parent.is_dir():
        raise Refused(f"There is no folder {path.parent}. Make it, or name another one.")
    return path


def take(instance: Path, path: Path) -> Taken:
    """Write a backup of the current app's database and this folder. Raises Refused; then there is none of that name."""
    archive.sweep(path.parent)
    try:
        schema = revision()
    except OperationalError:
        raise  # it is locked, or away
    except DatabaseError as error:
        raise _damaged(str(error.orig)) from error
    if not schema:
        raise Refused("The database is empty: there is nothing to back up.")
    if schema > newest_revision():
        raise Refused(f"The database has schema {schema}, which a newer Crowd has made. Back it up with that one.")
    try:
        for _try in range(TRIES):
            with suppress(Vanished):
                return _take(instance, path, schema)
    except OSError as error:
        raise Refused(
            f"The backup could not be written: {error.strerror or error}: {error.filename or path}. "
            "Make room, or name a file on another disk. No backup was left, and nothing was changed."
        ) from error
    finally:
        progress("")
    raise Refused("Files were removed each time while they were being copied. Try again in a quieter hour.")


def _take(instance: Path, path: Path, schema: str) -> Taken:
    with archive.writing(path) as out:
        kind = "postgresql" if engine_is_postgres() else "sqlite"
        out.facts = {"schema": schema, "database": kind}
        named = _rows(out) if engine_is_postgres() else _file(out, instance, archive.part_of(path))
        if (instance / "config.toml").exists():
            out.add("config.toml", archive.blocks(instance / "config.toml"))
        missing = out.facts["missing"] = add_uploads(out, instance / "uploads", named)
    return Taken(path, path.stat().st_size, missing)


def _file(out: archive.Writer, instance: Path, beside: Path) -> list[str]:
    """The SQLite file, as a copy that needs no log beside it; gives the names of files that it holds."""
    copy = beside.with_name(beside.name + ".db")
    sqlite = sqlite_module()
    try:
        copy.unlink(missing_ok=True)
        copy.touch(mode=0o600)
        with closing(sqlite.connect(copy, isolation_level=None)) as target:
            with closing(sqlite.connect(instance / "crowd.db", timeout=60, isolation_level=None)) as source:
                source.execute("BEGIN")
                source.execute("SELECT 1 FROM sqlite_master").fetchone()  # here the moment of the backup is
                source.backup(target, pages=PAGES, progress=_show)
            target.execute("PRAGMA journal_mode=DELETE")
            if (found := target.execute("PRAGMA quick_check(1)").fetchone()[0]) != "ok":
                raise _damaged(found)
            asked = "SELECT count(*) FROM sqlite_master WHERE name = 'attachments'"
            there = target.execute(asked).fetchone()[0]
            named = target.execute(NAMED).fetchall() if there else []
        out.add("crowd.db", archive.blocks(copy))
    except sqlite.OperationalError as error:
        raise Refused(
            f"The database could not be copied: {error}. Make room on the disk of {beside.parent}, or name a file "
            "on another one. No backup was left, and nothing was changed."
        ) from error
    except sqlite.DatabaseError as error:
        raise _damaged(str(error)) from error
    finally:
        copy.unlink(missing_ok=True)
        copy.with_name(copy.name + "-journal").unlink(missing_ok=True)
    return [name for (name,) in named]


NAMED = "SELECT DISTINCT sha256 FROM attachments ORDER BY 1"


def _show(_status: int, left: int, whole: int) -> None:
    progress("Copying the database", whole - left, whole)


def _damaged(found: str) -> Refused:
    return Refused(
        f"The database is damaged ({found}), so no backup was written: it would push out a good one. "
        "Restore your newest backup; “python3 app.py doctor” says more."
    )


def _rows(out: archive.Writer) -> list[str]:
    """All tables of PostgreSQL in one snapshot; gives the names of files that they hold."""
    with db.engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        connection.execute(text("SET TRANSACTION READ ONLY"))
        connection.execute(text("SELECT 1 FROM alembic_version"))  # here the moment of the backup is
        names = rows.tables(connection)
        for n, name in enumerate(names):
            progress("Reading rows", n, len(names))
            out.add(f"rows/{name}.jsonl", rows.lines(connection, name))
        return list(connection.scalars(text(NAMED))) if has_table(connection, "attachments") else []


def add_uploads(out: archive.Writer, folder: Path, named: Iterable[str]) -> list[str]:
    """The files; those that are not there are told by their names. Raises Vanished."""
    missing: list[Path] = []
    there: list[Path] = []
    for name in named:
        path = folder / name[:2] / name
        (there if path.exists() else missing).append(path)
    for n, path in enumerate(there):
        progress("Copying files", n, len(there))
        try:
            out.add(f"uploads/{path.parent.name}/{path.name}", archive.blocks(path))
        except FileNotFoundError:
            raise Vanished from None
    return [path.name for path in missing]


def lines_of(out: Any) -> Iterator[bytes]:
    """The lines of a part that was taken out, one at a time."""
    with Path(out).open("rb") as file:
        yield from file
