"""Everything that changes exports: asked for, in hand (leases.py), made, erased."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from crowd import clock, log
from crowd.db import db
from crowd.i18n import _
from crowd.leases import Claim, Work
from crowd.models import Consultation, Export

MOST_WAITING = 5  # of one consultation
KEPT_FOR = timedelta(hours=24)


class TooMany(Exception):
    """Enough of them wait already."""


def ask(of: Consultation, *, audience: str, form: str, purpose: str, by: int) -> Export:
    """Have a file made. Raises TooMany."""
    waits = Export.state.in_(WORK.states)
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


def _given_up(_row: Any) -> dict[str, Any]:
    said = _("Making the file failed %(n)s times. The log of the server says why.", n=WORK.tries)
    return {"state": "failed", "ended_at": clock.now(), "said": said}


WORK = Work(
    Export,
    ("waiting", "working"),
    _given_up,
    lease=timedelta(seconds=90),
    taken=lambda: {"state": "working", "done": 0},
)


def end(job: Claim, *, rows: int, k: int | None, size: int, sha256: str) -> None:
    """The file is there."""
    made = {"rows": rows, "done": rows, "k": k, "size": size, "sha256": sha256, "ended_at": clock.now()}
    WORK.note(job, state="done", claim="", said="", **made)
    of = db.session.get_one(Consultation, job.row.consultation_id)
    log.record("export made", by=job.row.by_id, consultation=of, export=job.id, rows=rows, k=k, sha256=sha256)


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
