"""What everybody may have: what a visitor may read, and nothing else (P12, P13). The same file for whoever asks."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import aliased

from crowd.evidence import citations
from crowd.exports.columns import COUNT, DAY, YES_NO, Column, Sheet, Source, one_of, yes
from crowd.i18n import lazy
from crowd.models import (
    Consultation,
    Contribution,
    Evidence,
    Finding,
    Question,
    Section,
    Theme,
    Themed,
    Version,
    VoteEvent,
)
from crowd.rules import VISITOR, visible
from crowd.states import Kind, State
from crowd.text import plain
from crowd.threads import numbers

FEWEST = 5  # votes of a day that are told as a number
FEW = "fewer than 5"
Parent = aliased(Contribution)
CARD = ("setting", "change", "effect", "source", "interests", "licence")


def readable(of: Consultation, kind: Any = Contribution) -> ColumnElement[bool]:
    """What a visitor may read now."""
    return and_(visible(VISITOR, "read", kind, of), kind.state == State.PUBLISHED, kind.public_since.is_not(None))


def concluded(of: Consultation) -> ColumnElement[bool]:
    """The findings that a visitor may read now."""
    return and_(visible(VISITOR, "read a finding", Finding, of), Finding.state == State.PUBLISHED)


# ---- contributions --------------------------------------------------------------------------------------------------

CONTRIBUTION_COLUMNS = (
    Column("contribution", lazy("The number of the contribution: it stands at /p/ and this number"), "", lazy("whole")),
    Column("number", lazy("The number under which it is cited")),
    Column("question", lazy("The question it answers"), "", lazy("a number of the table questions, or empty")),
    Column("finding", lazy("The finding it comments on"), "", lazy("a number of the table findings, or empty")),
    Column("parent", lazy("The contribution it answers, if that is in this table")),
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
        )
        .join(Version, Version.id == Contribution.version_id)
        .outerjoin(Question, Question.id == Contribution.question_id)
        .outerjoin(Finding, Finding.id == Contribution.finding_id)
        .outerjoin(Parent, and_(Parent.id == Contribution.parent_id, readable(of, Parent)))
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


FINDING_COLUMNS = (
    Column("finding", lazy("The number of the finding")),
    Column("section", lazy("The section it stands in")),
    Column("title", lazy("What was found")),
    Column("text", lazy("Its text, without formatting")),
    Column("edition", lazy("How often it has been published"), COUNT),
    Column("changed", lazy("What has changed since the edition before")),
    Column("published", lazy("When it was first published"), DAY),
    Column("response", lazy("What the host will do about it")),
    Column("responded", lazy("When the host answered"), DAY),
    Column("members_agree", lazy("How many members agree"), COUNT),
    Column("members_disagree", lazy("How many members disagree"), COUNT),
    Column("members_passed", lazy("How many members passed"), COUNT),
    Column("stakeholders_agree", lazy("How many stakeholders agree"), COUNT),
    Column("stakeholders_disagree", lazy("How many stakeholders disagree"), COUNT),
    Column("stakeholders_passed", lazy("How many stakeholders passed"), COUNT),
    Column("rests_on", lazy("On how many contributions it rests, with those that members alone may read"), COUNT),
)


SECTION = (
    select(Section.title).where(Section.id == Finding.section_id).correlate(Finding).scalar_subquery().label("section")
)


def findings(source: Source) -> Iterator[Sequence[Any]]:
    of = source.consultation
    resting = select(func.count()).where(Evidence.finding_id == Finding.id).correlate(Finding).scalar_subquery()
    query = select(Finding.__table__, SECTION, resting.label("resting")).where(concluded(of)).order_by(Finding.number)
    for row in source.all(query):
        yield (
            *(row.number, row.section or "", row.title, plain(row.html), row.edition, row.change_note),
            *(source.day(row.published_at), plain(row.response_html or ""), source.day(row.responded_at)),
            *(row.member_agree, row.member_disagree, row.member_passed, row.agree, row.disagree, row.passed),
            row.resting,
        )


EVIDENCE_COLUMNS = (
    Column("finding", lazy("A finding")),
    Column("contribution", lazy("A contribution that it rests on, if everybody may read it")),
)


def evidence(source: Source) -> Iterator[Sequence[Any]]:
    of = source.consultation
    query = select(Finding.number, Contribution.id).join(Evidence, Evidence.finding_id == Finding.id)
    query = query.join(Contribution, Contribution.id == Evidence.contribution_id).where(concluded(of), readable(of))
    yield from map(tuple, source.rows(query.order_by(Finding.number, Contribution.id)))


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


DAY_COLUMNS = (
    Column("day", lazy("A day"), DAY),
    Column("contributions", lazy("Contributions and comments of this file that were sent on it"), COUNT),
    Column(
        "votes", lazy("Votes on contributions and findings that were given on it"), COUNT, lazy("1 to 4 are not told")
    ),
)


def days(source: Source) -> Iterator[Sequence[Any]]:
    """Votes by day, where 1 to 4 are "fewer than 5"; with the smallest other day where only one would be so, which all
    votes together would tell."""
    of = source.consultation
    sent = Counter(source.day(row.submitted_at) for row in source.rows(_contributions(of)))
    voted: Counter[str] = Counter()
    for place, kind in ((VoteEvent.contribution_id, Contribution), (VoteEvent.finding_id, Finding)):
        query = select(VoteEvent.at).join(kind, kind.id == place)
        query = query.where(kind.consultation_id == of.id, VoteEvent.value.is_not(None))
        voted.update(source.day(row.at) for row in source.rows(query))
    told = few_untold(voted)
    for day in sorted({*sent, *voted}):
        yield day, sent[day], told.get(day, 0)


def few_untold(counts: Counter[str]) -> dict[str, int | str]:
    """Counts of which 1 to 4 are not told, and never just one of them."""
    hidden = {name for name, n in counts.items() if 0 < n < FEWEST}
    others = sorted((n, name) for name, n in counts.items() if n >= FEWEST)
    words = dict.fromkeys(hidden, FEW)
    if len(hidden) == 1 and others:
        words[others[0][1]] = "not told"
    return {name: words.get(name, n) for name, n in counts.items()}


SHEETS = (
    Sheet("questions", lazy("The questions"), QUESTION_COLUMNS, questions),
    Sheet("contributions", lazy("What people wrote"), CONTRIBUTION_COLUMNS, contributions),
    Sheet("findings", lazy("What the host concludes, and what it will do"), FINDING_COLUMNS, findings),
    Sheet("evidence", lazy("Which contributions a finding rests on"), EVIDENCE_COLUMNS, evidence),
    Sheet("themes", lazy("What people write about"), THEME_COLUMNS, themes),
    Sheet("contribution_themes", lazy("Which contributions have which themes"), THEMED_COLUMNS, themed),
    Sheet("days", lazy("Day by day"), DAY_COLUMNS, days),
)
