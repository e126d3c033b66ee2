"""The arithmetic of figures, without a database."""

from collections.abc import Iterable, Mapping, Sequence
from math import ceil, sqrt
from typing import NamedTuple

Z = 1.959964  # of a 95% interval
UNDER, OVER = 0.8, 1.25  # ratios beyond which a row is under- or over-represented
ENOUGH_EXPECTED = 10  # people that a row must be expected to have before anything is said of its ratio
LEAST, MOST = 0.2, 5.0  # weights are trimmed to these: beyond them few would speak for many
TENTH = 0.1


def wilson(agree: int, votes: int) -> tuple[float, float]:
    """Wilson's 95% interval for a share (Wilson 1927): it holds for few votes, and for none or all that agree."""
    if not votes:
        return 0.0, 1.0
    share = agree / votes
    centre, spread = share + Z * Z / (2 * votes), Z * sqrt((share * (1 - share) + Z * Z / (4 * votes)) / votes)
    return max(0.0, (centre - spread) / (1 + Z * Z / votes)), min(1.0, (centre + spread) / (1 + Z * Z / votes))


class Line(NamedTuple):
    """A row of participation beside its baseline; what cannot be said is None. `judged` is under, over or empty."""

    name: str
    people: int
    share: float | None = None
    baseline: float | None = None
    expected: float | None = None
    ratio: float | None = None
    judged: str = ""


def against(rows: Mapping[str, int], baseline: Mapping[str, int], people: int | None = None) -> list[Line]:
    """Each row beside the baseline. Shares are of `people`, else of the people in rows that the baseline has, so that
    like is held against like; without a baseline of all who said what they are. The empty name, of those who did not,
    has no share."""
    within = {name for name in rows if name and (name in baseline or not baseline)}
    whole = sum(rows[name] for name in within) if people is None else people
    there = sum(baseline.values()) or 1
    return [
        _line(name, n, baseline.get(name, 0) / there, whole) if name in within else Line(name, n)
        for name, n in rows.items()
    ]


def _line(name: str, n: int, reference: float, people: int) -> Line:
    if not people or not reference:
        return Line(name, n, n / people if people else None, reference or None)
    expected = reference * people
    ratio = n / expected
    said = expected >= ENOUGH_EXPECTED
    judged = "under" if said and ratio < UNDER else "over" if said and ratio > OVER else ""
    return Line(name, n, n / people, reference, expected, ratio, judged)


def weights(lines: Iterable[Line]) -> dict[str, float]:
    """For how many each person of a row would speak if the crowd were made up as the baseline is, trimmed."""
    return {line.name: min(MOST, max(LEAST, 1 / line.ratio)) if line.ratio else 1.0 for line in lines}


def effective(people: Mapping[str, int], weight: Mapping[str, float]) -> float:
    """As how many people the weighted ones count: (sum w)^2 / sum w^2 (Kish 1965)."""
    whole = sum(n * weight.get(name, 1.0) for name, n in people.items())
    squares = sum(n * weight.get(name, 1.0) ** 2 for name, n in people.items())
    return whole**2 / squares if squares else 0.0


class Concentration(NamedTuple):
    """How evenly people have contributed: how many of them, how many contributions, the share of the most active
    tenth, and the Gini coefficient (0 all the same, near 1 one alone)."""

    people: int
    contributions: int
    tenth: int
    share: float
    gini: float


def concentration(numbers: Sequence[int]) -> Concentration:
    """`numbers` are what each person contributed, none of them 0."""
    ordered, n, whole = sorted(numbers), len(numbers), sum(numbers)
    tenth = ceil(n * TENTH)
    if not whole:
        return Concentration(0, 0, 0, 0.0, 0.0)
    gini = 2 * sum(place * value for place, value in enumerate(ordered, 1)) / (n * whole) - (n + 1) / n
    return Concentration(n, whole, tenth, sum(ordered[n - tenth :]) / whole, gini)
