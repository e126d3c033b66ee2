"""Votes on two texts that say the same, united for each person and parted again (M15). One row a vote is moved or taken
off; every step stands in the history."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update

from crowd import clock
from crowd.db import db, insert_many
from crowd.models import Contribution, VoteEvent, VoteNow

Kept = list[list[int]]  # person, value, and 1 where the vote went over


def unite(child: Contribution, target: Contribution) -> Kept:
    """Let a person's vote on the one text be their vote on the other, unless they have one there or wrote that; the
    first text keeps none. What it takes to part them again is returned."""
    there = set(db.session.scalars(select(VoteNow.person_id).where(VoteNow.contribution_id == target.id)))
    found = db.session.execute(
        select(VoteNow.person_id, VoteNow.value, VoteNow.standing)
        .where(VoteNow.contribution_id == child.id)
        .order_by(VoteNow.id)
    ).all()
    over = [vote for vote in found if vote.person_id not in there and vote.person_id != target.author_id]
    now = clock.now()
    _remember(child.id, found, now, taken_back=True)
    _remember(target.id, over, now)
    _write(
        update(VoteNow)
        .where(VoteNow.contribution_id == child.id, VoteNow.person_id.in_([vote.person_id for vote in over]))
        .values(contribution_id=target.id, thread_id=target.thread_id)
    )
    _write(delete(VoteNow).where(VoteNow.contribution_id == child.id))
    went = {vote.person_id for vote in over}
    return [[vote.person_id, vote.value, int(vote.person_id in went)] for vote in found]


def part(child: Contribution, target: Contribution, kept: Kept) -> None:
    """Give everybody their vote on the first text back. What went over leaves the other text, unless its person has
    voted anew there since; whoever has taken it back there has taken it back."""
    found = {
        vote.person_id: vote
        for vote in db.session.execute(
            select(VoteNow.person_id, VoteNow.value, VoteNow.standing).where(VoteNow.contribution_id == target.id)
        )
    }
    again: list[Any] = []
    leaving: list[Any] = []
    for person, value, went_over in kept:
        if went_over:
            vote = found.get(person)
            if vote is None:
                continue
            if vote.value == value:
                leaving.append(vote)
        again.append((person, value))
    now = clock.now()
    _remember(target.id, leaving, now, taken_back=True)
    _write(
        delete(VoteNow).where(
            VoteNow.contribution_id == target.id, VoteNow.person_id.in_([vote.person_id for vote in leaving])
        )
    )
    standings = _standings(child.id, [person for person, _value in again])
    back = [
        {
            "person_id": person,
            "contribution_id": child.id,
            "thread_id": child.thread_id,
            "standing": standings[person],
            "value": value,
        }
        for person, value in again
    ]
    insert_many(VoteNow, back)
    insert_many(VoteEvent, [{name: row[name] for name in _EVENT} | {"at": now} for row in back])


_EVENT = ("person_id", "contribution_id", "standing", "value")


def _standings(contribution_id: int, people: Sequence[int]) -> dict[int, str]:
    """As what these people had voted, from the history."""
    query = (
        select(VoteEvent.person_id, VoteEvent.standing)
        .where(VoteEvent.contribution_id == contribution_id, VoteEvent.person_id.in_(people))
        .order_by(VoteEvent.id)
    )
    return dict(db.session.execute(query).all())


def _remember(contribution_id: int, votes: Sequence[Any], at: datetime, *, taken_back: bool = False) -> None:
    rows = [
        {
            "person_id": vote.person_id,
            "contribution_id": contribution_id,
            "standing": vote.standing,
            "value": None if taken_back else vote.value,
            "at": at,
        }
        for vote in votes
    ]
    insert_many(VoteEvent, rows)


def _write(statement: Any) -> None:
    db.session.execute(statement.execution_options(synchronize_session=False))
