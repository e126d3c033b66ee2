"""What all professions agree on: of each idea the profession that agrees least. Knows no database."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any, NamedTuple

from crowd.figures.privacy import Votes, told

NAMES = ("agree", "disagree", "passed")
MOST = 25


class Bridge(NamedTuple):
    """`lowest` is the share of agreement, of all who voted, in the group that agrees least, out of `groups`."""

    serial: int
    lowest: float
    highest: float
    groups: int
    order: float


def bridges(rows: Iterable[Any]) -> list[Bridge]:
    """The ideas on which at least two groups have voted that may be told of (ten voters, twenty where all are alike),
    the greatest least agreement first. The order smooths it as (agree + 1) / (voters + 2), see orders.bridging."""
    found = []
    for _id, votes in groupby(rows, key=lambda row: row.id):
        one = list(votes)
        groups = told(_with_rest(one))
        if len(groups) < 2 or one[0].serial is None:
            continue
        shares = [v.agree / v.voters for v in groups]
        order = min((v.agree + 1) / (v.voters + 2) for v in groups)
        found.append(Bridge(one[0].serial, min(shares), max(shares), len(groups), order))
    return sorted(found, key=lambda b: (-b.order, b.serial))[:MOST]


def _with_rest(rows: list[Any]) -> list[Votes]:
    """With the votes of people who have no profession."""
    votes = [Votes(row.profession, row.agree, row.disagree, row.passed) for row in rows]
    rest = [max(0, getattr(rows[0], f"all_{name}") - sum(getattr(v, name) for v in votes)) for name in NAMES]
    return [v for v in [*votes, Votes("", *rest)] if v.voters]
