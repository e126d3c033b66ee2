"""What everybody may have: what a visitor may read, and nothing else (P12, P13). The same file for whoever asks."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import aliased

from crowd.evidence import citations
from crowd.exports import concluding
from crowd.exports.columns import COUNT, DAY, YES_NO, Column, Sheet, Source, one_of, yes
from crowd.exports.readable import concluded, readable
from crowd.figures.privacy import Shown, votes_by_day
from crowd.figures.queries import STANDINGS, given
from crowd.i18n import lazy
from crowd.models import (
    Consultation,
    Contribution,
    Finding,
    Imported,
    Question,
    Theme,
    Themed,
    Version,
)
from crowd.states import Kind
from crowd.text import plain
from crowd.threads import numbers

Parent, Thread = aliased(Contribution), aliased(Contribution)
CARD = ("setting", "change", "effect", "source", "interests", "licence")


# ---- contributions --------------------------------------------------------------------------------------------------

ELSEWHERE = (
    Column("taken_from", lazy("Of what was taken in: the kind of source"), "", "polis, csv, decide-madrid"),
    Column("agree_there", lazy("How many agreed there, as was counted there; never added to “agree”"), COUNT),
    Column("disagree_there", lazy("How many disagreed there"), COUNT),
    Column("passed_there", lazy("How many passed there"), COUNT),
)
THERE = (
    *(Imported.source.label("taken_from"), Imported.agree.label("agree_there")),
    *(Imported.disagree.label("disagree_there"), Imported.passed.label("passed_there")),
)
CONTRIBUTION_COLUMNS = (
    Column("contribution", lazy("The number of the contribution: it stands at /p/ and this number"), "", lazy("whole")),
    Column("number", lazy("The number under which it is cited")),
    Column("question", lazy("The question it answers"), "", lazy("a number of the table questions, or empty")),
    Column("finding", lazy("The finding it comments on"), "", lazy("a number of the table findings, or empty")),
    Column("parent", lazy("The contribution it answers, if that is in this table")),
    Column("thread", lazy("What begins its thread, if that is in this table")),
    Column("kind", lazy("What it is"), "", one_of(*Kind)),
    Column("author", lazy("Who wrote it, as far as its promise lets everybody know")),
    Column("profession", lazy("The author’s profession, for members"), "", lazy("a profession of this consultation")),
    Column("region", lazy("The author’s region, for members"), "", lazy("a region of this consultation")),
    Column("day", lazy("When it was sent"), DAY),
    Column("language", lazy("Its language, as its author said"), lazy("ISO 639-1")),
    Column("text", lazy("What it says, without formatting; passages that moderators struck out are marked")),
    Column("agree", lazy("How many agree"), COUNT),
    Column("disagree", lazy("How many disagree"), COUNT),
    Column("passed", lazy("How many saw it and passed"), COUNT),
    Column("facilitator", lazy("Whether a facilitator of the host wrote it"), "", YES_NO),
    Column("best_practice", lazy("Whether moderators marked it as best practice"), "", YES_NO),
    Column("merged", lazy("Whether it says the same as its parent, which has its votes"), "", YES_NO),
    Column("where", lazy("Of an example: where it was")),
    Column("change", lazy("Of an example: what changed")),
    Column("effect", lazy("Of an example: what it did")),
    Column("source", lazy("Of an example: how its author knows")),
    Column("interests", lazy("Of an example: interests that its author declared")),
    Column("licence", lazy("Of an example: what others may do with it"), "", "reserved, cc-by, cc-by-nc, ogl"),
    *ELSEWHERE,
)

_PLAIN = (
    *(Contribution.id, Contribution.serial, Contribution.kind, Contribution.alias, Contribution.profession),
    *(Contribution.region, Contribution.promise, Contribution.submitted_at, Contribution.agree, Contribution.disagree),
    *(Contribution.passed, Contribution.facilitator, Contribution.best_practice, Contribution.merged),
    *(Contribution.place, Version.html, Version.language, Version.card),
)


def _contributions(of: Consultation) -> Select:
    return (
        select(
            *_PLAIN,
            Question.number.label("question"),
            Finding.number.label("finding"),
            Parent.id.label("parent"),
            Thread.id.label("thread"),
            *THERE,
        )
        .join(Version, Version.id == Contribution.version_id)
        .outerjoin(Question, Question.id == Contribution.question_id)
        .outerjoin(Finding, Finding.id == Contribution.finding_id)
        .outerjoin(Parent, and_(Parent.id == Contribution.parent_id, readable(of, Parent)))
        .outerjoin(Thread, and_(Thread.id == Contribution.thread_id, readable(of, Thread)))
        .outerjoin(Imported, Imported.contribution_id == Contribution.id)
        .where(readable(of), or_(Contribution.finding_id.is_(None), concluded(of)))
        .order_by(Contribution.id)
    )


def contributions(source: Source, after: int = 0, most: int | None = None) -> Iterator[Sequence[Any]]:
    """By their numbers, from one on: all, or so many."""
    of = source.consultation
    query = _contributions(of).where(Contribution.id > after)
    for row in source.rows(query.limit(most) if most else query):
        yield _contribution(row, source)


def _contribution(row: Any, source: Source) -> Sequence[Any]:
    card = row.card or {}
    return (
        row.id,
        numbers.written(source.consultation.code, row.serial),
        row.question,
        row.finding,
        row.parent,
        row.thread,
        row.kind,
        citations.author(row, inside=False),
        row.profession,
        row.region,
        source.day(row.submitted_at),
        row.language,
        plain(row.html),
        *(row.agree, row.disagree, row.passed),
        *(yes(row.facilitator), yes(row.best_practice), yes(row.merged)),
        *(card.get(name, "") for name in CARD),
        *(row.taken_from, row.agree_there, row.disagree_there, row.passed_there),
    )


# ---- the rest -------------------------------------------------------------------------------------------------------

QUESTION_COLUMNS = (
    Column("question", lazy("The number of the question")),
    Column("title", lazy("The question")),
    Column("guidance", lazy("What the host wrote beside it")),
)


def questions(source: Source) -> Iterator[Sequence[Any]]:
    query = select(Question).where(Question.consultation_id == source.consultation.id).order_by(Question.number)
    for row in source.rows(query.with_only_columns(Question.number, Question.title, Question.guidance_html)):
        yield row.number, row.title, plain(row.guidance_html or "")


THEME_COLUMNS = (
    Column("theme", lazy("The number of the theme")),
    Column("name", lazy("Its name")),
    Column("definition", lazy("What analysts understand by it")),
    Column("contributions", lazy("How many contributions of this file have it"), COUNT),
)


def themes(source: Source) -> Iterator[Sequence[Any]]:
    """Those of texts that everybody may read: one of others' texts alone is not named."""
    of = source.consultation
    query = select(Theme.number, Theme.name, Theme.definition, func.count())
    query = query.join(Themed, Themed.theme_id == Theme.id).join(
        Contribution, Contribution.id == Themed.contribution_id
    )
    query = query.where(Theme.consultation_id == of.id, readable(of))
    yield from map(tuple, source.rows(query.group_by(Theme.id).order_by(Theme.number)))


