"""`backup`: one file that is whole or not there, and says when it cannot be."""

import json
import os
import stat
import zipfile
from datetime import timedelta
from pathlib import Path
from threading import enumerate as threads

import pytest
from sqlalchemy import select, text

from crowd import chores, clock, config
from crowd.db import db, engine_is_postgres
from crowd.keeping import archive, backup, timer
from crowd.keeping.places import Refused
from crowd.models import Attachment, Mail


def taken(instance: Path, to: Path | None = None) -> Path:
    db.session.remove()
    return backup.take(instance, backup.place(instance, to)).path


def names(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as file:
        return file.namelist()


def test_it_holds_the_database_the_files_and_the_settings(filled):
    path = taken(filled)
    (name,) = db.session.scalars(select(Attachment.sha256))
    found = names(path)
    assert {"config.toml", "manifest.json", f"uploads/{name[:2]}/{name}"} <= set(found)
    assert ("rows/people.jsonl" if engine_is_postgres() else "crowd.db") in found
    manifest = json.loads(zipfile.ZipFile(path).read("manifest.json"))
    assert manifest["version"] == config.VERSION
    assert manifest["files"].keys() | {"manifest.json"} == set(found)


def test_it_is_its_owners_alone_and_leaves_nothing_beside_it(filled):
    before = os.umask(0o022)
    path = taken(filled)
    os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_it_goes_where_one_says(filled, tmp_path):
    assert taken(filled, tmp_path / "mine.zip") == tmp_path / "mine.zip"
    assert taken(filled, tmp_path).parent == tmp_path


def test_it_overwrites_nothing(filled, tmp_path):
    (tmp_path / "mine.zip").write_text("precious")
    with pytest.raises(Refused, match="is there already"):
        taken(filled, tmp_path / "mine.zip")
    with pytest.raises(Refused, match="There is no folder"):
        taken(filled, tmp_path / "nowhere" / "mine.zip")
    assert (tmp_path / "mine.zip").read_text() == "precious"


def test_a_file_that_is_missing_is_told(filled):
    (name,) = db.session.scalars(select(Attachment.sha256))
    (filled / "uploads" / name[:2] / name).unlink()
    db.session.remove()
    found = backup.take(filled, backup.place(filled))
    assert found.missing == [name]


@pytest.mark.only_on("sqlite")  # PostgreSQL's files are not ours to damage
@pytest.mark.parametrize("first", [20, 2])
def test_one_of_a_damaged_database_is_refused(filled, first):
    db.session.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    db.session.remove()
    db.engine.dispose()
    with (filled / "crowd.db").open("r+b") as file:
        file.seek(first * 4096)
        file.write(b"\xff" * 4096 * 20)
    with pytest.raises(Refused, match="The database is damaged"):
        taken(filled)
    assert list((filled / "backups").iterdir()) == []


def test_what_a_killed_one_left_is_removed_and_one_that_is_being_written_stays(filled):
    folder = filled / "backups"
    folder.mkdir()
    left = [folder / name for name in (".crowd-1.zip.part", ".crowd-1.zip.part.db", ".crowd-1.zip.part.db-journal")]
    for path in left:
        path.write_text("half")
    with archive.writing(folder / "crowd-2.zip") as out:
        taken(filled)
        assert not any(path.exists() for path in left)
        with pytest.raises(Refused, match="just being written"), archive.writing(folder / "crowd-2.zip"):
            pass
        out.facts = {"schema": "0001"}
    assert (folder / "crowd-2.zip").exists()


# ---- every byte -----------------------------------------------------------------------------------------------------


def test_a_good_one_is_read(filled):
    assert archive.opened(taken(filled)).size > 0


def test_a_changed_byte_anywhere_is_noticed(filled, tmp_path):
    whole = bytearray(taken(filled).read_bytes())
    size = len(whole)
    places = {*range(0, size, size // 150), *range(size - 300, size)}  # the seal and the zip's own directory too
    for at in places:
        changed = whole.copy()
        changed[at] ^= 1
        (tmp_path / "changed.zip").write_bytes(changed)
        with pytest.raises(Refused):
            archive.opened(tmp_path / "changed.zip")


def test_one_cut_off_anywhere_is_noticed(filled, tmp_path):
    whole = taken(filled).read_bytes()
    for size in (*range(0, len(whole), len(whole) // 50), *range(len(whole) - 120, len(whole))):
        (tmp_path / "cut.zip").write_bytes(whole[:size])
        with pytest.raises(Refused, match=r"is empty|is not whole|has been changed|is no backup"):
            archive.opened(tmp_path / "cut.zip")


def sealed(path: Path, **facts: object) -> Path:
    with archive.writing(path) as out:
        out.facts = facts
    return path


@pytest.mark.parametrize("facts", [{"schema": "9999"}, {"schema": "0001", "format": 2}])
def test_one_of_a_newer_version_is_refused(tmp_path, facts):
    with pytest.raises(Refused, match=r"made by a newer Crowd .* Install that version"):
        archive.opened(sealed(tmp_path / "newer.zip", **facts))


def test_other_files_are_no_backups(tmp_path):
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as other:
        other.writestr("holiday.txt", "sun")
    (tmp_path / "register.csv").write_text("email,name\n")
    (tmp_path / "empty.zip").touch()
    for name, words in {
        "other.zip": "is a zip file, but no backup of Crowd",
        "register.csv": "is no backup of Crowd",
        "empty.zip": "is empty",
        "nowhere.zip": "cannot be read: No such file",
    }.items():
        with pytest.raises(Refused, match=words):
            archive.opened(tmp_path / name)


# ---- by the clock ---------------------------------------------------------------------------------------------------


def round_of_chores() -> None:
    chores.run()
    for thread in threads():
        if thread.name == "backup":
            thread.join()


def test_it_is_taken_as_often_as_the_settings_say_and_the_oldest_go(app, filled, at):
    now = clock.now()
    round_of_chores()
    assert timer.taken(filled) == [], "nobody has asked for it"
    app.config |= {"BACKUP_HOURS": 6, "BACKUPS_KEPT": 2}
    mine = taken(filled)
    for hours in (1, 2, 7.5, 8, 14, 21):
        at(now + timedelta(hours=hours))
        round_of_chores()
    kept = [round((timer.when(path) - now) / timedelta(hours=1), 1) for path in timer.taken(filled)]
    assert kept == [14, 21], "those of 1 and 7.5 hours are gone, the rest was not due"
    assert mine.exists(), "what a host has taken stays"


def test_the_hosts_hear_once_a_day_that_it_failed(app, host, filled, at):
    app.config["BACKUP_HOURS"] = 6
    (filled / "backups").write_text("in the way")
    now = clock.now().replace(hour=9)
    for hours in (0, 2, 4):
        at(now + timedelta(hours=hours))
        round_of_chores()
    (mail,) = db.session.scalars(select(Mail).where(Mail.kind == "backup_failed"))
    assert mail.person_id == host.id
    assert str(filled) in mail.body
