"""What the pages of mending read: plain rows, a fixed number of queries a page."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from crowd.db import db
from crowd.models import Consultation, Contribution, Decision, Merge, Person, Seal, Version
from crowd.moderation.queue import decidable
from crowd.rules import Asker, visible
from crowd.states import State

PAGE = 20
Target, ChildVersion, TargetVersion = aliased(Contribution), aliased(Version), aliased(Version)


def versions_of(contribution_id: int) -> Sequence[Version]:
    """Every wording of a text, the first one first."""
    return db.session.scalars(
        select(Version).where(Version.contribution_id == contribution_id).order_by(Version.number)
    ).all()


def last_decision(version: Version) -> Decision | None:
    """What was last decided on a version."""
    return db.session.scalars(
        select(Decision).where(Decision.version_id == version.id).order_by(Decision.id.desc()).limit(1)
    ).first()


def seals_of(decision_id: int) -> Sequence[Seal]:
    """The wordings that a redaction has sealed."""
    return db.session.scalars(select(Seal).where(Seal.decision_id == decision_id).order_by(Seal.id)).all()


def first_seal(version_id: int) -> Seal | None:
    """A version's wording before anything was struck out of it."""
    return db.session.scalars(select(Seal).where(Seal.version_id == version_id).order_by(Seal.id).limit(1)).first()


def is_sealed(version_id: int) -> bool:
    return db.session.scalar(select(Seal.id).where(Seal.version_id == version_id).limit(1)) is not None


def beside(version: Version) -> Sequence[Any]:
    """The other texts of its thread that are public or wait, as they were typed: one of them may quote it; and a change
    to the text itself that waits, because no redaction touches that."""
    contribution = version.contribution
    of_others = Contribution.id != contribution.id
    own_change = (Version.state == State.HELD) & (Version.id != version.id)
    return db.session.execute(
        select(Version.id, Version.source, Version.card, Contribution.id.label("contribution_id"), Contribution.serial)
        .join(Contribution, Contribution.id == Version.contribution_id)
        .where(
            Contribution.thread_id == contribution.thread_id,
            of_others | own_change,
            Version.state.in_((State.HELD, State.PUBLISHED)),
        )
        .order_by(Contribution.path, Version.number)
    ).all()


# ---- merging ---------------------------------------------------------------------------------------------------------


def targets(person: Asker, consultation: Consultation, ids: Sequence[int]) -> list[Any]:
    """What the desk shows of these texts as far as the person decides on such, in the order of the ids: no name and no
    votes (M23)."""
    rows = db.session.execute(
        select(
            *(Contribution.id, Contribution.serial, Contribution.kind, Contribution.promise),
            *(Version.html, Version.card, Version.language),
        )
        .join(Version, Version.id == Contribution.version_id)
        .where(
            Contribution.id.in_(list(ids)),
            Contribution.state == State.PUBLISHED,
            Contribution.parent_id.is_(None),
            visible(person, "decide", Contribution, consultation),
        )
    )
    found = {row.id: row for row in rows}
    return [found[number] for number in ids if number in found]


def merges(person: Asker, before: int | None = None) -> Sequence[Any]:
    """A page of merges and one more, the newest first, of texts that the person decides on."""
    query = (
        select(
            Merge.id,
            Merge.at,
            Merge.undone_at,
            Merge.person_id,
            Merge.contribution_id,
            Merge.target_id,
            Contribution.serial,
            Contribution.state,
            Target.serial.label("target_serial"),
            Target.merged.label("target_merged"),
            ChildVersion.html,
            TargetVersion.html.label("target_html"),
            Consultation.code,
            Consultation.timezone,
        )
        .join(Contribution, Contribution.id == Merge.contribution_id)
        .join(Target, Target.id == Merge.target_id)
        .join(Consultation, Consultation.id == Contribution.consultation_id)
        .outerjoin(ChildVersion, ChildVersion.id == Contribution.version_id)
        .outerjoin(TargetVersion, TargetVersion.id == Target.version_id)
        .where(decidable(person))
        .order_by(Merge.id.desc())
        .limit(PAGE + 1)
    )
    return db.session.execute(query.where(Merge.id < before) if before else query).all()


def merge(number: int) -> Merge | None:
    return db.session.get(Merge, number)


def author_of(contribution: Contribution) -> Person | None:
    return db.session.get(Person, contribution.author_id)


def contribution(number: int) -> Contribution | None:
    return db.session.get(Contribution, number)
