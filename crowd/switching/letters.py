"""Mails with news (P17): to whom, and when; each once for each person and consultation, however often it is looked."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import exists, select, union

from crowd import clock, schedule
from crowd.consultations.queries import last_switch
from crowd.db import db
from crowd.models import (
    Considered,
    Consultation,
    Contribution,
    Draft,
    Evidence,
    Finding,
    Follow,
    Membership,
    Person,
)
from crowd.states import Phase, Place, Standing, State

LATE = timedelta(days=3)  # news that old is none: a worker that was away for longer does not tell it any more
BEFORE_THE_BELL = timedelta(hours=72)
TOO_LATE_TO_REMIND = timedelta(hours=24)  # of a date that was moved this near the mail about the move has told
UNDO_FOR = timedelta(minutes=15)  # a switch that may be taken back is not told yet


class Letter(NamedTuple):
    """One kind of news: its template, the time from and until which it is told, and who of the consultation gets it."""

    kind: str
    due: Callable[[Consultation], tuple[datetime, datetime] | None]
    to: Callable[[Consultation], Any]


def _began(phase: Phase) -> Callable[[Consultation], tuple[datetime, datetime] | None]:
    def due(consultation: Consultation) -> tuple[datetime, datetime] | None:
        """From the start that has really happened; after "Switch now" when it cannot be undone any more."""
        start: datetime | None = getattr(consultation, phase)
        if schedule.current(consultation) != phase or start is None:
            return None
        line = last_switch(consultation)
        wait = UNDO_FOR if line is not None and line.facts["new"] == start.isoformat() else timedelta(0)
        return start + wait, start + LATE

    return due


def _closing(consultation: Consultation) -> tuple[datetime, datetime] | None:
    """While members write, from 72 to 24 hours before the bell: later it would remind of what can hardly be done."""
    bell = schedule.bell(consultation, Phase.MEMBERS)
    if schedule.current(consultation) != Phase.MEMBERS or bell is None:
        return None
    return bell - BEFORE_THE_BELL, bell - TOO_LATE_TO_REMIND


def _members(consultation: Consultation) -> Any:
    its = Membership.consultation_id == consultation.id
    still = Membership.left_at.is_(None)
    return select(Membership.person_id).where(its, Membership.standing == Standing.MEMBER.value, still)


def _silent_members(consultation: Consultation) -> Any:
    """Who joined and wrote nothing, or has something unfinished, and is not kept from writing."""
    mine = Membership.person_id
    wrote = exists().where(
        Contribution.author_id == mine,
        Contribution.consultation_id == consultation.id,
        Contribution.place == Place.DISCUSSION,
    )
    drafted = exists().where(Draft.person_id == mine, Draft.consultation_id == consultation.id)
    kept_out = exists().where(Person.id == mine, Person.suspended_until > clock.now())
    return _members(consultation).where(~wrote | drafted, ~kept_out)


def _others(consultation: Consultation) -> Any:
    """Who takes part otherwise or follows something here: members have their own letter."""
    joined = select(Membership.person_id).where(
        Membership.consultation_id == consultation.id, Membership.standing != Standing.MEMBER.value
    )
    follows = select(Follow.person_id).where(
        Follow.consultation_id == consultation.id, Follow.person_id.not_in(_members(consultation))
    )
    return union(joined, follows)


def everybody(consultation: Consultation) -> Any:
    """Who takes part or follows something here: for a date that was moved (P4)."""
    its, still = Membership.consultation_id == consultation.id, Membership.left_at.is_(None)
    joined = select(Membership.person_id).where(its, still)
    return union(joined, select(Follow.person_id).where(Follow.consultation_id == consultation.id))


def published_since_the_opening(consultation: Consultation) -> list[Finding]:
    """The findings of which the letter at the opening could say nothing; what is older than three days is no news."""
    since = max(consultation.open or clock.now(), clock.now() - LATE)
    here = Finding.consultation_id == consultation.id, Finding.state == State.PUBLISHED
    return list(db.session.scalars(select(Finding).where(*here, Finding.published_at > since).order_by(Finding.id)))


def whose_texts_it_uses(finding: Finding) -> Any:
    """Who wrote what a finding rests on, what dissents from it and what it covers, as far as it still stands."""
    named = select(Evidence.contribution_id).where(Evidence.finding_id == finding.id)
    covered = select(Considered.contribution_id).where(Considered.finding_id == finding.id)
    its = Contribution.id.in_(named) | Contribution.id.in_(covered)
    return select(Contribution.author_id).where(its, Contribution.state == State.PUBLISHED)


LETTERS = (
    Letter("opening", _began(Phase.MEMBERS), _members),
    Letter("closing", _closing, _silent_members),
    Letter("ended", _began(Phase.ANALYSIS), _members),
    Letter("reopening", _began(Phase.OPEN), _members),
    Letter("findings_open", _began(Phase.OPEN), _others),
)


def is_due(letter: Letter, consultation: Consultation) -> bool:
    when = letter.due(consultation)
    return when is not None and when[0] <= clock.now() < when[1]
