"""What is found. Every statement starts from what the reader may read; the index only narrows it."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_, select

from crowd.db import db
from crowd.models import Consultation, Contribution, Finding, Question, Themed, Version
from crowd.rules import Asker, could, visible
from crowd.search import index
from crowd.search.asked import Asked
from crowd.states import Kind, State
from crowd.threads.paging import PLACED
from crowd.threads.paging import TOPS as PAGE

MOST = 1_000  # how many of what was found are counted and ranked, the newest ones: that bounds the cost
FINDINGS = 5  # findings that stand above what was found


class Filters(NamedTuple):
    """What a list is narrowed by; empty is everything. `question`, `theme` are row ids."""

    question: int = 0
    kind: str = ""
    profession: str = ""
    region: str = ""
    theme: int = 0
    mine: bool = False
    unanswered: bool = False
    evidence: bool = False


class Found(NamedTuple):
    """A page of rows, how many there are (MOST + 1 stands for more), and the key of the next page."""

    rows: Sequence[Any]
    number: int | None
    next: tuple[int, int] | None


def readable(person: Asker, consultation: Consultation) -> ColumnElement[bool]:
    """What search may know of: published, and this person may read it. Staff find no more than is published either."""
    return and_(visible(person, "read", Contribution, consultation), Contribution.state == State.PUBLISHED)


def numbered(person: Asker, consultation: Consultation, serial: int | None) -> Any:
    """The contribution with this number, as far as search may know of it; None asks nothing."""
    if serial is None:
        return None
    return db.session.execute(
        select(*PLACED, Contribution.place).where(Contribution.serial == serial, readable(person, consultation))
    ).first()


def search(
    person: Asker,
    consultation: Consultation,
    asked: Asked,
    filters: Filters,
    *,
    sort: str,
    after: tuple[int, int] | None = None,
    but: int = 0,
) -> Found:
    """One page, by keyset. `best` ranks the newest MOST of what was found; without words the newest come first. `but`
    is left out."""
    best = sort == "best" and not asked.nothing
    fit = index.fit(asked.terms) if best else Contribution.id
    query = _words(select(Contribution.id, fit.label("fit")), asked, consultation)
    query = query.where(readable(person, consultation), *_narrowed(person, filters))
    if but:
        query = query.where(Contribution.id != but)
    if after and not best:
        query = query.where(Contribution.id < after[1])
    newest = query.order_by(_key(asked).desc()).limit(MOST + 1).subquery()
    counted = select(newest, func.count().over().label("number")).subquery()
    page = select(counted)
    if after and best:
        page = page.where(or_(counted.c.fit < after[0], and_(counted.c.fit == after[0], counted.c.id < after[1])))
    order = page.order_by(counted.c.fit.desc(), counted.c.id.desc()).limit(PAGE + 1).subquery()
    found = db.session.execute(
        select(*PLACED, Contribution.place, order.c.fit, order.c.number)
        .select_from(order)
        .join(Contribution, Contribution.id == order.c.id)
        .order_by(order.c.fit.desc(), order.c.id.desc())
    ).all()
    last = found[PAGE - 1] if len(found) > PAGE else None
    number = None if after else found[0].number if found else 0
    return Found(found[:PAGE], number, (last.fit, last.id) if last else None)


def _key(asked: Asked) -> Any:
    """The newest first, in the order in which the index itself can be read."""
    return Contribution.id if asked.nothing else index.key()


def _words(query: Any, asked: Asked, consultation: Consultation) -> Any:
    if asked.nothing:
        return query
    there = index.there()
    return (
        query.select_from(there)
        .join(Contribution, Contribution.id == index.key())
        .where(index.holds(asked, consultation.id))
    )


def _narrowed(person: Asker, filters: Filters) -> list[ColumnElement[bool]]:
    columns = {
        "question": Contribution.question_id,
        "kind": Contribution.kind,
        "profession": Contribution.profession,
        "region": Contribution.region,
    }
    narrow = [column == value for name, column in columns.items() if (value := getattr(filters, name))]
    if filters.theme:
        given = select(Themed.contribution_id).where(
            Themed.theme_id == filters.theme, Themed.contribution_id == Contribution.id
        )
        narrow.append(given.exists())
    if filters.mine:
        narrow.append(Contribution.author_id == (person.id or -1))
    if filters.unanswered:
        narrow.append(and_(Contribution.parent_id.is_(None), Contribution.replies == 0))
    if filters.evidence:
        narrow.append(or_(Contribution.kind == Kind.EXAMPLE, Contribution.files > 0))
    return narrow


def finding(person: Asker, consultation: Consultation, number: int | None) -> Sequence[Any]:
    """The finding with this number, as far as the reader may read it; None asks nothing."""
    if number is None:
        return []
    readable_ = visible(person, "read a finding", Finding, consultation)
    return db.session.execute(select(Finding.number, Finding.title).where(Finding.number == number, readable_)).all()


def findings(person: Asker, consultation: Consultation, asked: Asked) -> Sequence[Any]:
    """Findings that hold the words, as far as the reader may read them."""
    if asked.nothing or not could(person, "read a finding", consultation):
        return []
    return db.session.execute(
        select(Finding.number, Finding.title)
        .select_from(index.there())
        .join(Finding, Finding.id == -index.key())
        .where(index.holds(asked, consultation.id), visible(person, "read a finding", Finding, consultation))
        .order_by(Finding.number)
        .limit(FINDINGS)
    ).all()


def questions(consultation: Consultation) -> Sequence[Any]:
    return db.session.execute(
        select(Question.id, Question.number, Question.title, Question.words)
        .where(Question.consultation_id == consultation.id)
        .order_by(Question.number)
    ).all()


# ---- the index against the texts -----------------------------------------------------------------------------------


def missing() -> list[int]:
    """Keys of what is published and not in the index."""
    there = select(index.key()).select_from(index.there())
    texts = select(Contribution.id).where(
        Contribution.state == State.PUBLISHED, Contribution.version_id.is_not(None), Contribution.id.not_in(there)
    )
    concluded = select(-Finding.id).where(Finding.state == State.PUBLISHED, (-Finding.id).not_in(there))
    return [key for query in (texts, concluded) for key in db.session.scalars(query)]


def stray() -> list[int]:
    """Keys of what is in the index and not published."""
    published = select(Contribution.id).where(Contribution.state == State.PUBLISHED)
    concluded = select(-Finding.id).where(Finding.state == State.PUBLISHED)
    there = select(index.key()).select_from(index.there())
    return list(db.session.scalars(there.where(index.key().not_in(published), index.key().not_in(concluded))))


def texts(keys: Sequence[int]) -> list[Any]:
    """The published words of these keys, of contributions and of findings."""
    of_contributions = (
        select(Contribution.id, Contribution.consultation_id, Version.html, Version.card)
        .join(Version, Version.id == Contribution.version_id)
        .where(Contribution.id.in_(keys))
    )
    of_findings = select(
        (-Finding.id).label("id"), Finding.consultation_id, Finding.html, Finding.title, Finding.response
    ).where(Finding.id.in_([-key for key in keys]))
    return [row for query in (of_contributions, of_findings) for row in db.session.execute(query)]
