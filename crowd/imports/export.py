"""The files of a Polis export, read and judged row by row. Knows nothing of our tables."""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from crowd.i18n import _

VALUES = {"1": 1, "0": 0, "-1": -1}  # agree, pass, disagree; as ours
ATTRIBUTION = (
    "Data was gathered using the Polis software (compdemocracy.org/polis) and is sub-licensed under CC BY 4.0 with "
    "Attribution to The Computational Democracy Project."
)
_WRITTEN_ATTRIBUTION = re.compile(
    r"^Data was gathered using the Polis software.*?(?=\n\s*\n|\Z)", re.DOTALL | re.MULTILINE
)


class BadExport(Exception):
    """A folder that cannot be read as an export. Its str says what is wrong and what would help."""


class Idea(NamedTuple):
    number: int
    author: int
    at: datetime
    moderated: int  # 1 approved, 0 not decided, -1 not approved
    text: str


class Event(NamedTuple):
    at: datetime
    person: int
    idea: int
    value: int


@dataclass
class Export:
    """`votes` is the last vote by (person, idea); `events` every vote in time, None where only the last ones are known.
    `left` counts what could not be read, by reason."""

    topic: str
    url: str
    description: str
    attribution: str
    ideas: dict[int, Idea] = field(default_factory=dict)
    people: set[int] = field(default_factory=set)
    votes: dict[tuple[int, int], int] = field(default_factory=dict)
    events: list[Event] | None = None
    left: Counter[str] = field(default_factory=Counter)


def read(folder: Path) -> Export:
    """Everything in the folder. Raises BadExport if it is none; single bad rows are counted and left."""
    if not folder.is_dir():
        raise BadExport(_("%(folder)s is no folder. Name the folder that holds comments.csv.", folder=folder))
    try:
        export = _about(folder)
        _ideas(folder / "comments.csv", export)
        _people(folder / "participants-votes.csv", export)
        if (folder / "votes.csv").exists():
            _events(folder / "votes.csv", export)
    except OSError as error:
        raise BadExport(
            _("%(file)s cannot be read: %(why)s.", file=error.filename or folder, why=error.strerror or error)
        ) from None
    if not export.ideas:
        raise BadExport(_("%(folder)s has no idea in comments.csv that could be read.", folder=folder))
    return export


def _rows(file: Path, needed: str) -> Iterator[dict[str, str]]:
    """The rows by column name. Raises BadExport where it is no such table."""
    if not file.exists():
        raise BadExport(_("%(file)s is missing: every Polis export has it.", file=file))
    with file.open(encoding="utf-8-sig", newline="") as lines:
        table = csv.DictReader(lines)
        try:
            if missing := set(needed.split()) - set(table.fieldnames or ()):
                raise BadExport(_("%(file)s has no column %(names)s.", file=file, names=", ".join(sorted(missing))))
            yield from table
        except (csv.Error, UnicodeDecodeError) as error:
            raise BadExport(_("%(file)s is no table in UTF-8: %(why)s.", file=file, why=error)) from None


def _about(folder: Path) -> Export:
    """Topic, description and licence. A summary is two columns without a head: name, value."""
    file, said = folder / "summary.csv", {}
    if file.exists():
        with file.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
            said = {row[0]: row[1] for row in csv.reader(lines) if len(row) > 1}
    readme = folder / "README.md"
    written = _WRITTEN_ATTRIBUTION.search(readme.read_text("utf-8", errors="replace")) if readme.exists() else None
    url = said.get("url", "").strip()
    return Export(
        topic=said.get("topic", "").strip() or folder.name,
        url=url,
        description=said.get("conversation-description", "").strip(),
        attribution=" ".join(written[0].split()) if written else f"{ATTRIBUTION} {url}".strip(),
    )


def _time(milliseconds: str) -> datetime:
    """Raises ValueError, also for what lies outside of any calendar."""
    try:
        return datetime.fromtimestamp(int(milliseconds) / 1000, UTC)
    except (OverflowError, OSError) as error:
        raise ValueError(milliseconds) from error


def _ideas(file: Path, export: Export) -> None:
    for row in _rows(file, "timestamp comment-id author-id moderated comment-body"):
        try:
            idea = Idea(
                int(row["comment-id"]),
                int(row["author-id"]),
                _time(row["timestamp"]),
                VALUES[row["moderated"].strip()],
                row["comment-body"] or "",
            )
        except (ValueError, KeyError, AttributeError, TypeError):
            export.left[_("ideas without a number, an author, a time or a state")] += 1
            continue
        if idea.number in export.ideas:
            export.left[_("ideas with the number of another one")] += 1
            continue
        export.ideas[idea.number] = idea
        export.people.add(idea.author)


def _people(file: Path, export: Export) -> None:
    """Everybody, and their last votes: a column for each idea, empty where they did not vote."""
    columns: list[tuple[str, int]] | None = None
    for row in _rows(file, "participant"):
        if columns is None:
            columns = [(name, int(name)) for name in row if name and name.isdecimal()]
            missing = [number for _name, number in columns if number not in export.ideas]
            export.left[_("columns of votes on ideas that comments.csv does not have")] += len(missing)
            columns = [(name, number) for name, number in columns if number in export.ideas]
        if not (row["participant"] or "").isdecimal():
            export.left[_("people without a number")] += 1
            continue
        person = int(row["participant"])
        export.people.add(person)
        for name, number in columns:
            if written := row[name]:
                if (value := VALUES.get(written)) is None:
                    export.left[_("votes that are not 1, 0 or -1")] += 1
                else:
                    export.votes[person, number] = value


def _events(file: Path, export: Export) -> None:
    """The log of votes takes the place of the table: of one person's votes on one idea the last one is theirs."""
    found: dict[tuple[datetime, int, int], int] = {}
    for row in _rows(file, "timestamp comment-id voter-id vote"):
        try:
            key = (_time(row["timestamp"]), int(row["voter-id"]), int(row["comment-id"]))
            value = VALUES[row["vote"].strip()]
        except (ValueError, KeyError, AttributeError, TypeError):
            export.left[_("votes without a time, a person, an idea or a value")] += 1
            continue
        if key[2] not in export.ideas:
            export.left[_("votes on ideas that comments.csv does not have")] += 1
            continue
        if key in found:
            export.left[_("votes sent twice in the same millisecond")] += 1
        found[key] = value
    export.events = [Event(*key, value) for key, value in sorted(found.items(), key=lambda item: item[0][0])]
    export.votes = {(event.person, event.idea): event.value for event in export.events}
    export.people |= {event.person for event in export.events}
