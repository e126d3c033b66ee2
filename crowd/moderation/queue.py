"""What stands on the tabs of the desk: keyset pages over the open cases, at one cost with ten and ten thousand waiting
(M6, M7, M30). Nothing here says who wrote a text (M23)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, literal, or_, select, true, tuple_
from sqlalchemy.orm import aliased

from crowd import clock
from crowd.db import db
from crowd.models import Case, Consultation, Contribution, Decision, Finding, Person, Question, Reason, Version
from crowd.moderation.cases import About
from crowd.moderation.queries import RETURNED_BEFORE, SINCE
from crowd.rules import Asker, visible
from crowd.states import State

PAGE, MOST = 10, 50  # on a page; and at most, which is as many as can be decided at once (M21)
CAP = 100  # a tab counts no further
NEARLY = timedelta(hours=1)  # before the target is over
Parent, ParentVersion, Of = aliased(Contribution), aliased(Version), aliased(Contribution)


class Tab(StrEnum):
    """The tabs of the queue (M7); what was returned and decided has pages of its own."""

    ALL = "all"
    DUE = "due"
    NEARLY = "nearly"
    OVERDUE = "overdue"
    MINE = "mine"
    REPORTED = "reported"
    APPEALS = "appeals"
    REVIEW = "review"
    READINGS = "readings"


_OF_KIND = {
    Tab.REPORTED: About.REPORT,
    Tab.APPEALS: About.APPEAL,
    Tab.REVIEW: About.REVIEW,
    Tab.READINGS: About.READING,
}
_URGENCY = (Case.urgency, Case.since, Case.id)
_TIME = (Case.due_at, Case.id)
DETACHED = (About.APPEAL, About.READING)  # of a decision: never for whoever took it (M20, M29)

_SHOWN = (
    Version.id.label("version_id"),
    Version.number,
    Version.html,
    Version.language,
    Version.card,
    Version.files,
    Version.held_for,
    Contribution.id.label("text"),
    Contribution.kind.label("sort"),
    Contribution.facilitator,
    Contribution.expert,
    Contribution.state,
    Contribution.resubmit_by,
    Consultation,
    Consultation.title.label("consultation"),
    Consultation.timezone,
    Question.number.label("question_number"),
    Question.title.label("question"),
    Finding.number.label("finding_number"),
    Finding.title.label("finding"),
    ParentVersion.html.label("parent_html"),
    Parent.state.label("parent_state"),
    Parent.ended_at.label("parent_ended_at"),
    Parent.ended_why.label("parent_ended_why"),
)


def decidable(person: Asker, of: Any = Contribution) -> ColumnElement[bool]:
    """What the person may decide on, in any consultation; of an alias of the table, if so wished."""
    consultations = db.session.scalars(select(Consultation)).all()
    return or_(false(), *(visible(person, "decide", of, c) for c in consultations))


def _of(text: Any, allowed: ColumnElement[bool]) -> ColumnElement[bool]:
    """The same asked of each row's text in turn, in whatever order the rows are read: joined, both databases would
    rather begin with all texts of a consultation, and sort."""
    asked: ColumnElement[bool] = select(allowed).where(Of.id == text).scalar_subquery()
    return asked


def _on(tab: Tab, person: Asker, now: datetime) -> ColumnElement[bool]:
    if tab in _OF_KIND:
        return Case.kind == _OF_KIND[tab]
    return {
        Tab.ALL: true(),
        Tab.DUE: Case.due_at > now + NEARLY,
        Tab.NEARLY: and_(Case.due_at > now, Case.due_at <= now + NEARLY),
        Tab.OVERDUE: Case.due_at <= now,
        Tab.MINE: and_(Case.claimed_by_id == person.id, Case.claimed_until > now),
    }[tab]


def _open(person: Asker, kinds: Sequence[str], allowed: ColumnElement[bool], *columns: Any) -> Select[Any]:
    """Open cases that the person may handle. Some kinds are compared past their index, which has another order."""
    theirs = or_(Case.kind.not_in(DETACHED), Case.not_by_id.is_(None), Case.not_by_id != person.id)
    begun = or_(Case.kind != About.READING, Case.since <= clock.now())  # a decision can be undone until then
    query = select(*columns).where(Case.closed_at.is_(None), theirs, begun, _of(Case.contribution_id, allowed))
    return query if set(kinds) == set(About) else query.where(Case.kind.concat("").in_(kinds))


def _order(tab: Tab) -> tuple[Any, ...]:
    return _TIME if tab in (Tab.DUE, Tab.NEARLY, Tab.OVERDUE) else _URGENCY


def _beyond(order: tuple[Any, ...], key: int) -> ColumnElement[bool]:
    """What comes after this case in the order, also if it was closed meanwhile; all, if there is no such case."""
    at = db.session.execute(select(*order).where(Case.id == key)).first()
    if at is None:
        return true()
    values = (literal(value, column.type) for value, column in zip(at, order, strict=True))
    return tuple_(*order) > tuple_(*values)


def page(
    person: Asker, kinds: Sequence[str], tab: Tab = Tab.ALL, *, after: int | None = None, most: int = PAGE
) -> Sequence[Any]:
    """A page of a tab and one more, in the order of M6; where the tab is of the target, what is due first."""
    order = _order(tab)
    query = listing(person, kinds, tab).order_by(*order).limit(most + 1)
    keys = list(db.session.scalars(query.where(_beyond(order, after)) if after else query))
    return _rows(keys)


def listing(person: Asker, kinds: Sequence[str], tab: Tab) -> Select[Any]:
    """The ids of what stands on a tab."""
    return _open(person, kinds, decidable(person, Of), Case.id).where(_on(tab, person, clock.now()))


def _rows(keys: list[int]) -> Sequence[Any]:
    """All that a page shows of these cases, in this order: one query."""
    found = db.session.execute(
        _joined(
            select(
                *(Case.id, Case.kind, Case.urgency, Case.due_at, Case.asked, Case.claimed_by_id, Case.claimed_until),
                Person.name.label("reader"),
                SINCE.label("since"),
                RETURNED_BEFORE.label("returned_before"),
                *_SHOWN,
            )
            .select_from(Case)
            .join(Version, Version.id == Case.version_id)
            .outerjoin(Person, Person.id == Case.claimed_by_id)
        ).where(Case.id.in_(keys))
    ).all()
    by_key = {row.id: row for row in found}
    return [by_key[key] for key in keys]


def _joined(query: Any) -> Any:
    """A version's query with the place that its text has."""
    return (
        query.join(Contribution, Contribution.id == Version.contribution_id)
        .join(Consultation, Consultation.id == Contribution.consultation_id)
        .outerjoin(Question, Question.id == Contribution.question_id)
        .outerjoin(Finding, Finding.id == Contribution.finding_id)
        .outerjoin(Parent, Parent.id == Contribution.parent_id)
        .outerjoin(ParentVersion, ParentVersion.id == Parent.version_id)
    )


