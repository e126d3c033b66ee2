"""Whether a text can go back to its author, and until when it can be sent again (M16, P9, P11)."""

from datetime import datetime, timedelta

from crowd import clock, schedule
from crowd.i18n import _
from crowd.models import Contribution
from crowd.moderation.queries import returns_of
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


def resubmit_until(contribution: Contribution) -> datetime | None:
    """Until when a text that is returned now can be sent again: seven days, or some days after the bell if that is
    sooner, and never beyond the phase that takes it. None if that phase is over."""
    consultation, now, last = contribution.consultation, clock.now(), _last_phase(contribution)
    if PHASES.index(schedule.current(consultation)) > PHASES.index(last):
        return None
    until = now + RETURNED_FOR
    bell = schedule.bell(consultation, Phase.MEMBERS)
    if last == Phase.ANALYSIS and bell:
        until = min(until, max(bell, now) + timedelta(days=consultation.resubmit_days))
    end = schedule.bell(consultation, last)
    return min(until, end) if end else until


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
