"""The mails of the desk, as the clock brings them: what waits in the morning (M8), what is late, and what stays late
for a day longer (M7). Each is written once, however many workers there are and wherever the clock jumps."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, exists, func, or_, select, update

from crowd import clock, i18n, outbox
from crowd.care import duty
from crowd.chores import chore
from crowd.db import db, transaction
from crowd.models import Case, Consultation, Contribution, Decision, Person
from crowd.moderation.cases import About, Urgency
from crowd.moderation.targets import after, opened, working_day
from crowd.states import State

_STILL = Case.closed_at.is_(None)
_WAITED_FOR = (_STILL, Case.urgency < Urgency.REVIEW)  # what an author or a reader waits for


class Open(NamedTuple):
    """What waits: how much of it, and for how long the oldest."""

    number: int
    oldest: Any  # in words, of whatever language they are read in


def _waiting(*where: Any) -> Open:
    number, oldest = db.session.execute(select(func.count(), func.min(Case.since)).where(*_WAITED_FOR, *where)).one()
    return Open(number, i18n.later(i18n.duration, (clock.now() - oldest).total_seconds()) if oldest else "")


def _at_work() -> list[tuple[Consultation, datetime]]:
    """The consultations in which something waits and whose desk has begun its day, with the time it did."""
    waits = exists().where(Case.consultation_id == Consultation.id, *_WAITED_FOR)
    found = db.session.scalars(select(Consultation).where(waits).order_by(Consultation.id))
    return [(c, begun) for c in found if (begun := opened(c))]


@chore
def daily() -> None:
    """Tell those on duty how much waits, once a day from the beginning of the working day on; of what came in later
    the next morning. Nothing when nothing waits (M8)."""
    for consultation, begun in _at_work():
        people = duty.on_duty(duty.today(consultation.timezone))
        if _waiting(Case.consultation_id == consultation.id, Case.since <= begun).number and _unsent(
            people, _daily(consultation)
        ):
            with transaction():
                waiting = _waiting()
                for person in people:
                    outbox.queue("waiting", to=person, once=_once(_daily(consultation), person), **waiting._asdict())


def _daily(consultation: Consultation) -> str:
    return f"waiting-{duty.today(consultation.timezone)}"


def _once(key: str, person: Person) -> str:
    return f"{key}-{person.id}"


def _unsent(people: Sequence[Person], key: str) -> bool:
    once = [_once(key, person) for person in people]
    return len(outbox.queued_before(once)) < len(once)


def _late(consultation: Consultation) -> tuple[Any, ...]:
    return (Case.consultation_id == consultation.id, Case.due_at <= clock.now())


@chore
def overdue() -> None:
    """Tell those on duty that texts are late: one mail a day, whose number and oldest stand for all of them. What grows
    late after it is told of on the next working day (M7)."""
    for consultation, _begun in _at_work():
        key = f"overdue-{consultation.id}-{duty.today(consultation.timezone)}"
        people = duty.on_duty(duty.today(consultation.timezone))
        untold = _waiting(*_late(consultation), Case.overdue_at.is_(None)).number
        if not untold or outbox.queued_before([_once(key, person) for person in people]):
            continue
        with transaction():
            late = _waiting(*_late(consultation))
            for person in people:
                outbox.queue("overdue", to=person, once=_once(key, person), consultation=consultation, **late._asdict())
            told = update(Case).where(*_WAITED_FOR, *_late(consultation), Case.overdue_at.is_(None))
            db.session.execute(told.values(overdue_at=clock.now()), execution_options={"synchronize_session": False})


@chore
def still_overdue() -> None:
    """Tell the hosts what is still late a working day after the moderators were told; once for each time that these
    were (M7)."""
    for consultation, _begun in _at_work():
        told = db.session.scalars(
            select(Case.overdue_at)
            .where(*_WAITED_FOR, *_late(consultation), Case.overdue_at.is_not(None))
            .distinct()
            .order_by(Case.overdue_at.desc())
        )
        day = working_day(consultation)
        since = next((at for at in told if at and after(consultation, at, day) <= clock.now()), None)
        if since is None:
            continue
        key = f"still-overdue-{consultation.id}-{duty.today(consultation.timezone, since)}"
        people = duty.hosts()
        if _unsent(people, key):
            with transaction():
                late = _waiting(*_late(consultation))
                for person in people:
                    outbox.queue(
                        "still_overdue", to=person, once=_once(key, person), consultation=consultation, **late._asdict()
                    )


def _to_drop() -> Select[Any]:
    """Second readings that nobody needs any more: the decision was undone, or the author took the text back."""
    return (
        select(Case.id)
        .join(Decision, Decision.id == Case.decision_id)
        .join(Contribution, Contribution.id == Case.contribution_id)
        .where(
            _STILL,
            Case.kind == About.READING,
            or_(Decision.undone_at.is_not(None), Contribution.state == State.WITHDRAWN),
        )
    )


@chore
def drop_readings() -> None:
    """Close the second readings that have lost their reason (M29)."""
    if db.session.scalar(_to_drop().limit(1)) is None:
        return
    with transaction() as session:
        gone = update(Case).where(Case.id.in_(_to_drop()))
        session.execute(gone.values(closed_at=clock.now()), execution_options={"synchronize_session": False})
