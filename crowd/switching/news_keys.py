"""The link in a mail with news that turns such mails off: a keyed hash of whose it is, and nothing is stored."""

import hmac

from crowd.accounts.register import keyed
from crowd.db import db
from crowd.models import Person

LENGTH = 40  # hexadecimal digits: 160 bits


def key_for(person_id: int) -> str:
    return f"{person_id}-{keyed('news', str(person_id))[:LENGTH]}"


def holder(key: str) -> Person | None:
    """Whose link this is; None for one that is wrong."""
    number, _dash, _proof = key.partition("-")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        return None
    right = key_for(int(number)).encode()
    return db.session.get(Person, int(number)) if hmac.compare_digest(right, key.encode("utf-8", "replace")) else None
