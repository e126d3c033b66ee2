"""The link that makes the first host, and the account that it makes."""

from datetime import timedelta

from sqlalchemy import delete

from crowd import log
from crowd.accounts import deeds as accounts
from crowd.accounts import tokens
from crowd.accounts.register import plain_email
from crowd.db import db
from crowd.founding.queries import hosted
from crowd.models import Person, Token
from crowd.rules import Asker
from crowd.states import Standing

PURPOSE = "first host"
LASTS = timedelta(days=1)


def offer() -> str:
    """Hand out a secret for making the first account; the one of an earlier start is worth nothing from now on."""
    db.session.execute(delete(Token).where(Token.purpose == PURPOSE))
    return tokens.issue(PURPOSE, "", LASTS).secret


def can_found(secret: str) -> bool:
    return tokens.find(secret, PURPOSE) is not None and not hosted()


def found(secret: str, email: str, name: str, password: str) -> Person | None:
    """Make the first host, with a password that is hashed already. None if the link was used meanwhile, or there is a
    host by now: of two who press at once one is the host."""
    token = tokens.find(secret, PURPOSE)
    if token is None or hosted() or not tokens.use(token):
        return None
    who = accounts.account(plain_email(email))
    who.name, who.roles = name, who.roles + Standing.HOST
    accounts.set_password(who, password)
    log.record("role given", by=None, person=who.id, role=Standing.HOST)
    return who


def call_oneself(who: Person, name: str, *, by: Asker) -> None:
    """Change the name that stands under what one writes as a host."""
    if who.name != name:
        who.name = name
        log.record("name changed", by=by.id, person=who.id)
