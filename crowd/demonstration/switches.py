"""What the switches of the demonstration left behind: confirmations before them, a line of the log, and a record."""

from datetime import datetime, timedelta

from sqlalchemy import select

from crowd import log
from crowd.db import db
from crowd.demonstration.making import Part
from crowd.models import Consultation, Record
from crowd.states import Phase
from crowd.switching import records

RETENTION = 24  # months, as the host of 2016 told
HOURS = timedelta(hours=1)
TOLD = {
    Phase.MEMBERS: ("opening",),
    Phase.ANALYSIS: ("ended",),
    Phase.OPEN: ("reopening", "findings_open"),
}


def columns(part: Part) -> dict[str, object]:
    """What the consultation says of its switches."""
    when, now = part.calendar, part.making.now
    opening = when.starts[Phase.OPEN]
    begun = [phase for phase, start in when.starts.items() if start <= now]
    return {
        "members_ready_at": when.created + 3 * HOURS,
        "open_ready_at": _read(opening) if opening <= now else None,
        "reached": begun[-1] if begun else Phase.DRAFT,
        "reasons_at": when.created + 3 * HOURS,
        "promises_at": _read(opening) if opening <= now else None,
        "retention": RETENTION,
    }


def _read(opening: datetime) -> datetime:
    """When the host reads the promise report: after the findings are published, the evening before."""
    return opening - 14 * HOURS


def confirm(part: Part) -> None:
    """The lines of what was confirmed before each switch."""
    when, now = part.calendar, part.making.now
    part.line("reasons confirmed", when.created + 3 * HOURS, "host")
    part.line("retention set", when.created + 3 * HOURS, "host", months=RETENTION)
    part.making.line("test mail sent", when.created + 2 * HOURS, "host")
    if (opening := when.starts[Phase.OPEN]) <= now:
        part.line("promise report read", _read(opening), "host", counts={})
    for phase, start in when.starts.items():
        if start <= now:
            part.line("phase began", start, None, phase=phase, start=start.isoformat())
            for kind in TOLD.get(phase, ()):  # nobody there reads mails
                part.line("news told", start, None, what=f"{kind}-{part.id}")


def record(part: Part) -> None:
    """The record of the phase that goes on, of what is there now: nobody can make that of its start afterwards. And of
    dates that were moved nobody is told again."""
    consultation = db.session.get_one(Consultation, part.id)
    moved = select(Record.id).where(Record.consultation_id == part.id, Record.deed == "start moved")
    for key in db.session.scalars(moved).all():
        log.record("news told", by=None, consultation=consultation, what=f"moved-{key}")
    phase = Phase(consultation.reached)
    if phase != Phase.DRAFT:
        records.write(consultation, phase, part.calendar.starts[phase], by=None)
