"""How people voted, drawn from where they stand: the same votes each time."""

from datetime import datetime
from math import exp
from typing import Any

from crowd.demonstration.content import Row
from crowd.demonstration.making import Part
from crowd.demonstration.texts import Text
from crowd.demonstration.when import Stretch
from crowd.models import VoteEvent, VoteNow
from crowd.states import Vote

SURE = 3.5  # how sharply lean and appeal decide
SO_FAR = 0.7  # of the votes have been given while a phase goes on
COMMENT = {"axis": 0, "appeal": 0.35, "share": 0.15}  # few vote on comments, and the content says nothing of them
PASSING, CHANGING, TAKING_BACK = 0.12, 0.05, 0.015


def write(part: Part, texts: list[Text], findings: dict[int, int]) -> None:
    """Votes of members on what was published, and of everybody on findings once they are open."""
    events: list[dict[str, Any]] = []
    calendar = part.calendar
    answers = [it for it in texts if it.public and it.question]
    for person, row in part.members.items():
        drawn = _Voter(part, person, row)
        if row["standing"] == "B":
            for it in answers:
                if it.author != person and it.decided:
                    on = {"contribution_id": it.id, "finding_id": None}
                    thing = it.row if it.parent is None else COMMENT
                    events += drawn.on(thing, on, it.decided, calendar.discussion, it.thread)
        if calendar.now >= calendar.opening.start:
            for finding in part.content.findings:
                on = {"contribution_id": None, "finding_id": findings[finding["number"]]}
                events += drawn.on(finding, on, calendar.opening.start, calendar.opening, None)
    for event in sorted(events, key=lambda event: (event["at"], event["person_id"])):
        part.making.bulk.add(VoteEvent, **event)


class _Voter:
    """One person: what they vote on and how does not depend on anybody else."""

    def __init__(self, part: Part, key: str, row: Row) -> None:
        self.part, self.row, self.id = part, row, part.making.people[key]
        self.random = part.random(f"votes of {key}")

    def on(
        self, thing: Row, on: dict[str, Any], since: datetime, stretch: Stretch, thread: int | None
    ) -> list[dict[str, Any]]:
        """The history of a vote, in order; the row of the current one is written here."""
        dice = [self.random.random() for _ in range(6)]
        start = max(since, self.row["joined_at"])
        appetite = self.row["appetite"] * thing.get("share", 1) * (SO_FAR if stretch.going_on else 1)
        if dice[0] > appetite or start >= stretch.end:
            return []
        times = sorted(start + (stretch.end - start) * part for part in dice[1:3])
        likely = 1 / (1 + exp(-SURE * (self.row["lean"] * thing["axis"] + thing["appeal"])))
        value = Vote.PASS if dice[3] < PASSING else Vote.AGREE if dice[4] < likely else Vote.DISAGREE
        who = {"person_id": self.id, "standing": self.row["standing"], **on}
        if dice[5] < TAKING_BACK:
            return [{**who, "value": value, "at": times[0]}, {**who, "value": None, "at": times[1]}]
        self.part.making.bulk.add(VoteNow, **who, thread_id=thread, value=value)
        if dice[5] < TAKING_BACK + CHANGING:
            other = Vote.PASS if value != Vote.PASS else Vote.DISAGREE
            return [{**who, "value": other, "at": times[0]}, {**who, "value": value, "at": times[1]}]
        return [{**who, "value": value, "at": times[0]}]
