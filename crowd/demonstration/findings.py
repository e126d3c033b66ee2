"""What the host has concluded: mostly drafts while it is being written, all published from the open phase on."""

from datetime import datetime, timedelta

from crowd.demonstration.content import Row
from crowd.demonstration.making import Part
from crowd.demonstration.texts import Text
from crowd.models import Evidence, Finding
from crowd.states import State

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
    for place, row in enumerate(rows, 1):
        at = bell + (end - bell) * place / (len(rows) + 1)
        ready = min(at + timedelta(hours=3), calendar.now) if place <= READY else None
        ids[row["number"]] = _finding(part, row, at, opening - timedelta(hours=15) if published else ready)
    return ids


def _finding(part: Part, row: Row, at: datetime, published: datetime | None) -> int:
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
        section=row["section"],
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
            part.line("evidence changed", at, "analyst", finding=finding, added=ids, removed=[])
