"""Since when nothing red stands before a phase (P5, P6): kept in the transaction that changes it, so that the clock
can decide at the start without anybody being there."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from crowd import clock, log, schedule
from crowd.chores import chore
from crowd.db import ask_again, before_commit, db, transaction
from crowd.models import Consultation
from crowd.schedule import GATES
from crowd.states import Phase
from crowd.switching import beginning, checklist

BEFORE = {Phase.DRAFT: Phase.MEMBERS, Phase.REGISTRATION: Phase.MEMBERS, Phase.ANALYSIS: Phase.OPEN}


def _stale(consultation: Consultation) -> str | None:
    """The column that does not say what the checklist says, if one is in question now. It never is once its phase has
    begun, and while members write or the public comments nothing is asked."""
    phase = BEFORE.get(schedule.current(consultation))
    if phase is None:
        return None
    gate = GATES[phase]
    return gate if (getattr(consultation, gate) is None) == (not checklist.red(consultation, phase)) else None


def _keep(consultation: Consultation) -> None:
    """The real time decides, not that of receipt: what is written after the start takes nothing back."""
    with clock.receiving() as now:
        if gate := _stale(consultation):
            setattr(consultation, gate, None if getattr(consultation, gate) else now)
            db.session.flush()
            log.touch(consultation.id)


def _at_the_end(session: Session) -> None:
    """Follow what this transaction did to a consultation; what no phase can hang on was not noted at all."""
    noted: dict[int | None, Any] = session.info.pop(log.NOTED, {})
    if None in noted:
        session.flush()
        concerned = session.scalars(select(Consultation)).all()
    else:
        ids = [key for key, seen in noted.items() if key and _matters(seen)]
        if ids:
            session.flush()
        concerned = [session.get_one(Consultation, key) for key in ids]
    for consultation in concerned:
        beginning.catch_up(consultation)
        _keep(consultation)


def _matters(seen: Consultation) -> bool:
    """Whether there is anything to follow, by what the transaction knew of it: no statement is asked for that."""
    phase = schedule.current(seen)
    return phase in BEFORE or beginning.is_news(seen, phase)


def _forget() -> None:
    db.session().info.pop(log.NOTED, None)


ask_again(_forget)
before_commit(_at_the_end)


@chore
def keep() -> None:
    """The net below the hook: what became red or green without a line in the log, as by time alone."""
    stale = [c.id for c in db.session.scalars(select(Consultation)) if _stale(c)]
    db.session.rollback()
    for key in stale:
        with transaction() as session:
            _keep(session.get_one(Consultation, key))
