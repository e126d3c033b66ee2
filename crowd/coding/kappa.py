"""How far two coders agree beyond chance: Cohen's kappa for each theme.

J. Cohen, "A coefficient of agreement for nominal scales", Educational and Psychological Measurement 20 (1960)."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

VERSION = "kappa 1"


class Agreement(NamedTuple):
    """Of one theme: how many texts both gave it, the first alone, the second alone, neither; kappa, or nothing where
    it has no meaning."""

    both: int
    first: int
    second: int
    neither: int
    kappa: float | None


def cohen(both: int, first: int, second: int, neither: int) -> float | None:
    """(observed - expected) / (1 - expected) agreement. Nothing where chance alone would agree always: both gave the
    theme to every text, or to none."""
    whole = both + first + second + neither
    if not whole:
        return None
    one, other = both + first, both + second
    # in whole numbers, so that "chance agrees always" is not a matter of rounding
    expected = one * other + (whole - one) * (whole - other)
    if expected == whole * whole:
        return None
    return ((both + neither) * whole - expected) / (whole * whole - expected)


def by_theme(pairs: Iterable[tuple[Sequence[int], Sequence[int]]], themes: Iterable[int]) -> dict[int, Agreement]:
    """The agreement of each theme, over pairs of what the first and the second coder gave to a text."""
    sets = [(set(one), set(other)) for one, other in pairs]
    found = {}
    for theme in themes:
        counts = [0, 0, 0, 0]
        for one, other in sets:
            counts[(theme not in one) * 2 + (theme not in other)] += 1
        both, first, second, neither = counts
        found[theme] = Agreement(both, first, second, neither, cohen(both, first, second, neither))
    return found
