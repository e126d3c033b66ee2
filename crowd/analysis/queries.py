"""What the pages of analyses read."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import defer

from crowd.db import db
from crowd.models import Consultation, Run

SHOWN = 50


def runs(consultation: Consultation, kind: str = "") -> Sequence[Run]:
    """The newest first, at most fifty, without their results."""
    wanted = select(Run).options(defer(Run.result)).where(Run.consultation_id == consultation.id)
    wanted = wanted.where(Run.kind == kind) if kind else wanted
    return db.session.scalars(wanted.order_by(Run.id.desc()).limit(SHOWN)).all()


def latest(consultation: Consultation, kind: str) -> Run | None:
    """The last one of its kind that ended with a result or with a reason why there is none."""
    wanted = select(Run).where(
        Run.consultation_id == consultation.id, Run.kind == kind, Run.state.in_(["done", "refused"])
    )
    return db.session.scalars(wanted.order_by(Run.id.desc()).limit(1)).first()


def kept_run(consultation: Consultation, number: int) -> Run | None:
    """A run of this consultation that has a result."""
    return db.session.scalar(
        select(Run).where(Run.consultation_id == consultation.id, Run.id == number, Run.state == "done")
    )
