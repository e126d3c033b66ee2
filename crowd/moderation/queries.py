"""What the moderation desk reads: plain rows in keyset pages, at one cost with ten and ten thousand waiting (M30)."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select
from sqlalchemy.orm import aliased

from crowd.db import db
from crowd.models import Consultation, Contribution, Decision, Finding, Question, Reason, Version
from crowd.rules import Asker, visible
from crowd.states import State

PAGE = 20
Parent, ParentVersion, Earlier = aliased(Contribution), aliased(Version), aliased(Version)

_last_decided = (
    select(func.coalesce(func.max(Earlier.number), 0))
    .join(Decision, Decision.version_id == Earlier.id)
    .where(Earlier.contribution_id == Contribution.id)
    .correlate(Contribution)
    .scalar_subquery()
)
# Since when moderators have had it: the first wording that nobody has decided on (an author's own days do not count).
_since = (
    select(func.min(Earlier.created_at))
    .where(Earlier.contribution_id == Contribution.id, Earlier.number > _last_decided)
    .correlate(Contribution)
    .scalar_subquery()
)
_returned_before = (
    exists()
    .where(Decision.version_id == Earlier.id, Decision.decision == "return")
    .where(Earlier.contribution_id == Contribution.id)
    .correlate(Contribution)
)
_ITEM = (
    Version.id,
    Version.number,
    Version.html,
    Version.card,
    Version.files,
    Version.first_at,
    Contribution.id.label("contribution_id"),
    Contribution.kind,
    Contribution.alias,
    Contribution.profession,
    Contribution.region,
    Contribution.group,
    Contribution.facilitator,
    Contribution.expert,
    Contribution.state,
    Contribution.resubmit_by,
    Consultation.title.label("consultation"),
    Consultation.timezone,
    Question.number.label("question_number"),
    Question.title.label("question"),
    Finding.number.label("finding_number"),
    Finding.title.label("finding"),
    Parent.alias.label("parent_alias"),
    ParentVersion.html.label("parent_html"),
    _since.label("since"),
    _returned_before.label("returned_before"),
)


def decidable(person: Asker) -> ColumnElement[bool]:
    """What the person may decide on, in any consultation."""
    consultations = db.session.scalars(select(Consultation)).all()
    return or_(false(), *(visible(person, "decide", Contribution, c) for c in consultations))


def number_waiting() -> int:
    """How many texts wait in all, from the kept counts; one's own are among them."""
    return db.session.scalar(select(func.coalesce(func.sum(Consultation.held), 0))) or 0


def _beyond(version_id: int) -> ColumnElement[bool]:
    """What comes after this version in the order of the queue, also if it was decided meanwhile."""
    first_at = select(Earlier.first_at).where(Earlier.id == version_id).scalar_subquery()
    return and_(Version.first_at >= first_at, or_(Version.first_at > first_at, Version.id > version_id))


def _items(state: State, person: Asker) -> Select:
    return (
        select(*_ITEM)
        .join(Contribution, Contribution.id == Version.contribution_id)
        .join(Consultation, Consultation.id == Contribution.consultation_id)
        .outerjoin(Question, Question.id == Contribution.question_id)
        .outerjoin(Finding, Finding.id == Contribution.finding_id)
        .outerjoin(Parent, Parent.id == Contribution.parent_id)
        .outerjoin(ParentVersion, ParentVersion.id == Parent.version_id)
        .where(Version.state == state, decidable(person))
        .order_by(Version.first_at, Version.id)
        .limit(PAGE + 1)
    )


def queue(person: Asker, *, state: State = State.HELD, after: int | None = None) -> Sequence[Any]:
    """A page of what waits (or was returned) and one more, the oldest first submission first (M6)."""
    query = _items(state, person)
    return db.session.execute(query.where(_beyond(after)) if after else query).all()


def next_waiting(person: Asker, after: int) -> int | None:
    """The version to decide next: the one that follows in the queue, else the first."""
    query = (
        select(Version.id)
        .join(Contribution, Contribution.id == Version.contribution_id)
        .where(Version.state == State.HELD, Version.id != after, decidable(person))
        .order_by(Version.first_at, Version.id)
        .limit(1)
    )
    return db.session.scalar(query.where(_beyond(after))) or db.session.scalar(query)


def decided(person: Asker, before: int | None = None) -> Sequence[Any]:
    """A page of decisions and one more, the newest first."""
    query = (
        select(
            Decision.id,
            Decision.version_id,
            Decision.decision,
            Decision.at,
            Decision.note,
            Decision.moderator_id,
            Reason.title.label("reason"),
            Version.html,
            Contribution.alias,
            Contribution.kind,
            Consultation.timezone,
        )
        .join(Version, Version.id == Decision.version_id)
        .join(Contribution, Contribution.id == Version.contribution_id)
        .join(Consultation, Consultation.id == Contribution.consultation_id)
        .outerjoin(Reason, Reason.id == Decision.reason_id)
        .where(decidable(person))
        .order_by(Decision.id.desc())
        .limit(PAGE + 1)
    )
    return db.session.execute(query.where(Decision.id < before) if before else query).all()


def history(contribution_id: int) -> Sequence[Any]:
    """Every decision on any version of a contribution, the oldest first."""
    return db.session.execute(
        select(Decision, Version.number)
        .join(Version, Version.id == Decision.version_id)
        .where(Version.contribution_id == contribution_id)
        .order_by(Decision.id)
    ).all()


def returns_of(contribution_id: int) -> int:
    """How often a text was returned since it was last approved, if it ever was."""
    on_it = select(Decision.id).join(Version).where(Version.contribution_id == contribution_id)
    approved = on_it.where(Decision.decision == "approve").order_by(Decision.id.desc()).limit(1).scalar_subquery()
    returned = on_it.where(Decision.decision == "return", Decision.id > func.coalesce(approved, 0))
    return db.session.scalar(select(func.count()).select_from(returned.subquery())) or 0


def waiting_since(version: Version) -> Any:
    """Since when moderators have had this text."""
    return db.session.scalar(select(_since).select_from(Contribution).where(Contribution.id == version.contribution_id))


def newest(contribution_id: int) -> Version:
    return db.session.scalars(
        select(Version).where(Version.contribution_id == contribution_id).order_by(Version.number.desc()).limit(1)
    ).one()


def public_version(contribution: Contribution | None) -> Version | None:
    """The wording that others read, of the text that is answered."""
    return db.session.get(Version, contribution.version_id) if contribution and contribution.version_id else None


def decided_before(version: Version) -> Version | None:
    """The last wording that a moderator has decided on before this one: what its difference is shown to (M16, M17)."""
    return db.session.scalars(
        select(Version)
        .join(Decision, Decision.version_id == Version.id)
        .where(Version.contribution_id == version.contribution_id, Version.number < version.number)
        .order_by(Version.number.desc())
        .limit(1)
    ).first()


def reasons(*, retired: bool = True) -> Sequence[Reason]:
    """The reasons in the order of their making; those in use only, if so wished."""
    query = select(Reason).order_by(Reason.retired, Reason.id)
    return db.session.scalars(query if retired else query.where(Reason.retired.is_(False))).all()


def reason(key: int) -> Reason | None:
    return db.session.get(Reason, key)


def reason_titled(title: str) -> Reason | None:
    """A reason of this title, whatever its capitals."""
    return db.session.scalar(select(Reason).where(func.lower(Reason.title) == title.lower()))
