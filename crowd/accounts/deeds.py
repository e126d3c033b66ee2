"""Everything that changes accounts and sign-ins; memberships.py has what a person is in a consultation."""

import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import delete

from crowd import clock, log, outbox
from crowd.accounts import tokens
from crowd.accounts.queries import MUST_HAVE_TWO, hashed, person_at, two_factor_required
from crowd.db import db
from crowd.models import Consultation, Person, SignIn

SIGNED_IN_FOR = timedelta(days=30)
PENDING_FOR = timedelta(minutes=15)
GRACE = timedelta(days=7)


def must_have_two(who: Person) -> bool:
    """Whether this person's role needs a second factor."""
    return bool(set(who.roles) & MUST_HAVE_TWO) and two_factor_required()


def sign_in(person_id: int, *, whole: bool = False) -> str:
    """Begin a sign-in and hand out its secret for the cookie; only its hash is kept. It opens nothing before the second
    factor where there is one, unless that was asked already (`whole`). Where one must be set up, the time begins."""
    who = db.session.get_one(Person, person_id)
    pending = who.two and not whole
    if not who.two and who.factor_by is None and must_have_two(who):
        who.factor_by = clock.now() + GRACE
    secret = secrets.token_urlsafe(32)
    db.session.execute(delete(SignIn).where(SignIn.person_id == person_id, SignIn.expires_at < clock.now()))
    db.session.add(
        SignIn(
            person_id=person_id,
            secret=hashed(secret),
            created_at=clock.now(),
            expires_at=clock.now() + (PENDING_FOR if pending else SIGNED_IN_FOR),
            pending=pending,
        )
    )
    return secret


def sign_out(sign_in_id: int) -> None:
    """End one sign-in; a copy of its cookie is worth nothing from now on."""
    db.session.execute(delete(SignIn).where(SignIn.id == sign_in_id))


def sign_out_everywhere(person_id: int) -> None:
    db.session.execute(delete(SignIn).where(SignIn.person_id == person_id))


def account(email: str) -> Person:
    """The account of an address that has just been confirmed, made if there is none."""
    found = person_at(email)
    if found is None:
        found = Person(email=email, created_at=clock.now())
        db.session.add(found)
    found.confirmed_at = found.confirmed_at or clock.now()
    found.bounced_address, found.bounced_at, found.bounced_why = "", None, ""  # a mail has arrived there
    db.session.flush()
    return found


def mail_sign_in(email: str, path: str, typed: Mapping[str, str] | None = None) -> None:
    """Send a link and a code to sign in with; to an address without an account the word that it has none. What was
    `typed` when a sign-in had ended waits with the link, until that is used or too old."""
    _mail(email, "sign-in", "sign_in", next=path, **({"typed": dict(typed)} if typed else {}))


def mail_recovery(email: str) -> None:
    """Send a link and a code to choose a new password with; the same for an unknown address as above."""
    _mail(email, "recover", "recover")


def _mail(email: str, purpose: str, kind: str, **facts: Any) -> None:
    found = person_at(email)
    made = tokens.issue(purpose if found else "none", email, **(facts if found else {}))
    if found:
        outbox.queue(kind, to=found, secret=made.secret, code=made.code)
    else:
        outbox.queue("no_account", address=email)


def mail_confirmation(email: str, consultation: Consultation, **facts: Any) -> None:
    """Ask an address to confirm that it wants to take part; the same mail whether it has an account or not."""
    made = tokens.issue("confirm", email, timedelta(days=2), consultation=consultation.id, **facts)
    outbox.queue("confirm", address=email, secret=made.secret, code=made.code, consultation=consultation)


def set_password(person: Person, kept: str) -> None:
    """Keep a new password (its hash), and end every sign-in and every secret that was mailed under the old one."""
    person.password = kept
    sign_out_everywhere(person.id)
    tokens.end_all(person.email)
    log.record("password set", by=person.id, person=person.id)


def choose_language(person_id: int, language: str) -> None:
    """In which language somebody reads, and is mailed; a matter of taste, and no line in the log."""
    db.session.get_one(Person, person_id).language = language


def choose_mails(person: Person, *, approval: bool) -> None:
    """Whether approved texts are mailed; all other outcomes always are (M13)."""
    if person.approval_mails != approval:
        person.approval_mails = approval
        log.record("mails chosen", by=person.id, approval=approval)
