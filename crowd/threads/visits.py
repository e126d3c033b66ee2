"""Until when a person has read a thread, a question or a finding. Reading writes nothing by itself: the script tells
after a while that the page has been looked at, and without scripts a button does."""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, text

from crowd import clock
from crowd.db import write
from crowd.models import Visit
from crowd.statements import Statement

ONE_VISIT = timedelta(minutes=30)  # pages turned within it are the same visit, on which the same things are new

_VISIT = Statement(
    select(Visit.seen_at, Visit.upto, Visit.at).where(
        Visit.person_id == bindparam("person"), Visit.place == bindparam("place")
    )
)
_NOTE = text(
    "INSERT INTO visits (person_id, place, seen_at, upto, at) VALUES (:person, :place, :seen_at, :upto, :at)"
    " ON CONFLICT (person_id, place) DO UPDATE SET seen_at = excluded.seen_at, upto = excluded.upto, at = excluded.at"
).bindparams(*(bindparam(name, type_=Visit.at.type) for name in ("seen_at", "upto", "at")))


def since(place: str, by: int) -> datetime | None:
    """What was published later is new to this person; None if they have not been here before."""
    if not by or (last := _VISIT.first(person=by, place=place)) is None:
        return None
    same_visit = last.at > clock.now() - ONE_VISIT
    found: datetime = last.seen_at if same_visit else last.upto
    return found


def note(place: str, *, by: int, upto: datetime, all_read: bool = False) -> None:
    """Remember that everything published until then has been shown. It stays new until this visit ends, except with
    `all_read`. Leaves no line in the log: what people read is nobody's business."""
    now = clock.now()
    last = _VISIT.first(person=by, place=place)
    upto = min(max(upto, last.upto) if last else upto, now)
    seen_at = upto if all_read or last is None else since(place, by)
    write(_NOTE, person=by, place=place, seen_at=seen_at, upto=upto, at=now)
