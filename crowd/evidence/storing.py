"""Where the bytes of files lie: in the instance under their SHA-256, so that nothing a person chose names a path.

First the bytes, then the row: what is written to the side and synced is put in its place inside the transaction that
makes the row, under the same lock under which nameless files are removed. A death in between leaves a file without a
row, which `sweep` finds, and never a row without its file."""

import os
import secrets
from collections.abc import Iterable
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import IO, NamedTuple

from flask import current_app
from sqlalchemy import select

from crowd import clock
from crowd.db import db, transaction
from crowd.models import Attachment

BLOCK = 65_536
UNFINISHED_FOR = timedelta(days=1)  # after that nobody is still sending it


class Aside(NamedTuple):
    """Bytes that are safe on the disk and have no place yet."""

    path: Path
    sha256: str
    size: int


def folder() -> Path:
    return Path(current_app.config["INSTANCE"]) / "uploads"


def path_of(name: str) -> Path:
    """Where the bytes with this SHA-256 lie."""
    return folder() / name[:2] / name


def put_aside(file: IO[bytes]) -> Aside:
    """Copy to the disk and sync, a block at a time. Raises OSError on a full one."""
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    path, digest, size = folder() / f"{secrets.token_hex(16)}.part", sha256(), 0
    file.seek(0)
    try:
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:
            while block := file.read(BLOCK):
                out.write(block)
                digest.update(block)
                size += len(block)
            out.flush()
            os.fsync(out.fileno())
    except OSError:
        path.unlink(missing_ok=True)
        raise
    return Aside(path, digest.hexdigest(), size)


def put_in_place(aside: Aside) -> None:
    """Give it its place for good; part of the transaction that makes its row."""
    place = path_of(aside.sha256)
    place.parent.mkdir(mode=0o700, exist_ok=True)
    os.replace(aside.path, place)
    for changed in (place.parent, folder()):
        _sync(changed)


def _sync(changed: Path) -> None:
    if os.name != "posix":
        return  # elsewhere a folder cannot be opened
    handle = os.open(changed, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def let_go(names: Iterable[str]) -> int:
    """Remove from the disk what no row names any more; how many were removed. Called after the rows are gone; in a
    transaction of its own, so that nobody names one anew meanwhile."""
    wanted = set(names)
    if not wanted:
        return 0
    with transaction():
        named = set(db.session.scalars(select(Attachment.sha256).where(Attachment.sha256.in_(wanted))))
        gone = [path for name in wanted - named if (path := path_of(name)).exists()]
        for path in gone:
            path.unlink(missing_ok=True)
    return len(gone)


def sweep() -> int:
    """Remove all that no row names, and what a death left unfinished; how many were removed."""
    if not folder().exists():
        return 0
    old = (clock.now() - UNFINISHED_FOR).timestamp()
    unfinished = [path for path in folder().glob("*.part") if path.stat().st_mtime < old]
    for path in unfinished:
        path.unlink(missing_ok=True)
    names = [path.name for path in folder().glob("??/*")]
    return len(unfinished) + sum(let_go(names[n : n + 500]) for n in range(0, len(names), 500))
