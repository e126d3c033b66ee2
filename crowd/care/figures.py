"""Figures of the desk for those who work at it: one's own, and all together without anybody's name."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, case, func, select, true

from crowd import i18n
from crowd.care import duty
from crowd.db import db
from crowd.i18n import _
from crowd.models import Decision, Reading

WEEKS = 8
ENOUGH = 10  # second readings below which a rate says nothing


class Agreement(NamedTuple):
    """How many second readings there were, and how many of them came out the same."""

    readings: int
    agreed: int

    @property
    def rate(self) -> int | None:
        """Per cent; None while it is too early to say."""
        return round(100 * self.agreed / self.readings) if self.readings >= ENOUGH else None


class Figures(NamedTuple):
    """`weeks` are (first day, numbers by kind in the order of `kinds`, sum), the newest first; `wait` is in seconds."""

    kinds: list[str]
    weeks: list[tuple[date, list[int], int]]
    decisions: int
    wait: int | None
    agreement: Agreement


def of(person_id: int | None, zone: str) -> Figures:
    """The last eight weeks of one moderator, or of all (None). What was undone was not decided."""
    mondays = _mondays(zone)
    where = and_(Decision.undone_at.is_(None), Decision.moderator_id == person_id if person_id else true())
    starts = [_begin(monday, zone) for monday in [*mondays, mondays[-1] + timedelta(days=7)]]
    counted = [
        func.sum(case((and_(Decision.at >= begin, Decision.at < end), 1), else_=0)) for begin, end in pairwise(starts)
    ]
    recent = and_(where, Decision.at >= starts[0])
    by_kind = {
        row[0]: [int(n) for n in row[1:]]
        for row in db.session.execute(select(Decision.decision, *counted).where(recent).group_by(Decision.decision))
    }
    kinds = sorted(by_kind, key=lambda kind: (-sum(by_kind[kind]), kind))
    weeks = [(monday, row := [by_kind[kind][n] for kind in kinds], sum(row)) for n, monday in enumerate(mondays)]
    number = sum(total for _monday, _row, total in weeks)
    return Figures(kinds, weeks[::-1], number, _median(recent, number), _agreement(where))


def _mondays(zone: str) -> list[date]:
    today = duty.today(zone)
    this = today - timedelta(days=today.weekday())
    return [this - timedelta(weeks=n) for n in reversed(range(WEEKS))]


def _begin(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def _median(where: ColumnElement[bool], number: int) -> int | None:
    """Half of these decisions came sooner; the lower of the two in the middle."""
    query = select(Decision.waited).where(where).order_by(Decision.waited)
    return db.session.scalar(query.offset((number - 1) // 2).limit(1)) if number else None


def _agreement(where: ColumnElement[bool]) -> Agreement:
    row = db.session.execute(
        select(func.count(), func.coalesce(func.sum(case((Reading.agrees, 1), else_=0)), 0))
        .select_from(Reading)
        .join(Decision, Decision.id == Reading.decision_id)
        .where(where)
    ).one()
    return Agreement(int(row[0]), int(row[1]))


def kind_words(kind: str) -> str:
    """A decision as the head of its column."""
    return {
        "approve": _("Published"),
        "redact": _("Published, passages removed"),
        "return": _("Returned"),
        "reject": _("Not published"),
        "merge": _("Merged"),
        "remove": _("Removed"),
        "move": _("Moved"),
    }.get(kind, kind)


def table(figures: Figures) -> tuple[list[str], Sequence[Sequence[Any]]]:
    """The weeks as heads and rows, the sum first: on a telephone the last columns are beyond the edge."""
    heads = [_("Week of"), _("All"), *(kind_words(kind) for kind in figures.kinds)]
    return heads, [[i18n.day_of(monday), total, *row] for monday, row, total in figures.weeks if total]
