"""Everything that changes themes and who has them. What changes the codebook makes a new version of it."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import delete, func, select

from crowd import clock, log
from crowd.db import db
from crowd.models import Coding, Consultation, Contribution, Theme, Themed
from crowd.rules import Asker
from crowd.themes import codebook, queries
from crowd.themes.codebook import WORDS


class Taken(Exception):
    """Another theme of the consultation has this name."""


class Wrong(ValueError):
    """Its str is the sentence that says why this cannot be done."""


def make_theme(consultation: Consultation, *, by: Asker, note: str = "", **words: str) -> Theme:
    """A theme under the next number, and a version of the codebook. Raises Taken."""
    theme = _make(consultation, by, words)
    codebook.keep(consultation, by=by.id, note=note)
    return theme


def change_theme(theme: Theme, *, by: Asker, note: str = "", **words: str) -> None:
    """Give a theme other words; the log and the codebook's versions keep the ones before. Raises Taken."""
    if _change(theme, by, words):
        codebook.keep(theme.consultation, by=by.id, note=note)


def _make(consultation: Consultation, by: Asker, words: Mapping[str, str]) -> Theme:
    _free(consultation.id, words["name"])
    last = db.session.scalar(select(func.max(Theme.number)).where(Theme.consultation_id == consultation.id)) or 0
    theme = Theme(consultation_id=consultation.id, number=last + 1, **words)
    db.session.add(theme)
    db.session.flush()
    log.record("theme made", by=by.id, consultation=consultation, theme=theme.id)
    return theme


def _change(theme: Theme, by: Asker, words: Mapping[str, str]) -> bool:
    """Whether anything changed."""
    before = {name: getattr(theme, name) for name in words if getattr(theme, name) != words[name]}
    if not before:
        return False
    _free(theme.consultation_id, words.get("name", theme.name), but=theme.id)
    for name in before:
        setattr(theme, name, words[name])
    log.record("theme changed", by=by.id, consultation=theme.consultation, theme=theme.id, before=before)
    return True


def _free(consultation_id: int, name: str, but: int = 0) -> None:
    """Names are compared without case, accents and spaces, as people do."""
    names = db.session.scalars(select(Theme.name).where(Theme.consultation_id == consultation_id, Theme.id != but))
    if codebook.same(name) in {codebook.same(taken) for taken in names}:
        raise Taken


def retire(theme: Theme, *, by: Asker, note: str = "") -> None:
    """Offer a theme no longer; where it was given it stays."""
    if theme.retired_at is None:
        theme.retired_at = clock.now()
        log.record("theme retired", by=by.id, consultation=theme.consultation, theme=theme.id)
        codebook.keep(theme.consultation, by=by.id, note=note)


def take_up(theme: Theme, *, by: Asker, note: str = "") -> None:
    """Offer a retired theme again."""
    if theme.retired_at is not None:
        theme.retired_at = None
        log.record("theme taken up", by=by.id, consultation=theme.consultation, theme=theme.id)
        codebook.keep(theme.consultation, by=by.id, note=note)


def merge(theme: Theme, into: Theme, *, by: Asker, note: str = "") -> int:
    """Give another theme to everything that has this one, in every coder's hand, and retire this one; how many
    contributions that changed. Nobody remembers what each had, so it cannot be undone. Raises Wrong."""
    if into.id == theme.id or into.consultation_id != theme.consultation_id:
        raise Wrong("a theme goes into another one of its consultation")
    changing = queries.having(theme)
    had = set(db.session.scalars(select(Themed.contribution_id).where(Themed.theme_id == theme.id)))
    there = set(db.session.scalars(select(Themed.contribution_id).where(Themed.theme_id == into.id)))
    db.session.execute(delete(Themed).where(Themed.theme_id == theme.id))
    db.session.add_all([Themed(contribution_id=number, theme_id=into.id) for number in sorted(had - there)])
    for coding in db.session.scalars(select(Coding).where(Coding.consultation_id == theme.consultation_id)):
        coding.themes = _instead(coding.themes, theme.number, into.number)
        if coding.before:
            stood = _instead(coding.before["themes"], theme.number, into.number)
            coding.before = coding.before | {"themes": stood}
    theme.retired_at = theme.retired_at or clock.now()
    facts = {"theme": theme.id, "into": into.id, "number": len(changing)}
    log.record("theme merged", by=by.id, consultation=theme.consultation, **facts)
    codebook.keep(theme.consultation, by=by.id, note=note)
    return len(changing)


def _instead(numbers: Sequence[int], old: int, new: int) -> list[int]:
    return sorted({new if number == old else number for number in numbers})


def take_in(
    consultation: Consultation, rows: Sequence[Mapping[str, str]], *, by: Asker, note: str = ""
) -> tuple[int, int]:
    """A codebook from a file: a name that is there already is that theme, in the row's words; others are new. What the
    file does not name stays as it is. How many were made, and how many changed: one version of the codebook."""
    known = {
        codebook.same(one.name): one
        for one in db.session.scalars(select(Theme).where(Theme.consultation_id == consultation.id))
    }
    made = changed = 0
    for row in rows:
        words = {name: row[name] for name in WORDS if name in row}
        if (theme := known.get(codebook.same(row["name"]))) is None:
            _make(consultation, by, words)
            made += 1
        else:
            changed += _change(theme, by, words)
    if made or changed:
        codebook.keep(consultation, by=by.id, note=note)
    return made, changed


def give_themes(contribution: Contribution, *, by: Asker, themes: Collection[int]) -> bool:
    """Let a contribution have these themes of its consultation and no others; whether that was a change."""
    known = select(Theme.id).where(Theme.consultation_id == contribution.consultation_id, Theme.id.in_(themes))
    wanted, had = set(db.session.scalars(known)), set(queries.given_to(contribution))
    added, removed = sorted(wanted - had), sorted(had - wanted)
    if not added and not removed:
        return False
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
    return True
