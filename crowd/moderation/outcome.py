"""What every decision leaves behind, whatever was decided."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from crowd import clock, log, outbox, schedule
from crowd.care import sampling
from crowd.db import db
from crowd.models import Consultation, Contribution, Decision, Person, Reason, Site, Version
from crowd.moderation import asides, cases, passages
from crowd.moderation.queries import waiting_since
from crowd.rules import Asker
from crowd.states import Phase, Place, State
from crowd.threads.counts import tally

UNDO_FOR = 30  # seconds for which a decision can be undone: its mail waits so long in the outbox (M22)
APPEAL_FOR = timedelta(days=14)  # M20
APPEALABLE = frozenset({"reject", "remove"})


def may_write_until(contribution: Contribution) -> datetime | None:
    """When the phase ends in which the author could write something else in the same place; None once it has."""
    phase = Phase.OPEN if contribution.place == Place.FINDING else Phase.MEMBERS
    consultation = contribution.consultation
    return schedule.bell(consultation, phase) if schedule.current(consultation) == phase else None


def decided(
    deed: str,
    version: Version,
    *,
    by: Asker,
    decision: str,
    note: str,
    reason: Reason | None = None,
    until: datetime | None = None,
    marks: Sequence[Sequence[int | str]] = (),
    was: dict[str, Any] | None = None,
    held: bool = True,
    **facts: Any,
) -> Decision:
    """What every decision leaves: a row, a line in the log with these facts too, one less waiting (if it was `held`),
    and word to the author, which waits while the moderator can undo it (M13, M22, M27). A refusal whose reason allows
    it can be appealed from now on (M20). `was` is what stood before, by `before`: without it nothing can be undone."""
    contribution: Contribution = version.contribution
    waited = max(0, int((clock.now() - (waiting_since(version) or version.created_at)).total_seconds()))
    made = Decision(
        version_id=version.id,
        consultation_id=contribution.consultation_id,
        moderator_id=by.id,
        decision=decision,
        reason_id=reason.id if reason else None,
        note=note,
        marks=[list(mark) for mark in marks],
        shown=asides.shown_to(version, by.id),
        was=was or {},
        at=clock.now(),
        waited=waited,
    )
    db.session.add(made)
    db.session.flush()
    if held:
        tally(Consultation, contribution.consultation_id, held=-1)
        cases.end(contribution)
    refused = decision in APPEALABLE and reason is not None and reason.appeal
    contribution.appeal_by = clock.now() + APPEAL_FOR if refused else None
    log.record(
        deed,
        by=by.id,
        consultation=contribution.consultation,
        contribution=contribution.id,
        version=version.id,
        decision=made.id,
        waited=waited,
        **facts,
    )
    _tell(deed, made, version, reason=reason, until=until)
    sampling.sample(made, version)
    return made


def before(contribution: Contribution) -> dict[str, Any]:
    """What a decision is about to change, for whoever undoes it (M22)."""
    public = contribution.version_id if contribution.state == State.PUBLISHED else None
    until = contribution.appeal_by.isoformat() if contribution.appeal_by else None
    kept = {"best_practice": contribution.best_practice, "appeal_by": until}
    return {"state": contribution.state, "version": public} | kept


def _tell(deed: str, made: Decision, version: Version, *, reason: Reason | None, until: datetime | None) -> None:
    """Word to the author. Only the mail that all is well can be turned off (M13)."""
    contribution: Contribution = version.contribution
    author = db.session.get_one(Person, contribution.author_id)
    if deed == "published" and not author.approval_mails:
        return
    outbox.queue(
        deed,
        to=author,
        once=f"decision-{made.id}",
        wait=UNDO_FOR,
        contribution=contribution,
        version=version,
        reason=reason,
        note=made.note,
        marked=passages.quoted(version.source, made.marks),
        until=until,
        contact=db.session.scalar(select(Site.contact)) or "",
        still_public=contribution.state == State.PUBLISHED,
    )
