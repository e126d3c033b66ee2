"""What the tests of the moderation desk share."""

from sqlalchemy import select

from crowd.db import db, transaction
from crowd.models import Contribution, Mail, Version
from crowd.moderation import deeds
from crowd.rules import Asker
from crowd.states import State
from crowd.threads import deeds as threads
from tests.actors import Actor, Page


def waiting(contribution: Contribution) -> Version:
    """The version of a contribution that waits."""
    return db.session.scalars(
        select(Version).where(Version.contribution_id == contribution.id, Version.state == State.HELD)
    ).one()


def newest(contribution: Contribution) -> Version:
    return db.session.scalars(
        select(Version).where(Version.contribution_id == contribution.id).order_by(Version.number.desc())
    ).first()


def decide(actor: Actor, version: Version, decision: str, **fields: str) -> Page:
    """Open the page of a version and press a button on it."""
    return actor.post(f"/moderate/{version.id}", decision=decision, **fields)


def edited(contribution: Contribution, text: str, *, by: Asker) -> Version:
    """What happens when an author hands in another wording."""
    writing = threads.prepare(text)
    with transaction():
        threads.edit(contribution, by=by, writing=writing)
    return newest(contribution)


def shipped() -> None:
    with transaction():
        deeds.ship_reasons()


def mails(person_id: int) -> list[Mail]:
    return list(db.session.scalars(select(Mail).where(Mail.person_id == person_id).order_by(Mail.id)))


def state(contribution: Contribution) -> str:
    return db.session.scalars(select(Contribution.state).where(Contribution.id == contribution.id)).one()
