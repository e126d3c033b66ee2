"""What the pages of appeals read."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from crowd.db import db
from crowd.models import Appeal, Case, Contribution, Decision, Version
from crowd.moderation.cases import About
from crowd.moderation.outcome import APPEALABLE


def appealable(contribution: Contribution) -> Decision | None:
    """The decision that an appeal now is about: the last one that stands, if it was a refusal."""
    last = db.session.scalar(
        select(Decision)
        .join(Version, Version.id == Decision.version_id)
        .where(Version.contribution_id == contribution.id, Decision.undone_at.is_(None))
        .options(joinedload(Decision.reason))
        .order_by(Decision.id.desc())
        .limit(1)
    )
    return last if last and last.decision in APPEALABLE else None


def version_of(decision: Decision) -> Version:
    """The wording that was decided on."""
    return db.session.get_one(Version, decision.version_id)


def case(number: int) -> Case | None:
    found = select(Case).where(Case.id == number, Case.kind == About.APPEAL).options(joinedload(Case.version))
    return db.session.scalar(found)


def about(found: Case) -> tuple[Appeal, Decision]:
    """The appeal of a case, and the decision that it is about."""
    appeal = db.session.scalars(select(Appeal).where(Appeal.decision_id == found.decision_id)).one()
    return appeal, db.session.get_one(Decision, found.decision_id, options=[joinedload(Decision.reason)])


def newest_of(ids: Sequence[int]) -> dict[int, Appeal]:
    """The newest appeal about each of these contributions that has one, by the contribution's id."""
    rows = db.session.scalars(select(Appeal).where(Appeal.contribution_id.in_(ids)).order_by(Appeal.id))
    return {row.contribution_id: row for row in rows}
