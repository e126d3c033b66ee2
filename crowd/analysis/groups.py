"""Groups of people who vote alike, as Polis finds them, from its published description (Small and others, "Polis:
Scaling deliberation by mapping high dimensional opinion spaces", 2021). Knows nothing of our tables.

People who cast fewer than seven votes are left out. Each idea's votes (1 agree, 0 pass, -1 disagree) are taken from
their mean, what somebody did not vote on counts as 0, and rejected ideas are all 0. The two axes along which people
differ most are found (principal components), each person's place on them is stretched by sqrt(ideas / votes cast), and
k-means parts the places into two to five groups, as many as have the best silhouette.

One thing is ours: nobody is stretched more than threefold. Without that, those with few votes lie so far out that
they draw the line between the groups (docs/decisions.md has the figures)."""

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.linalg import svds
from sklearn.cluster import KMeans
from threadpoolctl import ThreadpoolController

METHOD = "polis 1"
CAST = 7  # votes that somebody must have cast
STRETCH = 3.0
GROUPS = range(2, 6)
STARTS = 10  # of k-means: the best of so many ...
MANY, FEW_STARTS = 5_000, 2  # ... and of so few for a larger crowd, whose places leave less to luck
_threads = ThreadpoolController()
COMPARED = 1_000  # places whose silhouette is looked at: that bounds time and memory


class Votes(NamedTuple):
    """One current vote a cell, in the order of people and then ideas, both numbered from 0."""

    people: Any  # int32, one a cell
    ideas: Any  # int32, one a cell
    values: Any  # int8, one a cell: 1, 0, -1
    rejected: Any  # bool, one an idea


class Groups(NamedTuple):
    """`of` is the group of each of `people`, from 0, the largest first; `silhouette` of the best number of groups."""

    people: Any
    of: Any
    places: Any
    silhouette: float

    @property
    def sizes(self) -> list[int]:
        return [int(size) for size in np.bincount(self.of)]


def ordered(people: Any, ideas: Any, values: Any, rejected: Any) -> Votes:
    """Votes in whatever order, as cells in theirs. Of two votes of one person on one idea the last one counts."""
    order = np.lexsort((np.arange(len(people)), ideas, people))
    people, ideas, values = people[order], ideas[order], values[order]
    last = np.ones(len(people), bool)
    last[:-1] = (people[1:] != people[:-1]) | (ideas[1:] != ideas[:-1])
    return Votes(people[last], ideas[last], values[last], np.asarray(rejected, bool))


def enough(votes: Votes) -> Votes:
    """The votes of those who cast seven."""
    keep = np.bincount(votes.people)[votes.people] >= CAST if len(votes.people) else np.zeros(0, bool)
    return Votes(votes.people[keep], votes.ideas[keep], votes.values[keep], votes.rejected)


def find(votes: Votes, seed: int, number: int = 0, starts: int = STARTS) -> Groups:
    """The groups, as many as said or else as many as fit best. Raises TooFew where there are no two to tell apart. The
    same votes and seed are the same groups."""
    votes = enough(votes)
    people, rows = np.unique(votes.people, return_inverse=True)
    if len(people) < 2 * max(GROUPS) or len(votes.rejected) < 3:
        raise TooFew
    with _threads.limit(limits=1):  # others need the processors, and the sums are the same whatever their number
        return _parted(people, _places(rows, votes), seed, [number] if number else GROUPS, starts)


def _parted(people: Any, places: Any, seed: int, numbers: Iterable[int], starts: int) -> Groups:
    starts = min(starts, FEW_STARTS) if len(people) > MANY else starts
    different = len(np.unique(places, axis=0))
    chosen, apart = _compared(places, seed)
    best: tuple[float, Any] | None = None
    for k in numbers:
        if different <= k:
            break
        of = KMeans(k, n_init=starts, random_state=seed).fit(places).labels_
        score = _silhouette(apart, of[chosen])
        if best is None or score > best[0] + 1e-9:
            best = score, of
    if best is None:
        raise TooFew
    return Groups(people, _by_size(best[1]), places, best[0])


class TooFew(Exception):
    """There are not enough people, ideas or different votes for groups."""


def _places(rows: Any, votes: Votes) -> Any:
    """Where each person stands, in two figures."""
    size = (int(rows.max()) + 1, len(votes.rejected))
    seen = np.maximum(np.bincount(votes.ideas, minlength=size[1]), 1)
    means = np.bincount(votes.ideas, weights=votes.values, minlength=size[1]) / seen
    away = np.where(votes.rejected[votes.ideas], 0, votes.values - means[votes.ideas]).astype(np.float32)
    table = csr_array((away, (rows, votes.ideas)), shape=size)
    if not away.any():
        raise TooFew
    axes = svds(table, k=2, v0=np.ones(min(size), np.float32), return_singular_vectors="vh")[2][::-1].T
    largest = np.abs(axes).argmax(axis=0)
    axes = axes * np.where(axes[largest, [0, 1]] < 0, -1, 1)
    cast = np.bincount(rows, minlength=size[0])
    return (table @ axes) * np.minimum(np.sqrt(size[1] / cast), STRETCH)[:, None]


def _compared(places: Any, seed: int) -> tuple[Any, Any]:
    """Whose silhouettes are looked at, and how far they stand from each other."""
    chosen = np.arange(len(places))
    if len(places) > COMPARED:
        chosen = np.sort(np.random.default_rng(seed).choice(len(places), COMPARED, replace=False))
    points = np.ascontiguousarray(places[chosen], np.float32).view(np.complex64)[:, 0]
    return chosen, np.abs(np.subtract.outer(points, points))


def _silhouette(apart: Any, of: Any) -> float:
    """The mean over all of (b - a) / max(a, b): a is how far others of the same group are on average, b how far those
    of the nearest other group (Rousseeuw 1987). Who is alone in a group counts as 0."""
    member = np.eye(int(of.max()) + 1, dtype=apart.dtype)[of]
    sizes = member.sum(axis=0)
    if np.count_nonzero(sizes) < 2:
        return -1.0
    sums, own = apart @ member, (np.arange(len(of)), of)
    within = sums[own] / np.maximum(sizes[of] - 1, 1)
    means = np.where(sizes > 0, sums / np.maximum(sizes, 1), np.inf)
    means[own] = np.inf
    beyond = means.min(axis=1)
    most = np.maximum(np.maximum(within, beyond), np.finfo(apart.dtype).tiny)
    return float(np.where(sizes[of] > 1, (beyond - within) / most, 0).mean(dtype=np.float64))


def _by_size(of: Any) -> Any:
    """Numbered anew, the largest group first; of equal ones the one whose first person comes first."""
    sizes, first = np.bincount(of), [int((of == k).argmax()) for k in range(of.max() + 1)]
    order = sorted(range(len(sizes)), key=lambda k: (-sizes[k], first[k]))
    return np.argsort(order)[of]
