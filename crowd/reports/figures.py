"""The live figures of "How we moderate" (M28): a fixed number of queries, answered from indexes, kept for a minute.

With 100,000 decisions they take some hundredths of a second, once a minute in each process."""

from collections.abc import Sequence
from math import ceil
from typing import Any, NamedTuple

from sqlalchemy import func, literal_column, select

from crowd import clock, kept
from crowd.db import db
from crowd.models import Appeal, Case, Consultation, Contribution, Decision, Imported, Reason, Record, Report
from crowd.states import State

STANDS = Decision.undone_at.is_(None)
OF_WAITING = Decision.decision != literal_column("'remove'")  # what was public had not waited; as the index has it


class Figures(NamedTuple):
    """Counts of decisions by what was decided, and by reason (title, then decision); waits in seconds, or None."""

    received: int
    at_once: int
    decided: dict[str, int]
    reasons: list[tuple[str, dict[str, int]]]
    median: int | None
    ninetieth: int | None
    reports: dict[str, int]
    appeals: dict[str, int]


def figures(consultation: Consultation) -> Figures:
    """The figures as they are now, at most a minute old."""
    now = int(clock.now().timestamp()) // 60
    key = ("figures", consultation.id, now)
    return kept.fragments().make(key, lambda: counted(consultation.id), lambda _made: 5_000)


def counted(consultation_id: int) -> Figures:
    here = Decision.consultation_id == consultation_id
    counts = db.session.execute(
        select(Decision.decision, Decision.reason_id, func.count())
        .where(here, STANDS)
        .group_by(Decision.decision, Decision.reason_id)
    ).all()
    decided: dict[str, int] = {}
    for decision, _reason, number in counts:
        decided[decision] = decided.get(decision, 0) + number
    waited = sum(number for decision, number in decided.items() if decision != "remove")
    return Figures(
        received=_number(select(func.count()).where(Contribution.consultation_id == consultation_id))
        - _number(_decided_elsewhere(consultation_id)),
        at_once=_number(
            select(func.count()).where(Record.consultation_id == consultation_id, Record.deed == "published at once")
        ),
        decided=decided,
        reasons=_by_reason(counts),
        median=_waited(consultation_id, waited, 0.5),
        ninetieth=_waited(consultation_id, waited, 0.9),
        reports=_reports(consultation_id),
        appeals=_by_outcome(
            select(Appeal.outcome, func.count())
            .where(Appeal.consultation_id == consultation_id)
            .group_by(Appeal.outcome)
        ),
    )


def _decided_elsewhere(consultation_id: int) -> Any:
    """What was taken in as it had been published elsewhere never came to moderators here."""
    came = select(Case.id).where(Case.contribution_id == Contribution.id).correlate(Contribution).exists()
    query = select(func.count()).select_from(Imported).join(Contribution, Contribution.id == Imported.contribution_id)
    return query.where(Contribution.consultation_id == consultation_id, Contribution.state != State.REJECTED, ~came)


def _number(query: Any) -> int:
    return db.session.scalar(query) or 0


def _by_outcome(query: Any) -> dict[str, int]:
    """Counts by outcome; what is still open has an empty one."""
    return {row[0]: row[1] for row in db.session.execute(query)}


def _reports(consultation_id: int) -> dict[str, int]:
    return _by_outcome(
        select(Report.outcome, func.count())
        .join(Contribution, Contribution.id == Report.contribution_id)
        .where(Contribution.consultation_id == consultation_id)
        .group_by(Report.outcome)
    )


def _by_reason(counts: Sequence[Any]) -> list[tuple[str, dict[str, int]]]:
    """For each reason that was given how often each decision was made for it, the most frequent first."""
    titles = {row.id: row.title for row in db.session.execute(select(Reason.id, Reason.title))}
    found: dict[str, dict[str, int]] = {}
    for decision, reason, number in counts:
        if reason is not None:
            found.setdefault(titles[reason], {})[decision] = number
    return sorted(found.items(), key=lambda one: (-sum(one[1].values()), one[0]))


def _waited(consultation_id: int, number: int, part: float) -> int | None:
    """The wait that this part of the decided texts did not exceed (nearest rank), read off the index from the nearer
    end."""
    if not number:
        return None
    rank = ceil(part * number)
    query = select(Decision.waited).where(Decision.consultation_id == consultation_id, STANDS, OF_WAITING).limit(1)
    if part <= 0.5:
        return db.session.scalar(query.order_by(Decision.waited).offset(rank - 1))
    return db.session.scalar(query.order_by(Decision.waited.desc()).offset(number - rank))
