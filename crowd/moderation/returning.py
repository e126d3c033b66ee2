"""Whether a text can go back to its author, and until when it can be sent again (M16, P9, P11)."""

from datetime import datetime, timedelta

from sqlalchemy import func, select

from crowd import clock, schedule
from crowd.db import db
from crowd.i18n import _
from crowd.models import Consultation, Contribution, Decision, Version
from crowd.moderation.queries import STANDS, returns_of
from crowd.states import PHASES, Phase, Place, State

RETURNED_FOR = timedelta(days=7)
MOST_RETURNS = 2


class NotReturnable(Exception):
    """Its str is the sentence that says why this text can only be approved or rejected."""


def _last_phase(contribution: Contribution) -> Phase:
    """The last phase in which its author can send it again: editing a published text stops at the bell (P11)."""
    if contribution.place == Place.FINDING:
        return Phase.OPEN
    return Phase.MEMBERS if contribution.public_since else Phase.ANALYSIS


def resubmit_until(contribution: Contribution, returned: datetime | None = None) -> datetime | None:
    """Until when a text that is returned now, or was returned then, can be sent again: seven days, or some days after
    the bell if that is sooner, and never beyond the phase that takes it. None if that phase is over."""
    consultation, last = contribution.consultation, _last_phase(contribution)
    if PHASES.index(schedule.current(consultation)) > PHASES.index(last):
        return None
    returned = returned or clock.now()
    until = returned + RETURNED_FOR
    bell = schedule.bell(consultation, Phase.MEMBERS)
    if last == Phase.ANALYSIS and bell:
        until = min(until, max(bell, returned) + timedelta(days=consultation.resubmit_days))
    end = schedule.bell(consultation, last)
    return min(until, end) if end else until


def follow_the_bell(consultation: Consultation) -> None:
    """Set anew until when returned texts can be sent again, after the schedule was changed; part of that transaction.
    Where the phase that takes them is over, that is now."""
    decided = (
        select(Contribution, func.max(Decision.at))
        .join(Version, Version.contribution_id == Contribution.id)
        .join(Decision, (Decision.version_id == Version.id) & (Decision.decision == "return") & STANDS)
        .where(Contribution.consultation_id == consultation.id, Contribution.state == State.RETURNED)
        .group_by(Contribution.id)
    )
    for contribution, returned in db.session.execute(decided):
        contribution.resubmit_by = resubmit_until(contribution, returned) or clock.now()


def why_not_return(contribution: Contribution) -> str:
    """Why the only choice left is to approve or to reject; empty when it can be returned."""
    if returns_of(contribution.id) >= MOST_RETURNS:
        return _("This text was returned twice already, so it can only be approved or rejected now.")
    if resubmit_until(contribution) is None:
        still = _("What was approved before stays.") if contribution.state != State.HELD else ""
        return " ".join(
            (_("The time for sending texts again is over, so it can only be approved or rejected."), still)
        ).strip()
    return ""
