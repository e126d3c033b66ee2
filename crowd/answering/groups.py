"""How each group of stakeholders voted on each finding, beside the members, and told so that nobody can be told from
it (P14).

Counted once, after the votes have closed, and kept: two tables of two days would tell how the one person voted who made
the difference between them."""

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, exists, func, select

from crowd import clock, schedule
from crowd.analysis import deeds as analysis
from crowd.analysis import queries as analyses
from crowd.chores import chore
from crowd.db import db, transaction
from crowd.figures.privacy import Votes, told
from crowd.keyed import keyed
from crowd.models import Consultation, Finding, Membership, Run, VoteNow
from crowd.states import Phase, Standing, State, Vote

KIND = "votes by group"
AFTER = timedelta(hours=1)  # by then no switch can be taken back any more (P4)


def due(consultation: Consultation) -> bool:
    start = schedule.starts(consultation).get(Phase.CLOSED)
    closed = schedule.current(consultation) == Phase.CLOSED
    return closed and start is not None and start + AFTER <= clock.now()


@chore
def count_groups() -> None:
    """Count once for each consultation that has closed."""
    counted = exists().where(Run.consultation_id == Consultation.id, Run.kind == KIND)
    has = exists().where(Finding.consultation_id == Consultation.id, Finding.state == State.PUBLISHED)
    for consultation in db.session.scalars(select(Consultation).where(has, ~counted)).all():
        if due(consultation):
            with transaction() as session:
                count(session.get_one(Consultation, consultation.id))


def count(consultation: Consultation) -> Run:
    """Keep what may be told, and of all that went in a keyed hash alone: a plain one of a few votes can be guessed."""
    of = db.session.scalars(
        select(Finding)
        .where(Finding.consultation_id == consultation.id, Finding.state == State.PUBLISHED)
        .order_by(Finding.number)
    ).all()
    votes = _votes(consultation)
    result = {str(finding.number): _told(finding, votes.get(finding.id, [])) for finding in of}
    went_in = keyed(KIND, json.dumps({str(key): sorted(rows) for key, rows in votes.items()}, sort_keys=True))
    return analysis.keep(consultation, KIND, by=None, inputs=went_in, result=result, versions={"method": 1})


def _votes(consultation: Consultation) -> dict[int, list[Votes]]:
    """The votes of stakeholders by finding and group; of those who have left, under no name."""
    group = func.coalesce(Membership.group, "")
    joined = and_(Membership.person_id == VoteNow.person_id, Membership.consultation_id == consultation.id)
    each = [func.count().filter(VoteNow.value == int(value)) for value in (Vote.AGREE, Vote.DISAGREE, Vote.PASS)]
    rows = db.session.execute(
        select(Finding.id, group, *each)
        .select_from(VoteNow)
        .join(Finding, Finding.id == VoteNow.finding_id)
        .outerjoin(Membership, joined)
        .where(Finding.consultation_id == consultation.id, VoteNow.standing == Standing.STAKEHOLDER.value)
        .group_by(Finding.id, group)
    ).all()
    found: dict[int, list[Votes]] = {}
    for key, name, *counts in rows:
        found.setdefault(key, []).append(Votes(name, *counts))
    return found


def _told(finding: Finding, votes: Sequence[Votes]) -> dict[str, Any]:
    groups = told(votes)
    if len(groups) == 1 and not groups[0].profession:
        groups = []  # it is all of them, who stand there already
    return {
        "members": [finding.member_agree, finding.member_disagree, finding.member_passed],
        "stakeholders": [finding.agree, finding.disagree, finding.passed],
        "groups": [[v.profession, v.agree, v.disagree, v.passed] for v in groups],
    }


def shown(finding: Finding) -> dict[str, Any] | None:
    """What is kept of one finding; None before it was counted."""
    run = analyses.latest(finding.consultation, KIND) if due(finding.consultation) else None
    found: dict[str, Any] | None = run.result.get(str(finding.number)) if run else None
    return found
