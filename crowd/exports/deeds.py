"""Everything that changes exports: asked for, in hand, made, erased. A step holds its turn in the WHERE."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy import and_, or_, select, update

from crowd import clock, log
from crowd.db import changed, db
from crowd.i18n import _
from crowd.models import Consultation, Export

LEASE = timedelta(seconds=90)  # without a sign of life for so long, a worker is dead
TRIES = 3
MOST_WAITING = 5  # of one consultation
KEPT_FOR = timedelta(hours=24)


class TooMany(Exception):
    """Enough of them wait already."""


class TakenOver(Exception):
    """Another worker has it now."""


class Claim(NamedTuple):
    """An export that this worker alone has in hand: `tries` is its turn."""

    id: int
    tries: int
    consultation_id: int
    audience: str
    form: str
    purpose: str
    by_id: int | None


def ask(of: Consultation, *, audience: str, form: str, purpose: str, by: int) -> Export:
    """Have a file made. Raises TooMany."""
    waits = Export.state.in_(("waiting", "working"))
    there = db.session.scalars(select(Export.id).where(Export.consultation_id == of.id, waits)).all()
    if len(there) >= MOST_WAITING:
        raise TooMany
    made = Export(
        consultation_id=of.id,
        audience=audience,
        form=form,
        purpose=purpose,
        by_id=by,
        asked_at=clock.now(),
        state="waiting",
    )
    db.session.add(made)
    db.session.flush()
    log.record("export asked", by=by, consultation=of, export=made.id, audience=audience, form=form, purpose=purpose)
    return made


def free() -> Any:
    """What a worker may take: what waits, and what a dead one left."""
    quiet = and_(Export.state == "working", Export.beat_at < clock.now() - LEASE)
    return or_(Export.state == "waiting", quiet)


def claim(number: int | None = None) -> Claim | None:
    """Take the next one in hand, or this one; nothing where it does not wait. One that was tried too often is given
    up."""
    which = free() if number is None else and_(free(), Export.id == number)
    found = db.session.scalars(select(Export).where(which).order_by(Export.id).limit(1)).first()
    if found is None:
        return None
    if found.tries >= TRIES:
        found.state, found.ended_at = "failed", clock.now()
        found.said = _("Making the file failed %(n)s times. The log of the server says why.", n=TRIES)
        return None
    found.state, found.beat_at, found.tries, found.done = "working", clock.now(), found.tries + 1, 0
    told = (found.consultation_id, found.audience, found.form, found.purpose, found.by_id)
    return Claim(found.id, found.tries, *told)


def note(job: Claim, **values: Any) -> None:
    """Write something down about an export in hand. Raises TakenOver."""
    mine = and_(Export.id == job.id, Export.tries == job.tries, Export.state == "working")
    if not changed(update(Export).where(mine).values(**{"beat_at": clock.now()} | values)):
        raise TakenOver


def end(job: Claim, *, rows: int, k: int | None, size: int, sha256: str) -> None:
    """The file is there."""
    note(job, state="done", rows=rows, done=rows, k=k, size=size, sha256=sha256, ended_at=clock.now(), said="")
    of = db.session.get_one(Consultation, job.consultation_id)
    log.record("export made", by=job.by_id, consultation=of, export=job.id, rows=rows, k=k, sha256=sha256)


def refuse(job: Claim, said: str) -> None:
    """There can be no such file; `said` is why."""
    note(job, state="refused", said=said, ended_at=clock.now())


def fetched(export: Export, *, by: int) -> None:
    log.record("export fetched", by=by, consultation=export.consultation, export=export.id)


def erase(exports: Sequence[Export]) -> None:
    """Their files are erased; that they were made stays."""
    for export in exports:
        export.state = "gone"


def license_data(of: Consultation, *, by: int, licence: str, doi: str) -> None:
    """Say what others may do with the public data, and under which DOI they are deposited."""
    changed_ = [n for n, v in (("data_licence", licence), ("data_doi", doi)) if getattr(of, n) != v]
    of.data_licence, of.data_doi = licence, doi
    if changed_:
        log.record("consultation changed", by=by, consultation=of, what=changed_)
