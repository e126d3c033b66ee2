"""Opinion groups of real consultations: those that Polis published, and no others than hold against chance."""

import csv

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from crowd.analysis import apart, gate
from crowd.analysis.groups import Votes, enough, find, ordered
from crowd.analysis.reasons import sentence
from tests.analysis import polis

SEED = 7


@pytest.mark.parametrize(
    ("name", "number", "least"),
    [("biodiversity", 0, 0.90), ("canadian-electoral-reform", 0, 0.88), ("brexit", 2, 0.85), ("vtaiwan", 0, 0.80)],
)
def test_the_groups_are_those_that_polis_published(name, number, least):
    real = polis.read(name)
    found, theirs = find(real.votes, SEED, number), polis.published(real)
    _both, here, there = np.intersect1d(found.people, theirs.people, return_indices=True)
    assert adjusted_rand_score(found.of[here], theirs.of[there]) >= least
    assert found.sizes == sorted(found.sizes, reverse=True)
    again = find(polis.read(name).votes, SEED, number)
    assert np.array_equal(again.of, found.of) and np.array_equal(again.places, found.places)


OURS = 2016  # the seed of the product; `python -m bench.chance` tries eight


@pytest.mark.parametrize(
    ("name", "seeds"),
    [
        ("bowling-green", [7, OURS]),
        ("biodiversity", [OURS]),
        ("canadian-electoral-reform", [OURS]),
        ("vtaiwan", [OURS]),
    ],
)
def test_groups_that_hold_are_shown(name, seeds):
    votes = polis.read(name).votes
    assert not gate.people_enough(votes)
    for seed in seeds:
        verdict = gate.judge(votes, find(votes, seed), seed)
        assert not verdict.why
        assert verdict.silhouette > verdict.shuffled > 0.3  # what chance reaches is no nothing


@pytest.mark.parametrize("name", ["football", "bg2050"])
def test_groups_that_may_be_chance_are_refused_with_the_reason(name):
    votes = polis.read(name).votes
    for seed in (SEED, OURS):
        why = gate.judge(votes, find(votes, seed), seed).why
        assert why == "chance" and "may be chance" in sentence(why)


@pytest.mark.parametrize("name", ["biodiversity", "canadian-electoral-reform", "brexit", "bg2050"])
def test_shuffled_votes_are_never_shown(name):
    """Two of each here; `python -m bench.chance` tries sixty."""
    votes = enough(polis.read(name).votes)
    for seed in range(2):
        noise = gate.shuffled(votes, np.random.default_rng(seed))
        assert np.array_equal(noise.people, votes.people)
        assert not np.array_equal(noise.values, votes.values)
        assert [np.bincount(noise.ideas, noise.values == v).tolist() for v in (1, 0, -1)] == [
            np.bincount(votes.ideas, votes.values == v).tolist() for v in (1, 0, -1)
        ]
        assert gate.judge(noise, find(noise, seed), seed).why


def test_too_few_people_or_too_small_a_group_is_a_sentence():
    votes = polis.read("brexit").votes
    few = Votes(*(cells[votes.people < 60] for cells in votes[:3]), votes.rejected)
    assert "at least 100 people" in sentence(gate.people_enough(few))
    people = np.repeat(np.arange(120), 8)
    ideas, odd = np.tile(np.arange(8), 120), people >= 112
    values = np.where(odd, -1, 1) * np.where((people * 7 + ideas * 3) % 11 == 0, 0, 1)
    found = find(split := ordered(people, ideas, values, [False] * 8), SEED, 2)
    assert found.sizes == [112, 8]
    assert "fewer than 10 people" in sentence(gate.judge(split, found, SEED).why)


def test_group_informed_consensus_is_what_polis_published():
    real = polis.read("bg2050")
    counted = apart.tallies(real.votes, polis.published(real))
    consensus = dict(zip(real.ideas, apart.consensus(counted), strict=True))
    with (polis.folder("bg2050") / "comments.csv").open(encoding="utf-8", newline="") as lines:
        theirs = {int(line["comment-id"]): float(line["group-informed-consensus"]) for line in csv.DictReader(lines)}
    assert consensus[2] == pytest.approx(0.6839080459770114, abs=1e-12)
    assert len(theirs) == 371 and {idea: consensus[idea] for idea in theirs} == pytest.approx(theirs, abs=1e-9)


def test_what_sets_a_group_apart_is_counted_as_polis_does():
    real = polis.read("biodiversity")
    counted = apart.tallies(real.votes, polis.published(real))
    with (polis.folder("biodiversity") / "expected.csv").open(encoding="utf-8", newline="") as lines:
        expected = list(csv.DictReader(lines))
    place = [real.ideas.index(int(row["comment-id"])) for row in expected]
    for group in (0, 1):
        for answer, given in (("agree", counted.agree), ("disagree", counted.disagree)):
            figures = apart.answers(given, counted.seen, group)
            for name, column in zip(("p", "p_z", "rep", "rep_z"), figures, strict=True):
                theirs = [float(row[f"g{group}_{answer}_{name}"]) for row in expected]
                assert column[place].tolist() == pytest.approx(theirs, abs=1e-9)


def test_small_and_unanimous_cells_are_not_told_nor_given_away():
    agree = np.array([[30, 9, 12, 25], [40, 20, 10, 9], [15, 20, 30, 0]])
    seen = np.array([[40, 9, 12, 25], [50, 30, 20, 9], [30, 40, 60, 8]])
    good = apart.told(apart.Tallies(agree, seen - agree, seen))
    assert good.tolist() == [
        [True, False, False, True],
        [True, False, False, False],
        [True, True, True, False],
    ]


def test_of_two_votes_of_one_person_the_last_one_counts():
    votes = ordered(np.array([4, 2, 4, 4]), np.array([1, 0, 1, 0]), np.array([1, 1, -1, 0]), [False, False])
    assert [cells.tolist() for cells in votes[:3]] == [[2, 4, 4], [0, 0, 1], [1, 0, -1]]
