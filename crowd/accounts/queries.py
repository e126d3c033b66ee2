"""What the pages of accounts read."""

from hashlib import sha256

from sqlalchemy import select

from crowd import clock
from crowd.db import db
from crowd.models import Membership, Person, SignIn
from crowd.rules import VISITOR, Asker

_ASKER = (
    select(
        SignIn.id.label("sign_in"),
        Person.id,
        Person.email,
        Person.name,
        Person.roles,
        Person.suspended_until,
        Membership.consultation_id,
        Membership.standing,
        Membership.alias,
        Membership.profession,
        Membership.region,
        Membership.group,
    )
    .join(Person, Person.id == SignIn.person_id)
    .outerjoin(Membership, Membership.person_id == Person.id)
)


def hashed(secret: str) -> str:
    """How a secret with enough entropy is kept: its SHA-256. Never for passwords."""
    return sha256(secret.encode()).hexdigest()


def asker(secret: str) -> Asker:
    """Who holds this sign-in secret, with roles and memberships, in one query; a visitor if nobody does."""
    now = clock.now()
    rows = db.session.execute(_ASKER.where(SignIn.secret == hashed(secret), SignIn.expires_at > now)).all()
    if not rows:
        return VISITOR
    first = rows[0]
    return Asker(
        id=first.id,
        email=first.email,
        name=first.name,
        roles=frozenset(first.roles),
        sign_in=first.sign_in,
        suspended=first.suspended_until is not None and first.suspended_until > now,
        memberships={row.consultation_id: row for row in rows if row.consultation_id},
    )
