"""A full disk and a folder that cannot be written, under real processes: a sentence, nothing half done, and what runs
runs on.

Full is real in that the kernel refuses every byte beyond a size (RLIMIT_FSIZE, `real.small`), for root as well, in any
container; two tests fill a small disk of their own where mounting is allowed. Read-only is real in that the folder's
rights forbid it, which root is made to heed (`real.no_rights`)."""

import contextlib
import gzip
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from crowd.keeping import archive
from tests.faults import people, real
from tests.faults.test_keeping_killed import contents, fill
from tests.faults.test_kill import fill as fill_up
from tests.keeping.test_upgrade import STORED

WRITE = "/c/ahp/q/1/new"


@contextlib.contextmanager
def small_disk(folder: Path, size: str) -> Iterator[None]:
    small = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder]
    if os.geteuid() != 0 or subprocess.run(small, capture_output=True, check=False).returncode:
        pytest.skip("a small disk to fill needs root and the right to mount; the other tests use the kernel's limit")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def test_a_backup_on_a_full_disk_leaves_nothing_and_stops_nobody(begun, tmp_path):
    fill(begun.folder, 4_000_000)
    begun.serve()
    said = begun.refuses("backup", str(tmp_path / "kept.zip"), within=real.small(3_000_000))
    assert "The backup could not be written: File too large" in said
    assert "Make room, or name a file on another disk. No backup was left" in said
    assert not (tmp_path / "kept.zip").exists()
    assert list(tmp_path.glob(".kept*")) == []
    assert real.ask(begun.port, "/c/ahp/")[0] == 200
    begun.does("backup", str(tmp_path / "kept.zip"))


def test_a_backup_on_a_disk_that_is_really_full(begun, tmp_path):
    fill(begun.folder, 4_000_000)
    disk = tmp_path / "disk"
    disk.mkdir()
    with small_disk(disk, "2m"):
        said = begun.refuses("backup", str(disk / "kept.zip"))
        assert "No space left on device" in said
        assert list(disk.iterdir()) == []


def test_a_restore_on_a_full_disk_changes_nothing(begun, tmp_path):
    fill(begun.folder, 4_000_000)
    begun.does("backup", str(tmp_path / "kept.zip"))
    before = contents(begun.folder)
    said = begun.refuses("restore", str(tmp_path / "kept.zip"), "--overwrite", within=real.small(3_000_000))
    assert said == f"It could not be restored: File too large: {begun.folder / 'restoring'}. Nothing was changed.\n"
    assert not (begun.folder / "restoring").exists()
    assert contents(begun.folder) == before
    begun.does("restore", str(tmp_path / "kept.zip"), "--overwrite")


def test_an_import_on_a_full_disk_changes_nothing(begun, tmp_path):
    fill(begun.folder, 4_000_000)
    begun.does("export", "ahp", str(tmp_path / "ahp.zip"))
    before = contents(begun.folder)
    said = begun.refuses("import", str(tmp_path / "ahp.zip"), "--as", "ahp-2", within=real.small(3_000_000))
    assert said == f"It could not be taken in: File too large: {begun.folder / 'importing'}. Nothing was changed.\n"
    assert contents(begun.folder) == before
    said = begun.refuses("export", "ahp", str(tmp_path / "2.zip"), within=real.small(3_000_000))
    assert "The export could not be written: File too large" in said
    assert sorted(path.name for path in tmp_path.glob("*.zip")) == ["ahp.zip"]


def old(crowd: real.Crowd) -> Path:
    """An instance of the first schema."""
    file = crowd.folder / "crowd.db"
    file.write_bytes(gzip.decompress((STORED / "0001.sqlite.gz").read_bytes()))
    (crowd.folder / "config.toml").write_text(f'secret_key = "{"s" * 48}"\n')
    return file


def test_an_upgrade_on_a_disk_that_fills_up_meanwhile_changes_nothing(crowd):
    """There was room for the backup before it, and then for nothing more."""
    with small_disk(crowd.folder, "4m"):
        old(crowd)
        upgrading = crowd.start("upgrade")
        real.until(lambda: any((crowd.folder / "backups").glob("*.zip")), upgrading)
        fill_up(crowd.folder / "filler")
        assert upgrading.wait() == 1, upgrading.said
        assert "The database could not be brought from schema 0001 to" in upgrading.said
        assert "Nothing was changed: the version that you had before runs on it as it did." in upgrading.said
        (kept,) = (crowd.folder / "backups").iterdir()
        assert archive.opened(kept).schema == "0001"
        (crowd.folder / "filler").unlink()
        assert "was brought from schema 0001" in crowd.does("upgrade")
        crowd.close()


def test_an_upgrade_without_room_for_the_backup_is_not_begun(crowd):
    file = old(crowd)
    said = crowd.refuses("upgrade", within=real.small(file.stat().st_size // 3))
    assert "Make room" in said
    assert list((crowd.folder / "backups").iterdir()) == []
    assert "was brought from schema 0001" in crowd.does("upgrade")


def test_a_first_start_on_a_full_disk_says_so_and_the_next_one_works(crowd):
    said = crowd.refuses("run", within=real.small(16_384))
    assert said.startswith("The database cannot be used: ")
    assert "Look whether the disk is full" in said
    crowd.serve("run")


def test_an_upload_on_a_full_disk_is_refused_and_the_text_is_kept(begun):
    with people.inside(begun.folder):
        (secret,) = people.consultation_with(1)
    begun.serve("run", within=real.small(2_000_000))
    person = people.Person(begun.port, secret)
    fields = person.fill_in(WRITE, text="Words that must not be lost", kind="idea", promise="2", do="send")
    pdf = b"%PDF-1.4\n" + os.urandom(3_000_000) + b"\n%%EOF\n"
    status, page = person.send_file(WRITE, fields, "report.pdf", pdf)
    assert status in (200, 422), page[:300]
    assert "The file could not be stored. Please try again in a minute" in page
    assert "Words that must not be lost" in page
    assert list((begun.folder / "uploads").glob("*")) == []
    assert person.send(WRITE, person.fill_in(WRITE, **fields))[0] == 302, "the text alone is taken"


# ---- a folder that cannot be written --------------------------------------------------------------------------------


def test_what_cannot_be_written_is_named(begun, tmp_path):
    fill(begun.folder, 100_000)
    begun.does("backup", str(tmp_path / "kept.zip"))
    folders = [begun.folder, *(path for path in begun.folder.rglob("*") if path.is_dir())]
    for folder in folders:
        folder.chmod(0o555)
    for command in (["backup"], ["restore", str(tmp_path / "kept.zip"), "--overwrite"], ["upgrade"], ["run"]):
        said = begun.refuses(*command, within=real.no_rights())
        assert "Permission denied" in said or "readonly" in said
        assert str(begun.folder) in said
        assert not (begun.folder / "restoring").exists()
    for folder in folders:
        folder.chmod(0o755)
