"""What the pages of answers read."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from crowd import clock
from crowd.answering.steps import ENDED
from crowd.db import db
from crowd.models import Consultation, Duty, Finding, Move, Support
from crowd.rules import Asker, visible
from crowd.states import State

MOST = 100  # moves that a feed holds


def duty(finding: Finding) -> Duty | None:
    return db.session.get(Duty, finding.id)


def moves(finding: Finding) -> Sequence[Move]:
    """The history of a finding, the oldest first."""
    return db.session.scalars(select(Move).where(Move.finding_id == finding.id).order_by(Move.id)).all()


def support(consultation: Consultation) -> Support | None:
    return db.session.get(Support, consultation.id)


def ledger(person: Asker, consultation: Consultation) -> Sequence[Any]:
    """The published findings that the person may read, each with what is owed on it, by number."""
    found = (
        select(Finding, Duty)
        .outerjoin(Duty, Duty.finding_id == Finding.id)
        .options(joinedload(Finding.part))
        .where(visible(person, "read a finding", Finding, consultation), Finding.state == State.PUBLISHED)
    )
    return db.session.execute(found.order_by(Finding.number)).all()


def newest_moves(person: Asker, consultation: Consultation) -> Sequence[Move]:
    """What last happened to the findings that the person may read."""
    found = (
        select(Move)
        .join(Move.finding)
        .options(contains_eager(Move.finding))
        .where(visible(person, "read a finding", Finding, consultation), Finding.state == State.PUBLISHED)
    )
    return db.session.scalars(found.order_by(Move.id.desc()).limit(MOST)).all()


def supported() -> Sequence[Any]:
    """The published findings whose votes have come to what obliges, and which nothing has made due for that yet."""
    obliged = exists().where(Duty.finding_id == Finding.id, Duty.obliged_at.is_not(None))
    enough = or_(
        and_(Support.members > 0, Finding.member_agree >= Support.members),
        and_(Support.stakeholders > 0, Finding.agree >= Support.stakeholders),
    )
    return db.session.execute(
        select(Finding, Support)
        .join(Support, Support.consultation_id == Finding.consultation_id)
        .where(Finding.state == State.PUBLISHED, enough, ~obliged)
    ).all()


def due(soon: timedelta, late: timedelta) -> Sequence[Duty]:
    """What is owed and due within so long, or was due no longer ago than that: what has been late for longer was told
    of then."""
    now: datetime = clock.now()
    return db.session.scalars(
        select(Duty)
        .join(Duty.finding)
        .options(contains_eager(Duty.finding))
        .where(
            Duty.due_at <= now + soon,
            Duty.due_at > now - late,
            Duty.step.not_in([str(step) for step in ENDED]),
            Finding.state == State.PUBLISHED,
        )
        .order_by(Duty.due_at)
    ).all()
