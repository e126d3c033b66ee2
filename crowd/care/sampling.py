"""Which decisions go blind to a second moderator (M29)."""

import hmac
from datetime import timedelta

from flask import current_app

from crowd.models import Decision, Version
from crowd.moderation import cases
from crowd.moderation.cases import About, Urgency

ONE_IN = 20
AFTER = timedelta(seconds=30)  # a decision can be undone until then (M22)
COMPARABLE = frozenset({"approve", "return", "reject"})  # what a second moderator can choose too


def is_chosen(decision_id: int) -> bool:
    """Whether this decision is one of the twenty: by a keyed hash, so that nobody can foresee it who has no key."""
    key = str(current_app.secret_key).encode()
    found = hmac.digest(key, f"second reading:{decision_id}".encode(), "sha256")
    return int.from_bytes(found[:8], "big") % ONE_IN == 0


def sample(made: Decision, version: Version) -> None:
    """Ask for a second reading if it is this decision's turn; part of the deed that decides."""
    if made.decision not in COMPARABLE or not is_chosen(made.id):
        return
    cases.begin(
        About.READING,
        version.contribution.consultation,
        contribution=version.contribution_id,
        version=version.id,
        urgency=Urgency.READING,
        since=made.at + AFTER,
        not_by=made.moderator_id,
        decision=made.id,
    )
