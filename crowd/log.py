"""The append-only log (P19, M27): what can happen, and the facts each must carry."""

from typing import Any

from sqlalchemy import bindparam, event, update
from sqlalchemy.orm import Mapper

from crowd import clock
from crowd.db import db
from crowd.models import Consultation, Decision, Move, Record
from crowd.statements import Statement, inserting

DEEDS: dict[str, frozenset[str]] = {
    name: frozenset(facts.split())
    for name, facts in {
        "consultation created": "slug",
        "consultation changed": "what",
        "question changed": "number",
        "schedule set": "starts",
        "start moved": "phase old new why",
        "switched": "phase old new why standing",
        "switch undone": "phase old new standing",
        "joined": "membership standing how",
        "asked to join": "request",
        "request accepted": "request",
        "request declined": "request reason",
        "invitation made": "invitation standing most",
        "register loaded": "new changed same bad",
        "register left": "number",
        "number formats changed": "before after",
        "role given": "person role",
        "role taken": "person role",
        "suspended": "person until why",
        "suspension ended": "person",
        "signed out everywhere": "person",
        "password set": "person",
        "name changed": "person",
        "second factor set": "",
        "second factor ended": "",
        "second factor reset": "person",
        "recovery codes made": "",
        "passkey added": "passkey",
        "passkey removed": "passkey",
        "account linked": "issuer",
        "account unlinked": "",
        "sign-on changed": "what",
        "mails chosen": "approval",
        "invitation ended": "invitation",
        "register invited": "number",
        "mail sent again": "mail",
        "mails sent again": "number",
        "mails dropped": "number",
        "kept mail read": "mail",
        "mails let go": "dropped",
        "address given": "person",
        "site changed": "what",
        "page changed": "page edition text",
        "mail reworded": "mail text",
        "submitted": "contribution version",
        "edited": "contribution version",
        "withdrawn": "contribution",
        "promise widened": "contribution old new",
        "published": "contribution version decision waited",
        "returned": "contribution version decision waited",
        "rejected": "contribution version decision waited",
        "reason changed": "reason before after",
        "published at once": "contribution version",
        "redacted": "contribution version decision waited",
        "merged": "contribution version decision target waited",
        "merge undone": "contribution target",
        "moved": "contribution before after",
        "second opinion asked": "contribution version asked",
        "decision undone": "contribution version decision",
        "claimed": "case version",
        "claim taken over": "case version from_person",
        "shown": "contribution version what",
        "note added": "contribution note",
        "reported": "contribution report reason",
        "hidden": "contribution reason",
        "report closed": "contribution outcome reports",
        "removed": "contribution version decision waited",
        "appealed": "contribution appeal",
        "appeal decided": "contribution appeal outcome",
        "read again": "contribution decision agrees",
        "seal broken": "contribution version why",
        "unveiling asked": "contribution unveiling",
        "unveiling decided": "contribution unveiling granted told",
        "unveiled": "contribution unveiling",
        "sanctioned": "sanction person kind until why",
        "sanction confirmed": "sanction",
        "sanction ended": "sanction why",
        "rota changed": "day people",
        "phase began": "phase start",
        "start missed": "phase start red",
        "checklist": "phase red amber",
        "handed over": "person",
        "promise report read": "counts",
        "reasons confirmed": "",
        "phase recorded": "phase sha256",
        "test mail sent": "",
        "news told": "what",
        "news chosen": "on",
        "follow mails chosen": "how",
        "retention set": "months",
        "finding written": "finding edition",
        "finding published": "finding edition",
        "evidence changed": "finding added removed stance",
        "section written": "section before",
        "section removed": "number before",
        "order changed": "what",
        "drafts shown": "to_members",
        "quote chosen": "finding quote",
        "quote confirmed": "finding quote shown_as",
        "quote taken away": "finding quote",
        "remark made": "finding remark",
        "remark resolved": "finding remark open",
        "considered": "finding added removed why",
        "runs cited": "finding added removed",
        "responded": "finding",
        "answer moved": "finding step due cause",
        "support set": "members stakeholders days",
        "report made": "made number sha256",
        "report printed": "made",
        "imported": "source took left",
        "consultation exported": "slug people",
        "consultation taken in": "slug people",
        "export asked": "export audience form purpose",
        "export made": "export rows k sha256",
        "export fetched": "export",
        "deposited": "deposit",
        "deposit changed": "deposit edition",
        "deposit removed": "deposit title",
        "thread closed": "contribution why",
        "thread opened again": "contribution",
        "prompt pinned": "question contribution",
        "prompt taken down": "question contribution",
        "document added": "question attachment name",
        "document removed": "question attachment name",
        "analysis asked": "run kind",
        "baseline set": "attribute rows",
        "figures published": "audience run",
        "theme made": "theme",
        "theme changed": "theme before",
        "themes given": "contribution added removed",
        "theme given in bulk": "theme contributions",
        "theme retired": "theme",
        "theme taken up": "theme",
        "theme merged": "theme into number",
        "codebook changed": "codebook note",
        "coded": "contribution hand codes",
        "coding undone": "contribution hand codes",
        "share drawn": "draw percent seed",
        "pair marked": "pair state",
        "expert invited": "expert",
        "expert accepted": "expert",
        "expert answered": "expert contribution",
        "expert interests changed": "contribution",
        "expert passed on": "expert to",
        "expert declined": "expert reason",
        "expert reminded": "expert",
        "expert taken back": "expert",
        "feed addresses renewed": "",
        "counts mended": "number",
    }.items()
}


