"""Everything that changes files on their way in: taken as bytes, claimed by one worker at a time, erased at their end.

Every step that a worker writes holds its claim in the WHERE: one that was away too long finds them taken over."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, delete, or_, select, update

from crowd import clock
from crowd.chores import chore
from crowd.db import changed, db, transaction
from crowd.i18n import _
from crowd.models import ImportFile

KEPT_FOR = timedelta(hours=24)
LEASE = timedelta(minutes=5)  # without a sign of life for so long, a worker is dead: one transaction may take minutes
TRIES = 3
MOST = 5  # that wait at the same time
AT_WORK = ("waiting", "taking")


class Refused(Exception):
    """Its text is the sentence that says why."""


class TakenOver(Exception):
    """Another worker has it, or a host dropped it."""


@dataclass(frozen=True)
class Claim:
    id: int
    token: str
    row: Any  # as it was when it was claimed, bytes and all


def keep(body: bytes, *, by: int, source: str, name: str, title: str) -> ImportFile:
    """Take sealed files, to be looked at. Raises Refused where too many wait."""
    still = select(ImportFile.id).where(ImportFile.state.not_in(("taken", "bad"))).limit(MOST)
    if len(db.session.scalars(still).all()) == MOST:
        raise Refused(_("%(n)s imports are on their way already. Take one in or drop it first.", n=MOST))
    made = ImportFile(
        body=body, by_id=by, source=source, name=name, title=title, state="waiting", created_at=clock.now()
    )
    db.session.add(made)
    db.session.flush()
    return made


def begin_taking(row: ImportFile) -> bool:
    """Have what was looked at taken in; whether it still stood there."""
    ready = and_(ImportFile.id == row.id, ImportFile.state == "read")
    return bool(changed(update(ImportFile).where(ready).values(state="taking", tries=0, said="", claim="")))


def drop(row: ImportFile) -> bool:
    """Erase files that nobody is taking in; whether they were there."""
    return bool(changed(delete(ImportFile).where(ImportFile.id == row.id, ImportFile.state != "taking")))


def _free() -> Any:
    quiet = or_(ImportFile.claim == "", ImportFile.beat_at.is_(None), ImportFile.beat_at < clock.now() - LEASE)
    return and_(ImportFile.state.in_(AT_WORK), quiet)


def waits() -> bool:
    """Whether some files wait for a worker. One small SELECT."""
    found = db.session.scalar(select(ImportFile.id).where(_free()).limit(1)) is not None
    db.session.rollback()
    return found


def claim() -> Claim | None:
    """Take the next files that wait. What was tried too often ends with a sentence."""
    if not waits():
        return None
    with transaction():
        row = db.session.execute(select(ImportFile.__table__).where(_free()).order_by(ImportFile.id).limit(1)).first()
        if row is None:
            return None
        token, mine = secrets.token_hex(16), ImportFile.id == row.id
        if row.tries >= TRIES:
            said = _("It failed %(n)s times. Nothing of it was taken. Try it with the command on the server.", n=TRIES)
            changed(update(ImportFile).where(mine).values(state="bad", said=said, claim="", body=b""))
            return None
        took = {"claim": token, "beat_at": clock.now(), "tries": row.tries + 1}
        changed(update(ImportFile).where(mine).values(**took))
    return Claim(row.id, token, row)


def note(job: Claim, **values: Any) -> None:
    """Write something down about files in hand, inside a transaction. Raises TakenOver."""
    mine = and_(ImportFile.id == job.id, ImportFile.claim == job.token)
    if not changed(update(ImportFile).where(mine).values(**{"beat_at": clock.now()} | values)):
        raise TakenOver


@chore
def erase_old() -> None:
    """After a day files are erased, at whatever point they are."""
    old = ImportFile.created_at < clock.now() - KEPT_FOR
    if db.session.scalar(select(ImportFile.id).where(old).limit(1)) is not None:
        with transaction():
            changed(delete(ImportFile).where(old))
