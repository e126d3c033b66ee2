"""Half way through the time in which a returned text can be sent again, its author is reminded, once (M16)."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select

from crowd import chores, clock, outbox
from crowd.db import db, transaction
from crowd.models import Contribution, Decision, Person, Reason, Version
from crowd.moderation.returning import RETURNED_FOR, resubmit_until
from crowd.states import State


class Due(NamedTuple):
    """A returned wording whose author is to be reminded."""

    contribution: Contribution
    version: Version
    decision: Decision
    until: datetime

    @property
    def once(self) -> str:
        return f"return-reminder-{self.decision.id}"


@chores.chore
def remind() -> None:
    """Mail the authors whose time is half over; asks one question and writes nothing where there are none."""
    due = [one for one in _half_over() if one.until > clock.now()]
    told = outbox.queued_before([one.once for one in due])
    if all(one.once in told for one in due):
        return
    with transaction():
        for one in _half_over():
            if one.until > clock.now():
                _remind(one)


def _remind(one: Due) -> None:
    outbox.queue(
        "return_reminder",
        to=db.session.get(Person, one.contribution.author_id),
        once=one.once,
        contribution=one.contribution,
        version=one.version,
        reason=db.session.get(Reason, one.decision.reason_id) if one.decision.reason_id else None,
        note=one.decision.note,
        until=one.until,
    )


def _half_over() -> Iterator[Due]:
    """What is with its author since at least half of the time there is."""
    last = select(func.max(Decision.id)).where(Decision.version_id == Version.id).correlate(Version).scalar_subquery()
    found = db.session.execute(
        select(Contribution, Version, Decision)
        .join(Version, Version.contribution_id == Contribution.id)
        .join(Decision, Decision.id == last)
        .where(
            Version.state == State.RETURNED,
            Decision.decision == "return",
            Decision.at > clock.now() - RETURNED_FOR,
            Contribution.state.in_((State.RETURNED, State.PUBLISHED)),
        )
        .order_by(Version.id)
    ).all()
    for contribution, version, decision in found:
        until = contribution.resubmit_by or resubmit_until(contribution, decision.at)
        if until and clock.now() >= decision.at + (until - decision.at) / 2:
            yield Due(contribution, version, decision, until)
