"""The log of decisions (M27): what its page and its file show."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import select

from crowd.db import db
from crowd.models import Consultation, Decision, Person, Reason, Record, Version

PAGE, CHUNK = 50, 1000
DECISIONS = ("published", "returned", "rejected", "redacted", "merged", "removed", "decision undone")


def lines(consultation: Consultation, *, before: int | None = None, most: int = PAGE + 1) -> Sequence[Any]:
    """Decisions of one consultation from the append-only log, the newest first, with what they were about."""
    query = (
        select(Record.id, Record.at, Record.deed, Record.facts)
        .where(Record.consultation_id == consultation.id, Record.deed.in_(DECISIONS))
        .order_by(Record.id.desc())
        .limit(most)
    )
    return db.session.execute(query.where(Record.id < before) if before else query).all()


def described(found: Sequence[Any]) -> list[dict[str, Any]]:
    """The lines with moderator, version and reason beside them; two queries however many there are."""
    about = {
        row.id: row
        for row in db.session.execute(
            select(
                Decision.id,
                Decision.note,
                Decision.shown,
                Person.name,
                Version.number,
                Reason.title.label("reason"),
            )
            .join(Version, Version.id == Decision.version_id)
            .join(Person, Person.id == Decision.moderator_id)
            .outerjoin(Reason, Reason.id == Decision.reason_id)
            .where(Decision.id.in_([line.facts["decision"] for line in found]))
        )
    }
    return [
        {
            "id": line.id,
            "at": line.at,
            "deed": line.deed,
            "contribution": line.facts["contribution"],
            "version_id": line.facts["version"],
            "waited": line.facts.get("waited"),
            "version": decision.number,
            "moderator": decision.name,
            "reason": decision.reason or "",
            "note": decision.note,
            "shown": decision.shown,
        }
        for line in found
        if (decision := about.get(line.facts["decision"]))
    ]


def every_line(consultation: Consultation) -> Iterator[dict[str, Any]]:
    """The whole log in pieces of a thousand, so that a long one does not fill the memory."""
    before: int | None = None
    while found := lines(consultation, before=before, most=CHUNK):
        yield from described(found)
        before = found[-1].id
