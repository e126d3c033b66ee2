"""Polis exports of ../shared/data as votes, through the reader that imports them."""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from crowd.analysis.groups import Groups, Votes, ordered
from crowd.imports import export
from tests.conftest import lacking

DATA = Path(__file__).parents[2].parent / "shared" / "data"


class Read(NamedTuple):
    """`ideas` in the order of their numbers; `group` is the published one of each person, -1 for none."""

    votes: Votes
    people: list[int]
    ideas: list[int]
    group: dict[int, int]


def folder(name: str) -> Path:
    if not (DATA / f"polis-{name}").is_dir():
        lacking(f"polis-{name} lies in ../shared/data beside the checkout")
    return DATA / f"polis-{name}"


def read(name: str) -> Read:
    taken = export.read(folder(name))
    ideas, people = sorted(taken.ideas), sorted({person for person, _idea in taken.votes})
    column, row = ({number: n for n, number in enumerate(numbers)} for numbers in (ideas, people))
    cells = [(row[person], column[idea], value) for (person, idea), value in taken.votes.items()]
    rejected = [taken.ideas[number].moderated == -1 for number in ideas]
    votes = ordered(*np.array(cells).T, rejected)
    lines = export._rows(folder(name) / "participants-votes.csv", "participant group-id")
    group = {int(line["participant"]): int(line["group-id"] or -1) for line in lines}
    return Read(votes, people, ideas, group)


def published(of: Read) -> Groups:
    """The groups as Polis published them."""
    people = np.array([n for n, person in enumerate(of.people) if of.group.get(person, -1) >= 0])
    return Groups(people, np.array([of.group[of.people[n]] for n in people]), None, 0.0)
