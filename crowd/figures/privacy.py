"""What may be told from counts of people: pure functions, no database. Opinion groups alone are made safe elsewhere
(analysis/apart.py), by the same figures.

`counts` is for people by one attribute; `votes_by_day` for votes by day; `told` for votes by attribute. Two attributes
at once are told nowhere. All assume the worst reader: one who knows this file, every total, and every earlier table.
They keep what they promise for a table that is published once; that is why it then stays (figures/deeds.py)."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeVar

from crowd.i18n import _, number

FEW = 5  # fewer people than that are not counted in public
FEWEST = 10  # voters of a group whose votes stand alone
FEWEST_ALIKE = 20  # voters of a group that have all voted alike
Key = TypeVar("Key")


class Shown(NamedTuple):
    """A count as it may be told. Without a number it is from one to four (`few`), or it is kept back so that the
    total does not tell another one."""

    number: int | None = None
    few: bool = False

    def words(self) -> str:
        if self.number is not None:
            return number(self.number)
        return _("fewer than %(n)s", n=FEW) if self.few else _("not shown")

    def cell(self) -> int | str:
        """The same in a CSV file: digits, or the words."""
        return self.words() if self.number is None else self.number


KEPT_BACK, A_FEW = Shown(), Shown(few=True)


def counts(rows: Mapping[str, int], order: Sequence[str] = ()) -> dict[str, Shown]:
    """How many people each row has, one to four as "fewer than 5" (secondary suppression: Willenborg and de Waal 1996).

    Where there is such a row, others are kept back with it until each of the few can still be 1, 2, 3 or 4 for somebody
    who knows the sum of all rows. Which others is decided by `order` (else by name), never by their counts: a choice by
    size would tell something about the sizes. Where there are too few others nothing is told at all, not even zeros."""
    few = [name for name, n in rows.items() if 0 < n < FEW]
    if not few:
        return {name: Shown(n) for name, n in rows.items()}
    place = {name: n for n, name in enumerate(order)}
    others = sorted(
        (name for name, n in rows.items() if n >= FEW), key=lambda name: (place.get(name, len(place)), name)
    )
    hidden, total = 0, sum(rows[name] for name in few)
    while hidden == 0 or total < enough(len(few), hidden):
        if hidden == len(others):
            return dict.fromkeys(rows, KEPT_BACK)
        total += rows[others[hidden]]
        hidden += 1
    secret = dict.fromkeys(few, A_FEW) | dict.fromkeys(others[:hidden], KEPT_BACK)
    return {name: secret.get(name, Shown(n)) for name, n in rows.items()}


def votes_by_day(votes: Mapping[Key, int]) -> dict[Key, Shown]:
    """How many votes were given on each day, one to four as "fewer than 5"; with the smallest other day where only one
    would be so, which all votes together would tell."""
    hidden = {day for day, n in votes.items() if 0 < n < FEW}
    others = sorted((n, str(day), day) for day, n in votes.items() if n >= FEW) if len(hidden) == 1 else []
    secret = dict.fromkeys(hidden, A_FEW) | {day: KEPT_BACK for _n, _name, day in others[:1]}
    return {day: secret.get(day, Shown(n)) for day, n in votes.items()}


def enough(few: int, others: int) -> int:
    """What the rows that are not told must add up to: one of the few could be 4 beside others of 1 and of 5. One more
    than that, so that it tells nothing either that the rows before the last one did not do."""
    return (FEW - 1) + (few - 1) + FEW * others + 1


class Votes(NamedTuple):
    """The votes of one group, such as a profession; of several together where the name is empty."""

    profession: str
    agree: int
    disagree: int
    passed: int

    @property
    def voters(self) -> int:
        return self.agree + self.disagree + self.passed

    @property
    def can_be_shown(self) -> bool:
        alike = max(self.agree, self.disagree, self.passed) == self.voters
        return self.voters >= (FEWEST_ALIKE if alike else FEWEST)

    def share(self, votes: int) -> float:
        return round(100 * votes / self.voters, 1) if self.voters else 0.0


def told(votes: Sequence[Votes]) -> list[Votes]:
    """The groups that stand alone, the largest first, then the others together; nothing where all are too few.

    The next smallest ones are put together with what is too small until nobody can be told from the sum either: readers
    can subtract what stands alone from all votes, which the contribution shows. So one is never put away by itself."""
    ordered = sorted(votes, key=lambda v: (v.voters, v.profession))
    alone = [v for v in ordered if v.profession and v.can_be_shown]
    hidden = [v for v in ordered if v not in alone]
    while hidden and alone and (len(hidden) < 2 or not _sum(hidden).can_be_shown):
        hidden.append(alone.pop(0))
    together = [_sum(hidden)] if hidden and _sum(hidden).can_be_shown and len(hidden) > 1 else []
    return alone[::-1] + together


def _sum(votes: Sequence[Votes]) -> Votes:
    return Votes("", *(sum(getattr(v, name) for v in votes) for name in ("agree", "disagree", "passed")))
