"""The log of decisions (M27): what its page and its file show."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import select

from crowd.db import db
from crowd.i18n import _
from crowd.models import Consultation, Decision, Person, Question, Reason, Record, Version

PAGE, CHUNK = 50, 1000
DECISIONS = ("published", "returned", "rejected", "redacted", "merged", "removed")
BESIDE = (
    *("decision undone", "merge undone", "moved", "second opinion asked", "appeal decided"),
    *("shown", "unveiling asked", "unveiling decided", "unveiled", "seal broken"),
)
FACTS = ("outcome", "target", "asked", "why", "granted", "told", "before", "after")  # told as they are in the file


def deed_words(deed: str) -> str:
    """What was done, as the page says it."""
    return {
        "published": _("Published"),
        "returned": _("Returned"),
        "rejected": _("Rejected"),
        "redacted": _("Passages removed"),
        "merged": _("Merged"),
        "removed": _("Removed"),
        "decision undone": _("Decision undone"),
        "merge undone": _("Merge undone"),
        "moved": _("Moved"),
        "second opinion asked": _("Second opinion asked"),
        "appeal decided": _("Appeal decided"),
        "shown": _("Had something shown"),
        "unveiling asked": _("Asked who is behind the alias"),
        "unveiling decided": _("Answered who may look behind the alias"),
        "unveiled": _("Looked behind the alias"),
        "seal broken": _("Read what was struck out"),
    }[deed]


def shown_words(shown: Sequence[str]) -> str:
    """What a moderator had shown to them before deciding (M23)."""
    words = {"author": _("who wrote it"), "votes": _("votes")}
    return ", ".join(words.get(what, what) for what in shown)


def lines(consultation: Consultation, *, before: int | None = None, most: int = PAGE + 1) -> Sequence[Any]:
    """Lines of one consultation from the append-only log, the newest first: decisions, what was undone of them, and
    what else moderators did to texts."""
    query = (
        select(Record.id, Record.at, Record.deed, Record.facts, Person.name)
        .outerjoin(Person, Person.id == Record.person_id)
        .where(Record.consultation_id == consultation.id, Record.deed.in_((*DECISIONS, *BESIDE)))
        .order_by(Record.id.desc())
        .limit(most)
    )
    return db.session.execute(query.where(Record.id < before) if before else query).all()


def described(found: Sequence[Any]) -> list[dict[str, Any]]:
    """The lines with version and reason beside them; four queries however many there are. One whose text was erased
    stays, without them."""
    decisions, numbers, questions = _decisions(found), _numbers(found), _questions(found)
    return [_described(line, decisions.get(line.facts.get("decision")), numbers, questions) for line in found]


def _described(line: Any, decision: Any, numbers: dict[int, int], questions: dict[int, int]) -> dict[str, Any]:
    facts = line.facts
    number = numbers.get(facts.get("version"))
    made = line.deed in DECISIONS and decision is not None
    return {
        "id": line.id,
        "at": line.at,
        "deed": line.deed,
        "contribution": facts["contribution"],
        "version_id": facts.get("version") if number else None,
        "waited": facts.get("waited"),
        "version": number or "",
        "moderator": line.name or "",
        "decision": facts.get("decision", ""),
        "reason": (decision.reason or "") if made else "",
        "note": decision.note if made else "",
        "shown": decision.shown if made else [facts["what"]] if line.deed == "shown" else [],
        "facts": "; ".join(
            f"{name}: {_told(facts[name], questions)}" for name in FACTS if facts.get(name) not in (None, "")
        ),
    }


def _told(fact: Any, questions: dict[int, int]) -> Any:
    """A fact as the file says it: a place in words. A question that was taken away since has no number."""
    if not isinstance(fact, dict):
        return fact
    kinds = {"idea": _("Idea"), "experience": _("Experience"), "example": _("Example")}
    number, kind = questions.get(fact["question"]), kinds[fact["kind"]]
    return _("%(kind)s under question %(n)s", kind=kind, n=number) if number else kind


def _questions(found: Sequence[Any]) -> dict[int, int]:
    """The numbers of the questions that texts were moved from and to, by their keys."""
    moved = [line.facts for line in found if line.deed == "moved"]
    wanted = {facts[side]["question"] for facts in moved for side in ("before", "after")}
    return dict(db.session.execute(select(Question.id, Question.number).where(Question.id.in_(wanted))).all())


def _decisions(found: Sequence[Any]) -> dict[int, Any]:
    wanted = {line.facts["decision"] for line in found if line.facts.get("decision")}
    query = (
        select(Decision.id, Decision.note, Decision.shown, Reason.title.label("reason"))
        .outerjoin(Reason, Reason.id == Decision.reason_id)
        .where(Decision.id.in_(wanted))
    )
    return {row.id: row for row in db.session.execute(query)}


def _numbers(found: Sequence[Any]) -> dict[int, int]:
    """The numbers of the wordings by their keys."""
    wanted = {line.facts["version"] for line in found if line.facts.get("version")}
    query = select(Version.id, Version.number).where(Version.id.in_(wanted))
    return {row.id: row.number for row in db.session.execute(query)}


def every_line(consultation: Consultation) -> Iterator[dict[str, Any]]:
    """The whole log in pieces of a thousand, so that a long one does not fill the memory."""
    before: int | None = None
    while found := lines(consultation, before=before, most=CHUNK):
        yield from described(found)
        before = found[-1].id
