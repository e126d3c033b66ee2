"""A phase begins: by the clock or by a host, it is noted once, and what stood at that moment is kept (P18, P19)."""

from datetime import datetime

from sqlalchemy import select

from crowd import log, schedule
from crowd.chores import chore
from crowd.db import db, transaction
from crowd.models import Consultation
from crowd.rules import Asker
from crowd.states import PHASES, Phase
from crowd.switching import records


def is_news(consultation: Consultation, phase: Phase) -> bool:
    """Whether the phase that is current has not been noted as reached."""
    return PHASES.index(phase) > PHASES.index(Phase(consultation.reached or Phase.DRAFT))


def catch_up(consultation: Consultation) -> None:
    """Note what has begun by the clock since it was last looked: part of the first transaction under the new phase,
    or of the worker's, whichever comes first."""
    now = schedule.current(consultation)
    if not is_news(consultation, now):
        return
    for phase, start in schedule.starts(consultation).items():
        if is_news(consultation, phase) and PHASES.index(phase) <= PHASES.index(now):
            log.record("phase began", by=None, consultation=consultation, phase=phase, start=start.isoformat())
            reach(consultation, phase, start, by=None)


def reach(consultation: Consultation, phase: Phase, start: datetime, *, by: Asker | None) -> None:
    """Hold that this phase has begun: from now on no clock that jumps back reopens the one before (P20)."""
    consultation.reached = phase
    records.write(consultation, phase, start, by=by)


@chore
def begin() -> None:
    """P2 needs no job: the phase is current with its start. This writes down that it is."""
    found = [c.id for c in db.session.scalars(select(Consultation)) if is_news(c, schedule.current(c))]
    db.session.rollback()
    for key in found:
        with transaction() as session:
            catch_up(session.get_one(Consultation, key))
