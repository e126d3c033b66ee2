"""The file of a backup: a zip with a manifest of SHA-256 sums, and a seal over all its bytes at the very end.

It is written beside its place and renamed when it is whole, so what has the name of a backup is one."""

import fcntl
import json
import os
import re
import shutil
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import IO, Any, NamedTuple

from crowd import clock, config
from crowd.keeping.places import Refused, newest_revision, sync
from crowd.keeping.progress import progress

FORMAT = 1
WHAT = "backup of a Crowd instance"
CONSULTATION = "export of a consultation from Crowd"
SEAL = b"Crowd backup. SHA-256 of all before: "
MANIFEST = "manifest.json"
BLOCK = 1 << 20
NAMES = re.compile(r"crowd\.db|config\.toml|rows/[a-z_]+\.jsonl|uploads/[0-9a-f]{2}/[0-9a-f]{64}")
STORED = ("uploads/",)  # pictures and PDFs are compressed already
ASK_AGAIN = "Make another one, or fetch this one again from where you keep it."


class Writer:
    """Takes the parts of a backup one after the other."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.files: dict[str, dict[str, Any]] = {}
        self.facts: dict[str, Any] = {}

    def add(self, name: str, blocks: Iterable[bytes]) -> None:
        """Write one part, a block at a time."""
        digest, size = sha256(), 0
        with self._archive.open(_entry(name), "w", force_zip64=True) as out:
            for block in blocks:
                out.write(block)
                digest.update(block)
                size += len(block)
        self.files[name] = {"sha256": digest.hexdigest(), "size": size}

    def manifest(self) -> bytes:
        about = {"what": WHAT, "format": FORMAT, "version": config.VERSION, "made_at": clock.now().isoformat()}
        return json.dumps({**about, **self.facts, "files": self.files}, indent=1).encode()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, clock.now().timetuple()[:6])
    entry.compress_type = zipfile.ZIP_STORED if name.startswith(STORED) else zipfile.ZIP_DEFLATED
    entry._compresslevel = 1  # type: ignore[attr-defined]  # no public name before 3.13; three times as quick, a tenth larger
    entry.external_attr = 0o600 << 16
    return entry


def blocks(file: Path) -> Iterator[bytes]:
    with file.open("rb") as source:
        while block := source.read(BLOCK):
            yield block


def part_of(path: Path) -> Path:
    """Under which name it is written."""
    return path.with_name(f".{path.name}.part")


@contextmanager
def writing(path: Path) -> Iterator[Writer]:
    """Write a backup that has its name, and the rights of its owner alone, only when all of it is on the disk."""
    part = part_of(path)
    with os.fdopen(os.open(part, os.O_CREAT | os.O_RDWR, 0o600), "r+b") as file:
        _take(part, file)
        try:
            with zipfile.ZipFile(file, "w") as archive:
                writer = Writer(archive)
                yield writer
                with archive.open(_entry(MANIFEST), "w") as out:
                    out.write(writer.manifest())
                archive.comment = SEAL + b"0" * 64
            _seal(file)
            if path.exists():
                raise Refused(f"{path} is there already. Name another file.")
            part.rename(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
    sync(path.parent)


def _take(part: Path, file: IO[bytes]) -> None:
    """The lock tells one that is being written from one whose writer died, and ends with its holder."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        ours = os.path.samestat(part.stat(), os.fstat(file.fileno()))
    except (BlockingIOError, FileNotFoundError):
        ours = False
    if not ours:
        raise Refused("Another backup of this name is just being written. Wait for it, or name another file.")
    os.fchmod(file.fileno(), 0o600)
    file.truncate(0)


def _seal(file: IO[bytes]) -> None:
    end = file.seek(0, os.SEEK_END) - 64
    stamp = _stamp(file, end)
    file.seek(end)
    file.write(stamp)
    file.flush()
    os.fsync(file.fileno())


def _stamp(file: IO[bytes], end: int, what: str = "") -> bytes:
    digest, done = sha256(), 0
    file.seek(0)
    while block := file.read(min(BLOCK, end - done)):
        digest.update(block)
        done += len(block)
        if what:
            progress(what, done, end)
    return digest.hexdigest().encode()


def sweep(folder: Path) -> None:
    """Remove what backups left that were killed; those that are being written stay."""
    for part in folder.glob(".*.zip.part"):
        with suppress(OSError), part.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            for left in (part, *folder.glob(f"{part.name}.db*")):
                left.unlink()


# ---- reading --------------------------------------------------------------------------------------------------------


