"""A row in every table, so that what is to keep everything is seen to do so; a new table is filled unasked."""

import re
from datetime import date
from typing import Any

from sqlalchemy import JSON, Boolean, Date, Integer, LargeBinary, String, Table, func, insert, select

from crowd import clock
from crowd.db import UTCTime, db, transaction
from crowd.keeping import travel
from crowd.models import Consultation, Contribution
from crowd.threads import recount
from tests import make

BASE = "https://crowd.example.org"
WORDS = "“Naïve” 🌱 \\ \t' — line one\nline two"


def consultation(slug: str = "ahp") -> Consultation:
    """One with texts in several states, a thread, a file, votes and a finding, brought about as real ones are."""
    of = make.consultation(slug)
    (question, *_more) = of.questions
    ann, ben = make.member(of), make.member(of, profession="Paramedic")
    idea = make.contribution(question, by=ann, text="An idea")
    answer = make.contribution(idea, by=ben, text=f"See {BASE}/p/{idea.id} and {of.code}-0001.")
    make.contribution(answer, by=ann, text=f"And {BASE}/p/{idea.id}#c{answer.id}, {BASE}/c/{slug}/q/1")
    make.contribution(question, by=ben, text="Waits for a moderator", state=make.State.HELD)
    make.contribution(question, by=ben, text="Was refused", state=make.State.REJECTED)
    make.file(idea, by=ann.id)
    make.finding(of, evidence=(idea,))
    with transaction():
        link = f'<a href="{BASE}/p/{idea.id}">'
        of.words = {"cy": {"title": "Ymgynghoriad", "summary_html": link}}
        question.words = {"cy": {"title": "Cwestiwn", "guidance_html": link}}
    return of


def fill(of: Consultation) -> None:
    """Put a row into each table that has none."""
    with transaction() as session:
        for table in db.metadata.sorted_tables:
            if not session.scalar(select(func.count()).select_from(table)):
                session.execute(insert(table).values(_row(table, of)))
    recount.mend()


def counts() -> dict[str, int]:
    found = {t.name: db.session.scalar(select(func.count()).select_from(t)) or 0 for t in db.metadata.sorted_tables}
    db.session.remove()
    return found


def _row(table: Table, of: Consultation) -> dict[str, Any]:
    named = travel.names(table.name)
    row = {c.name: _value(c.type) for c in table.columns if c.name != "id"}
    for name, other in named.items():
        if name != "id":
            row[name] = of.id if other == "consultations" else _of(other, of)
    return row | SHAPED.get(table.name, lambda _of: {})(of)


def _of(table: str, of: Consultation) -> int | None:
    """A row of that table, of this consultation where they have one."""
    rows = db.metadata.tables[table]
    query = select(func.max(rows.c.id))
    if "consultation_id" in rows.c:
        query = query.where(rows.c.consultation_id == of.id)
    return db.session.scalar(query)


def _value(kind: Any) -> Any:
    if isinstance(kind, UTCTime):
        return clock.now()
    if isinstance(kind, Date):
        return date(2026, 2, 28)
    if isinstance(kind, Boolean):
        return True
    if isinstance(kind, JSON):
        return {"naïve": [1, None, WORDS]}
    if isinstance(kind, LargeBinary):
        return bytes(range(256))
    if isinstance(kind, Integer):
        return 7
    assert isinstance(kind, String), kind
    return re.sub(r"\s", " ", WORDS)[: kind.length] if kind.length else WORDS


def _text_of(of: Consultation) -> Contribution:
    found = db.session.scalars(select(Contribution).where(Contribution.consultation_id == of.id)).first()
    assert found is not None
    return found


# What cannot be just anything, by table.
SHAPED: dict[str, Any] = {
    "votes": lambda _of: {"finding_id": None, "standing": "B", "value": 1},
    "vote_events": lambda _of: {"finding_id": None, "standing": "B", "value": None},
    "themed": lambda of: {"contribution_id": _text_of(of).id},
    "reports": lambda of: {"reporter": f"person-{_text_of(of).author_id}"},
    "merges": lambda of: {
        "votes": [[_text_of(of).author_id, 1, 1]],
        "was": {"parent_id": None, "parent_author_id": 0, "question_id": _text_of(of).question_id},
    },
    "runs": lambda of: {
        "parameters": {"least": 0.5},
        "result": {"matrix": [{"contribution": _text_of(of).id}], "pairs": [{"contributions": [_text_of(of).id]}]},
    },
    "expert_requests": lambda _of: {"passed_from_id": None},
}
