"""Passwords: how they are kept, and which are refused. Costs 20 ms and 19 MiB each: never inside a transaction."""

import os
import threading
import unicodedata
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from crowd.i18n import _

LEAST, MOST = 8, 200
# Those of Django's list (by Royce Williams) that have eight characters or more; its licence lies beside it.
COMMON = Path(__file__).with_name("common_passwords.txt")
# The hash of a random secret that nobody has: unknown addresses are to cost as much as known ones.
NOBODYS = "$argon2id$v=19$m=19456,t=2,p=1$Kj0hdoMriwTZr+ydIfkLdw$xfERc9fY69jdfP8sLHn/vOzf7xAKnMEH3cAp+Gjb/QI"
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_at_once = threading.BoundedSemaphore(os.cpu_count() or 1)  # a flood of sign-ins must not take all memory


def _normal(password: str) -> str:
    """One form for what different keyboards send for the same keys."""
    return unicodedata.normalize("NFKC", password)


def hashed(password: str) -> str:
    with _at_once:
        return _hasher.hash(_normal(password))


def fits(kept: str, password: str) -> bool:
    """Whether the password is the one kept; takes as long where none is kept."""
    with _at_once:
        try:
            return _hasher.verify(kept or NOBODYS, _normal(password)) and bool(kept)
        except (VerificationError, InvalidHashError):
            return False


@cache
def _common() -> frozenset[str]:
    return frozenset(COMMON.read_text("utf-8").split("\n"))


def objection(password: str, email: str) -> str:
    """Why this cannot be the person's password; empty when it can. There are no rules of composition."""
    if len(password) < LEAST:
        return _("Use at least %(n)s characters. Three or four words make a good password.", n=LEAST)
    if len(password) > MOST:
        return _("Use at most %(n)s characters.", n=MOST)
    plain = _normal(password).casefold()
    if plain in _common() or plain == email or len(set(plain)) < 3:
        return _("This is one of the first passwords that others would try. Choose another one.")
    return ""
