"""The keys of private feed addresses. Nothing is stored: a key is a keyed hash of who, for which address, and a number
that grows when the person makes new ones."""

import hmac

from crowd.accounts.queries import asker_for
from crowd.db import db
from crowd.keyed import keyed
from crowd.models import Person
from crowd.rules import Asker

LENGTH = 40  # hexadecimal digits: 160 bits


def key_for(person: int, serial: int, path: str) -> str:
    """The key with which one person reads one feed, and nothing else."""
    return f"{person}-{keyed('feed', f'{person}:{serial}:{path}')[:LENGTH]}"


def holder(key: str, path: str) -> Asker | None:
    """Whose key this is, as they are now; None for one that is wrong, old, or of another address."""
    number, _dash, _proof = key.partition("-")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        return None
    account = db.session.get(Person, int(number))
    if account is None:
        return None
    right = key_for(account.id, account.feed_serial, path)
    return asker_for(account.id) if hmac.compare_digest(right.encode(), key.encode("utf-8", "replace")) else None
