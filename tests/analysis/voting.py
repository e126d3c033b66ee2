"""A crowd with two opinions in the database: quick to make, and with groups that are certain."""

from crowd import clock
from crowd.db import transaction
from crowd.models import Consultation, Person, VoteNow
from tests import make


def ideas(of: Consultation, number: int = 12) -> list[int]:
    author = make.member(of)
    (question, *_more) = of.questions
    return [make.contribution(question, by=author, text=f"Idea {n} of what could change").id for n in range(number)]


def camps(on: list[int], sizes: tuple[int, int] = (70, 45)) -> None:
    """Members who vote apart on the first half of the ideas, and alike on the others. Each one now and then says
    otherwise than their camp, so that nobody is a copy."""
    with transaction() as session:
        people = [Person(email=f"v{n}@example.org", name=f"V {n}", created_at=clock.now()) for n in range(sum(sizes))]
        session.add_all(people)
        session.flush()
        for n, one in enumerate(people):
            side = 1 if n < sizes[0] else -1
            for column, number in enumerate(on):
                value = side if column < len(on) // 2 else 1
                value = -value if (7 * n + 5 * column) % 13 == 0 else 0 if (3 * n + column) % 17 == 0 else value
                session.add(VoteNow(person_id=one.id, contribution_id=number, standing="B", value=value))
