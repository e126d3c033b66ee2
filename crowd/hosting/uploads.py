"""Lists on their way into the register: taken as bytes, claimed by one worker at a time (leases.py), erased at their
end."""

import json
from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import and_, delete, select, update
from sqlalchemy.orm import defer

from crowd import clock
from crowd.chores import chore
from crowd.db import changed, db, transaction
from crowd.hosting.columns import Columns
from crowd.i18n import _
from crowd.i18n import number as number_
from crowd.keyed import keyed, opened, sealed
from crowd.leases import Work
from crowd.models import UploadedList

SEAL = "uploaded list"
KEPT_FOR = timedelta(hours=24)
MOST = 10  # lists that wait at the same time


class Refused(Exception):
    """Its text is the sentence that says why."""


def box(data: bytes) -> bytes:
    """The bytes as they are kept. Not inside a transaction: it takes its time."""
    return sealed(SEAL, data)


def digest(data: bytes, accept: bool) -> str:
    return keyed("list", f"{accept} {sha256(data).hexdigest()}")


def keep(body: bytes, its_digest: str, *, by: int, pasted: bool, accept: bool, whole: int, claim: str = "") -> int:
    """Take a list; its number. The same one that is on its way already is that one, and read anew unless somebody is
    at it: the settings may be others now. Raises Refused where too many wait."""
    begun = {"claim": claim, "beat_at": clock.now() if claim else None, "tries": 1 if claim else 0}
    waits = UploadedList.state != "loaded"
    there = db.session.scalar(select(UploadedList.id).where(UploadedList.digest == its_digest, waits).limit(1))
    if there is not None:
        idle = and_(UploadedList.id == there, UploadedList.state.in_(("read", "bad")))
        changed(update(UploadedList).where(idle).values(state="waiting", done=0, said="", **begun))
        return int(there)
    full = len(db.session.scalars(select(UploadedList.id).where(waits).limit(MOST)).all()) == MOST
    if full and not _unreadable_gone():
        raise Refused(_("%(n)s lists are on their way already. Load one or drop it first.", n=MOST))
    told = {"by_id": by, "digest": its_digest, "pasted": pasted, "accept": accept, "whole": whole, "body": body}
    made = UploadedList(state="waiting", created_at=clock.now(), **told, **begun)
    db.session.add(made)
    db.session.flush()
    return made.id


def _unreadable_gone() -> int:
    """Make room: lists that could not be read are kept for their reason alone, and nobody can load or drop them."""
    return changed(delete(UploadedList).where(UploadedList.state == "bad"))


def _given_up(row: Any) -> dict[str, Any]:
    """What becomes of a list that was tried so often."""
    if row.state == "waiting":
        said = _("Reading the list failed %(n)s times. Save it as CSV UTF-8 and choose it again.", n=WORK.tries)
        return {"state": "bad", "said": said}
    said = _(
        "It stopped after %(done)s of %(whole)s rows, because it failed %(n)s times in a row. What is loaded stays. Go "
        "on when the fault is mended; nobody is loaded or invited twice.",
        done=number_(row.done),
        whole=number_(row.rows),
        n=WORK.tries,
    )
    return {"state": "stopped", "said": said}


WORK = Work(UploadedList, ("waiting", "loading"), _given_up)  # what ends whoever reads it is given up


def uploaded(number: int) -> UploadedList | None:
    """A list, its bytes left where they are until somebody asks for them."""
    lazily = defer(UploadedList.body), defer(UploadedList.found), defer(UploadedList.bad)
    return db.session.scalar(select(UploadedList).options(*lazily).where(UploadedList.id == number))


def on_the_way() -> Sequence[Any]:
    """The lists that are not at their end, the newest first."""
    columns = UploadedList.id, UploadedList.state, UploadedList.created_at, UploadedList.rows
    asked = select(*columns).where(UploadedList.state != "loaded").order_by(UploadedList.id.desc())
    return db.session.execute(asked).all()


def found(row: UploadedList) -> dict[str, Any]:
    """What the preview shows."""
    made: dict[str, Any] = json.loads(opened(SEAL, row.found))
    return made


def look_again(row: UploadedList, columns: Columns | None, accept: bool) -> bool:
    """Have a list read once more, by these columns; whether it was waiting for its host."""
    chosen: dict[str, Any] = {"columns": list(columns.roles), "headed": columns.headed} if columns else {}
    return _from(row, ("read", "bad"), state="waiting", accept=accept, **chosen)


def begin_loading(row: UploadedList, invite_id: int | None, leave: bool) -> bool:
    """Have a list loaded; whether it was waiting for that, and not loaded already."""
    return _from(row, ("read",), state="loading", invite_id=invite_id, leave=leave)


def go_on(row: UploadedList) -> bool:
    """Take up again what has stopped."""
    return _from(row, ("stopped",), state="loading")


def _from(row: UploadedList, states: tuple[str, ...], **values: Any) -> bool:
    mine = and_(UploadedList.id == row.id, UploadedList.state.in_(states))
    fresh = {"claim": "", "beat_at": None, "tries": 0, "done": 0 if "stopped" not in states else row.done, "said": ""}
    return bool(changed(update(UploadedList).where(mine).values(**(fresh | values))))


def take(row: UploadedList, token: str) -> None:
    """Have it in hand from the moment on at which it takes its next step."""
    values = {"claim": token, "beat_at": clock.now(), "tries": 1}
    changed(update(UploadedList).where(UploadedList.id == row.id).values(**values))


def drop(row: UploadedList) -> bool:
    """Erase a list that nobody is loading; whether it was there."""
    still = and_(UploadedList.id == row.id, UploadedList.state != "loading")
    return bool(changed(delete(UploadedList).where(still)))


@chore
def erase_old() -> None:
    """After a day a list is erased, at whatever point it is."""
    old = UploadedList.created_at < clock.now() - KEPT_FOR
    if db.session.scalar(select(UploadedList.id).where(old).limit(1)) is not None:
        with transaction():
            changed(delete(UploadedList).where(old))
