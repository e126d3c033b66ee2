"""Restoring: everything is taken out and verified in a folder to the side, then put in place.

When all is there, `ready` is written. A death before that leaves the instance as it was; after it, every command
first goes on where it was broken off, and nothing can be served in between (config.load refuses)."""

import json
import os
import shutil
import tomllib
from contextlib import closing
from pathlib import Path
from typing import Any

from crowd import clock, delivery
from crowd.config import RESTORING
from crowd.db import db, sqlite_module, transaction
from crowd.keeping import archive, backup, places, rows, schema
from crowd.keeping.places import Refused
from crowd.keeping.progress import progress

LOGS = ("crowd.db-wal", "crowd.db-shm", "crowd.db-journal")
ROOM = 50_000_000  # bytes that are left free


def restore(file: Path, instance: Path, overwrite: bool = False, hold_mails: bool = True) -> str:
    """Put a backup in place of this instance, or where there is none; what was done, in sentences. Its mails are held
    back, unless told otherwise: a copy that is tried out must not write to everybody. Raises Refused."""
    found = archive.opened(file)
    instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    with places.one_start_at_a_time(instance):
        places.refuse_running(instance, "restore")
        _refuse_there(instance, overwrite)
        stage = instance / RESTORING
        shutil.rmtree(stage, ignore_errors=True)
        try:
            _refuse_small(found, instance)
            stage.mkdir(mode=0o700)
            found.extract(stage)
            url = _target(found, stage, instance)
            _verify(found, stage, url, overwrite)
            kept = _keep_rows(found, url, instance)
            if hold_mails:
                (stage / delivery.HELD).write_text(clock.now().isoformat())
            _say_ready(found, stage, url)
        except OSError as error:
            shutil.rmtree(stage, ignore_errors=True)
            where = error.filename or stage
            raise Refused(f"It could not be restored: {error.strerror or error}: {where}. {UNTOUCHED}") from error
        except BaseException:
            shutil.rmtree(stage, ignore_errors=True)
            raise
        finally:
            progress("")
        kept = _finish(instance) or kept
    return _told(found, file, kept) + (HELD_BACK if hold_mails else "")


UNTOUCHED = "Nothing was changed."
HELD_BACK = "\nMails are held back until a host says under Host, Mails whether those that waited are sent or dropped."


def _told(found: archive.Backup, file: Path, kept: Path | None) -> str:
    said = [f"Restored from {file}, which was made at {found.manifest['made_at'][:16].replace('T', ' ')} UTC."]
    if kept:
        said.append(f"What was there before lies in {kept}; remove it when you are sure that you need it no more.")
    if found.manifest["missing"]:
        said.append(f"{len(found.manifest['missing'])} files of uploads were missing when it was made.")
    if "config.toml" not in found.files:
        said.append("It holds no config.toml: the settings, the secret key above all, came from the environment then.")
    if found.schema < places.newest_revision():
        said.append("It is of an older version; the next start brings it to this one.")
    return "\n".join(said)


def _refuse_there(instance: Path, overwrite: bool) -> None:
    if not overwrite and (instance / "crowd.db").exists():
        raise Refused(
            f"There is an instance in {instance} already. To put the backup in its place, add --overwrite: "
            "what is there is kept to the side. Or name another folder with CROWD_INSTANCE."
        )


