"""In which orders contributions are read. Every order is one or two whole numbers, the greatest first and the last one
unique, so that a page can begin right after any contribution, at the same cost wherever that is."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from operator import neg
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Float, Integer, and_, case, cast, func, literal, or_, select

from crowd.models import ProfessionVotes

SCALE = 1_000_000  # shares are ordered as millionths
Z = 1.959964  # of a 95% interval
ENOUGH = 5  # votes of a profession before it counts in `bridging`
LAST = 2**31  # greater than any id
PRIME = 2**31 - 1


@dataclass(frozen=True)
class Shuffle:
    """Multiplying by one number and adding another, in whole numbers below a prime, gives every id a place of its own.
    Both are drawn from who reads, the day and the question: the same person finds the same order all day long, also
    while answers come and go."""

    times: int
    plus: int

    @classmethod
    def of(cls, *seed: object) -> "Shuffle":
        drawn = sha256(repr(seed).encode()).digest()
        times, plus = (int.from_bytes(drawn[n : n + 4]) for n in (0, 4))
        return cls(PRIME // 3 + times % (PRIME // 2), plus % PRIME)

    def page(self, ids: Iterable[int], size: int, after: int | None) -> list[tuple[int, int]]:
        """The first places after one with the ids that have them, the greatest place first. Costs less than asking the
        database: the ids are the same for everybody, and only their order is not."""
        times, plus = self.times, self.plus
        places = sorted([(number * times + plus) % PRIME for number in ids], reverse=True)
        first = 0 if after is None else bisect_right(places, -after, key=neg)
        back = pow(times, -1, PRIME)  # a place leads back to its id, so that only numbers are sorted
        return [(place, (place - plus) * back % PRIME) for place in places[first : first + size]]


def wilson(agree: Any, votes: Any) -> ColumnElement[int]:
    """The lower bound of Wilson's 95% interval for the share of `agree` among `votes`, in millionths: a share
    counts the less the fewer have voted (Wilson 1927; never raw counts, which tell how often something was shown)."""
    n = cast(func.nullif(votes, 0), Float)
    share = cast(agree, Float) / n
    centre, spread = share + Z * Z / (2 * n), Z * func.sqrt((share * (1 - share) + Z * Z / (4 * n)) / n)
    return func.coalesce(cast((centre - spread) / (1 + Z * Z / n) * SCALE, Integer), 0)


def divided(of: Any) -> ColumnElement[int]:
    """How sure it is that both sides are large: Wilson's lower bound for the smaller of them."""
    smaller = case((of.agree < of.disagree, of.agree), else_=of.disagree)
    return wilson(smaller, of.agree + of.disagree)


def bridging(of: Any) -> ColumnElement[int]:
    """What unites rises: the lowest approval among the professions that have at least five votes, in millionths.

    A profession's approval is (agree + 1) / (votes + 2), passes included, the smoothed share of which the
    group-informed consensus of Polis is the product over groups (Small et al. 2021); taking the lowest instead of the
    product follows the maximin reading of bridging-based ranking (Ovadya and Thorburn 2023), so that no profession's
    refusal is outvoted by others' applause. Zero where fewer than two professions have enough votes."""
    seen = ProfessionVotes.agree + ProfessionVotes.disagree + ProfessionVotes.passed
    approval = cast(ProfessionVotes.agree + 1, Float) / cast(seen + 2, Float)
    lowest = (
        select(cast(func.min(approval) * SCALE, Integer))
        .where(ProfessionVotes.contribution_id == of.id, seen >= ENOUGH)
        .having(func.count() >= 2)
        .correlate(of)
        .scalar_subquery()
    )
    return func.coalesce(lowest, 0)


def keys(order: str, of: Any) -> Sequence[ColumnElement[int]]:
    """The numbers of an order for a contribution's table or an alias of it."""
    return {
        "oldest": [literal(LAST, BigInteger) - cast(of.id, BigInteger)],
        "newest": [of.id],
        "agreed": [wilson(of.agree, of.agree + of.disagree), of.id],
        "discussed": [of.replies, of.id],
        "divided": [divided(of), of.id],
        "bridging": [bridging(of), of.id],
    }[order]


ANSWERS = ("shuffled", "newest", "agreed", "discussed", "divided", "bridging")
COMMENTS = ("oldest", "newest", "agreed")
BY_VOTES = frozenset({"agreed", "divided", "bridging"})  # they would tell counts that are hidden
PARTS = dict.fromkeys(("agreed", "discussed", "divided", "bridging"), 2) | {"shuffled": 2}  # the day and the place


def parts(order: str) -> int:
    return PARTS.get(order, 1)


def beyond(columns: Sequence[Any], key: Sequence[Any], *, also_at: bool = False) -> ColumnElement[bool]:
    """What comes after a key in a descending order; with `also_at` the key itself too."""
    first, value = columns[0], key[0]
    if len(columns) == 1:
        last: ColumnElement[bool] = first <= value if also_at else first < value
        return last
    return or_(first < value, and_(first == value, beyond(columns[1:], key[1:], also_at=also_at)))
