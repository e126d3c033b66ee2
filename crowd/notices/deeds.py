"""What one changes of one's own following. What somebody reads is nobody's business: the log says nothing of it."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, select

from crowd import clock, log
from crowd.db import db
from crowd.models import Consultation, Follow, Person


def follow(target: str, key: int, consultation: Consultation, *, by: int) -> None:
    """Hear of what is published there from now on; following twice is following once, from the first time on."""
    if db.session.scalar(select(Follow.id).where(_own(by, target, key))):
        return
    db.session.add(
        Follow(person_id=by, consultation_id=consultation.id, target=target, key=key, created_at=clock.now())
    )


def stop(target: str, key: int, *, by: int) -> None:
    """Follow it no longer. It need not be there any more, nor be readable."""
    db.session.execute(delete(Follow).where(_own(by, target, key)))


def _own(person: int, target: str, key: int) -> ColumnElement[bool]:
    return and_(Follow.person_id == person, Follow.target == target, Follow.key == key)


def mark_read(person: int, until: datetime) -> None:
    """Count nothing as new that was published up to a time; it never goes back, and never into the future."""
    account = db.session.get_one(Person, person)
    until = min(until, clock.now())
    if account.notices_seen_at is None or account.notices_seen_at < until:
        account.notices_seen_at = until


def choose_mails(account: Person, how: str) -> None:
    """Hear of what is new by mail, each at once or once a day, or not: of what is published from now on."""
    if account.follow_mails != how:
        account.follow_mails, account.follow_mails_until = how, clock.now()
        log.record("follow mails chosen", by=account.id, how=how)


def renew_addresses(person: int) -> None:
    """Make the private addresses of all one's feeds anew; the old ones find nothing from now on."""
    db.session.get_one(Person, person).feed_serial += 1
    log.record("feed addresses renewed", by=person)
