"""What the moderation desk reads about one text, and its reasons; what was undone is left out (M22)."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased

from crowd.db import db
from crowd.models import Case, Contribution, Decision, Person, Reason, Version

Earlier = aliased(Version)
STANDS = Decision.undone_at.is_(None)  # what was undone at once counts for nothing but the log (M22)

_last_decided = (
    select(func.coalesce(func.max(Earlier.number), 0))
    .join(Decision, Decision.version_id == Earlier.id)
    .where(Earlier.contribution_id == Contribution.id, STANDS)
    .correlate(Contribution)
    .scalar_subquery()
)
# Since when moderators have had it: the first wording that nobody has decided on (an author's own days do not count).
SINCE = (
    select(func.min(Earlier.created_at))
    .where(
        Earlier.contribution_id == Contribution.id,
        Earlier.number > _last_decided,
        Earlier.id > func.coalesce(Contribution.version_id, 0),  # some became public without a decision of their own
    )
    .correlate(Contribution)
    .scalar_subquery()
)
RETURNED_BEFORE = (
    exists()
    .where(Decision.version_id == Earlier.id, Decision.decision == "return", STANDS)
    .where(Earlier.contribution_id == Contribution.id)
    .correlate(Contribution)
)


def history(contribution_id: int) -> Sequence[Any]:
    """Every decision on any version of a contribution, the oldest first."""
    return db.session.execute(
        select(Decision, Version.number)
        .join(Version, Version.id == Decision.version_id)
        .where(Version.contribution_id == contribution_id, STANDS)
        .order_by(Decision.id)
    ).all()


def last_decision(version_id: int) -> Decision | None:
    """The decision that stands on a version."""
    query = select(Decision).where(Decision.version_id == version_id, STANDS).order_by(Decision.id.desc()).limit(1)
    return db.session.scalars(query).first()


def returns_of(contribution_id: int) -> int:
    """How often a text was returned since it was last approved, if it ever was."""
    on_it = select(Decision.id).join(Version).where(Version.contribution_id == contribution_id, STANDS)
    approved = on_it.where(Decision.decision == "approve").order_by(Decision.id.desc()).limit(1).scalar_subquery()
    returned = on_it.where(Decision.decision == "return", Decision.id > func.coalesce(approved, 0))
    return db.session.scalar(select(func.count()).select_from(returned.subquery())) or 0


def waiting_since(version: Version) -> Any:
    """Since when moderators have had this text."""
    return db.session.scalar(select(SINCE).select_from(Contribution).where(Contribution.id == version.contribution_id))


def case(key: int) -> Case | None:
    return db.session.get(Case, key)


def keys_on(person_id: int) -> bool:
    """Whether they want the desk's keys (M22)."""
    return bool(db.session.scalar(select(Person.desk_keys).where(Person.id == person_id)))


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
        .where(Version.contribution_id == version.contribution_id, Version.number < version.number, STANDS)
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
