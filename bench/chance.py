"""What the gate of opinion groups says, whatever the seed: of real consultations, and of crowds without opinions.

    python -m bench.chance [FOLDER]

reads Polis exports (../shared/data). Each is judged with eight seeds, and must be shown or refused with all of them;
then sixty crowds of real votes that were shuffled within each idea, of which none may be shown."""

import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path

import numpy as np

from crowd.analysis.gate import judge, shuffled
from crowd.analysis.groups import Votes, enough, find, ordered
from crowd.imports import polis, sources
from crowd.states import State

NAMES = ("biodiversity", "canadian-electoral-reform", "brexit", "vtaiwan", "bg2050", "football")
SEEDS = (0, 1, 2, 3, 4, 5, 7, 2016)
TIMES = 10


def main(folder: Path) -> int:
    print("real votes, with eight seeds:")
    split = False
    for name in ("bowling-green", *NAMES):
        votes = read(folder / f"polis-{name}")
        said = Counter(judge(votes, find(votes, seed), seed).why or "shown" for seed in SEEDS)
        split |= len(said) > 1
        print(f"  {name}: {', '.join(f'{times} {what}' for what, times in said.most_common())}", flush=True)
    noise = Counter(what for name in NAMES for what in shuffles(read(folder / f"polis-{name}")))
    print(f"shuffled votes: {', '.join(f'{times} {what}' for what, times in noise.most_common())}")
    return int(split or noise["shown"] > 0)


def read(folder: Path) -> Votes:
    taken = polis.read(sources.of_folder(folder), UTC)
    column = {number: n for n, number in enumerate(sorted(taken.texts, key=int))}
    cells = [(int(person), column[idea], value) for (person, idea), value in taken.votes.items()]
    rejected = [taken.texts[number].state == State.REJECTED for number in column]
    return enough(ordered(*np.array(cells).T, rejected))


def shuffles(votes: Votes) -> Iterator[str]:
    for seed in range(TIMES):
        noise = shuffled(votes, np.random.default_rng(seed))
        yield judge(noise, find(noise, seed), seed).why or "shown"


if __name__ == "__main__":
    sys.exit(main(Path((sys.argv[1:] or ["../shared/data"])[0])))
