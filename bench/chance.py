"""Sixty crowds without opinions of their own: real votes, shuffled within each idea, must never show opinion groups.

    python -m bench.chance [FOLDER]

reads Polis exports (../shared/data) and prints how many of the sixty were refused, and why."""

import sys
from collections import Counter
from pathlib import Path

import numpy as np

from crowd.analysis.gate import judge, shuffled
from crowd.analysis.groups import enough, find, ordered
from crowd.imports import polis, sources
from crowd.states import State

NAMES = ("biodiversity", "canadian-electoral-reform", "brexit", "vtaiwan", "bg2050", "football")
TIMES = 10


def main(folder: Path) -> int:
    why: Counter[str] = Counter()
    for name in NAMES:
        taken = polis.read(sources.of_folder(folder / f"polis-{name}"))
        column = {number: n for n, number in enumerate(sorted(taken.texts, key=int))}
        cells = [(person, column[idea], value) for (person, idea), value in taken.votes.items()]
        rejected = [taken.texts[number].state == State.REJECTED for number in column]
        votes = enough(ordered(*np.array(cells).T, rejected))
        for seed in range(TIMES):
            noise = shuffled(votes, np.random.default_rng(seed))
            why[judge(noise, find(noise, seed), seed).why or "shown"] += 1
    for reason, times in why.most_common():
        print(f"{times:3}  {reason}")
    return int(why["shown"] > 0)


if __name__ == "__main__":
    sys.exit(main(Path((sys.argv[1:] or ["../shared/data"])[0])))
