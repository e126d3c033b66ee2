"""What sets opinion groups apart and what unites them, from the votes of each group. Knows nothing of our tables."""

from typing import Any, NamedTuple

import numpy as np

from crowd.analysis.groups import Groups, Votes
from crowd.figures.privacy import FEWEST, FEWEST_ALIKE

SURE = 1.2816  # the standard normal at 90%, one-sided
MOST = 5  # ideas that a group is described by


class Tallies(NamedTuple):
    """Votes by group (rows) and idea (columns)."""

    agree: Any
    disagree: Any
    seen: Any


def tallies(votes: Votes, found: Groups) -> Tallies:
    of = np.full(int(votes.people.max()) + 1, -1)
    of[found.people] = found.of
    keep = of[votes.people] >= 0
    size = len(found.sizes), len(votes.rejected)
    place = of[votes.people[keep]] * size[1] + votes.ideas[keep]
    values = votes.values[keep]

    def count(which: Any) -> Any:
        return np.bincount(place[which], minlength=size[0] * size[1]).reshape(size)

    return Tallies(count(values == 1), count(values == -1), count(values < 2))


def consensus(counted: Tallies) -> Any:
    """Group-informed consensus of each idea: the product over groups of (agree + 1) / (seen + 2)."""
    return np.prod((counted.agree + 1) / (counted.seen + 2), axis=0)


def told(counted: Tallies) -> Any:
    """Which cells may be told (analysis.md, privacy): ten votes, and not unanimous below twenty. Where one group's
    cell of an idea is not told, a second one is not either, so that no total gives it away."""
    most = np.maximum(np.maximum(counted.agree, counted.disagree), counted.seen - counted.agree - counted.disagree)
    good = (counted.seen >= FEWEST) & ~((most == counted.seen) & (counted.seen < FEWEST_ALIKE))
    for idea in np.flatnonzero((~good).sum(axis=0) == 1):
        others = np.flatnonzero(good[:, idea])
        good[others[counted.seen[others, idea].argmin()], idea] = False
    return good


def representative(counted: Tallies, group: int) -> list[tuple[int, str]]:
    """The ideas that a group answers otherwise than everybody else, the most telling first: (idea, "agree" or
    "disagree"). As Polis: how likely the answer is in the group, how much likelier than elsewhere, and the tests of
    both."""
    scored = []
    for answer, given in (("agree", counted.agree), ("disagree", counted.disagree)):
        share, share_z, ratio, ratio_z = answers(given, counted.seen, group)
        sure = (share_z > SURE) & (ratio_z > SURE) & (ratio > 1)
        score = share * share_z * ratio * ratio_z
        scored += [(-float(score[idea]), int(idea), answer) for idea in np.flatnonzero(sure)]
    best: dict[int, str] = {}
    for _score, idea, answer in sorted(scored):
        best.setdefault(idea, answer)
    return list(best.items())


def answers(given: Any, seen: Any, group: int) -> tuple[Any, Any, Any, Any]:
    """Of one answer, by idea: its smoothed share in the group, that share's z against a half, its ratio to the share
    among all others in groups, and the z of that difference."""
    own, saw = given[group], seen[group]
    other, others = given.sum(axis=0) - own, seen.sum(axis=0) - saw
    share = (own + 1) / (saw + 2)
    ratio = share / ((other + 1) / (others + 2))
    share_z = 2 * np.sqrt(saw + 1) * ((own + 1) / (saw + 1) - 0.5)
    pooled = (own + other + 2) / (saw + others + 2)
    spread = np.sqrt(np.maximum(pooled * (1 - pooled), 0) * (1 / (saw + 1) + 1 / (others + 1)))
    away = (own + 1) / (saw + 1) - (other + 1) / (others + 1)
    ratio_z = np.divide(away, spread, out=np.zeros_like(away), where=spread > 0)
    return share, share_z, ratio, ratio_z
