"""Whom the host has asked by name, and what has become of it by now."""

from datetime import datetime, timedelta

from sqlalchemy import select, update

from crowd.accounts.queries import hashed
from crowd.db import db
from crowd.demonstration.content import Row
from crowd.demonstration.making import Part
from crowd.demonstration.texts import Text
from crowd.experts import deeds
from crowd.experts.asking import secret_of
from crowd.models import ExpertRequest, Mail

MINUTES = 30
TOOK = timedelta(hours=20)  # until somebody says that it is not theirs


def write(part: Part, texts: list[Text]) -> None:
    """The requests that have been sent by now, with their lines in the log; after the texts, which answer them."""
    made: dict[str, int] = {}
    wrote = {it.author: it for it in texts if it.parent is None}
    rows = part.content.people("expert")
    passed = {
        row["passed_from"]: part.calendar.discussion.in_the_morning(row["at"]) for row in rows if "passed_from" in row
    }
    for row in rows:
        if at := part.calendar.discussion.in_the_morning(row["at"]):
            answer = wrote.get(row["key"])
            declined = at + TOOK if row["state"] == "declined" else None
            ended = answer.at if answer else passed.get(row["key"]) or declined
            _one(part, row, at, ended=ended, answer=answer, made=made)


def _one(
    part: Part, row: Row, at: datetime, *, ended: datetime | None, answer: Text | None, made: dict[str, int]
) -> None:
    question, key = part.questions[row["question"]], row["key"]
    before = made.get(row.get("passed_from", ""))
    made[key] = part.making.bulk.add(
        ExpertRequest,
        consultation_id=part.id,
        question_id=question,
        name=row["name"],
        email=row["email"],
        secret=hashed(secret_of(question, row["email"], at.isoformat())),
        note=row.get("why", ""),
        minutes=MINUTES,
        state=row["state"],
        reason=row.get("reason", ""),
        person_id=part.making.people[key] if key in part.members else None,
        contribution_id=answer.id if answer else None,
        passed_from_id=before,
        sent_by_id=part.making.people["host"],
        created_at=at,
        ended_at=ended,
    )
    if before:
        part.line("expert passed on", at, None, expert=before, to=made[key])
    else:
        part.line("expert invited", at, "host", expert=made[key])
    if key in part.members:
        part.line("expert accepted", part.members[key]["joined_at"], key, expert=made[key])
    if answer:
        part.line("expert answered", answer.at, key, expert=made[key], contribution=answer.id)
    elif ended and row["state"] == "declined":
        part.line("expert declined", ended, None, expert=made[key], reason=bool(row.get("reason")))


def mails(part: Part, host: str) -> None:
    """The mail to whom has not answered, as one that was sent: its link can be tried."""
    waiting = select(ExpertRequest).where(ExpertRequest.state == "sent", ExpertRequest.consultation_id == part.id)
    for asked in db.session.scalars(waiting):
        once = f"expert-{asked.id}"
        deeds.mail(asked, asked.question, host=host, once=once)
        db.session.flush()
        sent = {
            "created_at": asked.created_at,
            "due_at": asked.created_at,
            "sent_at": asked.created_at + timedelta(seconds=4),
        }
        db.session.execute(update(Mail).where(Mail.once == once).values(state="sent", tries=1, **sent))
