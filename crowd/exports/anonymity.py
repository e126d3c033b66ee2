"""Coarser attributes until nobody stands in a group of fewer than k (k-anonymity, Samarati and Sweeney 1998), by local
recoding: rare values become "other", then what still stands out is left untold, attribute by attribute."""

from collections import Counter
from collections.abc import Hashable, Mapping
from typing import TypeVar

K = 5
OTHER, UNTOLD = "other", "not told"
Who = TypeVar("Who", bound=Hashable)
Attributes = tuple[str, ...]


class TooFew(Exception):
    """There are fewer than k people in all: nothing at all can be told of them."""


def coarsened(people: Mapping[Who, Attributes], k: int = K) -> dict[Who, Attributes]:
    """Each person's attributes, so that every combination that occurs does so at least k times. The last attribute is
    given up first. Raises TooFew."""
    if 0 < len(people) < k:
        raise TooFew
    width = len(next(iter(people.values()), ()))
    made = dict(people)
    for column in range(width):
        _merge_rare(made, column, k)
    for column in reversed(range(width)):
        for who in _standing_out(made, k):
            made[who] = (*made[who][:column], UNTOLD, *made[who][column + 1 :])
    _fill_up(made, (UNTOLD,) * width, k)
    return made


def smallest(people: Mapping[Who, Attributes]) -> int:
    """How many stand in the smallest group; 0 without anybody."""
    return min(Counter(people.values()).values(), default=0)


def _merge_rare(people: dict[Who, Attributes], column: int, k: int) -> None:
    """Let the rare values of one attribute be "other", and the next smallest with them until that is not rare."""
    counts = Counter(attributes[column] for attributes in people.values())
    rare: set[str] = set()
    so_many = 0
    for value, n in sorted(counts.items(), key=lambda pair: (pair[1], pair[0])):
        if n >= k and (not rare or so_many >= k):
            break
        rare.add(value)
        so_many += n
    for who, attributes in people.items():
        if attributes[column] in rare:
            people[who] = (*attributes[:column], OTHER, *attributes[column + 1 :])


def _standing_out(people: Mapping[Who, Attributes], k: int) -> list[Who]:
    counts = Counter(people.values())
    return [who for who, attributes in people.items() if counts[attributes] < k]


def _fill_up(people: dict[Who, Attributes], untold: Attributes, k: int) -> None:
    """Of whom nothing is told there are none or at least k: the smallest other groups join them."""
    counts = Counter(people.values())
    missing = k - counts[untold] if counts[untold] else 0
    joining = set()
    for attributes, n in sorted(counts.items(), key=lambda pair: (pair[1], pair[0])):
        if missing > 0 and attributes != untold:
            joining.add(attributes)
            missing -= n
    for who, attributes in people.items():
        if attributes in joining:
            people[who] = untold