def _refuse_small(found: archive.Backup, instance: Path) -> None:
    free = shutil.disk_usage(instance).free
    if free < found.size + ROOM:
        wanted, there = (n // 1_000_000 + 1 for n in (found.size + ROOM, free))
        raise Refused(f"It needs {wanted} MB on the disk of {instance}, and {there} MB are free. {UNTOUCHED}")


def _target(found: archive.Backup, stage: Path, instance: Path) -> str:
    """Which database the rows go to; empty for crowd.db. Raises Refused where that does not fit the backup."""
    named = os.environ.get("DATABASE_URL") or _setting(stage) or _setting(instance)
    if found.manifest["database"] == "sqlite" and named:
        raise Refused(
            f"This backup is of SQLite, but the settings name the database {places.named(named)}. "
            "Restore it without DATABASE_URL, then move it with “python3 app.py move-to-postgres”."
        )
    return named if found.manifest["database"] == "postgresql" else ""


def _setting(folder: Path) -> str:
    try:
        written = tomllib.loads((folder / "config.toml").read_text("utf-8"))
    except FileNotFoundError:
        return ""
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Refused(f"The config.toml in {folder} cannot be read: {error}. {UNTOUCHED}") from None
    return str(written.get("database_url", ""))


def _verify(found: archive.Backup, stage: Path, url: str, overwrite: bool) -> None:
    """What was taken out is a database in order; rows of PostgreSQL that go to no PostgreSQL become one."""
    if found.manifest["database"] == "postgresql" and not url:
        with places.database("", stage):
            _load(found.schema, stage / "rows")
            _index(found.schema)
        shutil.rmtree(stage / "rows")
    elif url:
        with places.database(url, stage):
            _refuse_occupied(url, overwrite)
        return
    with closing(sqlite_module().connect(stage / "crowd.db")) as connection:
        progress("Checking the database")
        wrong = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
        stray = connection.execute("PRAGMA foreign_key_check").fetchone()
        if wrong != "ok" or stray:
            raise Refused(f"The database in the backup is damaged: {wrong if wrong != 'ok' else stray}. {UNTOUCHED}")


def _refuse_occupied(url: str, overwrite: bool) -> None:
    with db.engine.connect() as connection:
        occupied = bool(rows.tables(connection))
    if others := places.others_connected():
        raise Refused(f"{others} other connections are open to {places.named(url)}. End them, then restore.")
    if occupied and not (overwrite and url == os.environ.get("DATABASE_URL")):
        raise Refused(
            f"The database {places.named(url)} is not empty. To put the backup in its place, add --overwrite and name "
            "it before the command, even if it stands in config.toml: DATABASE_URL=postgresql://… python3 app.py "
            "restore … A backup of what is there is taken first."
        )


def _keep_rows(found: archive.Backup, url: str, instance: Path) -> Path | None:
    """A backup of the PostgreSQL database that is about to be replaced; where it lies."""
    if not url:
        return None
    with places.database(url, instance):
        if not places.revision():
            return None
        return backup.take(instance, backup.place(instance, why="before-restore")).path


def _say_ready(found: archive.Backup, stage: Path, url: str) -> None:
    (stage / "uploads").mkdir(mode=0o700, exist_ok=True)
    os.sync()
    note = {"schema": found.schema, "url": url, "aside": f"before-restore-{clock.now():{backup.STAMP}}"}
    part = stage / "ready.part"
    part.write_text(json.dumps(note))
    os.sync()
    part.rename(stage / "ready")
    places.sync(stage)


def finish(instance: Path) -> bool:
    """Go on with a restore that was broken off after everything had been verified; whether there was one."""
    if not (instance / RESTORING / "ready").exists():
        return False
    with places.one_start_at_a_time(instance):
        _finish(instance)
    return True


def _finish(instance: Path) -> Path | None:
    """Put in place what is ready. Begun again at any point, it comes to the same."""
    stage = instance / RESTORING
    if not (stage / "ready").exists():
        return None  # another start was quicker
    note: dict[str, Any] = json.loads((stage / "ready").read_text())
    if (stage / "rows").exists():
        with places.database(note["url"], instance):
            try:
                _load(note["schema"], stage / "rows")
            except BaseException:
                (stage / "ready").unlink()  # its transaction was undone, and no file has been moved
                raise
            _index(note["schema"])
    aside = instance / note["aside"]
    if (stage / "crowd.db").exists():
        for name in LOGS:
            _move(instance / name, aside / name)
    for name in ("crowd.db", "config.toml", "uploads"):
        if (stage / name).exists():
            _move(instance / name, aside / name)
            _move(stage / name, instance / name)
    (instance / delivery.HELD).unlink(missing_ok=True)
    _move(stage / delivery.HELD, instance / delivery.HELD)
    os.sync()
    (stage / "ready").unlink()
    places.sync(stage)
    shutil.rmtree(stage)
    return aside if aside.exists() else None


def _move(old: Path, new: Path) -> None:
    if old.exists():
        new.parent.mkdir(mode=0o700, exist_ok=True)
        old.rename(new)


def _load(revision: str, folder: Path) -> None:
    """Make the current app's database one of this schema with these rows; all of it, or nothing changes."""
    with db.engine.connect().execution_options(writing=True) as connection, connection.begin():
        drop_all(connection)
        schema.migrate(connection, revision)
        rows.load(connection, {path.stem: backup.lines_of(path) for path in sorted(folder.glob("*.jsonl"))})
        for path in sorted(folder.glob("*.jsonl")):
            rows.refuse_other(rows.stamp(connection, path.stem), rows.stamp_of(backup.lines_of(path)), path.stem)


def _index(revision: str) -> None:
    """Make the index of the search, which is not part of a backup of rows; an older schema gets it with the upgrade."""
    if revision == places.newest_revision():
        from crowd.search import deeds as search

        with transaction():
            search.mend()


def drop_all(connection: Any) -> None:
    """Remove our tables, and no others that stand in the same PostgreSQL."""
    known = {*db.metadata.tables, "search_index", "alembic_version"}
    for name in [*rows.tables(connection), "search_index", "alembic_version"]:
        if name in known and connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"DROP TABLE IF EXISTS {name} CASCADE")
