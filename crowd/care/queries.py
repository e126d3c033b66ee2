"""What the pages of moderators' care read."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import aliased, contains_eager

from crowd import clock
from crowd.db import db
from crowd.models import (
    Case,
    Consultation,
    Contribution,
    Decision,
    JoinRequest,
    Membership,
    Person,
    Question,
    Reading,
    Reason,
    Unveiling,
    Version,
)
from crowd.models.people import FORMER_MEMBER
from crowd.moderation.cases import About
from crowd.moderation.queue import decidable
from crowd.rules import Asker, visible
from crowd.states import State

PAGE = 20
SHOWN_FOR = timedelta(hours=24)  # how long a granted look behind an alias lasts (M25)
First, Second = aliased(Reason), aliased(Reason)


# ---- second readings (M29) -------------------------------------------------------------------------------------------


def _readable(person: Asker) -> tuple[ColumnElement[bool], ...]:
    """The second readings that this person can do: not of own decisions, nor of what was undone or taken back."""
    return (
        Case.kind == About.READING,
        Case.closed_at.is_(None),
        Case.since <= clock.now(),
        Case.not_by_id != person.id,
        Decision.undone_at.is_(None),
        Contribution.state != State.WITHDRAWN,
        decidable(person),
    )


def _readings(*columns: Any) -> Any:
    return (
        select(*columns)
        .select_from(Case)
        .join(Decision, Decision.id == Case.decision_id)
        .join(Contribution, Contribution.id == Case.contribution_id)
        .join(Version, Version.id == Case.version_id)
        .outerjoin(Question, Question.id == Contribution.question_id)
    )


def readings(person: Asker, after: int | None = None) -> Sequence[Any]:
    """A page of second readings to do and one more, the oldest first; nothing in them says who wrote or decided."""
    query = _readings(Case.id, Version.html, Contribution.kind, Question.number.label("question"))
    query = query.where(*_readable(person)).order_by(Case.id).limit(PAGE + 1)
    return db.session.execute(query.where(Case.id > after) if after else query).all()


def number_of_readings(person: Asker) -> int:
    return db.session.scalar(_readings(func.count()).where(*_readable(person))) or 0


def reading(key: int) -> Case | None:
    """The case of a second reading, done or not."""
    return db.session.scalar(select(Case).where(Case.id == key, Case.kind == About.READING))


def decision_of(case: Case) -> Decision:
    return db.session.get_one(Decision, case.decision_id)


def disagreements(person: Asker, before: int | None = None) -> Sequence[Any]:
    """A page of readings that came out otherwise and one more, the newest first: what both chose and why, no names."""
    query = (
        select(
            *(Reading.id, Version.html, Version.language, Contribution.kind, Decision.decision.label("first")),
            *(First.title.label("first_reason"), Reading.decision.label("second"), Second.title.label("second_reason")),
        )
        .join(Decision, Decision.id == Reading.decision_id)
        .join(Version, Version.id == Decision.version_id)
        .join(Contribution, Contribution.id == Version.contribution_id)
        .join(Consultation, Consultation.id == Contribution.consultation_id)
        .outerjoin(First, First.id == Decision.reason_id)
        .outerjoin(Second, Second.id == Reading.reason_id)
        .where(Reading.agrees.is_(False), Decision.undone_at.is_(None), Contribution.state != State.WITHDRAWN)
        .where(decidable(person))
        .order_by(Reading.id.desc())
        .limit(PAGE + 1)
    )
    return db.session.execute(query.where(Reading.id < before) if before else query).all()


# ---- looking behind an alias (M25) ----------------------------------------------------------------------------------


def _lookable(person: Asker) -> ColumnElement[bool]:
    consultations = db.session.scalars(select(Consultation)).all()
    return or_(false(), *(visible(person, "look behind an alias", Contribution, c) for c in consultations))


def _unveilings(person: Asker) -> Any:
    return (
        select(Unveiling)
        .join(Unveiling.contribution)
        .join(Contribution.consultation)
        .options(contains_eager(Unveiling.contribution).contains_eager(Contribution.consultation))
        .where(_lookable(person))
        .order_by(Unveiling.id)
    )


def waiting_unveilings(person: Asker, after: int | None = None) -> Sequence[Unveiling]:
    """A page of wishes that nobody has answered and one more, the oldest first; never about own texts."""
    query = _unveilings(person).where(Unveiling.granted.is_(None)).limit(PAGE + 1)
    found: Sequence[Unveiling] = db.session.scalars(query.where(Unveiling.id > after) if after else query).all()
    return found


def answered_unveilings(person: Asker) -> Sequence[Unveiling]:
    """What the person asked and was answered within the last day."""
    recent = and_(Unveiling.granted.is_not(None), Unveiling.decided_at > clock.now() - SHOWN_FOR)
    query = _unveilings(person).where(Unveiling.asked_by_id == person.id, recent).limit(PAGE)
    found: Sequence[Unveiling] = db.session.scalars(query).all()
    return found


def number_of_unveilings(person: Asker) -> int:
    """How many wishes wait for this person's answer."""
    query = select(func.count()).select_from(Unveiling).join(Unveiling.contribution)
    waits = (Unveiling.granted.is_(None), Unveiling.asked_by_id != person.id)
    return db.session.scalar(query.where(*waits, _lookable(person))) or 0


def unveiling(key: int) -> Unveiling | None:
    return db.session.get(Unveiling, key)


def open_wish(contribution: Contribution, by: Asker) -> Unveiling | None:
    """What this person has asked about this text already and can still use, or is not answered yet."""
    usable = or_(
        Unveiling.granted.is_(None), and_(Unveiling.granted.is_(True), Unveiling.decided_at > clock.now() - SHOWN_FOR)
    )
    return db.session.scalars(
        select(Unveiling)
        .where(Unveiling.contribution_id == contribution.id, Unveiling.asked_by_id == by.id, usable)
        .order_by(Unveiling.id.desc())
        .limit(1)
    ).first()


def newest_words(contribution: Contribution) -> Version:
    """The newest wording, which the author knows their text by."""
    return db.session.scalars(
        select(Version).where(Version.contribution_id == contribution.id).order_by(Version.number.desc()).limit(1)
    ).one()


def who_is_behind(contribution: Contribution) -> dict[str, str] | None:
    """What is known of an author: of the register only hashes are kept. None for somebody who was erased."""
    author = db.session.get_one(Person, contribution.author_id)
    if author.email == FORMER_MEMBER:
        return None
    here = (Membership.person_id == author.id, Membership.consultation_id == contribution.consultation_id)
    membership = db.session.scalar(select(Membership).where(*here))
    asked = db.session.scalar(
        select(JoinRequest.name)
        .where(JoinRequest.person_id == author.id, JoinRequest.consultation_id == contribution.consultation_id)
        .order_by(JoinRequest.id.desc())
        .limit(1)
    )
    return {
        "name": author.name or asked or "",
        "email": author.email,
        "profession": membership.profession if membership else "",
        "region": membership.region if membership else "",
        "group": membership.group if membership else "",
    }
