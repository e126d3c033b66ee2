"""What waits for moderators, one row a case: opened with its cause, closed with its decision, in the order of M6."""

from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Any

from sqlalchemy import bindparam, exists, select, update

from crowd import clock, schedule
from crowd.db import db
from crowd.models import Case, Consultation, Contribution, Version
from crowd.moderation.targets import due
from crowd.statements import Statement, inserting
from crowd.states import PHASES, Phase, Place, State


class About(StrEnum):
    """What a case is about: a held text, one that was published at once, reports, an appeal, a second reading."""

    TEXT = "text"
    REVIEW = "review"
    REPORT = "report"
    APPEAL = "appeal"
    READING = "reading"


class Urgency(IntEnum):
    """The order of the queue (M6); within one, the oldest first."""

    HARM = 0
    PERSONAL_DATA = 1
    NEAR_A_BELL = 2
    USUAL = 3
    REVIEW = 4
    READING = 5


NEAR = timedelta(hours=24)  # before a bell

_OPEN = inserting(
    Case,
    *("consultation_id", "contribution_id", "version_id", "kind", "urgency", "since", "due_at"),
    *("not_by_id", "decision_id", "asked"),
)
_STILL = Case.closed_at.is_(None)
_ITS = (Case.contribution_id == bindparam("contribution"), Case.kind == bindparam("about"), _STILL)
_CLOSE = Statement(update(Case).where(*_ITS).values(closed_at=bindparam("now"), claimed_by_id=None, claimed_until=None))
_TAKE_OVER = Statement(
    update(Case).where(*_ITS).values(version_id=bindparam("version"), claimed_by_id=None, claimed_until=None)
)
_FOUND = Statement(select(Case.id).where(*_ITS))
_HURRY = Statement(update(Case).where(*_ITS, Case.urgency > bindparam("urgency")).values(urgency=bindparam("urgency")))


def begin(
    kind: About,
    consultation: Consultation,
    *,
    contribution: int,
    version: int,
    urgency: Urgency,
    since: datetime,
    not_by: int | None = None,
    decision: int | None = None,
) -> int:
    """Open a case, whose id is returned."""
    return _OPEN.insert(
        consultation_id=consultation.id,
        contribution_id=contribution,
        version_id=version,
        kind=kind,
        urgency=int(urgency),
        since=since,
        due_at=due(consultation, since),
        not_by_id=not_by,
        decision_id=decision,
        asked="",
    )


def wait(consultation: Consultation, place: str, *, contribution: int, version: int, since: datetime) -> None:
    """Put a held text into the queue; a newer wording takes over the place of the one that waits (M9)."""
    if _FOUND.scalar(contribution=contribution, about=About.TEXT):
        _TAKE_OVER.write(contribution=contribution, about=About.TEXT, version=version)
        return
    urgency = Urgency.NEAR_A_BELL if near_a_bell(consultation, place, since) else Urgency.USUAL
    begin(About.TEXT, consultation, contribution=contribution, version=version, urgency=urgency, since=since)


def review(consultation: Consultation, *, contribution: int, version: int, since: datetime) -> None:
    """Put what was published at once under "to review" (M1); a newer wording takes over the place of the one before."""
    if _FOUND.scalar(contribution=contribution, about=About.REVIEW):
        _TAKE_OVER.write(contribution=contribution, about=About.REVIEW, version=version)
        return
    begin(About.REVIEW, consultation, contribution=contribution, version=version, urgency=Urgency.REVIEW, since=since)


def hurry(contribution: Contribution, urgency: Urgency) -> None:
    """Let a held text come sooner than its time would (M6)."""
    _HURRY.write(contribution=contribution.id, about=About.TEXT, urgency=int(urgency))


def near_a_bell(consultation: Consultation, place: str, since: datetime) -> bool:
    """Whether a text was sent in shortly before the bell of its phase, or that bell has rung since (M6, P9)."""
    phase = Phase.OPEN if place == Place.FINDING else Phase.MEMBERS
    bell = schedule.bell(consultation, phase)
    over = PHASES.index(schedule.current(consultation)) > PHASES.index(phase)
    return over or (bell is not None and since >= bell - NEAR)


def end(contribution: Contribution | int, kind: About = About.TEXT) -> bool:
    """Close the case of this kind, if there is one that is open; whether there was."""
    key: Any = contribution if isinstance(contribution, int) else contribution.id
    return _CLOSE.write(contribution=key, about=kind, now=clock.now()) > 0


def catch_up() -> int:
    """Open a case for every held text that has none: after many were written at once. How many there were."""
    has_one = exists().where(Case.contribution_id == Version.contribution_id, Case.kind == About.TEXT, _STILL)
    held = (
        select(Version.id, Version.first_at, Contribution.id.label("contribution"), Contribution.place, Consultation)
        .join(Contribution, Contribution.id == Version.contribution_id)
        .join(Consultation, Consultation.id == Contribution.consultation_id)
        .where(Version.state == State.HELD, ~has_one)
    )
    found = db.session.execute(held).all()
    for row in found:
        wait(row.Consultation, row.place, contribution=row.contribution, version=row.id, since=row.first_at)
    return len(found)
