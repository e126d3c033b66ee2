"""How each profession has voted on a contribution, told so that nobody can be told from the numbers."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select

from crowd.db import db
from crowd.models import Contribution, ProfessionVotes

FEWEST = 10  # voters of a profession that stands alone
FEWEST_ALIKE = 20  # where all of them have voted alike


class Votes(NamedTuple):
    """The votes of one profession; of all together where the name is empty."""

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


def by_profession(contribution: Contribution) -> list[Votes]:
    """The votes on a contribution; those of voters without a profession are among the others."""
    rows = db.session.execute(
        select(
            ProfessionVotes.profession, ProfessionVotes.agree, ProfessionVotes.disagree, ProfessionVotes.passed
        ).where(ProfessionVotes.contribution_id == contribution.id)
    ).all()
    votes = [Votes(*row) for row in rows]
    known = _sum(votes)
    rest = Votes(
        "",
        max(0, contribution.agree - known.agree),
        max(0, contribution.disagree - known.disagree),
        max(0, contribution.passed - known.passed),
    )
    return told([v for v in [*votes, rest] if v.voters])


def told(votes: Sequence[Votes]) -> list[Votes]:
    """The professions that stand alone, the largest first, then the others together; nothing where all are too few.

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
