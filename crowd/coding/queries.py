"""What the coding desk reads. Everything starts from what the person may read; aliases, never identities."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from crowd.coding.filters import Filters
from crowd.coding.hands import FIRST, SECOND, SETTLED
from crowd.db import db
from crowd.models import (
    Coding,
    Consultation,
    Contribution,
    Draw,
    Drawn,
    Person,
    Question,
    SavedView,
    Suggested,
    Theme,
    Themed,
    Version,
)
from crowd.rules import Asker
from crowd.search import index
from crowd.search.asked import parse
from crowd.search.queries import readable
from crowd.text import opening, plain
from crowd.themes.codebook import same
from crowd.threads import numbers


class Progress(NamedTuple):
    """How far the coding is."""

    whole: int
    coded: int
    nothing: int  # coded, and nothing fitted
    second: int  # coded by a second person


def pool(person: Asker, consultation: Consultation) -> ColumnElement[bool]:
    """What is coded: published texts that this person may read, without what facilitators wrote."""
    return and_(readable(person, consultation), Contribution.facilitator.is_(False))


def coded(hand: int, *more: ColumnElement[bool]) -> ColumnElement[bool]:
    return (
        select(Coding.id)
        .where(Coding.contribution_id == Contribution.id, Coding.hand == hand, *more)
        .correlate(Contribution)
        .exists()
    )


def _themed() -> ColumnElement[bool]:
    return select(Themed.theme_id).where(Themed.contribution_id == Contribution.id).correlate(Contribution).exists()


def _drawn() -> ColumnElement[bool]:
    return select(Drawn.draw_id).where(Drawn.contribution_id == Contribution.id).correlate(Contribution).exists()


def waits_for_second(person: Asker) -> ColumnElement[bool]:
    """Drawn for two, coded by somebody else, and not yet by a second one: this person is not shown what was given."""
    return and_(_drawn(), coded(FIRST, Coding.person_id.is_distinct_from(person.id)), ~coded(SECOND))


def narrowed(person: Asker, consultation: Consultation, filters: Filters) -> ColumnElement[bool]:
    """The texts of a view. What would tell a second coder of the first one's choice leaves out what waits for them."""
    blind = waits_for_second(person)
    wanted = [pool(person, consultation)]
    if filters.show == "open":
        wanted.append(or_(~coded(FIRST), blind))
    elif filters.show == "coded":
        wanted += [coded(FIRST), ~blind]
    elif filters.show == "nothing":
        wanted += [coded(FIRST), ~_themed(), ~blind]
    elif filters.show == "drawn":
        wanted += [_drawn(), or_(~coded(FIRST), blind)]
    elif filters.show == "differ":
        wanted.append(Contribution.id.in_([one.id for one in doubles(person, consultation) if one.open]))
    if filters.theme:
        theme = select(Theme.id).where(Theme.consultation_id == consultation.id, Theme.number == filters.theme)
        has = select(Themed.theme_id).where(Themed.contribution_id == Contribution.id, Themed.theme_id.in_(theme))
        wanted += [has.correlate(Contribution).exists(), ~blind]
    if filters.question:
        asked = select(Question.id).where(
            Question.consultation_id == consultation.id, Question.number == filters.question
        )
        wanted.append(Contribution.question_id.in_(asked))
    if filters.coder:
        theirs = select(Coding.id).where(Coding.contribution_id == Contribution.id, Coding.person_id == filters.coder)
        wanted += [theirs.correlate(Contribution).exists(), ~blind]
    return and_(*wanted, *_words(consultation, filters.q))


def _words(consultation: Consultation, typed: str) -> list[ColumnElement[bool]]:
    asked = parse(typed)
    if asked.nothing:
        return []
    holding = select(index.key()).select_from(index.there()).where(index.holds(asked, consultation.id))
    return [Contribution.id.in_(holding)]


def number_of(where: ColumnElement[bool]) -> int:
    return db.session.scalar(select(func.count()).select_from(Contribution).where(where)) or 0


def following(where: ColumnElement[bool], after: int = 0) -> int | None:
    """The next text of a view, and from its end on again the first one."""
    next_one = select(Contribution.id).where(where).order_by(Contribution.id).limit(1)
    return db.session.scalar(next_one.where(Contribution.id > after)) or db.session.scalar(
        next_one.where(Contribution.id < after)
    )


def progress(person: Asker, consultation: Consultation) -> Progress:
    """Coded of all."""
    counts = [
        func.count(),
        *(
            func.coalesce(func.sum(case((what, 1), else_=0)), 0)
            for what in (coded(FIRST), and_(coded(FIRST), ~_themed()), coded(SECOND))
        ),
    ]
    row = db.session.execute(select(*counts).select_from(Contribution).where(pool(person, consultation))).one()
    return Progress(*(int(n) for n in row))


def by_question(person: Asker, consultation: Consultation) -> Sequence[Any]:
    """(number, title, words, whole, coded) of each question."""
    done = func.coalesce(func.sum(case((coded(FIRST), 1), else_=0)), 0)
    columns = (Question.number, Question.title, Question.words)
    return db.session.execute(
        select(*columns, func.count().label("whole"), done.label("coded"))
        .select_from(Contribution)
        .join(Question, Question.id == Contribution.question_id)
        .where(pool(person, consultation))
        .group_by(Question.id)
        .order_by(Question.number)
    ).all()


