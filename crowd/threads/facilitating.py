"""What facilitators do to a discussion beside writing in it: put one text first, close a thread."""

from sqlalchemy import update

from crowd import clock, log
from crowd.db import db
from crowd.models import Contribution
from crowd.rules import Asker


def pin(contribution: Contribution, *, by: Asker) -> None:
    """Let a facilitator's text stand above the answers to its question, in place of the one that stood there."""
    question = contribution.question
    assert question is not None, "what can be pinned answers a question"
    if question.prompt_id == contribution.id:
        return
    question.prompt_id = contribution.id
    log.record(
        "prompt pinned",
        by=by.id,
        consultation=contribution.consultation,
        question=question.id,
        contribution=contribution.id,
    )


def unpin(contribution: Contribution, *, by: Asker) -> None:
    """Let it stand among the answers again; nothing happens where it does already."""
    question = contribution.question
    if question is None or question.prompt_id != contribution.id:
        return
    question.prompt_id = None
    log.record(
        "prompt taken down",
        by=by.id,
        consultation=contribution.consultation,
        question=question.id,
        contribution=contribution.id,
    )


def close_thread(first: Contribution, *, by: Asker, why: str) -> None:
    """Let nobody comment in a thread any more. Votes stay possible, and what waits in it is still decided."""
    if first.closed:
        return
    _mark(first, closed=True)
    first.closed_why, first.closed_at = why, clock.now()
    log.record("thread closed", by=by.id, consultation=first.consultation, contribution=first.id, why=why)


def open_thread(first: Contribution, *, by: Asker) -> None:
    """Take comments again."""
    if not first.closed:
        return
    _mark(first, closed=False)
    first.closed_why, first.closed_at = "", None
    log.record("thread opened again", by=by.id, consultation=first.consultation, contribution=first.id)


def _mark(first: Contribution, *, closed: bool) -> None:
    """On every text of the thread, also on those that wait: each shows a way to comment or none."""
    db.session.execute(
        update(Contribution)
        .where(Contribution.thread_id == first.id)
        .values(closed=closed, stamp=Contribution.stamp + 1)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(first)
