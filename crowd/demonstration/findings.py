"""What the host has concluded: mostly drafts while it is being written, all published from the open phase on."""

from datetime import datetime, timedelta

from sqlalchemy import select

from crowd.db import db
from crowd.demonstration.content import Row
from crowd.demonstration.making import Part
from crowd.demonstration.texts import Text
from crowd.findings import editions
from crowd.models import Edition, Evidence, Finding, FindingVersion, Section
from crowd.rules import VISITOR
from crowd.states import Stance, State

DRAFTED = 8  # of the twelve, when one looks while they are being written
READY = 2  # of these


def write(part: Part) -> dict[int, int]:
    """Findings that are there now, with what they rest on and what the host answered; their ids by number.

    Evidence needs its contributions' rows, so it is left for `evidence`."""
    calendar = part.calendar
    bell, opening = calendar.discussion.bell, calendar.opening.start
    if calendar.now < bell:
        return {}
    published = calendar.now >= opening
    rows = part.content.findings if published else part.content.findings[:DRAFTED]
    end, ids = min(calendar.now, opening - timedelta(days=2)), {}
    sections = _sections(part, rows, bell)
    for place, row in enumerate(rows, 1):
        at = bell + (end - bell) * place / (len(rows) + 1)
        ready = min(at + timedelta(hours=3), calendar.now) if place <= READY else None
        public = opening - timedelta(hours=15) if published else ready
        ids[row["number"]] = _finding(part, row, at, public, sections.get(row["section"]))
    return ids


def _sections(part: Part, rows: list[Row], at: datetime) -> dict[str, int]:
    """A section for each title, in the order of their first findings."""
    ids: dict[str, int] = {}
    for title in dict.fromkeys(row["section"] for row in rows if row["section"]):
        ids[title] = part.making.bulk.add(
            Section, consultation_id=part.id, number=len(ids) + 1, position=len(ids) + 1, title=title, changed_at=at
        )
        part.line("section written", at, "analyst", section=ids[title], before={})
    return ids


def _finding(part: Part, row: Row, at: datetime, published: datetime | None, section: int | None) -> int:
    made = part.making.bulk.next_id(Finding)
    response = next((r for r in part.content.responses if r["number"] == row["number"]), None)
    after = part.calendar.opening.bell + timedelta(days=9, hours=row["number"])
    answered = after if response and after <= part.calendar.now else None
    said = response["text"] if response and answered else ""
    part.making.bulk.add(
        Finding,
        id=made,
        consultation_id=part.id,
        number=row["number"],
        section_id=section,
        position=row["number"],
        title=row["title"],
        source=row["text"].strip(),
        html=part.content.html[row["text"]],
        state=State.PUBLISHED if published else State.DRAFT,
        response=said.strip(),
        response_html=part.content.html.get(said, ""),
        responded_at=answered,
        created_at=at,
        published_at=published,
    )
    part.line("finding written", at, "analyst", finding=made, edition=1)
    if published:
        part.line("finding published", published, "host", finding=made, edition=1)
    if answered:
        part.line("responded", answered, "host", finding=made)
    return made


def evidence(part: Part, texts: list[Text], findings: dict[int, int]) -> None:
    """What each finding rests on, added an hour after it was begun."""
    there = {it.key: it for it in texts}
    added = {line["facts"]["finding"]: line["at"] for line in part.making.lines if line["deed"] == "finding written"}
    for row in part.content.findings:
        if finding := findings.get(row["number"]):
            at, ids = added[finding] + timedelta(minutes=50), [there[key].id for key in row["evidence"]]
            for contribution in ids:
                part.making.bulk.add(Evidence, finding_id=finding, contribution_id=contribution, added_at=at)
            part.line("evidence changed", at, "analyst", finding=finding, added=ids, removed=[], stance=Stance.SUPPORTS)


def keep(part: Part) -> None:
    """The versions and editions, once everything else is there: votes ended before the findings were published, so the
    figures of then are those of now."""
    for finding in db.session.scalars(select(Finding).where(Finding.consultation_id == part.id)).all():
        public = finding.published_at
        version: FindingVersion = editions.keep_version(finding, by=VISITOR, edition=1 if public else 0)
        version.at, version.by_id = finding.created_at, part.making.people["analyst"]
        if public:
            edition: Edition = editions.freeze(finding, by=VISITOR)
            edition.published_at, edition.by_id = public, part.making.people["host"]