def by_coder(person: Asker, consultation: Consultation) -> Sequence[Any]:
    """(id, name, first, second, settled): how many each has coded, as which hand. What was taken in from elsewhere has
    neither id nor name, and stands last."""
    counts = [func.coalesce(func.sum(case((Coding.hand == hand, 1), else_=0)), 0) for hand in (FIRST, SECOND, SETTLED)]
    return db.session.execute(
        select(Person.id, Person.name, *counts)
        .select_from(Coding)
        .join(Contribution, Contribution.id == Coding.contribution_id)
        .outerjoin(Person, Person.id == Coding.person_id)
        .where(Coding.consultation_id == consultation.id, pool(person, consultation))
        .group_by(Person.id, Person.name)
        .order_by(Person.id.is_(None), Person.name, Person.id)
    ).all()


def by_theme(person: Asker, consultation: Consultation) -> Sequence[Any]:
    """(number, name, contributions, people) of each theme that counts somewhere, the most frequent first."""
    many = func.count().label("texts")
    return db.session.execute(
        select(Theme.number, Theme.name, many, func.count(Contribution.author_id.distinct()).label("people"))
        .select_from(Themed)
        .join(Theme, Theme.id == Themed.theme_id)
        .join(Contribution, Contribution.id == Themed.contribution_id)
        .where(Theme.consultation_id == consultation.id, pool(person, consultation))
        .group_by(Theme.id)
        .order_by(many.desc(), Theme.number)
    ).all()


class Double(NamedTuple):
    """A contribution that two people have coded; `open` while they differ and nobody has settled it."""

    id: int
    first: list[int]
    second: list[int]
    settled: list[int] | None

    @property
    def open(self) -> bool:
        return self.settled is None and self.first != self.second


def doubles(person: Asker, consultation: Consultation) -> list[Double]:
    """All of them, by id."""
    rows = db.session.execute(
        select(Coding.contribution_id, Coding.hand, Coding.themes)
        .join(Contribution, Contribution.id == Coding.contribution_id)
        .where(Coding.consultation_id == consultation.id, coded(SECOND), pool(person, consultation))
        .order_by(Coding.contribution_id)
    )
    found: dict[int, dict[int, list[int]]] = {}
    for row in rows:
        found.setdefault(row.contribution_id, {})[row.hand] = row.themes
    return [
        Double(number, hands[FIRST], hands[SECOND], hands.get(SETTLED))
        for number, hands in found.items()
        if FIRST in hands
    ]


def draws(consultation: Consultation) -> Sequence[Any]:
    """What was drawn, the newest first, with how many texts and who drew."""
    many = select(func.count()).where(Drawn.draw_id == Draw.id).correlate(Draw).scalar_subquery()
    return db.session.execute(
        select(Draw.id, Draw.percent, Draw.seed, Draw.whole, Draw.at, Person.name, many.label("number"))
        .join(Person, Person.id == Draw.person_id)
        .where(Draw.consultation_id == consultation.id)
        .order_by(Draw.id.desc())
    ).all()


def second_left(person: Asker, consultation: Consultation) -> int:
    """How many drawn texts still lack their first or second coder."""
    return number_of(and_(pool(person, consultation), _drawn(), ~coded(SECOND)))


def ids(where: ColumnElement[bool]) -> list[int]:
    return list(db.session.scalars(select(Contribution.id).where(where).order_by(Contribution.id)))


def texts(where: ColumnElement[bool], most: int | None = None) -> Sequence[Any]:
    """(id, serial, version_id, html) of these texts, by id."""
    return db.session.execute(
        select(Contribution.id, Contribution.serial, Contribution.version_id, Version.html)
        .join(Version, Version.id == Contribution.version_id)
        .where(where)
        .order_by(Contribution.id)
        .limit(most)
    ).all()


def lines(consultation: Consultation, rows: Sequence[Any], long: int) -> list[tuple[int, str, str]]:
    """Texts as a list shows them: the id, the number, and the first words."""
    return [
        (row.id, numbers.written(consultation.code, row.serial) or str(row.id), opening(plain(row.html), long))
        for row in rows
    ]


def suggested(contribution_id: int) -> list[int]:
    """The numbers of the likeliest themes."""
    found = db.session.scalar(select(Suggested.themes).where(Suggested.contribution_id == contribution_id))
    return list(found or ())


def views(person: Asker, consultation: Consultation) -> Sequence[SavedView]:
    """One's own saved views, by name."""
    mine = (SavedView.consultation_id == consultation.id, SavedView.person_id == person.id)
    return sorted(db.session.scalars(select(SavedView).where(*mine)), key=lambda view: same(view.name))


def table(person: Asker, consultation: Consultation) -> Sequence[Any]:
    """Every coding of texts that the person may read: for the export, without who the coders are."""
    return db.session.execute(
        select(Coding.contribution_id, Contribution.serial, Contribution.kind, Question.number, Coding.hand)
        .add_columns(Coding.themes, Coding.at)
        .join(Contribution, Contribution.id == Coding.contribution_id)
        .outerjoin(Question, Question.id == Contribution.question_id)
        .where(Coding.consultation_id == consultation.id, pool(person, consultation))
        .order_by(Coding.contribution_id, Coding.hand)
    ).all()
