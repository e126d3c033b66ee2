"""Until when a text should be decided on: the host's working hours and holidays, in the consultation's zone (M7)."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select, update

from crowd import clock
from crowd.db import db
from crowd.models import Case, Consultation

LONGEST = 400  # days ahead that are looked at: a calendar without any working day ends there


def due(consultation: Consultation, since: datetime) -> datetime:
    """When the target of so many working hours is over for what was sent in at `since`; both in UTC."""
    return after(consultation, since, timedelta(hours=consultation.answer_hours))


def after(consultation: Consultation, since: datetime, hours: timedelta) -> datetime:
    """When so many working hours have gone by; as many hours of any sort if nobody ever works.

    Hours are those of the clock on the wall: on the days when it is changed an hour more or less, as for the staff."""
    zone = ZoneInfo(consultation.timezone)
    at, left = since.astimezone(zone).replace(tzinfo=None), hours
    for _day in range(LONGEST):
        midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
        begin, end = (midnight + timedelta(minutes=m) for m in (consultation.work_from, consultation.work_until))
        if works(consultation, midnight):
            at = max(at, begin)
            if at + left <= end:
                return (at + left).replace(tzinfo=zone).astimezone(UTC)
            left -= max(end - at, timedelta(0))
        at = midnight + timedelta(days=1)
    return since + hours


def works(consultation: Consultation, day: date) -> bool:
    """Whether the desk is staffed on this day."""
    return day.weekday() in consultation.work_days and f"{day:%Y-%m-%d}" not in consultation.holidays


def working_day(consultation: Consultation) -> timedelta:
    """How long the desk works on a day."""
    return timedelta(minutes=consultation.work_until - consultation.work_from)


def opened(consultation: Consultation) -> datetime | None:
    """When the desk began to work today, in UTC; None on a day off, and before. Without any day of work, every day."""
    zone = ZoneInfo(consultation.timezone)
    midnight = clock.now().astimezone(zone).replace(tzinfo=None, hour=0, minute=0, second=0, microsecond=0)
    if consultation.work_days and not works(consultation, midnight):
        return None
    begin = (midnight + timedelta(minutes=consultation.work_from)).replace(tzinfo=zone).astimezone(UTC)
    return begin if begin <= clock.now() else None


_OPEN = select(Case.id, Case.since, Case.due_at).where(
    Case.consultation_id == bindparam("consultation"), Case.closed_at.is_(None)
)


def follow_the_hours(consultation: Consultation) -> int:
    """Set anew until when what waits should be decided, after the hours or the zone were changed; how many moved. What
    is not late any more can be late again."""
    waiting = db.session.execute(_OPEN, {"consultation": consultation.id})
    now = [(row, due(consultation, row.since)) for row in waiting]
    moved = [{"id": row.id, "due_at": until} for row, until in now if until != row.due_at]
    if moved:
        db.session.execute(update(Case), moved)
        not_late = (Case.consultation_id == consultation.id, Case.closed_at.is_(None), Case.due_at > clock.now())
        db.session.execute(update(Case).where(*not_late).values(overdue_at=None))
    return len(moved)
