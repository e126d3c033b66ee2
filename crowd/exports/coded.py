"""Themes and codings as tables for hosts: the codebook in all its words, and what each coder gave."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import func, select

from crowd.exports import public
from crowd.exports.columns import COUNT, DAY, YES_NO, Column, Source, one_of, yes
from crowd.i18n import lazy
from crowd.models import Codebook, Coding, Theme, Themed

HANDS = {1: "first", 2: "second", 3: "settled"}

THEME_COLUMNS = (
    *public.THEME_COLUMNS[:3],
    Column("include", lazy("What belongs to it")),
    Column("exclude", lazy("What does not")),
    Column("example", lazy("An example")),
    Column("retired", lazy("Whether it is offered no longer"), "", YES_NO),
    public.THEME_COLUMNS[3],
)


def themes(source: Source) -> Iterator[Sequence[Any]]:
    given = select(func.count()).where(Themed.theme_id == Theme.id).correlate(Theme).scalar_subquery().label("given")
    query = select(Theme.__table__, given).where(Theme.consultation_id == source.consultation.id)
    for row in source.rows(query.order_by(Theme.number)):
        words = (row.number, row.name, row.definition, row.include, row.exclude, row.example)
        yield *words, yes(row.retired_at), row.given


def themed(source: Source) -> Iterator[Sequence[Any]]:
    query = select(Themed.contribution_id, Theme.number).join(Theme, Theme.id == Themed.theme_id)
    here = Theme.consultation_id == source.consultation.id
    yield from map(tuple, source.rows(query.where(here).order_by(Themed.contribution_id, Theme.number)))


CODING_COLUMNS = (
    Column("contribution", lazy("A contribution")),
    Column("coder", lazy("Which of its coders, or what was settled between them"), "", one_of(*HANDS.values())),
    Column("theme", lazy("A theme that was given; empty where nothing fitted")),
    Column("taken_in", lazy("Whether it was given elsewhere and taken in"), "", YES_NO),
    Column("day", lazy("When"), DAY),
)


def codings(source: Source) -> Iterator[Sequence[Any]]:
    """A line for each theme, as the desk hands them out: who the coders are is not in it."""
    query = select(Coding.contribution_id, Coding.hand, Coding.themes, Coding.person_id, Coding.at)
    query = query.where(Coding.consultation_id == source.consultation.id)
    for row in source.rows(query.order_by(Coding.contribution_id, Coding.hand)):
        for theme in row.themes or [None]:
            yield row.contribution_id, HANDS[row.hand], theme, yes(row.person_id is None), source.day(row.at)


VERSION_COLUMNS = (
    Column("version", lazy("The number of the version")),
    Column("day", lazy("When"), DAY),
    Column("note", lazy("What its maker said of it")),
    Column("themes", lazy("How many themes it has"), COUNT),
)


def versions(source: Source) -> Iterator[Sequence[Any]]:
    query = select(Codebook.number, Codebook.at, Codebook.note, Codebook.themes)
    here = Codebook.consultation_id == source.consultation.id
    for row in source.rows(query.where(here).order_by(Codebook.number)):
        yield row.number, source.day(row.at), row.note, len(row.themes)
