"""What bears on a decision beside the text itself (M23): what is alike, what became of this person's other texts, what
colleagues noted, what was worded before."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import case, func, select

from crowd.db import db
from crowd.models import Contribution, Decision, Note, Person, Report, Version
from crowd.moderation.queries import STANDS
from crowd.rules import Asker
from crowd.search.similar import similar
from crowd.states import Kind
from crowd.text import plain
from crowd.threads import queries as threads

ALIKE, WORDINGS, NOTES = 3, 5, 50


def similar_to(version: Version, person: Asker) -> Sequence[Any]:
    """Published texts that say much the same; comments are not compared."""
    of = version.contribution
    if of.kind == Kind.COMMENT:
        return []
    found = [row.id for row in similar(of.consultation, person, plain(version.html), ALIKE + 1) if row.id != of.id]
    shown = {row.id: row for row in threads.shown(found[:ALIKE])} if found else {}
    return [shown[key] for key in found[:ALIKE]]


def record_of(contribution: Contribution) -> dict[str, int]:
    """How often this person's texts were published, returned and rejected in this consultation, and how many reports of
    them were upheld: numbers alone, which do not tell who it is."""
    theirs = (
        Contribution.author_id == contribution.author_id,
        Contribution.consultation_id == contribution.consultation_id,
    )
    kinds = {"published": ("approve", "redact", "merge"), "returned": ("return",), "rejected": ("reject", "remove")}
    sums = (
        func.coalesce(func.sum(case((Decision.decision.in_(ds), 1), else_=0)), 0).label(n) for n, ds in kinds.items()
    )
    decided = select(*sums).join(Version, Version.id == Decision.version_id).join(Contribution)
    upheld = (
        select(func.count(Report.id))
        .join(Contribution, Contribution.id == Report.contribution_id)
        .where(*theirs, Report.outcome.in_(("removed", "redacted")))
    )
    row = db.session.execute(decided.where(*theirs, STANDS)).one()
    return {name: int(getattr(row, name)) for name in kinds} | {"reports": db.session.scalar(upheld) or 0}


def notes(contribution_id: int) -> Sequence[Any]:
    """What colleagues noted, the oldest first."""
    return db.session.execute(
        select(Note.words, Note.at, Person.name)
        .join(Person, Person.id == Note.person_id)
        .where(Note.contribution_id == contribution_id)
        .order_by(Note.id)
        .limit(NOTES)
    ).all()


def earlier(version: Version) -> Sequence[Version]:
    """The wordings before this one, the newest first; never one that is sealed (M14)."""
    return db.session.scalars(
        select(Version)
        .where(
            Version.contribution_id == version.contribution_id,
            Version.number < version.number,
            Version.sealed.is_(False),
        )
        .order_by(Version.number.desc())
        .limit(WORDINGS)
    ).all()