class Backup(NamedTuple):
    """A backup whose every byte is as it was written, and which this Crowd can read."""

    path: Path
    manifest: dict[str, Any]

    @property
    def files(self) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = self.manifest["files"]
        return found

    @property
    def schema(self) -> str:
        return str(self.manifest["schema"])

    @property
    def size(self) -> int:
        return sum(int(file["size"]) for file in self.files.values())

    def extract(self, folder: Path) -> None:
        """Write all parts into a folder, each compared with the manifest."""
        done = 0
        with zipfile.ZipFile(self.path) as archive:
            for name, said in self.files.items():
                place = folder / name
                place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                with archive.open(name) as source, _private(place) as out:
                    shutil.copyfileobj(source, out, BLOCK)
                    out.seek(0)
                    stamp = _stamp(out, int(said["size"])).decode()
                if stamp != said["sha256"] or place.stat().st_size != said["size"]:
                    raise Refused(f"{name} in {self.path} is not what the manifest says. {ASK_AGAIN}")
                done += int(said["size"])
                progress("Taking it out", done, self.size)


def _private(path: Path) -> IO[bytes]:
    return os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600), "w+b")


def opened(path: Path, what: str = WHAT) -> Backup:
    """Verify a backup, or an export, from its first byte to its last. Raises Refused."""
    found = _sealed(path, what)
    _refuse_other(path, str(found.get("what", WHAT)), what)
    _refuse_newer(path, found)
    return Backup(path, found)


def verified(path: Path) -> Backup:
    """The same for whichever of both it is, each file in it read and compared with the manifest. Raises Refused."""
    found = _sealed(path, WHAT)
    _refuse_newer(path, found)
    with zipfile.ZipFile(path) as archive:
        for name, said in found["files"].items():
            with archive.open(name) as source:
                digest = sha256()
                while block := source.read(BLOCK):
                    digest.update(block)
            if digest.hexdigest() != said["sha256"]:
                raise Refused(f"{name} in {path} is not what the manifest says. {ASK_AGAIN}")
    return Backup(path, found)


def _sealed(path: Path, what: str) -> dict[str, Any]:
    """The manifest of a file that is as it was written. Raises Refused."""
    try:
        with path.open("rb") as file:
            return _manifest(path, file, what)
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror or error}.") from None


def _refuse_other(path: Path, found: str, wanted: str) -> None:
    if found == wanted:
        return
    if found == CONSULTATION:
        raise Refused(f"{path} holds one consultation, not a whole instance: “python3 app.py import” takes it.")
    raise Refused(f"{path} is a backup of a whole instance: “python3 app.py restore” puts that in its place.")


def _manifest(path: Path, file: IO[bytes], what: str) -> dict[str, Any]:
    end = file.seek(0, os.SEEK_END)
    file.seek(max(0, end - 64 - len(SEAL)))
    tail = file.read()
    if not tail.startswith(SEAL):
        raise Refused(_unsealed(path, file, "export" if what == CONSULTATION else "backup"))
    if _stamp(file, end - 64, "Checking") != tail[-64:]:
        raise Refused(f"{path} has been changed since it was written: its checksum is another one. {ASK_AGAIN}")
    with zipfile.ZipFile(file) as archive:
        found: dict[str, Any] = json.loads(archive.read(MANIFEST))
        names = set(archive.namelist()) - {MANIFEST}
    if found.get("format") == FORMAT and (names != set(found["files"]) or not all(map(NAMES.fullmatch, names))):
        raise Refused(f"{path} holds other files than its manifest says. {ASK_AGAIN}")
    return found


def _unsealed(path: Path, file: IO[bytes], name: str) -> str:
    """Why a file that does not end with our seal is no good."""
    file.seek(0)
    start = file.read(4)
    file.seek(0)
    if not start:
        return f"{path} is empty. {ASK_AGAIN}"
    if start != b"PK\x03\x04":
        return f"{path} is no {name} of Crowd. It would be a zip file that “python3 app.py {name}” has written."
    if zipfile.is_zipfile(file):
        with suppress(zipfile.BadZipFile), zipfile.ZipFile(file) as archive:
            if MANIFEST in archive.namelist():
                return f"{path} has been changed since it was written: its seal is gone. {ASK_AGAIN}"
        return f"{path} is a zip file, but no {name} of Crowd: “python3 app.py {name}” writes those."
    return f"{path} is not whole: its end is missing, as when a copy was broken off. {ASK_AGAIN}"


def _refuse_newer(path: Path, found: dict[str, Any]) -> None:
    if int(found["format"]) > FORMAT or str(found["schema"]) > newest_revision():
        raise Refused(
            f"{path} was made by a newer Crowd (version {found['version']}, schema {found['schema']}); this one is "
            f"version {config.VERSION} and knows schemas up to {newest_revision()}. Install that version, then try "
            "again."
        )
