"""Everything that changes themes and who has them."""

from collections.abc import Collection

from sqlalchemy import delete, func, select

from crowd import log
from crowd.db import db
from crowd.models import Consultation, Contribution, Theme, Themed
from crowd.rules import Asker
from crowd.themes import queries


class Taken(Exception):
    """Another theme of the consultation has this name."""


def make_theme(consultation: Consultation, *, by: Asker, name: str, definition: str) -> Theme:
    """A theme under the next number. Raises Taken."""
    _free(consultation.id, name)
    last = db.session.scalar(select(func.max(Theme.number)).where(Theme.consultation_id == consultation.id)) or 0
    theme = Theme(consultation_id=consultation.id, number=last + 1, name=name, definition=definition)
    db.session.add(theme)
    db.session.flush()
    log.record("theme made", by=by.id, consultation=consultation, theme=theme.id)
    return theme


def change_theme(theme: Theme, *, by: Asker, name: str, definition: str) -> None:
    """Give a theme another name or definition; the log keeps the ones before. Raises Taken."""
    before = {"name": theme.name, "definition": theme.definition}
    if before == {"name": name, "definition": definition}:
        return
    _free(theme.consultation_id, name, but=theme.id)
    theme.name, theme.definition = name, definition
    log.record("theme changed", by=by.id, consultation=theme.consultation, theme=theme.id, before=before)


def _free(consultation_id: int, name: str, but: int = 0) -> None:
    """Names are compared without case, as people do."""
    names = db.session.scalars(select(Theme.name).where(Theme.consultation_id == consultation_id, Theme.id != but))
    if name.casefold() in {taken.casefold() for taken in names}:
        raise Taken


def give_themes(contribution: Contribution, *, by: Asker, themes: Collection[int]) -> None:
    """Let a contribution have these themes of its consultation and no others."""
    known = select(Theme.id).where(Theme.consultation_id == contribution.consultation_id, Theme.id.in_(themes))
    wanted, had = set(db.session.scalars(known)), set(queries.given_to(contribution))
    added, removed = sorted(wanted - had), sorted(had - wanted)
    if not added and not removed:
        return
    db.session.execute(delete(Themed).where(Themed.contribution_id == contribution.id, Themed.theme_id.in_(removed)))
    db.session.add_all([Themed(contribution_id=contribution.id, theme_id=theme) for theme in added])
    log.record(
        "themes given",
        by=by.id,
        consultation=contribution.consultation,
        contribution=contribution.id,
        added=added,
        removed=removed,
    )
