"""Everything that sanctions change (M26). What has been published of somebody stays."""

from datetime import datetime

from sqlalchemy import select

from crowd import clock, log, outbox
from crowd.accounts import deeds as accounts
from crowd.db import Overtaken, db
from crowd.i18n import _, later
from crowd.models import Consultation, Person, Sanction, Site
from crowd.rules import Asker, may
from crowd.sanctions import queries
from crowd.sanctions.kinds import FOR_EVER, KEEP_OUT, kind_words, told, what_ends


class NotSanctionable(Exception):
    """Its str is the sentence that says why nobody, or somebody else, can do this."""


def impose(
    who: Person,
    *,
    by: Asker,
    kind: str,
    words: str,
    until: datetime | None = None,
    consultation: Consultation | None = None,
    zone: str,
) -> Sanction:
    """Warn somebody, hold all they write, suspend or block them, and tell them why. `consultation` is where it was
    imposed; who is suspended or blocked is so on the whole site. Raises NotSanctionable for oneself, and for staff
    unless a host does it."""
    if who.id == by.id:
        raise NotSanctionable(_("This is about yourself. Somebody else decides on that."))
    if who.roles and not may(by, "host", None):
        raise NotSanctionable(_("This was written by somebody of the staff. A host decides on that."))
    where = consultation.id if consultation and kind not in KEEP_OUT else None
    the_same = {"person_id": who.id, "kind": kind, "words": words, "by_id": by.id, "until": until}
    if there := queries.unanswered(consultation_id=where, **the_same):
        return there  # a button that was pressed twice
    made = Sanction(at=clock.now(), consultation_id=where, **the_same)
    db.session.add(made)
    db.session.flush()
    if kind in KEEP_OUT:
        _keep_out(who)
        accounts.sign_out_everywhere(who.id)
    log.record(
        "sanctioned",
        by=by.id,
        consultation=consultation,
        sanction=made.id,
        person=who.id,
        kind=kind,
        until=until.isoformat() if until else None,
        why=words,
    )
    outbox.queue(
        "sanctioned",
        to=who,
        once=f"sanction-{made.id}",
        sanction=made,
        title=later(kind_words, kind),
        told=later(told, made, zone),
        contact=db.session.scalar(select(Site.contact)) or "",
    )
    return made


def _keep_out(who: Person) -> None:
    """Let the account say until when somebody is kept out: the latest end of all that does so."""
    ends = [one.until or FOR_EVER for one in queries.kept_out_by(who.id)]
    who.suspended_until = max(ends) if ends else None


def confirm(sanction: Sanction, *, by: Asker) -> None:
    """Note that somebody has read the warning that they got; the first time counts."""
    if sanction.confirmed_at is None:
        sanction.confirmed_at = clock.now()
        log.record("sanction confirmed", by=by.id, sanction=sanction.id)


def end(sanction: Sanction, *, by: Asker, why: str = "") -> None:
    """End it before its time, and tell the person. Raises Overtaken if it has ended."""
    if sanction.ended_at is not None:
        raise Overtaken(sanction)
    sanction.ended_at = clock.now()
    db.session.flush()
    who = db.session.get_one(Person, sanction.person_id)
    if sanction.kind in KEEP_OUT:
        _keep_out(who)
    log.record("sanction ended", by=by.id, sanction=sanction.id, why=why)
    outbox.queue(
        "sanction_ended",
        to=who,
        once=f"sanction-ended-{sanction.id}",
        title=later(kind_words, sanction.kind),
        means=later(what_ends, sanction.kind),
        why=why,
    )
