"""Secrets that go out by mail: kept as hashes, used once, for one purpose, until a time."""

import secrets
from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy import delete, select, update

from crowd import clock
from crowd.accounts.queries import hashed
from crowd.db import changed, db
from crowd.keyed import keyed
from crowd.models import Token

BY_MAIL = ("confirm", "sign-in", "recover", "host")  # what /confirm takes; "invited" is taken by /i/ alone
TRIES = 5  # a code of six digits then holds 1 in 200,000


class Issued(NamedTuple):
    secret: str
    code: str


def issue(purpose: str, email: str, lasts: timedelta = timedelta(hours=2), **facts: Any) -> Issued:
    """Make a secret for the link and a code to type; what is too old is forgotten with its address."""
    now = clock.now()
    db.session.execute(delete(Token).where(Token.email > "", Token.expires_at < now))
    made = Issued(secrets.token_urlsafe(32), f"{secrets.randbelow(1_000_000):06}")
    db.session.add(
        Token(
            purpose=purpose,
            secret=hashed(made.secret),
            code=_code(email, made.code),
            email=email,
            facts=facts,
            created_at=now,
            expires_at=now + lasts,
        )
    )
    return made


def _code(email: str, code: str) -> str:
    """A code has too little entropy for a plain hash; the key makes up for it."""
    return keyed("code", f"{email}:{code}")


def find(secret: str, *purposes: str) -> Token | None:
    """The token that can still be used for one of these purposes."""
    return db.session.scalar(
        select(Token).where(
            Token.secret == hashed(secret),
            Token.purpose.in_(purposes),
            Token.used_at.is_(None),
            Token.expires_at > clock.now(),
        )
    )


def find_by_code(email: str, code: str) -> Token | None:
    """The newest token of an address if this is its code; every call costs it a try."""
    token = db.session.scalar(
        select(Token)
        .where(
            Token.email == email,
            Token.purpose.in_(BY_MAIL),
            Token.used_at.is_(None),
            Token.expires_at > clock.now(),
        )
        .order_by(Token.id.desc())
        .limit(1)
    )
    if token is None or token.tries >= TRIES:
        return None
    token.tries += 1
    return token if secrets.compare_digest(token.code, _code(email, code)) else None


def use(token: Token) -> bool:
    """Use it up, and forget what had been typed; False if somebody else just did."""
    facts = {k: v for k, v in token.facts.items() if k != "typed"}
    unused = update(Token).where(Token.id == token.id, Token.used_at.is_(None))
    return changed(unused.values(used_at=clock.now(), facts=facts)) == 1


def end_all(email: str) -> None:
    """Forget every secret that was sent to an address."""
    db.session.execute(delete(Token).where(Token.email == email))
