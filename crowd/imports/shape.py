"""What every reader makes of its files, and all that the writer knows of them. Knows nothing of our tables."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from crowd.states import Kind, Promise, State

LISTED = 10_000  # sentences about rows that are kept; all are counted
Tell = Callable[[str], None]


class BadExport(Exception):
    """Files that cannot be read as what they should be. Its str says what is wrong and what would help."""


class Totals(NamedTuple):
    """Votes as they were counted there, by nobody we know of; None is not counted."""

    agree: int | None = None
    disagree: int | None = None
    passed: int | None = None


class Place(NamedTuple):
    """Where something stands, to be found in a spreadsheet: the first row is 1."""

    file: str = ""
    row: int = 0


UNCOUNTED, NOWHERE = Totals(), Place()


@dataclass
class Said:
    """One text. `parent` is the key of what it answers. A `gone` one is known from its answers alone."""

    key: str
    author: str
    at: datetime
    text: str
    parent: str = ""
    question: str = ""
    kind: Kind = Kind.IDEA
    state: State = State.PUBLISHED
    promise: Promise = Promise.ALIAS
    language: str = ""
    totals: Totals = UNCOUNTED
    themes: tuple[str, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)
    gone: bool = False
    place: Place = NOWHERE


class Event(NamedTuple):
    at: datetime
    person: str
    text: str
    value: int


class Refusal(NamedTuple):
    """How it is told that something was not approved there: who decided, the reason's title, and its text."""

    who: str
    title: str
    text: str


@dataclass
class Left:
    """What was not taken, and why: counted by reason, and row by row."""

    counts: Counter[str] = field(default_factory=Counter)
    rows: list[tuple[str, int, str]] = field(default_factory=list)

    def add(self, why: str, place: Place = NOWHERE, *, said: str = "", number: int = 1) -> None:
        """`said` is the sentence about this row, where the reason alone does not say enough."""
        if number:
            self.counts[why] += number
            if len(self.rows) < LISTED and place.row:
                self.rows.append((*place, said or why))


@dataclass
class Gathered:
    """All of one source. `people` is everybody, with the name that is shown, "" for a number that the writer gives.
    `votes` is the last one by (person, text); `events` every one in time, None where only the last ones are known."""

    source: str
    title: str
    description: str = ""
    attribution: str = ""
    zone: str | None = None  # of a new consultation; None: the usual one
    goes_on: bool = False  # whether a new consultation is in its discussion, or past it
    question: str = ""  # the title of a new consultation's only question, where the texts name none
    question_less: bool = False  # whether its texts never name one: they belong to the first
    refusal: Refusal | None = None
    texts: dict[str, Said] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)
    votes: dict[tuple[str, str], int] = field(default_factory=dict)
    events: list[Event] | None = field(default_factory=list)
    left: Left = field(default_factory=Left)
    notes: list[str] = field(default_factory=list)  # sentences for the report
