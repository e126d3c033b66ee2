"""Counts are kept where they are shown and changed with what they count; `recount` verifies them."""

from functools import cache
from typing import Any

from sqlalchemy import bindparam, update

from crowd.models import Consultation, Contribution, Finding, Question
from crowd.search import deeds as index
from crowd.statements import Statement
from crowd.states import Kind


def tally(kind: Any, key: int | None, **by: int) -> None:
    """Add to columns of one row in the database itself, so that two writers cannot lose each other's."""
    changed = {name: n for name, n in by.items() if n}
    if changed and key is not None:
        _adding(kind, tuple(changed)).write(key=key, **{f"by_{name}": n for name, n in changed.items()})


@cache
def _adding(kind: Any, names: tuple[str, ...]) -> Statement:
    more = {name: getattr(kind, name) + bindparam(f"by_{name}") for name in names}
    return Statement(update(kind).where(kind.id == bindparam("key")).values(**more))


def count_published(contribution: Contribution, by: int) -> None:
    """Keep the counts that appearing or vanishing changes (M5: nothing else counts), and what search finds. A new text
    is put into the index with its wording, by whoever approves that."""
    what = {"comments": by} if contribution.kind == Kind.COMMENT else {"contributions": by}
    if contribution.finding_id:
        tally(Finding, contribution.finding_id, comments=by)
        tally(Consultation, contribution.consultation_id, finding_comments=by)
    else:
        tally(Question, contribution.question_id, **what)
        tally(Consultation, contribution.consultation_id, **what)
    if contribution.parent_id:
        tally(Contribution, contribution.thread_id, replies=by, stamp=1)
    if by < 0:
        index.drop(contribution.id)
    elif contribution.version_id:
        index.put_again(contribution)
