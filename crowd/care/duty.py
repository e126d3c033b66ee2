"""Who is on duty at the desk, and to whom its mails go."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, or_, select

from crowd import clock
from crowd.db import db
from crowd.models import Consultation, Person, Shift
from crowd.states import Standing

AHEAD = 14  # days that the rota shows


def _active() -> ColumnElement[bool]:
    return or_(Person.suspended_until.is_(None), Person.suspended_until <= clock.now())


def _with(role: Standing) -> Sequence[Person]:
    return db.session.scalars(select(Person).where(Person.roles.contains(role), _active()).order_by(Person.id)).all()


def hosts() -> Sequence[Person]:
    return _with(Standing.HOST)


def moderators() -> Sequence[Person]:
    """Everybody who moderates; the hosts where there is no moderator yet."""
    return _with(Standing.MODERATOR) or hosts()


def on_duty(day: date) -> Sequence[Person]:
    """Who hears from the desk on this day: those on the rota who still moderate, else all moderators (M7, M8)."""
    able = or_(Person.roles.contains(Standing.MODERATOR), Person.roles.contains(Standing.HOST))
    shifts = select(Person).join(Shift, Shift.person_id == Person.id).where(Shift.day == day, able, _active())
    return db.session.scalars(shifts.order_by(Person.id)).all() or moderators()


def staff() -> Sequence[Any]:
    """Everybody who can be put on the rota, by name."""
    able = or_(Person.roles.contains(Standing.MODERATOR), Person.roles.contains(Standing.HOST))
    return db.session.execute(select(Person.id, Person.name, Person.email).where(able).order_by(Person.name)).all()


def rota(first: date) -> dict[date, list[Any]]:
    """The days from this one on, each with who is on duty."""
    days: dict[date, list[Any]] = {first + timedelta(days=n): [] for n in range(AHEAD)}
    shifts = (
        select(Shift.day, Shift.person_id, Person.name)
        .join(Person, Person.id == Shift.person_id)
        .where(Shift.day >= first, Shift.day < first + timedelta(days=AHEAD))
        .order_by(Shift.day, Person.name, Person.id)
    )
    for row in db.session.execute(shifts):
        days[row.day].append(row)
    return days


def desk() -> Consultation | None:
    """The consultation by whose calendar the rota is kept: the one that was made last."""
    return db.session.scalars(select(Consultation).order_by(Consultation.id.desc()).limit(1)).first()


def today(zone: str, at: datetime | None = None) -> date:
    """The day on the desk's own calendar."""
    return (at or clock.now()).astimezone(ZoneInfo(zone)).date()
