"""Lists of mails that a reader can leave, and the key in the link that leaves one: a keyed hash of whose it is and of
which list. Nothing is stored, and a key for one list or person opens no other."""

import hmac

from crowd.db import db
from crowd.keyed import keyed
from crowd.models import Mail, Person

LENGTH = 40  # hexadecimal digits: 160 bits

# Each list: the page of its link, and the kinds of mails in it. Mails of decisions and of signing in are in none.
LISTS = {
    "news": ("switching.news", {"opening", "closing", "ended", "reopening", "findings_open", "start_moved", "used"}),
    "follow": ("notices.leave", {"followed", "digest"}),
}


def key_for(name: str, person_id: int) -> str:
    return f"{person_id}-{keyed(name, str(person_id))[:LENGTH]}"


def holder(name: str, key: str) -> Person | None:
    """Whose link this is; None for one that is wrong or of another list."""
    number, _dash, _proof = key.partition("-")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        return None
    right = key_for(name, int(number)).encode()
    return db.session.get(Person, int(number)) if hmac.compare_digest(right, key.encode("utf-8", "replace")) else None


def page_of(mail: Mail) -> tuple[str, str] | None:
    """The page that takes the mail's reader off its list, with their key; None for a mail of no list."""
    for name, (endpoint, kinds) in LISTS.items():
        if mail.kind in kinds and mail.person_id:
            return endpoint, key_for(name, mail.person_id)
    return None
