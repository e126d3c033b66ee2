"""Everything that moderators' care changes."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, select

from crowd import clock, log, outbox, text
from crowd.care import queries
from crowd.consultations.deeds import as_it_stands
from crowd.db import Overtaken, db
from crowd.models import Case, Consultation, Contribution, Person, Reading, Reason, Shift, Site, Unveiling
from crowd.moderation.targets import follow_the_hours
from crowd.rules import Asker

HOURS = ("answer_hours", "work_days", "work_from", "work_until", "holidays")


class AskedAlready(ValueError):
    """The same person has asked who is behind this text, and can still be answered or look."""


class OwnWish(ValueError):
    """Nobody answers what they asked themselves: it takes a second person (M25)."""


class NotToBeSeen(ValueError):
    """It was not granted, or not to this person, or the day is over."""


def change_hours(consultation: Consultation, *, by: Asker, seen: str, values: Mapping[str, Any]) -> int:
    """Set when the desk works; until when everything that waits should be decided follows. How much of it moved.

    Raises Overtaken if another host changed it meanwhile."""
    if as_it_stands(consultation, HOURS) != seen:
        raise Overtaken(consultation)
    changed = [name for name in HOURS if getattr(consultation, name) != values[name]]
    if not changed:
        return 0
    for name in changed:
        setattr(consultation, name, values[name])
    log.record("consultation changed", by=by.id, consultation=consultation, what=changed)
    return follow_the_hours(consultation)


def put_on_duty(day: date, person_id: int, *, by: Asker) -> None:
    """Somebody is on duty on this day; no second time if they are already."""
    if person_id in _on(day):
        return
    db.session.add(Shift(day=day, person_id=person_id))
    db.session.flush()
    _log_rota(day, by)


def take_off_duty(day: date, person_id: int, *, by: Asker) -> None:
    if person_id not in _on(day):
        return
    db.session.execute(delete(Shift).where(Shift.day == day, Shift.person_id == person_id))
    _log_rota(day, by)


def _on(day: date) -> list[int]:
    return list(db.session.scalars(select(Shift.person_id).where(Shift.day == day).order_by(Shift.person_id)))


def _log_rota(day: date, by: Asker) -> None:
    log.record("rota changed", by=by.id, day=day.isoformat(), people=_on(day))


def read_again(case: Case, *, by: Asker, decision: str, reason: Reason | None = None) -> Reading:
    """Keep what a second moderator would have decided; it changes nothing for the text (M29). Raises Overtaken if
    another one was faster, or the decision was undone."""
    first = queries.decision_of(case)
    if case.closed_at is not None or first.undone_at is not None:
        raise Overtaken(case)
    made = Reading(
        decision_id=first.id,
        moderator_id=by.id,
        decision=decision,
        reason_id=reason.id if reason else None,
        agrees=decision == first.decision,
        at=clock.now(),
    )
    db.session.add(made)
    case.closed_at = clock.now()
    case.claimed_by_id = case.claimed_until = None
    log.record(
        "read again",
        by=by.id,
        consultation=case.contribution.consultation,
        contribution=case.contribution_id,
        decision=first.id,
        agrees=made.agrees,
    )
    return made


def ask_who(contribution: Contribution, *, by: Asker, reason: str, untold: str = "") -> Unveiling:
    """Ask for a look behind an alias; `untold` is why its author must not be told (M25). Raises AskedAlready."""
    if queries.open_wish(contribution, by):
        raise AskedAlready
    made = Unveiling(contribution_id=contribution.id, asked_by_id=by.id, reason=reason, untold=untold, at=clock.now())
    db.session.add(made)
    db.session.flush()
    consultation, about = contribution.consultation, contribution.id
    log.record("unveiling asked", by=by.id, consultation=consultation, contribution=about, unveiling=made.id)
    return made


def answer_wish(unveiling: Unveiling, *, by: Asker, granted: bool, tell: bool = True) -> None:
    """A second person grants the look, or declines. The author is told of a granted one, unless a reason against that
    was given and the second person agrees. Raises OwnWish, and Overtaken if it was answered already."""
    if unveiling.asked_by_id == by.id:
        raise OwnWish
    if unveiling.granted is not None:
        raise Overtaken(unveiling)
    contribution, told = unveiling.contribution, granted and (tell or not unveiling.untold)
    unveiling.granted, unveiling.by_id, unveiling.decided_at = granted, by.id, clock.now()
    log.record(
        "unveiling decided",
        by=by.id,
        consultation=contribution.consultation,
        contribution=contribution.id,
        unveiling=unveiling.id,
        granted=granted,
        told=told,
    )
    if told:
        outbox.queue(
            "unveiled",
            to=db.session.get(Person, contribution.author_id),
            once=f"unveiled-{unveiling.id}",
            contribution=contribution,
            reason=unveiling.reason,
            words=text.opening(text.plain(queries.newest_words(contribution).html), 200),
            contact=db.session.scalar(select(Site.contact)) or "",
        )


def look(unveiling: Unveiling, *, by: Asker) -> tuple[dict[str, str] | None, datetime]:
    """Who is behind the alias, for whoever asked, within a day of being granted it, and until when; each look leaves a
    line. None for somebody who was erased. Raises NotToBeSeen."""
    until = unveiling.decided_at + queries.SHOWN_FOR if unveiling.decided_at else None
    if not unveiling.granted or unveiling.asked_by_id != by.id or until is None or until <= clock.now():
        raise NotToBeSeen
    contribution = unveiling.contribution
    consultation, about = contribution.consultation, contribution.id
    log.record("unveiled", by=by.id, consultation=consultation, contribution=about, unveiling=unveiling.id)
    return queries.who_is_behind(contribution), until
