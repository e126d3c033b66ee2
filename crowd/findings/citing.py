"""Which stored analyses a finding cites."""

from collections.abc import Collection, Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import defer

from crowd import clock, log
from crowd.db import changed, db
from crowd.models import Finding, FindingRun, Run
from crowd.rules import Asker


def runs(finding: Finding) -> Sequence[Run]:
    """The oldest first, without their results."""
    query = select(Run).options(defer(Run.result)).join(FindingRun, FindingRun.run_id == Run.id)
    return db.session.scalars(query.where(FindingRun.finding_id == finding.id).order_by(Run.id)).all()


def offered(finding: Finding) -> Sequence[Run]:
    """What ended with a result in the same consultation, the newest first."""
    here = Run.consultation_id == finding.consultation_id, Run.state == "done"
    return db.session.scalars(
        select(Run).options(defer(Run.result)).where(*here).order_by(Run.id.desc()).limit(100)
    ).all()


def cite(finding: Finding, wanted: Collection[int], *, by: Asker) -> None:
    """Let a finding cite these of what is offered and no others; what is offered no longer stays as it is."""
    choice, had = {run.id for run in offered(finding)}, {run.id for run in runs(finding)}
    added, removed = sorted(choice & set(wanted) - had), sorted(choice & had - set(wanted))
    if not added and not removed:
        return
    changed(delete(FindingRun).where(FindingRun.finding_id == finding.id, FindingRun.run_id.in_(removed)))
    db.session.add_all(FindingRun(finding_id=finding.id, run_id=key, added_at=clock.now()) for key in added)
    facts = {"finding": finding.id, "added": added, "removed": removed}
    log.record("runs cited", by=by.id, consultation=finding.consultation, **facts)
