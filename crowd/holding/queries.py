"""What the pages of writing and of hosts read about holding."""

from sqlalchemy import bindparam, select

from crowd import clock
from crowd.models import Case, Consultation
from crowd.moderation.cases import About
from crowd.statements import Statement

_LATE = Statement(
    select(Case.id)
    .where(
        Case.closed_at.is_(None),
        Case.due_at < bindparam("now"),
        Case.kind.concat("") == About.TEXT,  # no column of an index: SQLite would look through all that waits
        Case.consultation_id == bindparam("consultation"),
    )
    .order_by(Case.due_at)
    .limit(1)
)


def late(consultation: Consultation) -> bool:
    """Whether a text here waits for longer than was promised (M7); one look into the index of what is due."""
    return _LATE.scalar(consultation=consultation.id, now=clock.now()) is not None
