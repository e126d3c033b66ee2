"""Which themes there are, and which a contribution has."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select

from crowd.db import db
from crowd.models import Consultation, Contribution, Theme, Themed
from crowd.rules import Asker, may
from crowd.search.queries import readable

_COLUMNS = (Theme.id, Theme.number, Theme.name, Theme.definition)


def themes(consultation: Consultation) -> Sequence[Any]:
    """All of them by number, with how many contributions have each: for those who give them."""
    given = select(func.count()).where(Themed.theme_id == Theme.id).correlate(Theme).scalar_subquery()
    return db.session.execute(
        select(*_COLUMNS, given.label("given")).where(Theme.consultation_id == consultation.id).order_by(Theme.number)
    ).all()


def themes_in_use(person: Asker, consultation: Consultation) -> Sequence[Any]:
    """The themes of texts that this person may read, by number: one of others' texts alone is not named."""
    given = (
        select(Themed.theme_id)
        .join(Contribution, Contribution.id == Themed.contribution_id)
        .where(Themed.theme_id == Theme.id, readable(person, consultation))
    )
    return db.session.execute(
        select(*_COLUMNS).where(Theme.consultation_id == consultation.id, given.exists()).order_by(Theme.number)
    ).all()


def known(person: Asker, theme: Theme) -> bool:
    """Whether the person may know of a theme: it is on a text that they may read, or they give themes."""
    if may(person, "code contributions", theme.consultation):
        return True
    return theme.id in {row.id for row in themes_in_use(person, theme.consultation)}


def theme(consultation: Consultation, number: int) -> Theme | None:
    return db.session.scalar(select(Theme).where(Theme.consultation_id == consultation.id, Theme.number == number))


def given_to(contribution: Contribution) -> list[int]:
    """The ids of a contribution's themes."""
    return list(
        db.session.scalars(
            select(Themed.theme_id).where(Themed.contribution_id == contribution.id).order_by(Themed.theme_id)
        )
    )
