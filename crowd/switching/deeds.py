"""What a host does about the checklist, and what is noted of it."""

from crowd import clock, log, outbox
from crowd.db import db
from crowd.models import Consultation, Person
from crowd.rules import Asker


def confirm_reasons(consultation: Consultation, *, by: Asker) -> None:
    """The host has read the reasons that moderators can give here."""
    consultation.reasons_at = clock.now()
    log.record("reasons confirmed", by=by.id, consultation=consultation)


def keep_data_for(consultation: Consultation, months: int, *, by: Asker) -> None:
    """Say how long personal data is kept after the end."""
    if months != consultation.retention:
        consultation.retention = months
        log.record("retention set", by=by.id, consultation=consultation, months=months)


def hand_over(consultation: Consultation, to: Person | None, *, by: Asker) -> None:
    """What is still undecided is this moderator's from now on, who is told by mail; None takes that back (P5)."""
    if (to.id if to else None) == consultation.handed_to_id:
        return
    consultation.handed_to_id = to.id if to else None
    line = log.record("handed over", by=by.id, consultation=consultation, person=to.id if to else None)
    if to:
        outbox.queue("handed_over", to=to, once=f"handed-over-{line}", consultation=consultation)


def read_promises(consultation: Consultation, counts: dict[str, int], *, by: Asker) -> None:
    """The host has read the promise report as it is now (P12)."""
    consultation.promises_at = clock.now()
    log.record("promise report read", by=by.id, consultation=consultation, counts=counts)


def choose_news(who: Person, on: bool) -> None:
    """Whether this person gets mails with news; those that tell decisions are no news (P17). Chosen twice is once."""
    account = db.session.get_one(Person, who.id)
    if account.news_mails != on:
        account.news_mails = on
        log.record("news chosen", by=who.id, on=on)
