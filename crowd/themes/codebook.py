"""The codebook as a whole: its versions, what differs between two of them, and the names that count as the same."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import func, select

from crowd import clock, log
from crowd.db import db
from crowd.models import Codebook, Consultation, Theme
from crowd.search.words import fold
from crowd.threads.differences import Piece, differences

WORDS = ("name", "definition", "include", "exclude", "example")
STANDS = (*WORDS, "retired")


class Change(NamedTuple):
    """What one theme was made of a version: new, or which of its words changed, and how."""

    name: str
    new: bool
    retired: bool | None  # nothing where that did not change
    parts: list[tuple[str, list[Piece]]]


def same(name: str) -> str:
    """Two names that differ in case, accents or spaces alone are one."""
    return " ".join(fold(name).split())


def snapshot(consultation_id: int) -> list[dict[str, Any]]:
    """Every theme in its words, by number."""
    found = db.session.scalars(select(Theme).where(Theme.consultation_id == consultation_id).order_by(Theme.number))
    return [
        {"number": one.number, **{name: getattr(one, name) for name in WORDS}, "retired": one.retired_at is not None}
        for one in found
    ]


def keep(consultation: Consultation, *, by: int | None, note: str = "") -> Codebook:
    """A new version of the codebook, as it stands now; called by whatever has changed a theme. `by` is a person's id,
    or None for what came in by a command."""
    db.session.flush()
    at = Codebook.consultation_id == consultation.id
    last = db.session.scalar(select(func.max(Codebook.number)).where(at)) or 0
    made = Codebook(consultation_id=consultation.id, number=last + 1, person_id=by, note=note)
    made.themes, made.at = snapshot(consultation.id), clock.now()
    db.session.add(made)
    log.record("codebook changed", by=by, consultation=consultation, codebook=made.number, note=note)
    return made


def changes(before: Sequence[dict[str, Any]], after: Sequence[dict[str, Any]]) -> list[Change]:
    """What a version made of the one before it, theme by theme; themes that stayed as they were are left out."""
    had = {one["number"]: one for one in before}
    return [change for one in after if (change := _change(had.get(one["number"]), one))]


def _change(was: dict[str, Any] | None, now: dict[str, Any]) -> Change | None:
    if was == now:
        return None
    old = was or dict.fromkeys(WORDS, "") | {"retired": False}
    parts = [(name, differences(old[name], now[name])) for name in WORDS if old[name] != now[name]]
    return Change(now["name"], was is None, now["retired"] if old["retired"] != now["retired"] else None, parts)
