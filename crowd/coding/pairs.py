"""Duplicate pairs as the merge desk reads them (M15): both texts side by side, as far as the person may read them."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import aliased

from crowd.db import db
from crowd.models import Consultation, Contribution, Pair, Person, Version
from crowd.moderation.queue import decidable
from crowd.rules import Asker, visible
from crowd.states import State

PAGE = 10
STATES = ("open", "proposed", "apart")


def _standing(allowed: Callable[[Any], ColumnElement[bool]]) -> Any:
    """Pairs of texts that still stand beside each other, of which both are allowed."""
    one, other = aliased(Contribution), aliased(Contribution)
    query = select(Pair).join(one, one.id == Pair.one_id).join(other, other.id == Pair.other_id)
    for text in (one, other):
        query = query.where(text.state == State.PUBLISHED, text.merged.is_(False), text.parent_id.is_(None))
        query = query.where(allowed(text))
    return query


def _both(person: Asker, act: str, consultation: Consultation) -> Any:
    """Those of a consultation of which the person may do this to both."""
    its = _standing(lambda text: visible(person, act, text, consultation))
    return its.where(Pair.consultation_id == consultation.id)


def to_merge(person: Asker) -> Sequence[Any]:
    """(slug, code, proposed) of each consultation with pairs that this person may merge, and how many are proposed."""
    proposed = func.sum(case((Pair.state == "proposed", 1), else_=0)).label("proposed")
    its = _standing(lambda text: decidable(person, text)).where(Pair.state != "apart")
    its = its.join(Consultation, Consultation.id == Pair.consultation_id)
    named = its.with_only_columns(Consultation.slug, Consultation.code, proposed, maintain_column_froms=True)
    return db.session.execute(named.group_by(Consultation.id).order_by(Consultation.id)).all()


def counts(person: Asker, act: str, consultation: Consultation) -> dict[str, int]:
    """How many there are of each state."""
    found = _both(person, act, consultation).with_only_columns(Pair.state, func.count()).group_by(Pair.state)
    return dict.fromkeys(STATES, 0) | {row[0]: row[1] for row in db.session.execute(found)}


def shown(
    person: Asker, act: str, consultation: Consultation, state: str, after: tuple[int, int] | None
) -> Sequence[Pair]:
    """A page of pairs and one more, the most alike first."""
    query = _both(person, act, consultation).where(Pair.state == state)
    if after:
        likeness, number = after
        query = query.where((Pair.likeness < likeness) | ((Pair.likeness == likeness) & (Pair.id > number)))
    return db.session.scalars(query.order_by(Pair.likeness.desc(), Pair.id).limit(PAGE + 1)).all()


def pair(person: Asker, act: str, consultation: Consultation, number: int) -> Pair | None:
    found: Pair | None = db.session.scalar(_both(person, act, consultation).where(Pair.id == number))
    return found


def names(pairs: Sequence[Pair]) -> dict[int | None, str]:
    """Who said something of them: staff, by name."""
    rows = select(Person.id, Person.name).where(Person.id.in_([pair.person_id for pair in pairs if pair.person_id]))
    return {row.id: row.name for row in db.session.execute(rows)}


def texts(pairs: Sequence[Pair]) -> dict[int, tuple[Contribution, Version]]:
    """The contributions of these pairs with what is public of them, by id."""
    keys = {key for pair in pairs for key in (pair.one_id, pair.other_id)}
    found = select(Contribution, Version).join(Version, Version.id == Contribution.version_id)
    return {text.id: (text, version) for text, version in db.session.execute(found.where(Contribution.id.in_(keys)))}
