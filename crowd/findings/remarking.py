"""Remarks of writers on a finding: reading, making and resolving them."""

from typing import Any, NamedTuple

from sqlalchemy import func, select

from crowd import clock, log
from crowd.db import db
from crowd.models import Finding, FindingVersion, Person, Remark
from crowd.rules import Asker


class Thread(NamedTuple):
    """A remark and its replies; each is a row with `Remark` and `who`."""

    first: Any
    replies: list[Any]


def threads(finding: Finding) -> list[Thread]:
    """Open ones first, each with its replies in the order they were written."""
    rows = db.session.execute(
        select(Remark, Person.name.label("who"))
        .outerjoin(Person, Person.id == Remark.by_id)
        .where(Remark.finding_id == finding.id)
        .order_by(Remark.id)
    ).all()
    found = {row.Remark.id: Thread(row, []) for row in rows if row.Remark.answers_id is None}
    for row in rows:
        if row.Remark.answers_id in found:
            found[row.Remark.answers_id].replies.append(row)
    return sorted(
        found.values(), key=lambda thread: (thread.first.Remark.resolved_at is not None, thread.first.Remark.id)
    )


def first(finding: Finding, key: int) -> Remark | None:
    """A remark that begins a thread on this finding."""
    here = Remark.id == key, Remark.finding_id == finding.id, Remark.answers_id.is_(None)
    return db.session.scalar(select(Remark).where(*here))


def remark(finding: Finding, *, by: Asker, words: str, answers: int = 0) -> Remark | None:
    """Keep a remark on the newest version, or a reply, which opens its thread again; None if there is nothing to reply
    to. The same words of the same person twice in a row are one."""
    above = first(finding, answers) if answers else None
    if answers and above is None:
        return None
    last = db.session.scalars(
        select(Remark).where(Remark.finding_id == finding.id).order_by(Remark.id.desc()).limit(1)
    ).first()
    if last and (last.by_id, last.words, last.answers_id) == (by.id, words, answers or None):
        return last
    version = select(func.max(FindingVersion.number)).where(FindingVersion.finding_id == finding.id)
    made = Remark(
        finding_id=finding.id,
        answers_id=answers or None,
        version=db.session.scalar(version) or 0,
        by_id=by.id,
        at=clock.now(),
        words=words,
    )
    if above:
        above.resolved_at = above.resolved_by_id = None
    db.session.add(made)
    db.session.flush()
    log.record("remark made", by=by.id, consultation=finding.consultation, finding=finding.id, remark=made.id)
    return made


def resolve(found: Remark, finding: Finding, *, by: Asker, opened: bool = False) -> None:
    """Mark a thread as resolved, or as open again; twice is once."""
    if (found.resolved_at is None) == opened:
        return
    found.resolved_at, found.resolved_by_id = (None, None) if opened else (clock.now(), by.id)
    facts = {"finding": finding.id, "remark": found.id, "open": opened}
    log.record("remark resolved", by=by.id, consultation=finding.consultation, **facts)