_LINE = inserting(Record, "at", "deed", "person_id", "facts", "consultation_id")


def record(deed: str, *, by: int | None, consultation: Consultation | None = None, **facts: Any) -> int:
    """Leave a line, whose number is returned, and let kept pages of the consultation know. `by` is a person's id, None
    the clock.

    Raises ValueError for an unknown deed and for facts that are not exactly its own."""
    if deed not in DEEDS or set(facts) != DEEDS[deed]:
        raise ValueError(f"{deed!r} carries {sorted(DEEDS.get(deed, []))}, not {sorted(facts)}")
    _note(deed, consultation)
    about = consultation.id if consultation else None
    number = _LINE.insert(at=clock.now(), deed=deed, person_id=by, facts=facts, consultation_id=about)
    if about and deed not in UNSEEN:
        touch(about)
    return number


NOTED = "consultations noted"  # what a transaction concerns, by id; None is all of them
CONCERNS_ALL = frozenset(
    {"role given", "role taken", "suspended", "suspension ended", "reason changed", "register loaded"}
    | {"register left"}
    | {"test mail sent", "site changed"}
)


def _note(deed: str, consultation: Consultation | None) -> None:
    """Let what follows a transaction know what it concerned: whether a phase may begin hangs on it (P5)."""
    if consultation is None and deed not in CONCERNS_ALL:
        return
    db.session().info.setdefault(NOTED, {})[consultation.id if consultation else None] = consultation


# What no page but one's own and the desk shows: kept pages stay as they are, and so do their ETags (M5).
DESK = {"claimed", "claim taken over", "shown", "note added", "second opinion asked", "reported", "read again"}
DESK |= {"remark made", "remark resolved", "quote chosen"}
DESK |= {"coded", "coding undone", "share drawn", "pair marked", "codebook changed"}
DESK |= {"unveiling asked", "unveiling decided", "unveiled", "seal broken", "sanctioned", "sanction confirmed"}
UNSEEN = frozenset(
    {
        "submitted",
        "news told",
        "checklist",
        "asked to join",
        "request declined",
        *DESK,
        *(deed for deed in DEEDS if "expert" in deed),
        *(deed for deed in DEEDS if deed.startswith("export ")),
    }
)

_TOUCH = Statement(
    update(Consultation).where(Consultation.id == bindparam("key")).values(change=Consultation.change + 1)
)


def touch(consultation_id: int) -> None:
    """Grow the change number: what was kept of this consultation's pages is old now."""
    _TOUCH.write(key=consultation_id)


@event.listens_for(Record, "before_update")
@event.listens_for(Record, "before_delete")
@event.listens_for(Decision, "before_update")
@event.listens_for(Decision, "before_delete")
@event.listens_for(Move, "before_update")
@event.listens_for(Move, "before_delete")
def _append_only(_mapper: Mapper[Any], _connection: object, line: Record | Decision | Move) -> None:
    raise RuntimeError(f"the log is never changed: {type(line).__name__} {line.id}")
