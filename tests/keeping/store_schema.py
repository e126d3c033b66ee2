"""Writes this version's schema, filled, into tests/keeping/schemas, for both databases; run once for each release that
has a migration of its own: `.venv/bin/python -m tests.keeping.store_schema`"""

import gzip
import os
import subprocess
import tempfile
from datetime import timedelta
from pathlib import Path

from crowd import cli, create_app
from crowd.db import db, transaction
from crowd.hosting import deeds as hosting
from crowd.keeping import places, rows
from crowd.models import Consultation
from crowd.search import deeds as search
from crowd.states import PHASES, Phase
from tests import make, postgresql
from tests.conftest import SECRET, _on_server
from tests.keeping import filling

STORED = Path(__file__).parent / "schemas"
TEXTS = 60


def some() -> Consultation:
    """A consultation whose rows are in every table; the idea is to be found by a search for "care"."""
    with transaction():
        hosting.begin()
    of = filling.consultation()
    people = [make.member(of) for _n in range(5)]
    for n in range(TEXTS):
        make.contribution(of.questions[n % 2], by=people[n % 5], text=f"Count care time, said {n} times.")
    filling.fill(of)
    with transaction() as session:
        its = session.get_one(Consultation, of.id)
        for phase in PHASES[1:]:  # twenty days on, the findings are open
            setattr(its, phase, getattr(its, phase) - timedelta(days=20))
        its.reached = Phase.OPEN.value
    return of


def write(folder: Path, server: str) -> str:
    """Both files; the revision that they are of."""
    revision = places.newest_revision()
    with create_app(folder, secret_key=SECRET, database_url="", texts_limit=0).app_context():
        cli.prepare()
        some()
        with db.engine.connect() as connection:
            found = {name: list(rows.lines(connection, name)) for name in rows.tables(connection)}
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.exec_driver_sql("PRAGMA journal_mode=DELETE")
            connection.exec_driver_sql("VACUUM")
            connection.exec_driver_sql("BEGIN")
        db.session.remove()
        db.engine.dispose()
    _store(f"{revision}.sqlite.gz", (folder / "crowd.db").read_bytes())
    _on_server(server, "CREATE DATABASE stored")
    with create_app(
        folder, secret_key=SECRET, database_url=server.replace("/postgres?", "/stored?"), texts_limit=0
    ).app_context():
        cli.prepare()
        with db.engine.connect().execution_options(writing=True) as connection, connection.begin():
            rows.load(connection, {name: iter(lines) for name, lines in found.items()})
        with transaction():
            search.mend()
        db.session.remove()
        db.engine.dispose()
    dump = (sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_dump")) or [Path("pg_dump")])[-1]
    host = server.rpartition("=")[2]
    told = [dump, "--no-owner", "--no-privileges", "--inserts", "--rows-per-insert=200", "-h", host, "-U", "postgres"]
    sql = subprocess.run([*told, "stored"], check=True, capture_output=True).stdout
    lines = [line for line in sql.splitlines(keepends=True) if not line.startswith((b"\\restrict", b"\\unrestrict"))]
    _store(f"{revision}.postgresql.sql.gz", b"".join(lines))
    return revision


def _store(name: str, content: bytes) -> None:
    STORED.mkdir(exist_ok=True)
    (STORED / name).write_bytes(gzip.compress(content, mtime=0))


if __name__ == "__main__":
    os.umask(0o022)
    with tempfile.TemporaryDirectory() as folder, postgresql.cluster() as server:
        print(write(Path(folder), server))
