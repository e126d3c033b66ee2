"""A text appears where others read it, and vanishes again: every count and list that hangs on it follows."""

from sqlalchemy import select

from crowd import clock
from crowd.db import db, move
from crowd.models import Contribution, Version
from crowd.search import deeds as index
from crowd.states import State
from crowd.threads import mentions, numbers
from crowd.threads.counts import count_published


def appear(version: Version, was: State = State.HELD) -> None:
    """Let a version be what others read, into its phase and with its original time (P9). Raises Overtaken."""
    contribution = version.contribution
    move(version, was, State.PUBLISHED)
    for older in db.session.scalars(
        select(Version).where(
            Version.contribution_id == contribution.id,
            Version.id != version.id,
            Version.state == State.PUBLISHED,
        )
    ):
        move(older, State.PUBLISHED, State.REPLACED)
    if contribution.state != State.PUBLISHED:
        number = contribution.serial or numbers.take(contribution.consultation_id)
        since = contribution.public_since or clock.now()
        move(contribution, State(contribution.state), State.PUBLISHED, public_since=since, serial=number)
        count_published(contribution, 1)
    mentions.replace(contribution, version.html)
    mentions.show_anew(contribution.id)
    contribution.version_id, contribution.files = version.id, len(version.files or [])
    contribution.stamp += 1
    index.put(contribution, version)


def unappear(version: Version, before: Version | None, state: State, becomes: State = State.HELD) -> None:
    """The opposite of `appear`, as if it had never been: the wording before is public again, or the contribution is in
    this state. The citable number that was given stays with the text for its next time. Raises Overtaken."""
    contribution = version.contribution
    move(version, State.PUBLISHED, becomes)
    if before is not None:
        move(before, State.REPLACED, State.PUBLISHED)
        mentions.replace(contribution, before.html)
        index.put(contribution, before)
    else:
        move(contribution, State.PUBLISHED, state, public_since=None)
        count_published(contribution, -1)
        mentions.drop(contribution.id)
    mentions.show_anew(contribution.id)
    contribution.version_id = before.id if before else None
    contribution.files = len(before.files or []) if before else 0
    contribution.stamp += 1


def vanish(contribution: Contribution, state: State, *, why: str = "") -> None:
    """Take away what others read: hidden or removed leaves a mark with its reason and date, and replies stay (M19).
    Raises Overtaken."""
    was = State(contribution.state)
    move(contribution, was, state, ended_at=clock.now(), ended_why=why, stamp=Contribution.stamp + 1)
    if was == State.PUBLISHED:
        count_published(contribution, -1)
        mentions.drop(contribution.id)
        mentions.show_anew(contribution.id)


def show_again(contribution: Contribution) -> None:
    """Show what was hidden while it was checked, as it was: counts, index and mentions follow (M18). Raises
    Overtaken."""
    move(
        contribution,
        State.HIDDEN,
        State.PUBLISHED,
        ended_at=None,
        ended_why="",
        stamp=Contribution.stamp + 1,
    )
    count_published(contribution, 1)
    mentions.replace(contribution, db.session.get_one(Version, contribution.version_id).html)
    mentions.show_anew(contribution.id)