THEMED_COLUMNS = (
    Column("contribution", lazy("A contribution of this file")),
    Column("theme", lazy("A theme that analysts gave it")),
)


def themed(source: Source, after: int = 0, upto: int | None = None) -> Iterator[Sequence[Any]]:
    of = source.consultation
    query = select(Contribution.id, Theme.number).join(Themed, Themed.contribution_id == Contribution.id)
    query = query.join(Theme, Theme.id == Themed.theme_id).where(readable(of), Contribution.id > after)
    query = query if upto is None else query.where(Contribution.id <= upto)
    yield from map(tuple, source.rows(query.order_by(Contribution.id, Theme.number)))


FEW_VOTES = lazy("1 to 4 are not told")
DAY_COLUMNS = (
    Column("day", lazy("A day"), DAY),
    Column("contributions", lazy("Contributions and comments of this file that were sent on it"), COUNT),
    Column("votes", lazy("Votes on contributions that were given on it"), COUNT, FEW_VOTES),
    Column("finding_votes_of_members", lazy("Votes of members on findings that were given on it"), COUNT, FEW_VOTES),
    Column("finding_votes_of_stakeholders", lazy("Votes of stakeholders on findings likewise"), COUNT, FEW_VOTES),
)


def days(source: Source) -> Iterator[Sequence[Any]]:
    """By day; votes as the page of participation tells them, so that the one tells nothing that the other keeps
    back."""
    of = source.consultation
    moments = source.rows(_contributions(of).with_only_columns(Contribution.submitted_at))
    sent = Counter(source.day(row.submitted_at) for row in moments)
    votes = (
        _voted(source, given(of, Contribution)),
        *(_voted(source, given(of, Finding, one)) for one in STANDINGS.values()),
    )
    for day in sorted({*sent, *(day for told in votes for day in told)}):
        yield day, sent[day], *(told[day].cell() if day in told else 0 for told in votes)


def _voted(source: Source, votes: Select[Any]) -> dict[str, Shown]:
    return votes_by_day(Counter(source.day(row.at) for row in source.rows(votes)))


FOUND = (
    Sheet("sections", lazy("The parts of the findings"), concluding.SECTION_COLUMNS, concluding.sections),
    Sheet(
        "findings",
        lazy("What the host concludes, and what it will do"),
        concluding.FINDING_COLUMNS,
        concluding.findings,
    ),
    Sheet("evidence", lazy("Which contributions a finding rests on"), concluding.EVIDENCE_COLUMNS, concluding.evidence),
    Sheet("quotes", lazy("Words that findings quote"), concluding.QUOTE_COLUMNS, concluding.quoted),
    Sheet("editions", lazy("Findings as they were published"), concluding.EDITION_COLUMNS, concluding.editions),
    Sheet("answers", lazy("What became of the findings"), concluding.ANSWER_COLUMNS, concluding.answers),
    Sheet("considered", lazy("What became of contributions"), concluding.CONSIDERED_COLUMNS, concluding.considered),
    Sheet("participation", lazy("Who took part, as published"), concluding.FIGURE_COLUMNS, concluding.figures),
)
SHEETS = (
    Sheet("questions", lazy("The questions"), QUESTION_COLUMNS, questions),
    Sheet("contributions", lazy("What people wrote"), CONTRIBUTION_COLUMNS, contributions),
    *FOUND,
    Sheet("themes", lazy("What people write about"), THEME_COLUMNS, themes),
    Sheet("contribution_themes", lazy("Which contributions have which themes"), THEMED_COLUMNS, themed),
    Sheet("days", lazy("Day by day"), DAY_COLUMNS, days),
)
