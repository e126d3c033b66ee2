"""Findings as tables: the document, what it rests on, its editions and quotes, and what the host does about it.

Each is made of the findings that `which` chooses, for everybody or for hosts, and holds what their pages show."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select, true

from crowd.exports.columns import COUNT, DAY, Column, Source, one_of
from crowd.exports.readable import concluded, readable
from crowd.figures.privacy import FEW, Shown
from crowd.findings import considering, quotes
from crowd.i18n import lazy
from crowd.models import (
    Consultation,
    Contribution,
    Edition,
    Evidence,
    Finding,
    Move,
    PublishedFigures,
    Quote,
    Run,
    Section,
)
from crowd.states import Stance
from crowd.text import plain

Rows = Iterator[Sequence[Any]]
Which = Callable[[Consultation], ColumnElement[bool]]
STANCES = one_of(*Stance)


def every(of: Consultation) -> ColumnElement[bool]:
    """Drafts too: for hosts."""
    return Finding.consultation_id == of.id


SECTION_COLUMNS = (
    Column("section", lazy("The number of the section")),
    Column("position", lazy("Where it stands in the document"), COUNT),
    Column("title", lazy("Its title")),
    Column("introduction", lazy("What stands before its findings")),
)


def sections(source: Source, which: Which = concluded) -> Rows:
    """Those that hold a finding of this file."""
    holds = select(Finding.id).where(Finding.section_id == Section.id, which(source.consultation))
    query = select(Section.number, Section.position, Section.title, Section.html).where(
        Section.consultation_id == source.consultation.id, holds.correlate(Section).exists()
    )
    for row in source.all(query.order_by(Section.position, Section.number)):
        yield row.number, row.position, row.title, plain(row.html)


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
    Column("dissent", lazy("How many contributions dissent from it, with those that members alone may read"), COUNT),
)


def findings(source: Source, which: Which = concluded) -> Rows:
    for row in source.all(_findings(which(source.consultation))):
        yield _finding(row, source)


def _findings(where: ColumnElement[bool]) -> Any:
    counted = [
        select(func.count()).where(Evidence.finding_id == Finding.id, Evidence.stance == stance).correlate(Finding)
        for stance in (Stance.SUPPORTS, Stance.DISSENTS)
    ]
    title = func.coalesce(Section.title, "").label("section")
    numbers = [one.scalar_subquery().label(name) for one, name in zip(counted, ("resting", "against"), strict=True)]
    query = select(Finding.__table__, title, *numbers).outerjoin(Section, Section.id == Finding.section_id)
    return query.where(where).order_by(Finding.number)


def _finding(row: Any, source: Source) -> tuple[Any, ...]:
    return (
        *(row.number, row.section, row.title, plain(row.html), row.edition, row.change_note),
        *(source.day(row.published_at), plain(row.response_html or ""), source.day(row.responded_at)),
        *(row.member_agree, row.member_disagree, row.member_passed, row.agree, row.disagree, row.passed),
        *(row.resting, row.against),
    )


def findings_and_drafts(source: Source) -> Rows:
    """With the state of each after its number."""
    for row in source.all(_findings(every(source.consultation))):
        number, *rest = _finding(row, source)
        yield number, row.state, *rest


EVIDENCE_COLUMNS = (
    Column("finding", lazy("A finding")),
    Column("contribution", lazy("A contribution that is named as its evidence, if it is in this file")),
    Column("stance", lazy("Whether the finding rests on it, or it dissents"), "", STANCES),
)


def evidence(source: Source, which: Which = concluded) -> Rows:
    of = source.consultation
    query = select(Finding.number, Contribution.id, Evidence.stance).join(Evidence, Evidence.finding_id == Finding.id)
    query = query.join(Contribution, Contribution.id == Evidence.contribution_id)
    query = query.where(which(of), readable(of) if which is concluded else true())
    yield from map(tuple, source.rows(query.order_by(Finding.number, Contribution.id)))


EDITION_COLUMNS = (
    *(Column("finding", lazy("A finding")), Column("edition", lazy("The number of the edition"))),
    Column("published", lazy("When it was published"), DAY),
    *(Column("section", lazy("The section it stood in")), Column("title", lazy("What was found"))),
    Column("text", lazy("Its text, without formatting")),
    Column("changed", lazy("What has changed since the edition before")),
    Column("contributions", lazy("On how many contributions it rested"), COUNT),
    Column("people", lazy("How many people had written those"), COUNT, lazy("1 to 4 are not told")),
    Column("dissent", lazy("How many contributions dissented"), COUNT),
    Column("dissenting_people", lazy("How many people had written those"), COUNT, lazy("1 to 4 are not told")),
)


def editions(source: Source, which: Which = concluded) -> Rows:
    """Every finding as it was published, with the counts of that day."""
    query = select(Finding.number.label("of"), Edition.__table__).join(Edition, Edition.finding_id == Finding.id)
    for row in source.all(query.where(which(source.consultation)).order_by(Finding.number, Edition.number)):
        yield (
            *(row.of, row.number, source.day(row.published_at), row.section, row.title, plain(row.html), row.note),
            *(row.contributions, _few(row.people), row.against, _few(row.people_against)),
        )


def _few(people: int) -> int | str:
    """As pages tell it: nobody learns who wrote two of three texts."""
    return Shown(few=True).words() if 0 < people < FEW else people


QUOTE_COLUMNS = (
    Column("finding", lazy("A finding")),
    Column("contribution", lazy("The contribution whose words these are")),
    Column("words", lazy("The words, to the letter")),
    Column("beside", lazy("What stands beside them of their author: one thing at most")),
    Column("stance", lazy("Whether the finding rests on it, or it dissents"), "", STANCES),
)


def quoted(source: Source, which: Which = concluded) -> Rows:
    """Those that a host has confirmed and that stand: what was withdrawn, changed or struck out is not quoted."""
    beside = and_(Evidence.finding_id == Quote.finding_id, Evidence.contribution_id == Quote.contribution_id)
    query = select(Finding.number.label("of"), *quotes.COLUMNS, Evidence.stance).select_from(Quote)
    query = query.join(Finding, Finding.id == Quote.finding_id).join(Contribution, quotes.STANDS)
    shown = Quote.confirmed_at.is_not(None), Quote.first_edition <= Finding.edition
    query = query.outerjoin(Evidence, beside).where(which(source.consultation), *shown)
    for row in source.all(query.order_by(Finding.number, Quote.id)):
        yield row.of, row.contribution, row.words, quotes.attributed(row), row.stance or ""


ANSWER_COLUMNS = (
    Column("finding", lazy("A finding")),
    Column("day", lazy("Since when this holds"), DAY),
    Column("step", lazy("How far the host is with it")),
    Column("cause", lazy("Whether the host said so, or enough votes made an answer due"), "", "host, support"),
    Column("owner", lazy("Who answers for it")),
    Column("due", lazy("By when"), DAY),
    Column("response", lazy("The answer as it was worded then")),
)


def answers(source: Source, which: Which = concluded) -> Rows:
    """The history of each finding, the oldest first: the last line is how it stands."""
    query = select(Finding.number, Move.at, Move.step, Move.cause, Move.owner, Move.due_at, Move.html)
    query = query.join(Move, Move.finding_id == Finding.id).where(which(source.consultation))
    for row in source.all(query.order_by(Finding.number, Move.id)):
        at, due = source.day(row.at), source.day(row.due_at)
        yield row.number, at, row.step, row.cause, row.owner, due, plain(row.html)


FATES = {
    "used": lazy("named as evidence by a finding"),
    "covered": lazy("covered by a finding"),
    "left": lazy("not pursued, for a reason"),
    "waiting": lazy("not considered yet"),
}
CONSIDERED_COLUMNS = (
    Column("outcome", lazy("What became of what answers the questions"), "", one_of(*FATES)),
    Column("meaning", lazy("The same in words")),
    Column("contributions", lazy("Of how many: all of them, with those that members alone may read"), COUNT),
)


def considered(source: Source) -> Rows:
    """As far as published findings tell, and nothing before one can be read."""
    if not source.all(select(Finding.id).where(concluded(source.consultation)).limit(1)):
        return
    counts = {row.fate: row.n for row in source.all(considering.by_fate(source.consultation, published=True))}
    yield from ((fate, str(words), counts.get(fate, 0)) for fate, words in FATES.items())


FIGURE_COLUMNS = (
    Column("audience", lazy("Of whom"), "", one_of("members", "stakeholders")),
    Column("attribute", lazy("By what they are counted")),
    Column("value", lazy("Which of them; empty where they did not say")),
    Column("people", lazy("How many took part, as was published once"), COUNT, lazy("1 to 4 are not told")),
)


def figures(source: Source) -> Rows:
    """Who took part, as the page of participation has it. It never changes, so no two files tell by a difference."""
    query = select(PublishedFigures.audience, Run.result).join(Run, Run.id == PublishedFigures.run_id)
    here = PublishedFigures.consultation_id == source.consultation.id
    for audience, result in source.all(query.where(here).order_by(PublishedFigures.audience)):
        yield audience, "all", "", result["people"]
        for attribute, stored in result["attributes"].items():
            for row in stored:
                yield audience, attribute, row["label"], Shown(row["number"], row["few"]).cell()
