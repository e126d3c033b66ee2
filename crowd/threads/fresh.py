"""What has been published in a place since a page of it was made: what the page offers while it is open."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, select, true

from crowd.db import db
from crowd.models import Consultation, Contribution, Finding, Question
from crowd.rules import Asker, anyone_like, visible
from crowd.states import State
from crowd.threads.laying import unchanged
from crowd.threads.view import View

MOST = 100  # that are counted; more are "more than 99"


def fresh(place: Contribution | Question | Finding, person: Asker, since: datetime, kind: str = "") -> list[int]:
    """Ids of what others have published there since then, as far as the reader may read it, in reading order: comments
    of a thread or a finding, answers to a question, of one kind or of all. Asked of the database once for each change
    of the consultation by all readers of one standing together."""
    consultation: Consultation = place.consultation
    view = View.of(consultation, person, finding=_on_a_finding(place))
    what = ("fresh", type(place), place.id, since, kind)
    found: Sequence[Any] = unchanged(what, consultation, view, lambda: _published(place, person, since, kind))
    return [row.id for row in found if row.author_id != person.id]


def _on_a_finding(place: Contribution | Question | Finding) -> bool:
    return isinstance(place, Finding) or (isinstance(place, Contribution) and bool(place.finding_id))


def _published(place: Contribution | Question | Finding, person: Asker, since: datetime, kind: str) -> Sequence[Any]:
    consultation = place.consultation
    return db.session.execute(
        select(Contribution.id, Contribution.author_id)
        .where(
            _stands(place),
            visible(anyone_like(person, consultation), "read", Contribution, consultation, place=True),
            Contribution.state == State.PUBLISHED,
            Contribution.public_since > since,
            Contribution.kind == kind if kind else true(),
        )
        .order_by(Contribution.path)
        .limit(MOST)
    ).all()


def _stands(place: Contribution | Question | Finding) -> ColumnElement[bool]:
    if isinstance(place, Question):
        return and_(Contribution.question_id == place.id, Contribution.parent_id.is_(None))
    if isinstance(place, Finding):
        return Contribution.finding_id == place.id
    return Contribution.thread_id == (place.thread_id or place.id)
