"""What the tests of holding share."""

from typing import Any

from sqlalchemy import select

from crowd import clock
from crowd.db import db, transaction
from crowd.models import Case, Consultation, Contribution, Finding, Question, Sanction, Version
from crowd.rules import Asker
from crowd.states import Kind
from crowd.threads import deeds as threads
from tests import make

PHONE = "Ring me on 07700 900321 and I will tell you how we set it up."
CLEAN = "One record for all professions, please."


def under(place: Question | Contribution | Finding, text: str, *, by: Asker, **more: Any) -> Contribution:
    """What becomes of a text that is sent here now."""
    writing = threads.prepare(text)
    more.setdefault("kind", Kind.IDEA if isinstance(place, Question) else Kind.COMMENT)
    with transaction() as session:
        number = threads.submit(
            session.merge(place), by=by, writing=writing, once=f"key-{clock.now().timestamp()}-{text[:9]}", **more
        )
    make.afresh()
    return db.session.get_one(Contribution, number)


def change(contribution: Contribution, text: str, *, by: Asker) -> Version:
    writing = threads.prepare(text)
    with transaction():
        threads.edit(contribution, by=by, writing=writing)
    return newest(contribution)


def newest(contribution: Contribution) -> Version:
    make.afresh()
    return db.session.scalars(
        select(Version).where(Version.contribution_id == contribution.id).order_by(Version.number.desc())
    ).first()


def rules(contribution: Contribution) -> list[str]:
    """The names of all reasons that are kept with its newest wording, in their order."""
    return [reason["rule"] for reason in newest(contribution).held_for]


def cases(contribution: Contribution) -> list[tuple[str, int]]:
    """What waits about a text: of which kind, and how urgent."""
    found = select(Case.kind, Case.urgency).where(Case.contribution_id == contribution.id, Case.closed_at.is_(None))
    return [tuple(row) for row in db.session.execute(found)]


def taken(consultation: Consultation, **values: Any) -> None:
    """Change how texts are taken."""
    with transaction() as session:
        found = session.get_one(Consultation, consultation.id)
        for name, value in values.items():
            setattr(found, name, value)
        found.change += 1
    make.afresh()


def always_hold(person: int, consultation: int | None, **more: Any) -> None:
    with transaction() as session:
        session.add(
            Sanction(
                person_id=person,
                consultation_id=consultation,
                kind="hold",
                words="x",
                by_id=person,
                at=clock.now(),
                **more,
            )
        )


def trusted(consultation: Consultation, number: int = 2) -> Asker:
    """A member of whom so many texts have been approved here."""
    who = make.member(consultation)
    for _n in range(number):
        make.contribution(consultation.questions[0], by=who)
    return who
