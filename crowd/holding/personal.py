"""Whether personal data can be read by others already: what its author mends goes before everything but harm (M6)."""

from sqlalchemy import select

from crowd.db import db
from crowd.holding.folding import fold
from crowd.holding.identifying import personal_data
from crowd.holding.judging import whole_of
from crowd.models import Contribution, Version
from crowd.states import State


def is_public(contribution: Contribution) -> bool:
    """Whether the wording that others read seems to hold personal data."""
    if contribution.state != State.PUBLISHED:
        return False
    row = db.session.execute(select(Version.source, Version.card).where(Version.id == contribution.version_id)).one()
    return bool(personal_data(fold(whole_of(row.source, row.card))))
