"""kill -9 of real processes that back up, restore, upgrade, take in: whole or as before, and the next one goes on."""

import gzip
import json
import os
import random
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from crowd.db import db, transaction
from crowd.keeping import archive, places, rows
from crowd.keeping.places import Refused
from crowd.models import Attachment, Consultation, Person, Site
from tests import make
from tests.conftest import SECRET, _on_server
from tests.faults import people, real
from tests.keeping.test_upgrade import STORED

LARGE = 60_000_000  # bytes of one file: reading and packing it takes long enough to be hit


def fill(folder: Path, large: int = LARGE) -> None:
    """Something to keep, with a file that takes its time."""
    with people.inside(folder):
        people.begin_site()
        of = make.consultation()
        author = make.member(of)
        idea = make.contribution(of.questions[0], by=author, text="An idea")
        make.file(idea, by=author.id, content=os.urandom(large))


def kill_when(process: real.Process, there, within: float = 0.0) -> None:
    """kill -9 as soon as this is true, or a moment later. It must not have ended by then."""
    end = time.monotonic() + real.PATIENCE
    while not there():
        assert process.popen.poll() is None, f"it ended before it was killed: {process.said}"
        assert time.monotonic() < end
        time.sleep(0.001)
    time.sleep(random.uniform(0, within))
    process.kill_everything()


def size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


# ---- backup ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("written", [1, LARGE // 2])
def test_a_killed_backup_leaves_none_of_its_name_and_the_next_one_works(begun, tmp_path, written):
    fill(begun.folder)
    part = tmp_path / ".kept.zip.part"
    killed = begun.start("backup", str(tmp_path / "kept.zip"))
    kill_when(killed, lambda: size(part) >= written)
    assert not (tmp_path / "kept.zip").exists()
    with pytest.raises(Refused, match=r"is not whole|is empty"):
        archive.opened(part)
    begun.does("backup", str(tmp_path / "kept.zip"))
    assert archive.opened(tmp_path / "kept.zip").size > LARGE
    assert list(tmp_path.glob(".kept*")) == [], "what the killed one left is removed"


# ---- restore --------------------------------------------------------------------------------------------------------


def contents(folder: Path) -> tuple[object, ...]:
    with people.inside(folder), db.engine.connect() as connection:
        found = rows.stamps(connection)
    return found, sorted(path.name for path in (folder / "uploads").glob("*/*")), (folder / "config.toml").read_bytes()


MOMENTS = {
    "while it takes things out": lambda stage: any(stage.glob("*")),
    "while it checks": lambda stage: (stage / "uploads").exists() or (stage / "rows").exists(),
    "when all is ready": lambda stage: (stage / "ready").exists(),
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_killed_restore_is_undone_or_goes_on(either, tmp_path, moment):
    fill(either.folder, 8_000_000)
    kept = tmp_path / "kept.zip"
    either.does("backup", str(kept))
    before = contents(either.folder)
    with people.inside(either.folder) as app, transaction() as session:
        session.execute(update(Site).values(name="Later"))
        session.execute(update(Person).values(name="Somebody else"))
        url = app.config["DATABASE_URL"]
    later = contents(either.folder)
    named = {"DATABASE_URL": url} if url else {}
    killed = either.start("restore", str(kept), "--overwrite", **named)
    stage = either.folder / "restoring"
    over = moment == "when all is ready"  # with SQLite that takes a few milliseconds, and may be over before the kill
    kill_when(killed, lambda: MOMENTS[moment](stage) or (over and killed.popen.poll() == 0))
    either.does("upgrade")  # any command: it first brings to its end what was broken off
    found = contents(either.folder)
    assert found in (before, later), "half done"
    if moment != "when all is ready":
        assert found == later
    either.does("restore", str(kept), "--overwrite", **named)
    assert contents(either.folder) == before
    assert not stage.exists()


# ---- upgrade --------------------------------------------------------------------------------------------------------


@pytest.fixture(params=["sqlite", "postgresql"])
def old(request, crowd) -> real.Crowd:
    """An instance of the first schema, as its version left it."""
    settings = f'secret_key = "{SECRET}"\n'
    if request.param == "sqlite":
        (crowd.folder / "crowd.db").write_bytes(gzip.decompress((STORED / "0001.sqlite.gz").read_bytes()))
    else:
        server = str(request.getfixturevalue("postgres_server"))
        _on_server(server, "DROP DATABASE IF EXISTS old WITH (FORCE)", "CREATE DATABASE old")
        url = server.replace("/postgres?", "/old?")
        settings += f"database_url = {json.dumps(url)}\n"
        sql = gzip.decompress((STORED / "0001.postgresql.sql.gz").read_bytes()).decode()
        with places.database(url, crowd.folder), db.engine.connect() as connection, connection.begin():
            connection.connection.driver_connection.execute(sql)
    (crowd.folder / "config.toml").write_text(settings)
    return crowd


def numbers(crowd: real.Crowd) -> dict[str, int]:
    url = str(next((line for line in (crowd.folder / "config.toml").read_text().splitlines() if "url" in line), ""))
    with places.database(json.loads(url.partition("= ")[2] or '""'), crowd.folder):
        with db.engine.connect() as connection:
            found = {name: rows.stamp(connection, name).rows for name in rows.tables(connection)}
        return found | {"revision": int(places.revision())}


@pytest.mark.parametrize("within", [0.02, 0.4])
def test_an_upgrade_killed_while_it_migrates_loses_nothing(old, within):
    before = numbers(old)
    killed = old.start("upgrade")
    kill_when(killed, lambda: any((old.folder / "backups").glob("*.zip")), within)
    middle = numbers(old)
    assert middle == before or middle["revision"] == int(places.newest_revision()), "half done"
    said = old.does("upgrade")
    after = numbers(old)
    assert after["revision"] == int(places.newest_revision()), said
    assert {name: n for name, n in before.items() if name != "revision" and after[name] < n} == {}


# ---- import ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("within", [0.05, 0.4])
def test_a_killed_import_leaves_nothing_or_all_and_the_next_one_works(begun, tmp_path, within):
    fill(begun.folder, 8_000_000)
    begun.does("export", "ahp", str(tmp_path / "ahp.zip"))
    killed = begun.start("import", str(tmp_path / "ahp.zip"), "--as", "ahp-2")
    kill_when(killed, (begun.folder / "importing").exists, within)
    with people.inside(begun.folder):
        slugs = db.session.scalars(select(Consultation.slug)).all()
        there = db.session.scalar(select(func.count(Attachment.id)))
    assert (sorted(slugs), there) in ((["ahp"], 1), (["ahp", "ahp-2"], 2))
    begun.does("import", str(tmp_path / "ahp.zip"), "--as", "ahp-3")
    assert not (begun.folder / "importing").exists()
