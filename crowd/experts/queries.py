"""What the pages of invited experts read."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased, joinedload

from crowd.accounts.queries import hashed
from crowd.db import db
from crowd.models import Attachment, ExpertRequest, Question

PAGE = 50
Next = aliased(ExpertRequest)
_WHOLE = (joinedload(ExpertRequest.consultation, innerjoin=True), joinedload(ExpertRequest.question, innerjoin=True))


def by_secret(secret: str) -> ExpertRequest | None:
    """The request a private link belongs to, whatever has become of it."""
    return db.session.scalar(select(ExpertRequest).where(ExpertRequest.secret == hashed(secret)).options(*_WHOLE))


def request(consultation_id: int, number: int) -> ExpertRequest | None:
    return db.session.scalar(
        select(ExpertRequest)
        .where(ExpertRequest.consultation_id == consultation_id, ExpertRequest.id == number)
        .options(*_WHOLE)
    )


def requests(consultation_id: int, before: int = 0) -> tuple[Sequence[Any], int]:
    """A page of requests, the newest first: (request, its question's number, to whom it was passed on); and the id
    before which the next page begins (0: none)."""
    query = (
        select(ExpertRequest, Question.number, Next.name)
        .join(Question, Question.id == ExpertRequest.question_id)
        .outerjoin(Next, Next.passed_from_id == ExpertRequest.id)
        .where(ExpertRequest.consultation_id == consultation_id)
        .order_by(ExpertRequest.id.desc())
        .limit(PAGE + 1)
    )
    if before:
        query = query.where(ExpertRequest.id < before)
    rows = db.session.execute(query).all()
    return rows[:PAGE], rows[PAGE - 1][0].id if len(rows) > PAGE else 0


def standing_request(question_id: int, email: str) -> ExpertRequest | None:
    """What this address has been asked about this question and the host has not taken back."""
    return db.session.scalar(
        select(ExpertRequest)
        .where(
            ExpertRequest.question_id == question_id,
            ExpertRequest.email == email,
            ExpertRequest.state != "taken back",
        )
        .limit(1)
    )


def passed_by(asked: ExpertRequest) -> ExpertRequest | None:
    """Who named this person, if it was not the host."""
    return db.session.get(ExpertRequest, asked.passed_from_id) if asked.passed_from_id else None


def passed_to(asked: ExpertRequest) -> str:
    """The name of whom it was passed on to; empty if it was not."""
    name = select(ExpertRequest.name).where(ExpertRequest.passed_from_id == asked.id).limit(1)
    return db.session.scalar(name) or ""


def accepted(person_id: int, question_id: int) -> ExpertRequest | None:
    """The request about this question that this person has said they will answer."""
    return db.session.scalar(
        select(ExpertRequest)
        .where(
            ExpertRequest.question_id == question_id,
            ExpertRequest.person_id == person_id,
            ExpertRequest.state == "accepted",
        )
        .limit(1)
    )


def own(person_id: int, question_id: int, number: int) -> ExpertRequest | None:
    """A request of this person about this question, in any state."""
    return db.session.scalar(
        select(ExpertRequest).where(
            ExpertRequest.id == number,
            ExpertRequest.question_id == question_id,
            ExpertRequest.person_id == person_id,
        )
    )


def documents(question_id: int) -> Sequence[Attachment]:
    """What the host has attached to a question."""
    return db.session.scalars(
        select(Attachment).where(Attachment.question_id == question_id).order_by(Attachment.id)
    ).all()


def document(question_id: int, number: int) -> Attachment | None:
    """One of them."""
    return db.session.scalar(
        select(Attachment).where(Attachment.question_id == question_id, Attachment.id == number).limit(1)
    )


def question(number: int) -> Question | None:
    return db.session.get(Question, number)
