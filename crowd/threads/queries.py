"""What the pages of threads read: plain rows, a fixed number of queries a page."""

from collections.abc import Iterable, Sequence
from itertools import chain
from types import SimpleNamespace
from typing import Any

from sqlalchemy import and_, bindparam, func, or_, select
from sqlalchemy.orm import aliased

from crowd.db import db
from crowd.evidence import files
from crowd.models import Consultation, Contribution, Draft, Imported, Version, VoteNow
from crowd.rules import Asker
from crowd.statements import Statement
from crowd.states import Kind, State
from crowd.threads.paging import PLACED, TOPS, seen

VERSIONS = 10  # wordings on a page
FROM_ELSEWHERE = ("polis-", "csv-", "decide-m", "imported-")  # how `once` begins of what was not written here
Parent, Again, Later = aliased(Contribution), aliased(Contribution), aliased(Version)

_NEWEST = (
    select(Later.id)
    .where(Later.contribution_id == Contribution.id)
    .order_by(Later.number.desc())
    .limit(1)
    .correlate(Contribution)
    .scalar_subquery()
)

_SAME = (
    select(func.count())
    .select_from(Again)
    .where(Again.parent_id == Contribution.id, Again.merged.is_(True), Again.state == State.PUBLISHED)
    .correlate(Contribution)
    .scalar_subquery()
)

# Everything a fragment shows.
_SHOWN = (
    Contribution.id,
    Contribution.level,
    Contribution.kind,
    Contribution.alias,
    Contribution.profession,
    Contribution.region,
    Contribution.group,
    Contribution.facilitator,
    Contribution.expert,
    Contribution.best_practice,
    Contribution.state,
    Contribution.promise,
    Contribution.submitted_at,
    Contribution.ended_at,
    Contribution.ended_why,
    Contribution.public_since,
    Contribution.resubmit_by,
    Contribution.replies,
    Contribution.agree,
    Contribution.disagree,
    Contribution.passed,
    Contribution.parent_id,
    Contribution.once,
    Contribution.place,
    Contribution.closed,
    Contribution.closed_why,
    Contribution.closed_at,
    Contribution.merged,
    _SAME.label("said_again"),
    Contribution.appeal_by,
    Contribution.serial,
    Parent.alias.label("parent_alias"),
    Parent.state.label("parent_state"),
    Parent.promise.label("parent_promise"),
    Version.html,
    Version.card,
    Version.files,
    Version.language,
    Version.created_at.label("worded_at"),
    Version.number.label("wording"),
)

# Made once: making these statements costs more than asking them. Found by who wrote them (+ 0 keeps SQLite from reading
# the whole place), of whose texts few wait.
_WAITING = {
    place: Statement(
        select(*PLACED, Contribution.resubmit_by, _NEWEST.label("newest"))
        .where(
            Contribution.author_id == bindparam("person"),
            there,
            Contribution.public_since.is_(None),
            or_(*(Contribution.state == state for state in (State.HELD, State.RETURNED, State.REJECTED))),
        )
        .order_by(Contribution.path)
    )
    for place, there in {
        "thread": Contribution.thread_id + 0 == bindparam("place"),
        "finding": Contribution.finding_id + 0 == bindparam("place"),
        "question": and_(Contribution.question_id + 0 == bindparam("place"), Contribution.parent_id.is_(None)),
    }.items()
}
_SOME: list[Any] = [bindparam(f"n{n}") for n in range(TOPS)]  # one statement for all lengths of a list
_VOTES = select(VoteNow.contribution_id, VoteNow.value).where(VoteNow.person_id == bindparam("person"))
_VOTES_IN_THREAD = Statement(_VOTES.where(VoteNow.thread_id == bindparam("place")))
_VOTES_ON = Statement(_VOTES.where(VoteNow.contribution_id.in_(_SOME)))

_CHANGES = Statement(
    select(Version.contribution_id, Version.html)
    .join(Contribution, Contribution.id == Version.contribution_id)
    .where(
        Contribution.author_id == bindparam("person"),
        Contribution.id.in_(_SOME),
        Contribution.state == State.PUBLISHED,
        Version.state == State.HELD,
    )
)


