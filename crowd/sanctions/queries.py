"""What the pages of sanctions read."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, or_, select

from crowd import clock
from crowd.db import db
from crowd.models import Person, Sanction
from crowd.sanctions.kinds import KEEP_OUT, WARNING
from crowd.statements import Statement

MOST = 50  # of one person, on a page

_UNCONFIRMED = Statement(
    select(Sanction.id)
    .where(
        Sanction.person_id == bindparam("person"),
        Sanction.kind == WARNING,
        Sanction.confirmed_at.is_(None),
        Sanction.ended_at.is_(None),
    )
    .order_by(Sanction.id)
    .limit(1)
)


def in_force() -> ColumnElement[bool]:
    return and_(Sanction.ended_at.is_(None), or_(Sanction.until.is_(None), Sanction.until > clock.now()))


def unconfirmed(person_id: int) -> int | None:
    """The warning that this person has to confirm first; asked on every page for writing."""
    found: int | None = _UNCONFIRMED.scalar(person=person_id)
    return found


def sanction(number: int) -> Sanction | None:
    return db.session.get(Sanction, number)


def of_person(person_id: int) -> Sequence[Sanction]:
    """The newest ones of a person, ended ones too."""
    newest = select(Sanction).where(Sanction.person_id == person_id).order_by(Sanction.id.desc()).limit(MOST)
    return db.session.scalars(newest).all()


def kept_out_by(person_id: int) -> Sequence[Sanction]:
    """What keeps a person from writing now."""
    return db.session.scalars(
        select(Sanction).where(Sanction.person_id == person_id, Sanction.kind.in_(KEEP_OUT), in_force())
    ).all()


def person(number: int) -> Person | None:
    return db.session.get(Person, number)


def unanswered(**the_same: Any) -> Sanction | None:
    """A sanction that is like this in all, and that nobody has confirmed or ended."""
    asked = select(Sanction).filter_by(**the_same, confirmed_at=None, ended_at=None)
    return db.session.scalars(asked.limit(1)).first()
