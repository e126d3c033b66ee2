"""Until when a text should be decided on: the host's working hours and holidays, in the consultation's zone (M7)."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from crowd.models import Consultation

LONGEST = 400  # days ahead that are looked at: a calendar without any working day ends there


def due(consultation: Consultation, since: datetime) -> datetime:
    """When the target of so many working hours is over for what was sent in at `since`; both in UTC.

    Hours are those of the clock on the wall: on the days when it is changed an hour more or less, as for the staff."""
    zone = ZoneInfo(consultation.timezone)
    at, left = since.astimezone(zone).replace(tzinfo=None), timedelta(hours=consultation.answer_hours)
    for _day in range(LONGEST):
        midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
        begin, end = (midnight + timedelta(minutes=m) for m in (consultation.work_from, consultation.work_until))
        if works(consultation, midnight):
            at = max(at, begin)
            if at + left <= end:
                return (at + left).replace(tzinfo=zone).astimezone(UTC)
            left -= max(end - at, timedelta(0))
        at = midnight + timedelta(days=1)
    return since + timedelta(hours=consultation.answer_hours)


def works(consultation: Consultation, day: datetime) -> bool:
    """Whether the desk is staffed on this day."""
    return day.weekday() in consultation.work_days and day.date().isoformat() not in consultation.holidays
