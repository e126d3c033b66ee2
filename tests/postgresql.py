"""A PostgreSQL of the tests' own: a fresh cluster on a socket in a temporary folder, gone afterwards."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOM = 1 << 30  # bytes; a run's databases and log stay under a third of it


def missing() -> str:
    """Why there can be no PostgreSQL here; empty if there can."""
    return "" if _programs() else "PostgreSQL's initdb is not on this machine (Debian: apt-get install postgresql)"


def _programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    here = shutil.which("initdb")
    return found[-1].parent if found else Path(here).parent if here else None


def _as_postgres(*command: str | Path) -> None:
    """PostgreSQL refuses to run as root; there the packages made a user for it."""
    user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    subprocess.run([*user, *map(str, command)], check=True, stdout=subprocess.DEVNULL, cwd="/")


def _memory() -> Path | None:
    """A folder in memory with room for a cluster: making a database there takes a tenth of the time."""
    memory = Path("/dev/shm")  # noqa: S108  mkdtemp makes a folder of its own in it
    return memory if memory.is_dir() and shutil.disk_usage(memory).free > ROOM else None


@contextmanager
def cluster() -> Iterator[str]:
    """The address of a running server; durability is off, because it lives for one test run."""
    programs = _programs()
    assert programs, missing()
    folder = Path(tempfile.mkdtemp(prefix="crowd-pg-", dir=_memory()))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    _as_postgres(
        programs / "initdb",
        "-D",
        folder / "data",
        "-U",
        "postgres",
        "-A",
        "trust",
        "--no-sync",
        "--locale=C.UTF-8",
    )
    options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
    options += " -c full_page_writes=off -c max_connections=60"
    options += " -c wal_level=minimal -c max_wal_senders=0 -c max_wal_size=128MB"
    _as_postgres(programs / "pg_ctl", "-D", folder / "data", "-l", folder / "log", "-w", "-o", options, "start")
    try:
        yield f"postgresql://postgres@/postgres?host={folder}"
    finally:
        _as_postgres(programs / "pg_ctl", "-D", folder / "data", "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)
