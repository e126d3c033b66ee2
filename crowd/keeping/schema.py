"""Bringing a database to this code's schema: with a backup before it, and in one transaction, so that it is either
wholly done or not at all."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, select, table

from crowd.db import db, transaction
from crowd.keeping import backup, places, rows
from crowd.keeping.places import MIGRATIONS, Refused, newest_revision


def migrate(connection: Connection, to: str = "head") -> None:
    """Run the migrations inside the caller's transaction. Alembic's import costs 0.2 s, which most starts need not
    pay."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS.parent))
    config.attributes["connection"] = connection
    command.upgrade(config, to)


def make_ready(instance: Path) -> str:
    """Bring the current app's database to this code's schema; what was done, in a sentence, or nothing.

    One with rows is backed up first. Raises Refused; then the database is as it was."""
    there, newest = places.revision(), newest_revision()
    if there > newest:
        raise Refused(
            f"The database has revision {there}, but this Crowd knows only {newest}: "
            "it was made by a newer version. Start that version, or restore a backup made by this one."
        )
    if there == newest:
        return ""
    if not there:
        _in_one_go()
        return ""
    db.session.remove()
    db.engine.dispose()
    places.refuse_running(instance, "so that nobody writes while its database is brought to the new version")
    kept = backup.take(instance, backup.place(instance, why=f"before-{newest}"))
    try:
        _in_one_go()
    except Exception as error:  # whatever it is: the host has to hear that all is as it was
        raise Refused(_failed(there, newest, error, kept.path)) from error
    from crowd.search import deeds as search

    with transaction():
        search.mend()
    return f"The database was brought from schema {there} to {newest}. As it was before, it lies in {kept.path}."


def _in_one_go() -> None:
    """SQLite alters a table by making it anew and dropping the old one, which empties it first: rows that name it would
    stop that, or go with it. So foreign keys are off meanwhile and checked before the end."""
    with _unbound(db.engine.connect().execution_options(writing=True)) as connection, connection.begin():
        before = _counts(connection)
        migrate(connection)
        _refuse_loss(before, _counts(connection))
        if connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
            raise Refused("rows would name others that are not there")


@contextmanager
def _unbound(connection: Connection) -> Iterator[Connection]:
    with connection:
        driver: Any = connection.connection.driver_connection
        if connection.dialect.name == "sqlite":
            driver.execute("PRAGMA foreign_keys=OFF")  # heard outside of a transaction only
        try:
            yield connection
        finally:
            if connection.dialect.name == "sqlite":
                driver.execute("PRAGMA foreign_keys=ON")


def _counts(connection: Connection) -> dict[str, int]:
    return {
        name: connection.scalar(select(func.count()).select_from(table(name))) or 0 for name in rows.tables(connection)
    }


def _refuse_loss(before: Mapping[str, int], after: Mapping[str, int]) -> None:
    """No migration takes rows from a table that stays."""
    lost = [name for name, n in before.items() if name in after and after[name] < n]
    if lost:
        raise Refused(f"rows would be lost from {', '.join(lost)}")


def _failed(there: str, newest: str, error: Exception, kept: Path) -> str:
    words = " ".join(str(getattr(error, "orig", None) or error).split())[:300].rstrip(".")
    return (
        f"The database could not be brought from schema {there} to {newest}: {words}. Nothing was changed: the version "
        f"that you had before runs on it as it did. A backup lies in {kept}. Please report this sentence."
    )
