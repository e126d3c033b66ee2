"""What the pages of exports read."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from crowd import clock
from crowd.db import db
from crowd.exports import readable
from crowd.exports.deeds import KEPT_FOR
from crowd.models import Consultation, Contribution, Deposit, Export, Finding, Person, VoteNow

SHOWN = 50


def exports(of: Consultation) -> Sequence[Any]:
    """The newest first, with who had them made."""
    query = select(Export, Person.name).outerjoin(Person, Person.id == Export.by_id)
    return db.session.execute(
        query.where(Export.consultation_id == of.id).order_by(Export.id.desc()).limit(SHOWN)
    ).all()


def export(of: Consultation, number: int) -> Export | None:
    return db.session.scalar(select(Export).where(Export.consultation_id == of.id, Export.id == number))


def old() -> Sequence[Export]:
    """Those whose files are due to be erased."""
    due = Export.ended_at < clock.now() - KEPT_FOR
    return db.session.scalars(select(Export).where(Export.state == "done", due)).all()


def is_short(of: Consultation, most: int) -> bool:
    """Whether it is made while its host waits: few texts and few votes."""
    texts = db.session.scalars(select(Contribution.id).where(Contribution.consultation_id == of.id).limit(most)).all()
    votes = select(VoteNow.id).join(Contribution, Contribution.id == VoteNow.contribution_id)
    given = db.session.scalars(votes.where(Contribution.consultation_id == of.id).limit(most)).all()
    return len(texts) + len(given) < most


def concluded(of: Consultation) -> Sequence[Finding]:
    """The findings that everybody may read."""
    return db.session.scalars(select(Finding).where(readable.concluded(of)).order_by(Finding.number)).all()


def deposits(of: Consultation) -> Sequence[Deposit]:
    return db.session.scalars(select(Deposit).where(Deposit.consultation_id == of.id).order_by(Deposit.number)).all()
