"""A start that is near and red: hosts are told while there is time, and at the time that it was missed (P6)."""

from datetime import datetime, timedelta

from sqlalchemy import select

from crowd import clock, i18n, log, outbox, readers, schedule
from crowd.chores import chore
from crowd.db import db, transaction
from crowd.models import Consultation, Person, Record
from crowd.schedule import GATES
from crowd.states import Phase, Standing
from crowd.switching import checklist

HOURS = (1, 24, 72)  # before the start at which hosts are told, the last one first


def _due(consultation: Consultation) -> tuple[Phase, datetime, int] | None:
    """The phase that will not begin, its start, and how many hours before it hosts are to be told now: 0 is at the
    time. None where nothing is red, or nobody is to be told yet."""
    now = clock.now()
    phase = schedule.following(consultation, schedule.current(consultation))
    if phase not in GATES or (getattr(consultation, GATES[phase]) is not None and not schedule.missed(consultation)):
        return None
    start: datetime = getattr(consultation, phase)
    if start <= now:
        return phase, start, 0
    hours = next((hours for hours in HOURS if start - now <= timedelta(hours=hours)), None)
    return (phase, start, hours) if hours else None


def _key(consultation: Consultation, phase: Phase, start: datetime, hours: int) -> str:
    return f"red-{consultation.id}-{phase}-{start:%Y%m%d%H%M%S}-{hours}"


def _missed_already(consultation: Consultation, phase: Phase, start: datetime) -> bool:
    lines = select(Record.facts).where(Record.consultation_id == consultation.id, Record.deed == "start missed")
    return {"phase": phase.value, "start": start.isoformat()} in [
        {name: facts[name] for name in ("phase", "start")} for facts in db.session.scalars(lines)
    ]


@chore
def tell_hosts() -> None:
    """72, 24 and 1 hours before, and at the time: each once, however often the worker looks."""
    due = [
        (c.id, found) for c in db.session.scalars(select(Consultation)) if (found := _due(c)) and _is_news(c, *found)
    ]
    db.session.rollback()
    for key, _found in due:
        with transaction() as session:
            consultation = session.get_one(Consultation, key)
            if (found := _due(consultation)) and _is_news(consultation, *found):
                _tell(consultation, *found)


def _is_news(consultation: Consultation, phase: Phase, start: datetime, hours: int) -> bool:
    if not hours:
        return not _missed_already(consultation, phase, start)
    keys = [f"{_key(consultation, phase, start, hours)}-{who.id}" for who in _hosts()]
    return len(outbox.queued_before(keys)) < len(keys)


def _hosts() -> list[Person]:
    return list(db.session.scalars(select(Person).where(Person.roles.contains(Standing.HOST.value))))


def _tell(consultation: Consultation, phase: Phase, start: datetime, hours: int) -> None:
    if not hours:
        names = [item.name for item in checklist.red(consultation, phase)]
        log.record("start missed", by=None, consultation=consultation, phase=phase, start=start.isoformat(), red=names)
    for who in _hosts():
        with i18n.speaking(readers.language_of(who)):
            red_to_them = [item.sentence for item in checklist.red(consultation, phase)]
        outbox.queue(
            "not_ready",
            to=who,
            once=f"{_key(consultation, phase, start, hours)}-{who.id}",
            consultation=consultation,
            phase=i18n.later(schedule.phase_name, phase),
            start=start,
            missed=not hours,
            red=red_to_them,
        )
