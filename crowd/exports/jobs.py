"""Making a file beside the requests, in a worker's own thread; at once where it is short."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import current_app

from crowd import chores, clock, i18n, outbox, readers
from crowd.db import db, engine_is_postgres, transaction
from crowd.exports import deeds, internal, package, public, queries, research
from crowd.exports.anonymity import TooFew
from crowd.exports.columns import EVERYBODY, HOSTS, RESEARCHERS, Source
from crowd.exports.package import Package
from crowd.exports.readme import readme
from crowd.i18n import _
from crowd.keeping import leaving
from crowd.keeping.places import Refused
from crowd.leases import Claim, TakenOver
from crowd.models import Consultation

PUBLIC, RESEARCH, HOST, WHOLE = "public", "research", "host", "whole"
AUDIENCES = (PUBLIC, RESEARCH, HOST, WHOLE)
SHORT = 2_000  # texts and votes: made while the host waits
BEAT = 1.0  # seconds between two notes of how far it is


def run_due() -> int:
    """Make what waits, until nothing does; how many files."""
    return deeds.WORK.do_all(_work)


chores.job("exports", deeds.WORK.waits, run_due)


def folder() -> Path:
    return Path(current_app.config["INSTANCE"]) / "exports"


def path_of(export: Any) -> Path:
    """Where the file of an export lies, named by nothing that anybody typed."""
    return folder() / f"{export.id}.{export.form}"


def _work(job: Claim) -> None:
    """What goes wrong is said on the page, or in the log, and then tried again."""
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        rows, k = _whole(job) if job.row.audience == WHOLE else _tables(job)
        path = path_of(job.row)
        with transaction():
            deeds.end(job, rows=rows, k=k, size=path.stat().st_size, sha256=_digest(path))
    except TakenOver:
        db.session.rollback()
    except TooFew:
        _refuse(job, _("Fewer than 5 people have voted. A file about so few would tell who they are."))
    except Refused as why:
        _refuse(job, str(why))
    except Exception:  # whatever it is: it is tried again, and after a few times its host is told
        current_app.logger.exception("an export could not be made")
        db.session.remove()


def _refuse(job: Claim, said: str) -> None:
    deeds.WORK.end(job, state="refused", said=said, ended_at=clock.now())


def _digest(path: Path) -> str:
    digest = sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def _beats(job: Claim) -> Callable[[int], None]:
    last = clock.present().timestamp()

    def beat(done: int) -> None:
        nonlocal last
        if (now := clock.present().timestamp()) - last >= BEAT:
            last = now
            with transaction():
                deeds.WORK.note(job, done=done)

    return beat


@contextmanager
def source_of(of: Consultation) -> Iterator[Source]:
    """One snapshot to read from, beside the session: what is written meanwhile is not in the file."""
    isolation = {"isolation_level": "REPEATABLE READ"} if engine_is_postgres() else {}
    host = outbox.site_name()
    with db.engine.connect().execution_options(**isolation) as connection:
        yield Source(connection, of, host)


def _tables(job: Claim) -> tuple[int, int | None]:
    of = db.session.get_one(Consultation, job.row.consultation_id)
    path = path_of(job.row)
    part = path.with_suffix(f".{job.token}.part")
    with i18n.speaking(readers.offered()[0]), source_of(of) as source:
        made, k = package_for(job.row.audience, source, job.row.purpose)
        db.session.rollback()
        try:
            with os.fdopen(os.open(part, os.O_CREAT | os.O_TRUNC | os.O_RDWR, 0o600), "w+b") as out:
                rows = package.write(job.row.form, made, source, out, _beats(job))
                out.flush()
                os.fsync(out.fileno())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    return rows, k


def package_for(audience: str, source: Source, purpose: str = "") -> tuple[Package, int | None]:
    """What the file for an audience holds, and its k. Raises TooFew."""
    of = source.consultation
    if audience == RESEARCH:
        drawn = research.Research(source)
        k = drawn.k
        return Package(drawn.sheets(), RESEARCHERS, readme(RESEARCH, of, source.host, purpose, k)), k
    if audience == HOST:
        return Package(internal.SHEETS, HOSTS, readme(HOST, of, source.host, purpose)), None
    return Package(public.SHEETS, EVERYBODY, readme(PUBLIC, of, source.host)), None


def _whole(job: Claim) -> tuple[int, None]:
    """The consultation as `app.py export` writes it: sealed, to be verified and taken in elsewhere. Without people's
    names and addresses, whoever asks."""
    of, path = db.session.get_one(Consultation, job.row.consultation_id), path_of(job.row)
    path.unlink(missing_ok=True)
    base = str(current_app.config["BASE_URL"])
    left = leaving.write(of, path, Path(current_app.config["INSTANCE"]), base=base)
    return sum(left.rows.values()), None


@chores.chore
def erase_old() -> None:
    """After a day a file is erased; that it was made stays in the list."""
    if not queries.old():
        return
    with transaction():
        gone = queries.old()
        deeds.erase(gone)
    for export in gone:
        path_of(export).unlink(missing_ok=True)


def at_once(of: Consultation, number: int) -> None:
    """Make this one now, if that is short; else a worker will. Others that wait, which may be long, are left to it."""
    if not queries.is_short(of, SHORT):
        return
    if (job := deeds.WORK.claim(number)) is not None:
        _work(job)
