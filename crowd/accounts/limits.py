"""How often something may be tried: rows, so that a limit holds across processes and restarts.

A refused try is not counted, so that nobody can lock another person out for longer than the limit's minutes."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, func, insert, select

from crowd import clock
from crowd.db import db
from crowd.keyed import keyed
from crowd.models import Attempt


@dataclass(frozen=True)
class Limit:
    name: str
    most: int
    minutes: int


# An address of the network may be a whole hospital, so its limits are wide.
PASSWORD = Limit("password", 8, 5)
PASSWORD_FROM = Limit("password from", 100, 5)
MAIL = Limit("mail", 5, 30)
MAIL_FROM = Limit("mail from", 200, 30)
CODE = Limit("code", 10, 15)
WRONG_CODES = Limit("wrong codes", 30, 24 * 60)  # 30 of a million a day, whoever guesses; links work on
CODE_FROM = Limit("code from", 200, 15)
FACTOR = Limit("factor", 8, 15)
WRONG_FACTORS = Limit("wrong factors", 40, 24 * 60)  # three codes of a million are right at a time
PROVE = Limit("prove", 10, 24 * 60)


def within(*tries: tuple[Limit, str], cost: int = 1) -> bool:
    """Count a try against each (limit, whose); False, and nothing counted, if one of them is used up."""
    counted = [(limit, _key(limit, who)) for limit, who in tries]
    if any(_tried(limit, key) + cost > limit.most for limit, key in counted):
        return False
    rows = [{"key": key, "at": clock.now()} for _limit, key in counted for _n in range(cost)]
    db.session.execute(insert(Attempt), rows)
    return True


def used_up(limit: Limit, who: str) -> bool:
    """Whether the next try would be refused; counts nothing."""
    return _tried(limit, _key(limit, who)) >= limit.most


def forget(limit: Limit, who: str) -> None:
    """Begin anew for somebody who succeeded; takes what is older than a day away with it."""
    db.session.execute(delete(Attempt).where(Attempt.key == _key(limit, who)))
    db.session.execute(delete(Attempt).where(Attempt.at < clock.now() - timedelta(days=1)))


def _key(limit: Limit, who: str) -> str:
    return f"{limit.name}:{keyed('limit', who)}"


def _tried(limit: Limit, key: str) -> int:
    since = clock.now() - timedelta(minutes=limit.minutes)
    found = db.session.scalar(select(func.count()).select_from(Attempt).where(Attempt.key == key, Attempt.at > since))
    return int(found or 0)
