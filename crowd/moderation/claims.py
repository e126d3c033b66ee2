"""Who reads what just now (M9): opening a case claims it for ten minutes, so that two people can simply press Next.

A claim hides nothing and stops nobody: whoever wants to look may look, and may take it over."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from crowd import clock, log
from crowd.db import db
from crowd.models import Case, Consultation, Person
from crowd.moderation import queue
from crowd.moderation.cases import About
from crowd.rules import Asker

FOR = timedelta(minutes=10)


def holder(case: Case | None) -> int | None:
    """Who has claimed it, if that is not over."""
    if case is None or case.claimed_until is None or case.claimed_until <= clock.now():
        return None
    return case.claimed_by_id


def reader(case: Case | None, but: int) -> str:
    """The name of who reads it, if it is somebody else; empty otherwise."""
    who = holder(case)
    if who is None or who == but:
        return ""
    found = db.session.get_one(Person, who)
    return found.name or found.email


def claim(case: Case, *, by: Asker) -> bool:
    """Claim an open case, or hold on to one's claim; False, and nothing is done, where somebody else has it."""
    who = holder(case)
    if case.closed_at is not None or (who is not None and who != by.id):
        return False
    case.claimed_by_id, case.claimed_until = by.id, clock.now() + FOR
    if who is None:
        _note("claimed", case, by)
    return True


def take_over(case: Case, *, by: Asker) -> None:
    """Claim it, whoever has it; the log says from whom."""
    who = holder(case)
    if case.closed_at is None and who is not None and who != by.id:
        case.claimed_by_id, case.claimed_until = by.id, clock.now() + FOR
        _note("claim taken over", case, by, from_person=who)
    else:
        claim(case, by=by)


def leave(case: Case, *, by: Asker) -> None:
    """Let others have it; what somebody else holds stays theirs."""
    if case.claimed_by_id == by.id:
        case.claimed_by_id = case.claimed_until = None


def leave_since(moment: datetime, *, by: Asker) -> None:
    """Let others have what was claimed, or held on to, since then: for whoever goes back to what they had decided."""
    since = (Case.claimed_by_id == by.id, Case.claimed_until >= moment + FOR)
    for case in db.session.scalars(select(Case).where(*since, Case.closed_at.is_(None))):
        leave(case, by=by)
    db.session.flush()


def go_on(*, by: Asker, kinds: Sequence[str], after: Case | None = None) -> Case | None:
    """Leave a case, if there was one, and claim the one to read next: what nobody reads and nobody kept for others, and
    never one's own text or an answer to one (M24). Under the lock, so two who press Next never meet."""
    if after is not None:
        leave(after, by=by)
        db.session.flush()
    found = queue.next_free(by, kinds, after)
    if found is not None:
        claim(found, by=by)
    return found


def case_of(contribution_id: int) -> Case | None:
    """The open case of a text that waits."""
    return db.session.scalars(
        select(Case).where(Case.contribution_id == contribution_id, Case.kind == About.TEXT, Case.closed_at.is_(None))
    ).first()


def _note(deed: str, case: Case, by: Asker, **facts: int) -> None:
    of = db.session.get(Consultation, case.consultation_id)
    log.record(deed, by=by.id, consultation=of, case=case.id, version=case.version_id, **facts)
