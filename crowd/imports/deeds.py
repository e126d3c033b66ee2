"""Everything that changes files on their way in: taken as bytes, claimed by one worker at a time (leases.py), erased at
their end."""

from datetime import timedelta
from typing import Any

from sqlalchemy import and_, delete, select, update

from crowd import clock
from crowd.chores import chore
from crowd.db import changed, db, transaction
from crowd.i18n import _
from crowd.leases import Work
from crowd.models import ImportFile

KEPT_FOR = timedelta(hours=24)
MOST = 5  # that wait at the same time


class Refused(Exception):
    """Its text is the sentence that says why."""


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


def _given_up(_row: Any) -> dict[str, Any]:
    said = _("It failed %(n)s times. Nothing of it was taken. Try it with the command on the server.", n=WORK.tries)
    return {"state": "bad", "said": said, "body": b""}


# one transaction may take minutes, in which nobody can sign
WORK = Work(ImportFile, ("waiting", "taking"), _given_up, lease=timedelta(minutes=5))


@chore
def erase_old() -> None:
    """After a day files are erased, at whatever point they are."""
    old = ImportFile.created_at < clock.now() - KEPT_FOR
    if db.session.scalar(select(ImportFile.id).where(old).limit(1)) is not None:
        with transaction():
            changed(delete(ImportFile).where(old))
