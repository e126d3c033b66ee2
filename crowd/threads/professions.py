"""How each profession has voted on a contribution, told so that nobody can be told from the numbers."""

from sqlalchemy import select

from crowd.db import db
from crowd.figures.privacy import Votes, told
from crowd.models import Contribution, ProfessionVotes


def by_profession(contribution: Contribution) -> list[Votes]:
    """The votes on a contribution; those of voters without a profession are among the others."""
    rows = db.session.execute(
        select(
            ProfessionVotes.profession, ProfessionVotes.agree, ProfessionVotes.disagree, ProfessionVotes.passed
        ).where(ProfessionVotes.contribution_id == contribution.id)
    ).all()
    votes = [Votes(*row) for row in rows]
    names = ("agree", "disagree", "passed")
    rest = Votes("", *(max(0, getattr(contribution, name) - sum(getattr(v, name) for v in votes)) for name in names))
    return told([v for v in [*votes, rest] if v.voters])
