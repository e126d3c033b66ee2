"""Whether opinion groups may be shown: k-means parts any crowd, so that what it found must hold against chance.

Groups are found in votes that were shuffled within each idea as well, with a silhouette of 0.32 to 0.44 on real
consultations: who shows groups without asking shows noise. Shuffled votes are parted into as many groups as the real
ones: two groups that are clear for two may be no clearer than five that are chance."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.metrics import adjusted_rand_score

from crowd.analysis.groups import Groups, TooFew, Votes, enough, find

PEOPLE = 100  # with seven votes
SMALLEST = 10  # people in a group
SHUFFLED = 60  # times: the real silhouette must be better than each ...
CLEAR = 3.5  # ... and so many standard deviations better than their mean
LEFT_OUT = 0.2  # of the people, so many times
TIMES = 10
STABLE = 0.7  # adjusted Rand index on average; shuffled votes reach about 0.6 at most
SAMPLE = 1_000  # people of a larger crowd with whom all this is done


@dataclass
class Verdict:
    """`why` is the reason why the groups may not be shown (reasons.py); empty: they may."""

    why: str = ""
    silhouette: float = 0.0
    shuffled: float = 0.0  # the best of the shuffled ones
    stability: float = 0.0


def people_enough(votes: Votes) -> str:
    """The reason that there are not enough people yet, or nothing."""
    there = len(np.unique(enough(votes).people))
    return "" if there >= PEOPLE else f"people {PEOPLE} {there}"


def judge(votes: Votes, found: Groups, seed: int) -> Verdict:
    """What the groups hold against. The same votes, groups and seed have the same verdict."""
    if found.sizes[-1] < SMALLEST:
        return Verdict(f"small {SMALLEST}", found.silhouette)
    rng = np.random.default_rng(seed)
    votes = enough(votes)
    some = _sample(votes, rng)
    real = found if some.people is votes.people else find(some, seed, len(found.sizes))
    verdict = Verdict(silhouette=real.silhouette)
    chance = [_silhouette(shuffled(some, rng), seed + turn, len(real.sizes)) for turn in range(SHUFFLED)]
    verdict.shuffled = max(chance)
    if real.silhouette <= max(verdict.shuffled, float(np.mean(chance) + CLEAR * np.std(chance))):
        verdict.why = "chance"
        return verdict
    verdict.stability = float(np.mean([_again(some, real, rng, seed + turn) for turn in range(TIMES)]))
    if verdict.stability < STABLE:
        verdict.why = "unstable"
    return verdict


def shuffled(votes: Votes, rng: Any) -> Votes:
    """Each idea keeps who voted on it and how many said what; who said it is drawn."""
    by_idea = np.argsort(votes.ideas, kind="stable")
    drawn = votes.values[by_idea]
    for said in np.split(drawn, np.flatnonzero(np.diff(votes.ideas[by_idea])) + 1):
        rng.shuffle(said)
    values = np.empty_like(drawn)
    values[by_idea] = drawn
    return votes._replace(values=values)


def _silhouette(votes: Votes, seed: int, number: int) -> float:
    try:
        return find(votes, seed, number).silhouette
    except TooFew:
        return 0.0


def _again(votes: Votes, found: Groups, rng: Any, seed: int) -> float:
    """How alike the groups are when a fifth of the people is left out: 1 the same, 0 as chance would have it."""
    fewer = _of(votes, found.people[rng.random(len(found.people)) >= LEFT_OUT])
    try:
        again = find(fewer, seed, len(found.sizes))
    except TooFew:
        return 0.0
    _both, here, there = np.intersect1d(found.people, again.people, return_indices=True)
    return float(adjusted_rand_score(found.of[here], again.of[there]))


def _sample(votes: Votes, rng: Any) -> Votes:
    people = np.unique(votes.people)
    return votes if len(people) <= SAMPLE else _of(votes, rng.choice(people, SAMPLE, replace=False))


def _of(votes: Votes, people: Any) -> Votes:
    """The votes of these people."""
    chosen = np.zeros(int(votes.people.max()) + 1, bool)
    chosen[people] = True
    keep = chosen[votes.people]
    return Votes(votes.people[keep], votes.ideas[keep], votes.values[keep], votes.rejected)
