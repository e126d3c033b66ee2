"""Pages of a question and of a thread: keyset pages in one query each, whatever the depth and however many there are.

A thread's page begins at a key: the numbers that the last answer on the page before has in the order, and that
contribution's path. It ends after thirty top-level answers or three hundred contributions, so that one long
conversation cannot make a page that no phone can show."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import aliased

from crowd import kept, rules, schedule
from crowd.db import rows
from crowd.models import Consultation, Contribution, Question
from crowd.rules import Asker, anyone_like, visible
from crowd.states import State
from crowd.threads import orders
from crowd.threads.nesting import STEP
from crowd.threads.orders import Shuffle

TOPS, ROWS = 30, 300  # top-level answers and contributions on a page, at most
NUMBERS = ("key0", "key1")  # the numbers of an order, as columns and as parameters

# Enough to place a contribution and to find its kept fragment.
PLACED = (
    Contribution.id,
    Contribution.path,
    Contribution.level,
    Contribution.stamp,
    Contribution.author_id,
    Contribution.state,
    Contribution.promise,
    Contribution.public_since,
    Contribution.replies,
)
Top, Below = aliased(Contribution), aliased(Contribution)


class Under(NamedTuple):
    """What is paged: the thread of a contribution, or all threads under a finding; the other number is 0."""

    thread: int = 0
    finding: int = 0

    @property
    def place(self) -> str:
        return f"finding-{self.finding}" if self.finding else f"thread-{self.thread}"

    @property
    def base(self) -> int:
        """Letters of the path above a top-level answer."""
        return STEP if self.thread else 0

    def all(self, of: Any) -> ColumnElement[bool]:
        column = of.finding_id if self.finding else of.thread_id
        return column == bindparam("under")  # type: ignore[no-any-return]  # of an alias the column's type is not known

    def tops(self, of: Any) -> ColumnElement[bool]:
        first = of.parent_id.is_(None) if self.finding else of.parent_id == bindparam("under")
        return and_(self.all(of), first)


class Page(NamedTuple):
    """The rows of one page, and the key after which the next one begins, or nothing."""

    rows: list[Any]
    after: str


def seen(
    person: Asker, consultation: Consultation, of: Any = Contribution, *, place: bool = True
) -> ColumnElement[bool]:
    """What everybody of the reader's standing sees, of a place or of the whole consultation; held texts of others stay
    on the desk, also for moderators."""
    like = anyone_like(person, consultation)
    return and_(visible(like, "see", of, consultation, place=place), of.public_since.is_not(None))


def statement(person: Asker, consultation: Consultation, what: tuple[Any, ...], make: Callable[[], Any]) -> Select[Any]:
    """A statement kept by all that decides what it may show: making one costs more than asking it."""
    key = (
        "statement",
        what,
        consultation.id,
        rules.standings(person, consultation),
        person.suspended,
        schedule.current(consultation),
    )
    made: Select[Any] = kept.fragments().make(key, make, lambda _made: 20_000)
    return made


# ---- a question -----------------------------------------------------------------------------------------------------


class Wanted(NamedTuple):
    """Which page of a question's answers."""

    order: str
    kind: str
    after: tuple[Any, ...] | None


def answers(question: Question, person: Asker, wanted: Wanted, most: int | None = TOPS + 1) -> list[Any]:
    """The contributions to a question in an order, from a key on, so many or all."""
    consultation = question.consultation
    order, kind, after = wanted

    def make() -> Any:
        columns = orders.keys(order, Contribution)
        query = select(*PLACED, *(c.label(name) for name, c in zip(NUMBERS, columns, strict=False))).where(
            Contribution.question_id == bindparam("question"),
            Contribution.parent_id.is_(None),
            Contribution.state == State.PUBLISHED,
            seen(person, consultation),
        )
        if question.prompt_id:  # it stands above them
            query = query.where(Contribution.id != bindparam("prompt"))
        if kind:
            query = query.where(Contribution.kind == bindparam("kind"))
        if after is not None:
            query = query.where(orders.beyond(columns, [bindparam(name) for name in NUMBERS[: len(columns)]]))
        return query.order_by(*(c.desc() for c in columns)).limit(most)

    values: dict[str, Any] = {"question": question.id, **_numbers(after or ())}
    if kind:
        values["kind"] = kind
    if question.prompt_id:
        values["prompt"] = question.prompt_id
    what = ("answers", order, bool(kind), after is not None, bool(question.prompt_id), most)
    return list(rows(statement(person, consultation, what, make), **values))


