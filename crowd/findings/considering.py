"""What became of every contribution: conscientiously considered is the fourth of the Gunning principles (R v Brent LBC
ex parte Gunning, 1985; approved in Moseley v Haringey LBC, 2014).

Counted is what answers a question: comments have their place below it. A contribution is used if a finding rests on it
or shows it as dissent; else it may be covered by a finding, or not be pursued because of a reason; else it waits."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy import and_, case, delete, exists, func, select, true

from crowd import clock, log
from crowd.db import changed, db
from crowd.models import Considered, Consultation, Contribution, Evidence, Finding, Themed, Version
from crowd.rules import Asker, could, visible
from crowd.states import Place, State
from crowd.threads import orders
from crowd.threads.paging import PLACED

PAGE = 25
MOST = 1_000  # contributions that are settled at once
FATES = ("waiting", "used", "covered", "left")


class Figures(NamedTuple):
    """How many there are in all, and of each fate; `left` is not pursued."""

    all: int = 0
    used: int = 0
    covered: int = 0
    left: int = 0
    waiting: int = 0

    @property
    def cited_by_none(self) -> int:
        return self.all - self.used

    @property
    def share(self) -> int:
        """Per cent that are settled; 100 only when all are."""
        return (self.all - self.waiting) * 100 // self.all if self.all else 100


class Wanted(NamedTuple):
    """Which contributions a list is to show: a fate, words, a theme's id, a question's id."""

    fate: str = "waiting"
    words: str = ""
    theme: int = 0
    question: int = 0


def counted(consultation: Consultation) -> Any:
    """What answers a question, is published and was not merged into another text."""
    return and_(
        Contribution.consultation_id == consultation.id,
        Contribution.place == Place.DISCUSSION,
        Contribution.level == 1,
        Contribution.state == State.PUBLISHED,
        Contribution.facilitator.is_(False),
    )


def _used(*, published: bool) -> Any:
    query = select(Evidence.finding_id).join(Finding, Finding.id == Evidence.finding_id)
    query = query.where(Evidence.contribution_id == Contribution.id)
    return (query.where(Finding.state == State.PUBLISHED) if published else query).correlate(Contribution).exists()


def _settled(*, covered: bool, published: bool) -> Any:
    """With `published`, what a draft alone covers is not covered yet."""
    query = select(Considered.contribution_id).where(Considered.contribution_id == Contribution.id)
    if covered:
        query = query.join(Finding, Finding.id == Considered.finding_id)
        query = query.where(Finding.state == State.PUBLISHED) if published else query
    else:
        query = query.where(Considered.finding_id.is_(None))
    return query.correlate(Contribution).exists()


def fate_of(*, published: bool) -> Any:
    return case(
        (_used(published=published), "used"),
        (_settled(covered=True, published=published), "covered"),
        (_settled(covered=False, published=published), "left"),
        else_="waiting",
    )


def by_fate(consultation: Consultation, *, published: bool) -> Any:
    """(fate, n): the statement that counts them."""
    fate = fate_of(published=published).label("fate")
    inner = select(fate).where(counted(consultation)).subquery()
    return select(inner.c.fate, func.count().label("n")).group_by(inner.c.fate)


def figures(consultation: Consultation, *, published: bool = False) -> Figures:
    """For the writers; with `published` as far as published findings tell."""
    rows = db.session.execute(by_fate(consultation, published=published))
    counts: dict[str, int] = {row.fate: row.n for row in rows}
    return Figures(sum(counts.values()), *(counts.get(name, 0) for name in ("used", "covered", "left", "waiting")))


def public(consultation: Consultation) -> Figures:
    """The public statement: whole numbers of texts, which tell nothing of people."""
    return figures(consultation, published=True)


def page(
    person: Asker, consultation: Consultation, wanted: Wanted, after: Sequence[int] = ()
) -> tuple[Sequence[Any], str]:
    """A page of contributions of one fate, the most agreed first, and the key after which the next one begins."""
    keys = orders.keys("agreed", Contribution)
    query = _found(person, consultation, wanted).add_columns(
        Considered.why, Finding.number.label("finding"), keys[0].label("rank")
    )
    query = query.outerjoin(Considered, Considered.contribution_id == Contribution.id)
    query = query.outerjoin(Finding, Finding.id == Considered.finding_id)
    if after:
        query = query.where(orders.beyond(keys, after))
    rows = db.session.execute(query.order_by(*(key.desc() for key in keys)).limit(PAGE + 1)).all()
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    return rows[:PAGE], f"{last.rank}-{last.id}" if last else ""


def found(person: Asker, consultation: Consultation, wanted: Wanted) -> list[int]:
    """The ids of all that a filter finds, at most a thousand."""
    query = _found(person, consultation, wanted).order_by(Contribution.id).limit(MOST)
    return [row.id for row in db.session.execute(query)]


def _found(person: Asker, consultation: Consultation, wanted: Wanted) -> Any:
    query = select(*PLACED).where(counted(consultation), visible(person, "read", Contribution, consultation))
    query = query.where(fate_of(published=False) == wanted.fate if wanted.fate in FATES else true())
    if wanted.words:
        holds = [Version.source.icontains(word, autoescape=True) for word in wanted.words.split()[:10]]
        query = query.join(Version, Version.id == Contribution.version_id).where(*holds)
    if wanted.theme:
        has = exists().where(Themed.contribution_id == Contribution.id, Themed.theme_id == wanted.theme)
        query = query.where(has)
    return query.where(Contribution.question_id == wanted.question) if wanted.question else query


def used_in(keys: Collection[int]) -> dict[int, list[int]]:
    """The numbers of the findings that rest on each, drafts among them: for writers."""
    rows = db.session.execute(
        select(Evidence.contribution_id, Finding.number)
        .join(Finding, Finding.id == Evidence.finding_id)
        .where(Evidence.contribution_id.in_(keys))
        .order_by(Finding.number)
    )
    numbers: dict[int, list[int]] = {}
    for key, number in rows:
        numbers.setdefault(key, []).append(number)
    return numbers


def settle(
    consultation: Consultation, keys: Collection[int], *, by: Asker, finding: Finding | None = None, why: str = ""
) -> int:
    """Say of contributions that a finding covers them, or why they are not pursued; with neither they wait again.
    Returns of how many that was new. What is of another consultation is left out."""
    here = counted(consultation), Contribution.id.in_(keys)
    known = set(db.session.scalars(select(Contribution.id).where(*here)))
    had = {row.contribution_id: row for row in db.session.scalars(_rows(known))}
    back = finding is None and not why
    if back:
        changed(delete(Considered).where(Considered.contribution_id.in_(had)))
        new = sorted(had)
    else:
        key = finding.id if finding else None
        new = sorted(k for k in known if k not in had or (had[k].finding_id, had[k].why) != (key, why))
        for k in new:
            row = had.get(k) or Considered(contribution_id=k)
            row.finding_id, row.why, row.by_id, row.at = key, why, by.id, clock.now()
            db.session.add(row)
    if new:
        facts = {"added": [] if back else new, "removed": new if back else [], "why": why}
        log.record("considered", by=by.id, consultation=consultation, finding=finding.id if finding else None, **facts)
    return len(new)


def _rows(keys: Collection[int]) -> Any:
    return select(Considered).where(Considered.contribution_id.in_(keys))


class Fate(NamedTuple):
    """What became of one contribution, as its author is told: findings that rest on it, one that covers it, or why it
    was not pursued."""

    used: list[Any]
    covered: Any = None
    why: str = ""


def fates(person: Asker, consultation: Consultation, keys: Collection[int]) -> dict[int, Fate]:
    """What published findings, which this person may read, have made of these contributions; nothing before any
    finding can be read."""
    readable = visible(person, "read a finding", Finding, consultation), Finding.state == State.PUBLISHED
    if not keys or not could(person, "read a finding", consultation):
        return {}
    if not db.session.scalar(select(Finding.id).where(*readable).limit(1)):
        return {}
    found: dict[int, Fate] = {}
    columns = (Finding.number, Finding.title, Finding.edition)
    rests = select(Evidence.contribution_id, Evidence.stance, *columns).join(Finding, Finding.id == Evidence.finding_id)
    for row in db.session.execute(rests.where(Evidence.contribution_id.in_(keys), *readable).order_by(Finding.number)):
        found.setdefault(row.contribution_id, Fate([])).used.append(row)
    rest = [key for key in keys if key not in found]
    covers = select(Considered.contribution_id, *columns).join(Finding, Finding.id == Considered.finding_id)
    for covering in db.session.execute(covers.where(Considered.contribution_id.in_(rest), *readable)):
        found[covering.contribution_id] = Fate([], covering)
    reasons = select(Considered.contribution_id, Considered.why).where(Considered.finding_id.is_(None))
    for key, why in db.session.execute(reasons.where(Considered.contribution_id.in_(rest))):
        found[key] = Fate([], None, why)
    return found