def counts(person: Asker, kinds: Sequence[str]) -> dict[str, int]:
    """How many stand on each tab, counted up to a hundred: one query of one cost (M30)."""
    return dict(db.session.execute(counting(person, kinds)).one()._mapping)


def counting(person: Asker, kinds: Sequence[str]) -> Select[Any]:
    """The query for it. Each is counted in the order of its tab: by that index, which has open cases alone."""
    now, allowed = clock.now(), decidable(person, Of)
    lists = {
        str(tab): _open(person, kinds, allowed, Case.id).where(_on(tab, person, now)).order_by(*_order(tab))
        for tab in Tab
    }
    returned = select(Version.id).where(Version.state == State.RETURNED, _of(Version.contribution_id, allowed))
    return select(*(_capped(query).label(name) for name, query in (lists | {"returned": returned}).items()))


def _capped(query: Select[Any]) -> Any:
    return select(func.count()).select_from(query.limit(CAP).subquery()).scalar_subquery()


def next_free(person: Asker, kinds: Sequence[str], after: Case | None = None) -> Case | None:
    """What nobody reads, nobody else was asked for, and comes next in the queue, else first; last of all what the
    person has claimed already."""
    now = clock.now()
    to_all = or_(Case.not_by_id.is_(None), Case.not_by_id != person.id)
    query = _open(person, kinds, decidable(person, Of), Case).where(to_all).order_by(*_URGENCY).limit(1)
    free = query.where(or_(Case.claimed_until.is_(None), Case.claimed_until <= now))
    if after is not None:
        query, free = query.where(Case.id != after.id), free.where(Case.id != after.id)
    tries = [free.where(_beyond(_URGENCY, after.id))] if after is not None else []
    for one in (*tries, free, query.where(_on(Tab.MINE, person, now))):
        found: Case | None = db.session.scalars(one).first()
        if found is not None:
            return found
    return None


def returned(person: Asker, after: int | None = None) -> Sequence[Any]:
    """A page of the texts that are with their authors and one more, the first sent in longest ago first."""
    query = (
        _joined(select(Version.id, *_SHOWN).select_from(Version))
        .where(Version.state == State.RETURNED, _of(Version.contribution_id, decidable(person, Of)))
        .order_by(Version.first_at, Version.id)
        .limit(PAGE + 1)
    )
    if after:
        at = db.session.execute(select(Version.first_at, Version.id).where(Version.id == after)).first()
        if at is not None:
            key = tuple_(literal(at.first_at, Version.first_at.type), literal(at.id))
            query = query.where(tuple_(Version.first_at, Version.id) > key)
    return db.session.execute(query).all()


def decided(person: Asker, before: int | None = None) -> Sequence[Any]:
    """A page of decisions that stand and one more, the newest first."""
    query = (
        select(
            *(Decision.id, Decision.version_id, Decision.decision, Decision.at, Decision.note, Decision.moderator_id),
            Reason.title.label("reason"),
            *(Version.html, Version.language, Contribution.id.label("text"), Contribution.kind.label("sort")),
            Consultation.timezone,
        )
        .join(Version, Version.id == Decision.version_id)
        .join(Contribution, Contribution.id == Version.contribution_id)
        .join(Consultation, Consultation.id == Contribution.consultation_id)
        .outerjoin(Reason, Reason.id == Decision.reason_id)
        .where(Decision.undone_at.is_(None), _of(Version.contribution_id, decidable(person, Of)))
        .order_by(Decision.id.desc())
        .limit(PAGE + 1)
    )
    return db.session.execute(query.where(Decision.id < before) if before else query).all()
