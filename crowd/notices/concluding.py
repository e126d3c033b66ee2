"""Of findings: their new editions, what the host does about them, and whom that is news for."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, String, and_, case, false, literal, or_, select

from crowd.db import db
from crowd.models import Consultation, Contribution, Duty, Evidence, Finding, Follow
from crowd.rules import Asker, visible
from crowd.states import State

PAGE = 30


class Why(StrEnum):
    """Why somebody is told, the nearest reason first."""

    USED = "0 used"
    ANSWER = "1 answer"
    THREAD = "2 thread"
    QUESTION = "3 question"
    FINDING = "4 finding"
    THEME = "5 theme"
    EDITION = "6 edition"
    RESPONSE = "7 response"
    MOVE = "8 move"


class Part(NamedTuple):
    """One reason of notices: the rows that lead to it, and of each its key, when it happened, and a theme's name."""

    why: Why
    found: Any
    key: Any
    at: Any
    theme: Any


class Happened(NamedTuple):
    """A text that was published, or given a theme, when, and why the reader is told. A finding that has changed or was
    answered stands there by its id with a minus."""

    id: int
    at: datetime
    why: str
    theme: str


def parts(person: Asker, of: Sequence[Consultation]) -> list[Part]:
    """The newest edition of a finding that is followed, and what the host does about it; the latter also for those on
    whose texts it rests. As far as the finding may be read."""
    none, readable = literal("", String), _concluded(person, of)
    owed = select().select_from(Finding).outerjoin(Duty, Duty.finding_id == Finding.id)
    followed = owed.join(Follow, and_(Follow.target == "finding", Follow.key == Finding.id))
    wanted = followed.where(readable, Follow.person_id == person.id)
    told = [
        Part(why, wanted.where(at > Follow.created_at), -Finding.id, at, none)
        for why, at in (
            (Why.EDITION, Finding.edited_at),
            (Why.RESPONSE, Finding.responded_at),
            (Why.MOVE, Duty.moved_at),
        )
    ]
    own = and_(Contribution.author_id == person.id, Contribution.state == State.PUBLISHED)
    rests = (
        select(Evidence.contribution_id)
        .join(Contribution, Contribution.id == Evidence.contribution_id)
        .where(Evidence.finding_id == Finding.id, Evidence.added_at < Duty.moved_at, own)
    )
    return [*told, Part(Why.USED, owed.where(readable, rests.exists()), -Finding.id, Duty.moved_at, none)]


def _concluded(person: Asker, of: Sequence[Consultation]) -> ColumnElement[bool]:
    readable = or_(false(), *(visible(person, "read a finding", Finding, consultation) for consultation in of))
    return and_(readable, Finding.state == State.PUBLISHED)


def _later(one: Any, other: Any) -> Any:
    """The later time of two, of which the second may be none."""
    return case((other > one, other), else_=one)


_CHANGED = _later(_later(_later(Finding.published_at, Finding.edited_at), Finding.responded_at), Duty.moved_at)
_FINDING = select(
    Finding.id,
    Finding.consultation_id,
    Finding.number,
    Finding.title,
    Finding.html,
    Finding.edition,
    Finding.change_note,
    Finding.edited_at,
    Finding.response_html,
    Finding.responded_at,
    Finding.published_at,
    Duty.step,
    Duty.due_at,
    Duty.moved_at,
    _CHANGED.label("changed"),
).outerjoin(Duty, Duty.finding_id == Finding.id)


def findings(person: Asker, consultation: Consultation) -> Sequence[Any]:
    """The published findings that the person may read, those changed last first."""
    return db.session.execute(
        _FINDING.where(_concluded(person, [consultation])).order_by(_CHANGED.desc(), Finding.id.desc()).limit(PAGE)
    ).all()


def concluded(ids: Sequence[int]) -> dict[int, Any]:
    """What notices say of these findings, whose right to be read has been asked about."""
    return {row.id: row for row in db.session.execute(_FINDING.where(Finding.id.in_(ids)))}
