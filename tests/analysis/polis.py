"""Polis exports of ../shared/data as votes, through the reader that imports them."""

import csv
from datetime import UTC
from pathlib import Path
from typing import NamedTuple

import numpy as np

from crowd.analysis.groups import Groups, Votes, ordered
from crowd.imports import polis, sources
from crowd.states import State
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
    taken = polis.read(sources.of_folder(folder(name)), UTC)
    ideas, people = sorted(map(int, taken.texts)), sorted({int(person) for person, _idea in taken.votes})
    column, row = ({number: n for n, number in enumerate(numbers)} for numbers in (ideas, people))
    cells = [(row[int(person)], column[int(idea)], value) for (person, idea), value in taken.votes.items()]
    rejected = [taken.texts[str(number)].state == State.REJECTED for number in ideas]
    votes = ordered(*np.array(cells).T, rejected)
    with (folder(name) / "participants-votes.csv").open(encoding="utf-8-sig", newline="") as lines:
        group = {int(line["participant"]): int(line["group-id"] or -1) for line in csv.DictReader(lines)}
    return Read(votes, people, ideas, group)


def published(of: Read) -> Groups:
    """The groups as Polis published them."""
    people = np.array([n for n, person in enumerate(of.people) if of.group.get(person, -1) >= 0])
    return Groups(people, np.array([of.group[of.people[n]] for n in people]), None, 0.0)