def in_order(found: list[Any], order: str) -> Page:
    """A page of what `answers` found."""
    last = found[TOPS - 1] if len(found) > TOPS else None
    return Page(found[:TOPS], "-".join(map(str, _key(last, orders.parts(order)))) if last else "")


def shuffled(found: dict[int, Any], shuffle: Shuffle, after: int | None) -> Page:
    """A page of all answers, given by their ids, in one reader's own order."""
    places = shuffle.page(found, TOPS + 1, after)
    return Page([found[n] for _place, n in places[:TOPS]], str(places[TOPS - 1][0]) if len(places) > TOPS else "")


def newest_answer(question: Question, person: Asker) -> datetime | None:
    """When a question last got an answer that the reader may see."""
    query = select(func.max(Contribution.public_since)).where(
        Contribution.question_id == question.id,
        Contribution.parent_id.is_(None),
        seen(person, question.consultation),
    )
    found: datetime | None = rows(query).scalar()
    return found


def _numbers(key: Sequence[int]) -> dict[str, int]:
    return dict(zip(NUMBERS, key, strict=False))


def _key(row: Any, parts: int) -> list[int]:
    return [getattr(row, name) for name in NUMBERS[:parts]]


def read_key(typed: str, numbers: int, path: bool = False) -> tuple[Any, ...] | None:
    """A key as an address carries it; None if it is none. Raises ValueError for what no page has written."""
    if not typed:
        return None
    whole = typed.split("-")
    key, rest = whole[:numbers], whole[numbers:]
    whole_numbers = all(n.isascii() and n.isdigit() and len(n) < 11 and int(n) < orders.LAST for n in key)
    if len(key) < numbers or len(rest) != path or not whole_numbers:
        raise ValueError(typed)
    if path and not (rest[0].isascii() and rest[0].isalnum() and len(rest[0]) % STEP == 0):
        raise ValueError(typed)
    return (*map(int, key), *rest)


# ---- a thread -------------------------------------------------------------------------------------------------------


def thread(consultation: Consultation, person: Asker, under: Under, order: str, after: tuple[Any, ...] | None) -> Page:
    """One page of a thread, each top-level answer followed by all below it."""

    def make() -> Any:
        return _thread(person, consultation, under, order, after is not None)

    values = {"under": under.finding or under.thread}
    if after is not None:
        values |= {**_numbers(after[:-1]), "path": after[-1]}
    what = ("thread", bool(under.finding), order, after is not None)
    found = list(rows(statement(person, consultation, what, make), **values))
    shown = found[: _fitting(found, under)]
    more = len(found) > len(shown)
    return Page(shown, "-".join(map(str, (*_key(shown[-1], orders.parts(order)), shown[-1].path))) if more else "")


def _thread(person: Asker, consultation: Consultation, under: Under, order: str, later: bool) -> Select[Any]:
    columns = orders.keys(order, Top)
    numbers: list[Any] = [bindparam(name) for name in NUMBERS[: len(columns)]]
    first = select(Top.path.label("start"), *(c.label(name) for name, c in zip(NUMBERS, columns, strict=False)))
    first = first.where(under.tops(Top), or_(seen(person, consultation, Top), _heads(person, consultation, under)))
    if later:
        first = first.where(orders.beyond(columns, numbers, also_at=True))
    tops = first.order_by(*(c.desc() for c in columns)).limit(TOPS + 2).subquery("tops")
    keys = [tops.c[name] for name in NUMBERS[: len(columns)]]
    inside = and_(Contribution.path >= tops.c.start, Contribution.path <= tops.c.start + "zz")
    query = select(*PLACED, *keys).select_from(tops).join(Contribution, and_(under.all(Contribution), inside))
    query = query.where(seen(person, consultation))
    if later:
        same = and_(*(k == n for k, n in zip(keys, numbers, strict=True)), Contribution.path > bindparam("path"))
        query = query.where(or_(orders.beyond(keys, numbers), same))
    return query.order_by(*(k.desc() for k in keys), Contribution.path).limit(ROWS + 1)


