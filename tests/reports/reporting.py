"""What the tests of reports share."""

from typing import Any

from sqlalchemy import select

from crowd.db import db
from crowd.models import Case, Contribution, Mail, Report
from crowd.threads import recount
from tests.actors import Actor, Page


def report(who: Actor, text: Contribution, ground: str, words: str = "") -> Page:
    return who.post(f"/p/{text.id}/report", ground=ground, words=words)


def case_of(text: Contribution, kind: str = "report") -> Case:
    """The newest case of a text."""
    return db.session.scalars(
        select(Case).where(Case.contribution_id == text.id, Case.kind == kind).order_by(Case.id.desc())
    ).first()


def cases_of(text: Contribution) -> int:
    return len(db.session.scalars(select(Case).where(Case.contribution_id == text.id, Case.kind == "report")).all())


def reports_of(text: Contribution) -> list[Report]:
    return list(db.session.scalars(select(Report).where(Report.contribution_id == text.id).order_by(Report.id)))


def state(text: Contribution) -> str:
    return db.session.scalars(select(Contribution.state).where(Contribution.id == text.id)).one()


def decide(who: Actor, text: Contribution, decision: str, **fields: Any) -> Page:
    return who.post(f"/moderate/published/{case_of(text).id}", decision=decision, **fields)


def mails(person_id: int, kind: str) -> list[Mail]:
    return list(
        db.session.scalars(select(Mail).where(Mail.person_id == person_id, Mail.kind == kind).order_by(Mail.id))
    )


def wrong() -> list[recount.Wrong]:
    """Kept counts that are not what is there; `make` does not count the people that it makes."""
    return [line for line in recount.check() if line.name not in ("people", "stakeholders")]
