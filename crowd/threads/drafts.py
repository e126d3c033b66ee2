"""Texts that were not sent: kept by person and place, found again, gone with posting."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam, delete, select

from crowd import clock
from crowd.db import db, transaction
from crowd.evidence import card
from crowd.models import Contribution, Draft, Finding, Question
from crowd.statements import Statement
from crowd.threads import branches

FIELDS = ("text", "language", "kind", "promise", "none", *card.FIELDS, *branches.KEYS)
MOST = 200_000  # characters of a field; twenty times what is taken as a text


def place_of(thing: Question | Contribution | Finding, editing: bool = False) -> str:
    """The name of the place a draft is for; where it is written again is read off it."""
    if isinstance(thing, Contribution):
        return f"{'edit' if editing else 'reply'}-{thing.id}"
    return f"{'question' if isinstance(thing, Question) else 'finding'}-{thing.id}"


def too_long(fields: Mapping[str, str]) -> bool:
    return any(len(fields.get(name, "")) > MOST for name in FIELDS)


def keep(thing: Any, *, by: int, fields: Mapping[str, str], editing: bool = False) -> bool:
    """Save what was typed as the draft of this place, over an older one; False if nobody is signed in, nothing was
    typed, or it is too long: a draft is never cut. Commits by itself: it is called where the request's own deed was
    refused."""
    kept = {name: str(fields.get(name, "")) for name in FIELDS if fields.get(name)}
    if not by or not kept.get("text", "").strip() or too_long(kept):
        return False
    if not isinstance(thing, Question | Contribution | Finding):
        return False
    place, consultation_id = place_of(thing, editing), thing.consultation_id
    with transaction() as session:
        draft = session.scalar(select(Draft).where(Draft.person_id == by, Draft.place == place))
        if draft is None:
            draft = Draft(person_id=by, place=place, consultation_id=consultation_id)
            session.add(draft)
        draft.fields, draft.saved_at = kept, clock.now()
    return True


_DROP = Statement(delete(Draft).where(Draft.person_id == bindparam("person"), Draft.place == bindparam("at")))


def drop(place: str, *, by: int) -> None:
    """Forget a draft; part of the transaction that posts it."""
    _DROP.write(person=by, at=place)


def find(place: str, by: int) -> Draft | None:
    return db.session.scalar(select(Draft).where(Draft.person_id == by, Draft.place == place))
