"""`upgrade`: from every schema that was released, with all rows; and as if nothing had been when it fails.

tests/keeping/schemas holds rows as each release wrote them, for SQLite as a file and for PostgreSQL as pg_dump's SQL: a
part of the demonstration, and from 0005 on something in every table. A release with a new schema adds its own
(store_schema.py)."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from crowd import create_app
from crowd.db import db
from crowd.keeping import archive, places, restore, rows, schema
from crowd.keeping.places import Refused
from tests.conftest import SECRET, _on_server

STORED = Path(__file__).parent / "schemas"
RELEASED = sorted({path.name[:4] for path in STORED.iterdir()})
OLDER = [revision for revision in RELEASED if revision < places.newest_revision()]
# 0004 gave the reasons why texts wait another form, 0011 made sections of the words that stood on findings.
CHANGED = {"versions": {"held_for"}, "findings": {"section"}}


@pytest.fixture
def url(request: pytest.FixtureRequest, database: object) -> str:
    """An empty PostgreSQL database, or nothing for SQLite."""
    if "postgresql" not in request.node.name:
        return ""
    server = str(request.getfixturevalue("postgres_server"))
    _on_server(server, "DROP DATABASE IF EXISTS old WITH (FORCE)", "CREATE DATABASE old")
    return server.replace("/postgres?", "/old?")


@pytest.fixture
def old(url: str, tmp_path: Path, revision: str) -> Iterator[Path]:
    folder = tmp_path / "instance"
    folder.mkdir()
    settings = f'secret_key = "{SECRET}"\n' + (f'database_url = "{url}"\n' if url else "")
    (folder / "config.toml").write_text(settings)
    if not url:
        (folder / "crowd.db").write_bytes(gzip.decompress((STORED / f"{revision}.sqlite.gz").read_bytes()))
    with places.database(url, folder):
        if url:
            sql = gzip.decompress((STORED / f"{revision}.postgresql.sql.gz").read_bytes()).decode()
            with db.engine.connect() as connection, connection.begin():
                connection.connection.driver_connection.execute(sql)
                connection.exec_driver_sql("SET search_path TO public")
        yield folder


def all_rows() -> dict[str, list[dict[str, object]]]:
    """Every row of every table, by its columns."""
    import json

    found = {}
    with db.engine.connect() as connection:
        for name in rows.tables(connection):
            columns, *lines = [json.loads(line) for line in rows.lines(connection, name)]
            found[name] = [dict(zip(columns, line, strict=True)) for line in lines]
    db.session.remove()
    return found


def columns_of(row: dict[str, object], like: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in row.items() if name in like}


def test_every_schema_but_the_newest_is_stored_for_both_databases():
    known = [path.name[:4] for path in sorted(places.MIGRATIONS.glob("[0-9]*.py"))]
    for revision in known[:-1]:
        for name in (f"{revision}.sqlite.gz", f"{revision}.postgresql.sql.gz"):
            assert (STORED / name).exists(), f"{name}: git checkout that version, python -m tests.keeping.store_schema"


@pytest.mark.parametrize("revision", RELEASED)
def test_every_row_of_every_release_is_kept(old, revision):
    before = all_rows()
    assert sum(map(len, before.values())) > 500
    said = schema.make_ready(old)
    after = all_rows()
    assert places.revision() == places.newest_revision()
    for name, kept in before.items():
        changed = CHANGED.get(name, set())
        wanted = [{column: value for column, value in row.items() if column not in changed} for row in kept]
        there = [columns_of(row, wanted[0]) for row in after[name]] if wanted else []
        assert [row for row in wanted if row not in there] == [], name
    titles = {row["id"]: row["title"] for row in after["sections"]}
    for row in before["findings"]:
        (now,) = (finding for finding in after["findings"] if finding["id"] == row["id"])
        assert titles.get(now["section_id"], "") == row.get("section", titles.get(now["section_id"], ""))
    kept = {edition["finding_id"]: edition["source"] for edition in after["editions"]}
    assert all(kept[row["id"]] == row["source"] for row in after["findings"] if row["state"] == "published")
    assert bool(said) == (revision in OLDER)


@pytest.mark.parametrize("revision", RELEASED)
def test_what_was_upgraded_serves_its_pages(old, url, revision):
    schema.make_ready(old)
    app = create_app(old)
    with app.app_context():
        texts = db.session.scalar(text("SELECT count(*) FROM contributions WHERE state = 'published'"))
        found = db.session.scalar(text("SELECT count(*) FROM search_index"))
        db.session.remove()
        assert found >= texts > 20
        reader = app.test_client()
        (slug,) = db.session.execute(text("SELECT slug FROM consultations ORDER BY id LIMIT 1")).one()
        db.session.remove()
        for path in ("/", f"/c/{slug}/", f"/c/{slug}/q/1", f"/c/{slug}/findings", f"/c/{slug}/search?q=care"):
            assert reader.get(path, follow_redirects=True).status_code == 200, path
        db.session.remove()
        db.engine.dispose()


@pytest.mark.parametrize("revision", OLDER)
def test_one_that_fails_in_the_middle_leaves_all_as_it_was(old, revision):
    """The last column, or else table, that the migrations add is there already."""
    with db.engine.connect().execution_options(writing=True) as connection, connection.begin():
        there = {name: {c["name"] for c in inspect(connection).get_columns(name)} for name in rows.tables(connection)}
        tables = db.metadata.tables.values()
        new = [(t.name, c.name) for t in tables if t.name in there for c in t.columns if c.name not in there[t.name]]
        table, column = new[-1] if new else ("", "")
        lacking = next((t.name for t in tables if t.name not in there), "")
        say = f"ALTER TABLE {table} ADD COLUMN {column} TIMESTAMP" if new else f"CREATE TABLE {lacking} (id INTEGER)"
        connection.execute(text(say))
    before = all_rows()
    with pytest.raises(Refused, match=r"could not be brought from schema .* Nothing was changed") as refused:
        schema.make_ready(old)
    assert "Traceback" not in str(refused.value)
    assert places.revision() == revision
    assert all_rows() == before
    (kept,) = (old / "backups").iterdir()
    assert archive.opened(kept).schema == revision


@pytest.mark.parametrize("revision", OLDER)
def test_the_backup_before_it_brings_the_older_version_back(old, url, revision, tmp_path, monkeypatch):
    before = all_rows()
    schema.make_ready(old)
    db.engine.dispose()
    (kept,) = (old / "backups").iterdir()
    if url:
        monkeypatch.setenv("DATABASE_URL", url)
    assert "the next start brings it to this one" in restore.restore(kept, old, overwrite=True)
    assert places.revision() == revision
    assert all_rows() == before


@pytest.mark.only_on("sqlite")  # a server has no file that somebody could have open
@pytest.mark.parametrize("revision", OLDER[-1:])
def test_it_waits_for_nobody_to_be_writing(old, revision):
    with places.database("", old), db.engine.connect() as connection:
        connection.execute(text("SELECT count(*) FROM site"))
        with pytest.raises(Refused, match=r"Crowd is running on .* Stop it"):
            schema.make_ready(old)


@pytest.mark.parametrize("revision", RELEASED[-1:])
def test_a_database_of_a_newer_version_is_refused(old, revision):
    with db.engine.connect().execution_options(writing=True) as connection, connection.begin():
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Refused, match="made by a newer version"):
        schema.make_ready(old)
