"""Dates and times as hosts type them, in the consultation's own zone (P2), and as calendars want them."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from crowd import clock, schedule
from crowd.i18n import _, deadline, own
from crowd.models import Consultation
from crowd.schedule import BadSchedule, phase_name
from crowd.states import PHASES, Phase


def moment(day: date, at: time, zone: str) -> datetime:
    """The moment that a clock on the wall there shows. Raises BadSchedule where it never does, or does twice."""
    early, late = (datetime.combine(day, at, ZoneInfo(zone)).replace(fold=fold) for fold in (0, 1))
    words = {"time": f"{at:%H:%M}", "day": f"{day:%d/%m/%Y}", "zone": zone}
    if early.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None) != datetime.combine(day, at):
        raise BadSchedule(
            _(
                "There is no %(time)s on %(day)s in %(zone)s: the clocks go forward then. "
                "Choose an hour earlier or later.",
                **words,
            )
        )
    if early.utcoffset() != late.utcoffset():
        raise BadSchedule(
            _(
                "%(time)s on %(day)s comes twice in %(zone)s: the clocks go back then. "
                "Choose an hour earlier or later.",
                **words,
            )
        )
    return early.astimezone(UTC)


def shown(start: datetime | None, zone: str) -> tuple[date | None, time | None]:
    """What the fields for a start hold: whole minutes, because nobody types more."""
    if start is None:
        return None, None
    local = start.astimezone(ZoneInfo(zone))
    return local.date(), local.time().replace(second=0, microsecond=0)


def check_moves(consultation: Consultation, planned: dict[Phase, datetime | None]) -> None:
    """Refuse to move what has passed (P4), to plan into the past, and what is not in order (P3). Raises BadSchedule.

    A start that met red has not happened, nor has what was to come after it: those may be moved (P6). What has ended
    is never planned again (P20)."""
    now, zone, begins = clock.now(), consultation.timezone, schedule.starts(consultation)
    reached = PHASES.index(schedule.current(consultation))
    for phase, start in planned.items():
        old = begins.get(phase)
        if start == old:
            continue
        if old is not None and PHASES.index(phase) <= reached:
            raise BadSchedule(
                _(
                    "“%(phase)s” began on %(old)s. A start that has passed cannot be moved.",
                    phase=phase_name(phase),
                    old=deadline(old, zone),
                )
            )
        if start is not None and start <= now:
            raise BadSchedule(
                _(
                    "“%(phase)s” cannot start on %(start)s: that has passed. Choose a later time, or use “Switch now”.",
                    phase=phase_name(phase),
                    start=deadline(start, zone),
                )
            )
    wanted = {p: planned.get(p, begins.get(p)) for p in Phase if p != Phase.DRAFT}
    schedule.check(
        {Phase.DRAFT: consultation.created_at} | {p: start for p, start in wanted.items() if start is not None}, zone
    )


def _line(name: str, value: str) -> str:
    """One property of a calendar file, escaped and folded at 75 octets (RFC 5545, 3.1 and 3.3.11)."""
    for plain, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        value = value.replace(plain, escaped)
    folded, room = "", 75
    for letter in f"{name}:{value}":
        size = len(letter.encode())
        if size > room:
            folded, room = folded + "\r\n ", 74
        folded, room = folded + letter, room - size
    return folded + "\r\n"


def calendar(consultation: Consultation, address: str, moved: int) -> str:
    """The starts that are to come or have come, as a calendar file; what met red has no date any more, nor has what
    comes after it (P6). `moved` grows whenever one is moved, so that a
    calendar that took them before takes the new ones in their place."""
    out = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Crowd//EN\r\n"
    late = schedule.missed(consultation)
    for phase, start in schedule.starts(consultation).items():
        if phase == late:
            break
        if phase == Phase.DRAFT:
            continue
        at = f"{start.astimezone(UTC):%Y%m%dT%H%M%SZ}"
        out += "BEGIN:VEVENT\r\n"
        out += _line("UID", f"{consultation.slug}-{phase}@crowd") + f"DTSTAMP:{clock.now():%Y%m%dT%H%M%SZ}\r\n"
        out += f"SEQUENCE:{moved}\r\nDTSTART:{at}\r\n"
        out += _line("SUMMARY", f"{phase_name(phase)} – {own(consultation, 'title')}") + _line("URL", address)
        out += "TRANSP:TRANSPARENT\r\nEND:VEVENT\r\n"
    return out + "END:VCALENDAR\r\n"
