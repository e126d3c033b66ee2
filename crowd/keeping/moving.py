"""Moving an instance from SQLite to PostgreSQL: all rows in one transaction, compared by counts and hashes."""

import json
import os
import re
import tomllib
from pathlib import Path

from sqlalchemy import Connection

from crowd.db import db, transaction
from crowd.keeping import places, rows, schema
from crowd.keeping.places import Refused
from crowd.keeping.progress import progress


def to_postgres(instance: Path, url: str) -> str:
    """Fill an empty PostgreSQL database with all rows of crowd.db, then name it in config.toml; what was done.

    Raises Refused; then nothing has changed. crowd.db stays where it is."""
    with places.one_start_at_a_time(instance):
        places.refuse_running(instance, "move")
        with places.database("", instance):
            if places.revision() != places.newest_revision():
                raise Refused("crowd.db is not of this version. Run “python3 app.py upgrade” first.")
            with db.engine.connect() as source, places.database(url, instance):
                stamps = _copied(source, url)
                with transaction():
                    from crowd.search import deeds as search

                    search.mend()
        progress("")
        _name(instance / "config.toml", url)
    number = sum(stamp.rows for stamp in stamps.values())
    return (
        f"{number:,} rows of {len(stamps)} tables are in {places.named(url)}; "
        "the counts and hashes of every table agree.\n"
        f"config.toml names it now: start Crowd again. {instance / 'crowd.db'} is used no more; "
        "keep it until you are sure."
    )


def _copied(source: Connection, url: str) -> dict[str, rows.Stamp]:
    """Everything in one transaction of the target, which begins empty."""
    with db.engine.connect().execution_options(writing=True) as target, target.begin():
        if there := rows.tables(target):
            raise Refused(
                f"{places.named(url)} is not empty: it has the table {there[0]}. Make a new database and name that one."
            )
        schema.migrate(target)
        names = rows.tables(source)
        rows.load(target, {name: rows.lines(source, name) for name in names})
        found, wanted = rows.stamps(target), rows.stamps(source)
        for name in names:
            rows.refuse_other(found[name], wanted[name], name)
    return wanted


def _name(file: Path, url: str) -> None:
    """Set database_url in the settings, in one step; what a host has written there besides stays."""
    written = file.read_text("utf-8") if file.exists() else ""
    line = f"database_url = {json.dumps(url)}\n"
    new, times = re.subn(r"(?m)^[ \t]*database_url[ \t]*=.*\n?", lambda _found: line, written)
    new = new if times else line + written
    if tomllib.loads(new) != {**tomllib.loads(written), "database_url": url}:
        raise Refused(f"All rows are there, but {file} could not be changed. Put this line into it:\n{line}")
    part = file.with_name("config.moving.part")
    with os.fdopen(os.open(part, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "w", encoding="utf-8") as out:
        out.write(new)
        out.flush()
        os.fsync(out.fileno())
    part.replace(file)
    places.sync(file.parent)
