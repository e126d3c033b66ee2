"""What people wrote: when it came, what moderators decided and when, and the rows that deeds would have left."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from crowd import text
from crowd.demonstration import documents
from crowd.demonstration.content import Row
from crowd.demonstration.making import Part
from crowd.demonstration.when import Stretch
from crowd.evidence.card import FIELDS
from crowd.models import Contribution, Decision, Version
from crowd.moderation.returning import RETURNED_FOR
from crowd.states import Kind, Phase, Place, Promise, State
from crowd.threads.deeds import path_step

PROMISES = {"members": Promise.MEMBERS, "nameless": Promise.NAMELESS, "alias": Promise.ALIAS}
MODERATORS = ("moderator", "second-moderator")
DECISIONS = {State.PUBLISHED: "approve", State.RETURNED: "return", State.REJECTED: "reject"}
# What became of the texts that wait while a phase goes on, once the next has begun; the others were published.
REFUSED = {
    "q1-self-referral.14": "Personal attack",
    "q1-held-colleague": "Names or identifies an individual",
    "q1-held-duplicate": "Duplicate",
    "q1-held-incomprehensible": "Cannot be understood",
    "q2-held-attack": "Personal attack",
    "q2-held-advert": "Advertising",
    "q2-held-whistle": "Whistleblowing",
    "q2-held-offtopic": "Off topic",
    "q3-held-patient": "Identifies a patient",
    "f8.4": "Names or identifies an individual",
    "f9.3": "Advertising",
    "f12.4": "Names or identifies an individual",
    "d1-held-supplier": "Names or identifies an individual",
    "f1.mill": "Names or identifies an individual",
}


@dataclass
class Text:
    """A contribution with its one version. `decided` is None while it waits."""

    row: Row
    at: datetime
    state: State
    decided: datetime | None
    parent: "Text | None" = None
    question: int | None = None
    finding: int | None = None
    id: int = 0
    version: int = 0
    thread: int = 0
    path: str = ""
    level: int = 1
    decision: int = 0
    serial: int | None = None
    moderator: str = ""

    key = property(lambda self: self.row["key"])
    author = property(lambda self: self.row["author"])
    promise = property(lambda self: PROMISES[self.row.get("promise", "alias")])
    reason = property(lambda self: self.row.get("reason") or REFUSED.get(self.key))
    public = property(lambda self: self.state == State.PUBLISHED)


class Planner:
    """Which texts are there, in the order in which they came."""

    def __init__(self, stretch: Stretch, all_decided: bool, random: Random) -> None:
        self.stretch, self.all_decided, self.random = stretch, all_decided, random

    def thread(self, row: Row, **place: int) -> Iterator[Text]:
        """A text under a question and the comments under it."""
        first = self._text(row, None, place)
        if first is not None:
            yield from self.comments(row, first, **place)

    def comments(self, row: Row, first: Text | None = None, **place: int) -> Iterator[Text]:
        """The comments of a row, under its own text or under a finding; nothing stands under what is not public."""
        there = {first.key: first} if first else {}
        yield from there.values()
        for comment in row.get("comment", ()):
            above = there.get(comment["under"]) if "under" in comment else first
            if above is None and (first or "under" in comment):
                continue
            if (above is None or above.public) and (found := self._text(comment, above, place)):
                there[found.key] = found
                yield found

    def _text(self, row: Row, parent: Text | None, place: dict[str, Any]) -> Text | None:
        state = State(row.get("state", State.PUBLISHED))
        at = self.stretch.lately(row["at"]) if state == State.HELD else self.stretch.at(row["at"])
        if at is not None and parent is not None and parent.decided is not None:
            at = max(at, parent.decided + timedelta(minutes=3))  # nobody answers what nobody can read
        if at is None or at >= self.stretch.end:
            return None
        if state == State.HELD and self.all_decided:
            state = State.REJECTED if row["key"] in REFUSED else State.PUBLISHED
        return Text(row, at, state, None if state == State.HELD else self._decided(at), parent, **place)

    def _decided(self, at: datetime) -> datetime:
        """After minutes or hours, and never later than now."""
        wait = timedelta(minutes=self.random.triangular(4, 420, 60))
        return at + min(wait, 0.9 * (self.stretch.now - at))


def plan(part: Part) -> list[Text]:
    """All texts that are there now, as they came; nothing is written yet."""
    calendar, content = part.calendar, part.content
    discussion, opening = calendar.discussion, calendar.opening
    in_discussion = Planner(discussion, calendar.now >= opening.start, part.random("discussion"))
    under_findings = Planner(opening, calendar.now >= opening.bell, part.random("findings"))
    found = [text for n, rows in content.questions for row in rows for text in in_discussion.thread(row, question=n)]
    for row in content.findings:
        found += under_findings.comments(row, finding=row["number"])
    return sorted(found, key=lambda text: (text.at, text.key))


def write(part: Part, texts: list[Text], findings: dict[int, int]) -> None:
    """The rows of contributions, versions and decisions, with the lines that they leave in the log."""
    bulk, random = part.making.bulk, part.random("moderators")
    published = sorted((it for it in texts if it.public and it.decided), key=lambda it: (it.decided, it.key))
    for serial, it in enumerate(published, 1):  # recount tells the consultation which was the last
        it.serial = serial
    for it in texts:
        it.id = bulk.next_id(Contribution)
        it.thread = it.parent.thread if it.parent else it.id
        it.path = (it.parent.path if it.parent else "") + path_step(it.id)
        it.level = it.parent.level + 1 if it.parent else 1
        it.version = bulk.next_id(Version)
        bulk.add(Contribution, **_contribution(part, it, findings))
        files = documents.of_text(part, it.row, it.id, part.making.people[it.author], it.at)
        bulk.add(Version, **_version(part, it), files=files, language="en")
        it.moderator = random.choice(MODERATORS)
        part.line("submitted", it.at, it.author, contribution=it.id, version=it.version)
    for it in sorted((it for it in texts if it.decided), key=lambda it: (it.decided, it.id)):
        _decide(part, it)


def _contribution(part: Part, it: Text, findings: dict[int, int]) -> dict[str, Any]:
    shown, parent = part.members[it.author], it.parent
    return {
        "id": it.id,
        "consultation_id": part.id,
        "question_id": part.questions[it.question] if it.question else None,
        "finding_id": findings[it.finding] if it.finding else None,
        "place": Place.FINDING if it.finding else Place.DISCUSSION,
        "kind": it.row.get("kind", Kind.COMMENT),
        "parent_id": parent.id if parent else None,
        "parent_author_id": part.making.people[parent.author] if parent else 0,
        "thread_id": it.thread,
        "path": it.path,
        "level": it.level,
        "author_id": part.making.people[it.author],
        **{name: shown[name] for name in ("alias", "profession", "region", "group", "expert")},
        "best_practice": it.public and it.row.get("best_practice", False),
        "state": it.state,
        "promise": it.promise,
        "phase": Phase.OPEN if it.finding else Phase.MEMBERS,
        "version_id": it.version if it.public else None,
        "once": f"{part.content.part}-{it.key}"[:40],
        "submitted_at": it.at,
        "public_since": it.decided if it.public else None,
        "serial": it.serial,
        "ended_at": it.decided if it.state == State.REJECTED else None,
        "resubmit_by": _resubmit_by(part, it),
        "stamp": 2 if it.public else 1,
    }


def _resubmit_by(part: Part, it: Text) -> datetime | None:
    """As crowd/moderation/returning.py finds it for a text of the members' phase."""
    if it.state != State.RETURNED or it.decided is None:
        return None
    return min(it.decided + RETURNED_FOR, part.calendar.discussion.bell + timedelta(days=3))


def _version(part: Part, it: Text) -> dict[str, Any]:
    card = {name: it.row[name] for name in FIELDS if it.row.get(name)}
    return {
        "id": it.version,
        "contribution_id": it.id,
        "number": 1,
        "state": it.state,
        "source": it.row["text"].strip(),
        "html": part.content.html[it.row["text"]],
        "card": card,
        "renderer": text.RENDERER,
        "held_for": [{"rule": "mode"}],
        "created_at": it.at,
        "first_at": it.at,
    }


def _decide(part: Part, it: Text) -> None:
    assert it.decided is not None, "what waits is not decided"
    waited = int((it.decided - it.at).total_seconds())
    it.decision = part.making.bulk.add(
        Decision,
        version_id=it.version,
        consultation_id=part.id,
        moderator_id=part.making.people[it.moderator],
        decision=DECISIONS[it.state],
        reason_id=part.making.reasons[it.reason] if it.reason else None,
        note=it.row.get("note", ""),
        at=it.decided,
        waited=waited,
    )
    facts = {"contribution": it.id, "version": it.version, "decision": it.decision, "waited": waited}
    part.line(it.state, it.decided, it.moderator, **facts)
