"""What the tests of mending do over and over."""

from typing import TypeVar

from flask import g
from sqlalchemy import select

from crowd.db import db, transaction
from crowd.mending import deeds, parting, uniting
from crowd.mending.passages import Strike
from crowd.models import Contribution, Decision, Merge, Version
from crowd.rules import Asker
from crowd.states import State
from crowd.threads import recount
from tests import make
from tests.actors import Actor, Page

Thing = TypeVar("Thing")


def shown(contribution: Contribution) -> Version:
    """The wording that waits, else the public one."""
    found = db.session.scalars(
        select(Version)
        .where(Version.contribution_id == contribution.id, Version.state.in_((State.HELD, State.PUBLISHED)))
        .order_by(Version.number.desc())
    ).first()
    assert found is not None
    return found


def press(actor: Actor, version: Version, *strikes: tuple[str, str], do: str = "redact", **fields: str) -> Page:
    """Fill in passages on the page of a version and press a button of it."""
    page = actor.get(f"/moderate/{version.id}/redact")
    _where, values = page.form(f"/moderate/{version.id}/redact", "phase")
    for n, (passage, reason) in enumerate(strikes):
        values |= {f"strikes-{n}-passage": passage, f"strikes-{n}-reason": reason}
    return actor.send(f"/moderate/{version.id}/redact", values | fields | {"do": do})


def redact(contribution: Contribution, *passages: str, by: Asker, reason: str = "person") -> Decision:
    version = shown(contribution)
    made = deeds.redaction(version, [Strike(passage, reason) for passage in passages])
    with transaction():
        return deeds.redact(version, by=by, redaction=made)


def merge(child: Contribution, target: Contribution, *, by: Asker) -> Merge:
    g.pop("asked", None)
    with transaction() as session:
        child, target = session.get_one(Contribution, child.id), session.get_one(Contribution, target.id)
        return uniting.merge(shown(child), target, by=by)


def undo(merge: Merge, *, by: Asker) -> None:
    g.pop("asked", None)
    with transaction() as session:
        parting.part(session.get_one(Merge, merge.id), by=by)


def now(thing: Thing) -> Thing:
    make.afresh()
    return db.session.get_one(type(thing), thing.id)


def wrong() -> list[recount.Wrong]:
    """Kept counts that are not what is there; people are put into the database by hand."""
    make.afresh()
    return [one for one in recount.check() if one.name not in ("people", "stakeholders")]
