"""Reports whose text was withdrawn or redacted before anybody decided on them: whoever made them hears that too."""

from crowd.chores import chore
from crowd.db import db, transaction
from crowd.models import Contribution
from crowd.reports import deeds, queries
from crowd.states import State

BECAME = {State.WITHDRAWN: "withdrawn", State.REMOVED: "removed"}  # whatever is still there was changed


@chore
def settle_left_open() -> None:
    """Close what no decision has closed. The fine and the removed are told by their own deeds."""
    if not queries.left_open(1):
        return
    with transaction():
        for number in {one.contribution_id for one in queries.left_open()}:
            contribution = db.session.get_one(Contribution, number)
            outcome = BECAME.get(State(contribution.state), "redacted")
            deeds.settle(contribution, outcome=outcome, by=None)
