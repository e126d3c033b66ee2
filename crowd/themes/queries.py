"""Which themes there are, and which a contribution has."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select

from crowd.db import db
from crowd.models import Codebook, Coding, Consultation, Contribution, Person, Theme, Themed
from crowd.rules import Asker, may
from crowd.search.queries import readable
from crowd.themes.codebook import WORDS

_COLUMNS = (Theme.id, Theme.number, Theme.name, Theme.definition)


def themes(consultation: Consultation, *, retired: bool = True) -> Sequence[Any]:
    """All of them by number, with how many contributions have each: for those who give them. The retired ones are left
    out on demand: they are not offered."""
    given = select(func.count()).where(Themed.theme_id == Theme.id).correlate(Theme).scalar_subquery()
    found = select(*_COLUMNS, Theme.retired_at, given.label("given")).where(Theme.consultation_id == consultation.id)
    found = found if retired else found.where(Theme.retired_at.is_(None))
    return db.session.execute(found.order_by(Theme.number)).all()


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


def having(theme: Theme) -> set[int]:
    """The ids of the contributions that have a theme, in whichever coder's hand."""
    given = db.session.scalars(select(Themed.contribution_id).where(Themed.theme_id == theme.id))
    here = Coding.consultation_id == theme.consultation_id
    codings = db.session.execute(select(Coding.contribution_id, Coding.themes).where(here))
    return {*given, *(row.contribution_id for row in codings if theme.number in row.themes)}


def version(consultation: Consultation, number: int) -> Codebook | None:
    """A version of the codebook."""
    at = Codebook.consultation_id == consultation.id
    return db.session.scalar(select(Codebook).where(at, Codebook.number == number))


def versions(consultation: Consultation) -> Sequence[Any]:
    """All of them without their themes, the newest first: number, when, who, why."""
    return db.session.execute(
        select(Codebook.number, Codebook.at, Codebook.note, Person.name)
        .outerjoin(Person, Person.id == Codebook.person_id)
        .where(Codebook.consultation_id == consultation.id)
        .order_by(Codebook.number.desc())
    ).all()


def newest(consultation: Consultation) -> int:
    """The number of the last version; 0 before the first one."""
    found = select(func.max(Codebook.number)).where(Codebook.consultation_id == consultation.id)
    return db.session.scalar(found) or 0


def overtaken(theme: Theme, seen: str) -> bool:
    """Whether the theme has other words now than in the version of the codebook that a page had shown."""
    if not (seen.isascii() and seen.isdigit()) or not (shown := version(theme.consultation, int(seen[:9]))):
        return False
    was = next((one for one in shown.themes if one["number"] == theme.number), None)
    return was is not None and any(getattr(theme, name) != was[name] for name in WORDS)
