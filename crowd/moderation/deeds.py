"""Everything moderators change. A decision is on one version: whoever comes second is told so (M10)."""

from datetime import timedelta

from sqlalchemy import select

from crowd import clock, log, outbox, schedule
from crowd.db import db, move
from crowd.models import Consultation, Contribution, Decision, Person, Reason, Version
from crowd.rules import Asker
from crowd.states import Phase, Place, State
from crowd.threads.counts import tally
from crowd.threads.deeds import count_published

RETURNED_FOR = timedelta(days=7)  # M16


def approve(version: Version, *, by: Asker, note: str = "", best_practice: bool = False) -> None:
    """Let a held version appear, into its phase and with its original time (P9), and tell its author. Raises Overtaken."""
    contribution = version.contribution
    move(version, State.HELD, State.PUBLISHED)
    for older in db.session.scalars(
        select(Version).where(
            Version.contribution_id == contribution.id,
            Version.id != version.id,
            Version.state == State.PUBLISHED,
        )
    ):
        move(older, State.PUBLISHED, State.REPLACED)
    first = contribution.state == State.HELD
    if first:
        move(contribution, State.HELD, State.PUBLISHED, public_since=clock.now())
        count_published(contribution, 1)
    contribution.version_id = version.id
    contribution.stamp += 1
    contribution.best_practice = contribution.best_practice or best_practice
    _decided("published", version, by=by, decision="approve", note=note)


def send_back(version: Version, *, by: Asker, reason: Reason, note: str = "") -> None:
    """Return a version to its author with a reason; there are seven days to send it again, or until some days after the
    bell (M16, P9). Raises Overtaken."""
    contribution = version.contribution
    move(version, State.HELD, State.RETURNED)
    until = clock.now() + RETURNED_FOR
    if contribution.place == Place.DISCUSSION:
        bell = schedule.bell(contribution.consultation, Phase.MEMBERS)
        grace = timedelta(days=contribution.consultation.resubmit_days)
        until = max(min(until, bell + grace), clock.now() + grace) if bell else until
    if contribution.state == State.HELD:
        move(contribution, State.HELD, State.RETURNED, resubmit_by=until)
    _decided("returned", version, by=by, decision="return", reason=reason, note=note, until=until)


def reject(version: Version, *, by: Asker, reason: Reason, note: str = "") -> None:
    """Refuse a version with a reason; what was published before stays. Raises Overtaken."""
    contribution = version.contribution
    move(version, State.HELD, State.REJECTED)
    if contribution.state == State.HELD:
        move(contribution, State.HELD, State.REJECTED, ended_at=clock.now())
    _decided("rejected", version, by=by, decision="reject", reason=reason, note=note)


def _decided(
    deed: str,
    version: Version,
    *,
    by: Asker,
    decision: str,
    note: str,
    reason: Reason | None = None,
    until: object = None,
) -> None:
    """What every decision leaves: a row, a line in the log, one less waiting, and word to the author (M13, M27)."""
    contribution: Contribution = version.contribution
    waited = int((clock.now() - version.first_at).total_seconds())
    made = Decision(
        version_id=version.id,
        moderator_id=by.id,
        decision=decision,
        reason_id=reason.id if reason else None,
        note=note,
        at=clock.now(),
        waited=waited,
    )
    db.session.add(made)
    db.session.flush()
    tally(Consultation, contribution.consultation_id, held=-1)
    log.record(
        deed,
        by=by.id,
        consultation=contribution.consultation,
        contribution=contribution.id,
        version=version.id,
        decision=made.id,
        waited=waited,
    )
    outbox.queue(
        deed,
        to=db.session.get(Person, contribution.author_id),
        once=f"decision-{made.id}",
        contribution=contribution,
        version=version,
        reason=reason,
        note=note,
        until=until,
    )