def _heads(person: Asker, consultation: Consultation, under: Under) -> ColumnElement[bool]:
    """A top-level answer that the reader may not see, with something below it that they may."""
    inside = and_(Below.path > Top.path, Below.path <= Top.path + "zz")
    return exists().where(under.all(Below), inside, seen(person, consultation, Below)).correlate(Top)


def _fitting(found: Sequence[Any], under: Under) -> int:
    """How many of these rows, of which each top-level answer is followed by its own, stand on one page."""
    tops: set[str] = set()
    for n, row in enumerate(found[:ROWS]):
        tops.add(row.path[: under.base + STEP])
        if len(tops) > TOPS:
            return n
    return min(len(found), ROWS)


def begins_at(consultation: Consultation, person: Asker, under: Under, path: str) -> str:
    """The key of the page on which a contribution stands, its oldest answers first; empty for the first page."""
    return next((key for first, key in reversed(_starts(consultation, person, under)) if first <= path), "")


def before(consultation: Consultation, person: Asker, under: Under, after: str) -> str:
    """The key of the page before the one that begins at a key, the oldest answers first; empty for the first page."""
    keys = ["", *(key for _first, key in _starts(consultation, person, under))]
    return keys[max(keys.index(after) - 1, 0)] if after in keys else ""


def _starts(consultation: Consultation, person: Asker, under: Under) -> list[tuple[str, str]]:
    """For each page after the first the path it begins with and its key, the oldest answers first. Costs a walk over
    the thread, which is kept until something changes."""

    def walk() -> list[tuple[str, str]]:
        query = select(Contribution.path).where(under.all(Contribution), seen(person, consultation))
        query = query.where(Contribution.path > "").order_by(Contribution.path)
        found = [row for row in rows(query, under=under.finding or under.thread) if len(row.path) > under.base]
        starts = []
        while (fitting := _fitting(found, under)) < len(found):
            last, found = found[fitting - 1].path, found[fitting:]
            top = int(last[under.base : under.base + STEP], 36)
            starts.append((found[0].path, f"{orders.LAST - top}-{last}"))
        return starts

    standing = rules.standings(person, consultation)
    key = ("starts", under, consultation.id, consultation.change, standing, person.suspended)
    return kept.fragments().make(key, walk, lambda made: 300 * len(made) + 300)


# ---- what is new ----------------------------------------------------------------------------------------------------


def newest(consultation: Consultation, person: Asker, under: Under) -> datetime | None:
    """When something was last published here."""

    def make() -> Any:
        return select(func.max(Contribution.public_since)).where(under.all(Contribution), seen(person, consultation))

    found: datetime | None = rows(
        statement(person, consultation, ("newest", bool(under.finding)), make), under=under.finding or under.thread
    ).scalar()
    return found


def new(consultation: Consultation, person: Asker, under: Under, since: datetime) -> Sequence[Any]:
    """What others have published here since then, in reading order: at most a page of it and one more."""

    def make() -> Any:
        return (
            select(*PLACED)
            .where(
                under.all(Contribution),
                seen(person, consultation),
                Contribution.state == State.PUBLISHED,
                Contribution.public_since > bindparam("since"),
                Contribution.author_id != bindparam("person"),
            )
            .order_by(Contribution.path)
            .limit(ROWS + 1)
        )

    what = statement(person, consultation, ("new", bool(under.finding)), make)
    return rows(what, under=under.finding or under.thread, since=since, person=person.id).all()
