"""Everything that changes accounts, sign-ins and memberships."""

import secrets
from datetime import timedelta

from sqlalchemy import delete

from crowd import clock
from crowd.accounts.queries import hashed
from crowd.db import db
from crowd.models import SignIn

SIGNED_IN_FOR = timedelta(days=30)


def sign_in(person_id: int) -> str:
    """Begin a sign-in and hand out its secret for the cookie; only its hash is kept."""
    secret = secrets.token_urlsafe(32)
    db.session.add(
        SignIn(
            person_id=person_id,
            secret=hashed(secret),
            created_at=clock.now(),
            expires_at=clock.now() + SIGNED_IN_FOR,
        )
    )
    return secret


def sign_out(sign_in_id: int) -> None:
    """End one sign-in; a copy of its cookie is worth nothing from now on."""
    db.session.execute(delete(SignIn).where(SignIn.id == sign_in_id))


def sign_out_everywhere(person_id: int) -> None:
    db.session.execute(delete(SignIn).where(SignIn.person_id == person_id))