def shown(ids: Iterable[int], version: str = "public") -> Sequence[Any]:
    """All that fragments show, for these contributions; `own` takes the newest wording instead of the public one. Their
    files are read in one query more, if there are any."""
    found = db.session.execute(
        select(*_SHOWN)
        .select_from(Contribution)
        .outerjoin(Version, Version.id == (Contribution.version_id if version == "public" else _NEWEST))
        .outerjoin(Parent, Parent.id == Contribution.parent_id)
        .where(Contribution.id.in_(list(ids)))
    ).all()
    attached = files.of_versions((row.id, row.files) for row in found)
    came = _came([row.id for row in found if row.once.startswith(FROM_ELSEWHERE)])
    return [SimpleNamespace(**row._mapping, attached=attached.get(row.id, []), came=came.get(row.id)) for row in found]


def _came(ids: Sequence[int]) -> dict[int, Any]:
    """Where those came from that were written elsewhere, in one query if there are any."""
    asked = select(Imported.contribution_id, Imported.agree, Imported.disagree, Imported.passed)
    rows = db.session.execute(asked.where(Imported.contribution_id.in_(ids))) if ids else ()
    return {row.contribution_id: row for row in rows}


def own_waiting(
    person: Asker, *, thread_id: int | None = None, question_id: int | None = None, finding_id: int | None = None
) -> Sequence[Any]:
    """The reader's own texts here that others do not see (M4): waiting, returned or not published."""
    if not person.id:
        return []
    place = "thread" if thread_id else "finding" if finding_id else "question"
    return _WAITING[place].all(person=person.id, place=thread_id or finding_id or question_id)


def own_votes(person: Asker, *, thread_id: int | None = None, ids: Sequence[int] = ()) -> dict[int, int]:
    """The reader's current votes in one thread, or on these contributions."""
    if not person.id:
        return {}
    if thread_id:
        return dict(_VOTES_IN_THREAD.all(person=person.id, place=thread_id))
    return _of_some(_VOTES_ON, person, ids)


def _of_some(statement: Statement, person: Asker, ids: Sequence[int]) -> dict[int, Any]:
    """What a statement of two columns finds for these ids, of which it takes a page at a time."""
    pages = [[*ids[n : n + TOPS], *[0] * TOPS][:TOPS] for n in range(0, len(ids) if person.id else 0, TOPS)]
    found = [statement.all(person=person.id, **{f"n{n}": key for n, key in enumerate(page)}) for page in pages]
    return dict(chain.from_iterable(found))


def own_changes(person: Asker, ids: Iterable[int]) -> dict[int, str]:
    """The new wordings that wait beside the reader's own published texts, of these contributions (M4, M17)."""
    return _of_some(_CHANGES, person, list(ids))


def vote_on_finding(person: Asker, finding_id: int) -> int | None:
    return db.session.scalar(
        select(VoteNow.value).where(VoteNow.person_id == person.id, VoteNow.finding_id == finding_id)
    )


def least_seen(consultation: Consultation, person: Asker, skipped: Sequence[int] = ()) -> int | None:
    """The idea with the fewest votes that the reader has not voted on, wrote, or just skipped."""
    voted = (
        select(VoteNow.contribution_id)
        .where(VoteNow.person_id == person.id, VoteNow.contribution_id == Contribution.id)
        .exists()
    )
    return db.session.scalar(
        select(Contribution.id)
        .where(
            seen(person, consultation, place=False),
            Contribution.kind == Kind.IDEA,
            Contribution.merged.is_(False),  # their votes are given where they stand
            Contribution.facilitator.is_(False),  # they ask, and do not propose
            Contribution.state == State.PUBLISHED,
            Contribution.author_id != person.id,
            Contribution.id.not_in(list(skipped)),
            ~voted,
        )
        .order_by(Contribution.agree + Contribution.disagree + Contribution.passed, Contribution.id)
        .limit(1)
    )


def newest_version(contribution: Contribution) -> Version:
    return db.session.scalars(
        select(Version).where(Version.contribution_id == contribution.id).order_by(Version.number.desc()).limit(1)
    ).one()


def versions(contribution: Contribution, before: int | None = None) -> Sequence[Version]:
    """A page of wordings, the newest first, and one more to compare the last of them with."""
    query = select(Version).where(Version.contribution_id == contribution.id)
    if before:
        query = query.where(Version.number < before)
    return db.session.scalars(query.order_by(Version.number.desc()).limit(VERSIONS + 1)).all()


def by_number(number: int | None) -> Contribution:
    return db.session.get_one(Contribution, number)


def published_version(contribution: Contribution) -> Version:
    return db.session.scalars(select(Version).where(Version.id == contribution.version_id)).one()


def draft(place: str, person: Asker) -> Draft | None:
    return db.session.scalar(select(Draft).where(Draft.person_id == person.id, Draft.place == place))
