"""`restore`: verified before anything is touched, never over an instance unasked, whole or not at all."""

import json
import os
import shutil
from pathlib import Path

import pytest
from sqlalchemy import text

from crowd import config
from crowd.db import db
from crowd.keeping import archive, backup, places, restore, rows
from crowd.keeping.places import Refused
from crowd.models import Site
from tests.conftest import SECRET
from tests.keeping.test_backup import sealed, taken

DERIVED = ("search_index",)


def contents() -> dict[str, rows.Stamp]:
    """All rows of the current app's database."""
    db.session.remove()
    with db.engine.connect() as connection:
        return rows.stamps(connection)


def lies_in(folder: Path, url: str) -> dict[str, rows.Stamp]:
    with places.database(url, folder):
        return contents()


def found_by_search() -> int:
    db.session.remove()
    found = db.session.scalar(text("SELECT count(*) FROM search_index")) or 0
    db.session.remove()
    return found


def let_go() -> None:
    db.session.remove()
    db.engine.dispose()


@pytest.fixture
def url(app) -> str:
    return str(app.config["DATABASE_URL"])


@pytest.fixture
def kept(filled, tmp_path) -> Path:
    """A backup of the filled instance."""
    return taken(filled, tmp_path / "kept.zip")


@pytest.mark.only_on("sqlite")  # its database is not empty; see the next ones
def test_a_new_folder_gets_all_of_it(filled, kept, tmp_path, url):
    restore.restore(kept, tmp_path / "new")
    assert lies_in(tmp_path / "new", "") == contents()
    assert (tmp_path / "new" / "config.toml").read_bytes() == (filled / "config.toml").read_bytes()
    assert files(tmp_path / "new" / "uploads") == files(filled / "uploads")
    assert not (tmp_path / "new" / "restoring").exists()


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("*/*")}


def change(words: str) -> None:
    with db.engine.connect().execution_options(writing=True) as connection, connection.begin():
        connection.execute(text("UPDATE site SET name = :words"), {"words": words})


def name_of(folder: Path, url: str) -> str:
    with places.database(url, folder):
        return str(db.session.query(Site.name).scalar())


def test_an_instance_is_not_overwritten_unasked(filled, kept, url):
    change("Later")
    let_go()
    with pytest.raises(Refused, match=r"is an instance|is not empty"):
        restore.restore(kept, filled)
    assert name_of(filled, url) == "Later"


def test_asked_for_it_puts_what_was_there_to_the_side(filled, kept, url, monkeypatch):
    before, searched = contents(), found_by_search()
    assert searched > 0
    change("Later")
    (filled / "uploads" / "aa").mkdir()
    (filled / "uploads" / "aa" / ("a" * 64)).write_text("of later")
    let_go()
    if url:
        monkeypatch.setenv("DATABASE_URL", url)
    said = restore.restore(kept, filled, overwrite=True)
    assert lies_in(filled, url) == before
    with places.database(url, filled):
        assert found_by_search() == searched
    assert "a" * 64 not in files(filled / "uploads")
    (aside,) = filled.glob("before-restore-*")
    assert (aside / "uploads" / "aa" / ("a" * 64)).read_text() == "of later"
    assert str(aside) in said or url
    if url:
        (old,) = filled.glob("backups/*-before-restore.zip")
        assert archive.opened(old).schema == places.newest_revision()
    else:
        assert name_of(aside, "") == "Later"


