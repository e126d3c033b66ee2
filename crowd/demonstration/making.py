"""What every step of loading shares: the rows so far, who is who, and the log."""

from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any

from crowd import log
from crowd.bulk import Bulk
from crowd.demonstration.content import Content
from crowd.demonstration.when import Calendar
from crowd.models import Record


@dataclass
class Making:
    """One loading. `people` and `reasons` are ids by key and by title; lines of the log wait to be put in order."""

    now: datetime
    password: str
    bulk: Bulk = field(default_factory=Bulk)
    people: dict[str, int] = field(default_factory=dict)
    reasons: dict[str, int] = field(default_factory=dict)
    lines: list[dict[str, Any]] = field(default_factory=list)

    def line(self, deed: str, at: datetime, by: str | None, consultation_id: int | None = None, **facts: Any) -> None:
        """A line of the log as the deed would have left it then."""
        if set(facts) != log.DEEDS[deed]:
            raise ValueError(f"{deed!r} carries {sorted(log.DEEDS[deed])}, not {sorted(facts)}")
        who = self.people[by] if by else None
        self.lines.append(
            {"at": at, "deed": deed, "person_id": who, "consultation_id": consultation_id, "facts": facts}
        )

    def write_lines(self) -> None:
        for line in sorted(self.lines, key=lambda line: line["at"]):
            self.bulk.add(Record, **line)


@dataclass
class Part:
    """One of the two consultations while it is made. `members` are the rows of who takes part, by key."""

    making: Making
    content: Content
    calendar: Calendar
    id: int = 0
    questions: dict[int, int] = field(default_factory=dict)
    members: dict[str, dict[str, Any]] = field(default_factory=dict)

    def random(self, what: str) -> Random:
        """The same numbers each time, whatever else is drawn."""
        return Random(f"{self.content.part} {what}")

    def line(self, deed: str, at: datetime, by: str | None, **facts: Any) -> None:
        self.making.line(deed, at, by, self.id, **facts)
