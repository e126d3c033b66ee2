"""What the pages of analyses read."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import BigInteger, and_, cast, select
from sqlalchemy.orm import defer, joinedload

from crowd.db import db, engine_is_postgres
from crowd.models import Consultation, Contribution, Person, PublishedFigures, Run, Version, VoteNow
from crowd.rules import Asker, visible
from crowd.states import Place, Standing, State
from crowd.text import opening, plain

SHOWN = 50
READ = 20_000  # votes that are read at a time


def runs(consultation: Consultation, kind: str = "") -> Sequence[Run]:
    """The newest first, at most fifty, without their results."""
    wanted = select(Run).options(defer(Run.result)).where(Run.consultation_id == consultation.id)
    wanted = wanted.where(Run.kind == kind) if kind else wanted
    return db.session.scalars(wanted.order_by(Run.id.desc()).limit(SHOWN)).all()


def latest(consultation: Consultation, kind: str) -> Run | None:
    """The last one of its kind that ended with a result or with a reason why there is none."""
    wanted = select(Run).where(
        Run.consultation_id == consultation.id, Run.kind == kind, Run.state.in_(["done", "refused"])
    )
    return db.session.scalars(wanted.order_by(Run.id.desc()).limit(1)).first()


def published(consultation: Consultation) -> Run | None:
    """The run whose opinion groups everybody may see."""
    wanted = select(Run).options(joinedload(Run.consultation)).join(PublishedFigures, PublishedFigures.run_id == Run.id)
    of = PublishedFigures.consultation_id == consultation.id
    return db.session.scalar(wanted.where(of, PublishedFigures.audience == "groups"))


def run(consultation: Consultation, number: int) -> Run | None:
    """One of its runs."""
    wanted = select(Run).options(joinedload(Run.consultation))
    return db.session.scalar(wanted.where(Run.consultation_id == consultation.id, Run.id == number))


def on_the_way(consultation: Consultation, kind: str) -> Run | None:
    """The run of this kind that waits or is worked on."""
    wanted = select(Run).where(Run.consultation_id == consultation.id, Run.kind == kind)
    return db.session.scalars(wanted.where(Run.state.in_(["waiting", "working"])).limit(1)).first()


def names(found: Sequence[Run]) -> dict[int, str]:
    """Who asked, by id: hosts and analysts under their own names, as in the log of the desk."""
    asked = {run.asked_by_id for run in found if run.asked_by_id}
    found_ = db.session.execute(select(Person.id, Person.name).where(Person.id.in_(asked)))
    return {row.id: row.name for row in found_}


def _discussed(consultation_id: int) -> Any:
    """What begins a thread of the discussion and was public at some time; what has been merged counts where it is."""
    return and_(
        Contribution.consultation_id == consultation_id,
        Contribution.place == Place.DISCUSSION,
        Contribution.level == 1,
        Contribution.public_since.is_not(None),
        Contribution.merged.is_(False),
    )


def voted_on(consultation_id: int) -> Sequence[tuple[int, bool]]:
    """What people could vote on, by id: (id, whether it is still published)."""
    wanted = select(Contribution.id, Contribution.state).where(_discussed(consultation_id)).order_by(Contribution.id)
    return [(number, state == State.PUBLISHED) for number, state in db.session.execute(wanted)]


def votes(first: int, last: int) -> Iterator[Sequence[tuple[int]]]:
    """The members' current votes on contributions with these numbers and all between them, many at a time and in no
    order; each as one number (unpacked() takes it apart), because of millions of rows each column costs. The table is
    read from end to end: by an index that takes four times as long."""
    person, contribution = cast(VoteNow.person_id, BigInteger), cast(VoteNow.contribution_id, BigInteger)
    packed = person * 2**34 + contribution * 2**2 + VoteNow.value + 1
    wanted = select(packed).where(
        (VoteNow.contribution_id + 0).between(first, last), VoteNow.standing == Standing.MEMBER
    )
    if engine_is_postgres():  # which would send all of them at once
        yield from db.session.connection().execution_options(stream_results=True).execute(wanted).partitions(READ)
        return
    found = db.session.connection().execute(wanted)
    while part := found.cursor.fetchmany(READ) if found.cursor else ():
        yield part
    found.close()


def unpacked(votes: Any) -> tuple[Any, Any, Any]:
    """Of packed votes, an array of int64: person, contribution, value."""
    return votes >> 34, votes >> 2 & 0xFFFF_FFFF, (votes & 3) - 1


def openings(person: Asker, consultation: Consultation, numbers: Sequence[int]) -> dict[int, str]:
    """How contributions begin, by id, of those that this person may read."""
    found: dict[int, str] = {}
    for first in range(0, len(numbers), 500):
        wanted = (
            select(Contribution.id, Version.html)
            .join(Version, Version.id == Contribution.version_id)
            .where(visible(person, "read", Contribution, consultation))
            .where(Contribution.state == State.PUBLISHED, Contribution.id.in_(numbers[first : first + 500]))
        )
        found |= {number: opening(plain(html), 160) for number, html in db.session.execute(wanted)}
    return found