@pytest.mark.only_on("postgresql")  # SQLite has no sequences
def test_postgresql_counts_on_after_it(filled, kept, url, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", url)
    let_go()
    restore.restore(kept, filled, overwrite=True)
    with places.database(url, filled), db.engine.connect().execution_options(writing=True) as connection:
        new = text("INSERT INTO attempts (key, at) VALUES ('x', now()) RETURNING id")
        assert connection.scalar(new) == 1
        people = "SELECT nextval(pg_get_serial_sequence('people', 'id')), max(id) FROM people"
        following, most = connection.execute(text(people)).one()
        assert following == most + 1


@pytest.mark.only_on("postgresql")  # a backup of SQLite is its file
def test_rows_of_postgresql_can_become_sqlite(filled, kept, url, tmp_path):
    (filled / "config.toml").write_text(f'secret_key = "{SECRET}"\n')
    again = taken(filled, tmp_path / "again.zip")
    restore.restore(again, tmp_path / "new")
    assert lies_in(tmp_path / "new", "") == contents()
    with places.database("", tmp_path / "new"):
        assert found_by_search() > 0


@pytest.mark.only_on("postgresql")  # SQLite lies in the instance
def test_a_database_that_only_the_backup_names_is_not_overwritten(filled, kept, url, tmp_path):
    let_go()
    with pytest.raises(Refused, match=r"is not empty\. .* add --overwrite and name it before the command"):
        restore.restore(kept, tmp_path / "new", overwrite=True)


@pytest.mark.only_on("sqlite")  # of SQLite alone
def test_sqlite_is_not_restored_into_postgresql(filled, kept, url, tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://crowd:secret@db.example.org/crowd")
    with pytest.raises(Refused, match=r"but the settings name the database crowd on db\.example\.org") as refused:
        restore.restore(kept, tmp_path / "new")
    assert "secret" not in str(refused.value)


def test_one_that_is_no_good_changes_nothing(filled, kept, tmp_path, url):
    before = contents()
    let_go()
    whole = kept.read_bytes()
    (tmp_path / "cut.zip").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "changed.zip").write_bytes(whole[:1000] + bytes([whole[1000] ^ 1]) + whole[1001:])
    sealed(tmp_path / "newer.zip", schema="9999", database="sqlite", missing=[])
    for name in ("cut.zip", "changed.zip", "newer.zip"):
        with pytest.raises(Refused):
            restore.restore(tmp_path / name, filled, overwrite=True)
    assert not (filled / "restoring").exists()
    assert lies_in(filled, url) == before


@pytest.mark.only_on("sqlite")  # there the other connections are counted
def test_a_running_instance_is_not_restored(filled, kept):
    with db.engine.connect() as connection:
        connection.execute(text("SELECT 1 FROM site"))
        with pytest.raises(Refused, match="Crowd is running on"):
            restore.restore(kept, filled, overwrite=True)


def test_a_settings_file_that_cannot_be_read_is_told(filled, tmp_path):
    (filled / "config.toml").write_text("secret_key = ")
    broken = taken(filled, tmp_path / "broken.zip")
    with pytest.raises(Refused, match=r"The config\.toml in .* cannot be read"):
        restore.restore(broken, tmp_path / "new")
    assert not (tmp_path / "new" / "crowd.db").exists()


class Killed(BaseException):
    """Stands for a power cut: nothing of ours runs after it."""


def state(instance: Path, url: str) -> tuple[object, ...]:
    """All that a restore replaces."""
    return lies_in(instance, url), (instance / "config.toml").read_bytes(), files(instance / "uploads")


def live_on(instance: Path, url: str) -> None:
    """What is different from the backup: rows, settings and files."""
    with places.database(url, instance):
        change("Later")
    with (instance / "config.toml").open("a") as settings:
        settings.write("port = 8000\n")
    (instance / "uploads" / "aa").mkdir()
    (instance / "uploads" / "aa" / ("a" * 64)).write_text("of later")


def test_broken_off_at_any_step_it_is_undone_or_goes_on(filled, kept, url, monkeypatch):
    """Before every call that changes the disk after the backup was verified; with PostgreSQL before every ninth."""
    if url:
        monkeypatch.setenv("DATABASE_URL", url)
    let_go()
    shutil.copytree(filled, snapshot := kept.parent / "snapshot")
    before = state(filled, url)
    ended = set[bool]()
    for step in range(1, 1000, 9 if url else 1):
        shutil.rmtree(filled)
        shutil.copytree(snapshot, filled)
        live_on(filled, url)
        later = state(filled, url)
        if not broken_off(step, kept, filled, monkeypatch):
            break
        went_on = restore.finish(filled)
        found = state(filled, url)
        assert found in (before, later), f"half done at step {step}"
        assert found == before or not went_on, f"not brought to its end at step {step}"
        ended.add(found == before)
    assert ended == {True, False}
    assert state(filled, url) == before


def broken_off(step: int, kept: Path, instance: Path, monkeypatch) -> bool:
    """Restore, and die just before the disk is changed for the n-th time; whether it came to that."""
    left = [step]

    def dying(real):
        def counted(*args, **how):
            left[0] -= 1
            if left[0] <= 0:  # dead: no tidying up either
                raise Killed
            return real(*args, **how)

        return counted

    with monkeypatch.context() as patch:
        for where, name in (
            (Path, "rename"), (Path, "unlink"), (Path, "mkdir"), (Path, "write_text"),
            (os, "sync"), (shutil, "rmtree"), (shutil, "copyfileobj"),
        ):  # fmt: skip
            patch.setattr(where, name, dying(getattr(where, name)))
        try:
            restore.restore(kept, instance, overwrite=True)
        except Killed:
            return True
    return False


def test_nothing_is_served_between(filled, kept):
    (filled / "restoring").mkdir()
    (filled / "restoring" / "ready").write_text(json.dumps({"schema": "0001", "url": "", "aside": "x"}))
    with pytest.raises(config.BadSetting, match="was broken off"):
        config.load(filled)


def test_one_that_does_not_fit_on_the_disk_is_refused(filled, kept, tmp_path, monkeypatch):
    monkeypatch.setattr(restore, "ROOM", shutil.disk_usage(tmp_path).free)
    with pytest.raises(Refused, match=r"It needs \d+ MB on the disk"):
        restore.restore(kept, tmp_path / "new")
    assert backup.folder_of(tmp_path / "new").exists() is False
