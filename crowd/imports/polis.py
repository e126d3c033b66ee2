"""The files of a Polis export, read and judged row by row."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo

from crowd.i18n import _
from crowd.imports.shape import BadExport, Event, Gathered, Place, Refusal, Said
from crowd.imports.sources import Files
from crowd.states import State

VALUES = {"1": 1, "0": 0, "-1": -1}  # agree, pass, disagree; as ours
STATES = {1: State.PUBLISHED, 0: State.HELD, -1: State.REJECTED}
ATTRIBUTION = (
    "Data was gathered using the Polis software (compdemocracy.org/polis) and is sub-licensed under CC BY 4.0 with "
    "Attribution to The Computational Democracy Project."
)
_WRITTEN_ATTRIBUTION = re.compile(
    r"^Data was gathered using the Polis software.*?(?=\n\s*\n|\Z)", re.DOTALL | re.MULTILINE
)
NEEDED = ("comments.csv", "participants-votes.csv")


def read(files: Files, _zone: tzinfo = UTC) -> Gathered:
    """Everything in the files. Raises BadExport if it is no export; single bad rows are counted and left."""
    found = _about(files)
    _ideas(files, found)
    _people(files, found)
    if "votes.csv" in files.files:
        _events(files, found)
    else:
        found.events = None
        found.notes.append(
            _("The export has no votes.csv: the last vote of each person is known, but not when they gave it.")
        )
    if not found.texts:
        raise BadExport(_("%(folder)s has no idea in comments.csv that could be read.", folder=files.shown("")))
    return found


def _rows(files: Files, name: str, needed: str) -> Iterator[tuple[Place, dict[str, str]]]:
    """The rows by column name. Raises BadExport where it is no such table."""
    if name not in files.files:
        raise BadExport(_("%(file)s is missing: every Polis export has it.", file=files.shown(name)))
    lines = io.TextIOWrapper(io.BytesIO(files.files[name]), "utf-8-sig", newline="")
    table = csv.DictReader(lines)
    try:
        if missing := set(needed.split()) - set(table.fieldnames or ()):
            told = ", ".join(sorted(missing))
            raise BadExport(_("%(file)s has no column %(names)s.", file=files.shown(name), names=told))
        for n, row in enumerate(table, 2):
            yield Place(name, n), row
    except (csv.Error, UnicodeDecodeError) as error:
        raise BadExport(_("%(file)s is no table in UTF-8: %(why)s.", file=files.shown(name), why=error)) from None


def _about(files: Files) -> Gathered:
    """Topic, description and licence. A summary is two columns without a head: name, value."""
    summary = files.files.get("summary.csv", b"").decode("utf-8-sig", "replace")
    said = {row[0]: row[1] for row in csv.reader(io.StringIO(summary, newline="")) if len(row) > 1}
    readme = files.files.get("README.md", b"").decode("utf-8", "replace")
    written = _WRITTEN_ATTRIBUTION.search(readme)
    url = said.get("url", "").strip()
    return Gathered(
        source="polis",
        title=said.get("topic", "").strip() or files.name,
        description=said.get("conversation-description", "").strip(),
        attribution=" ".join(written[0].split()) if written else f"{ATTRIBUTION} {url}".strip(),
        zone="UTC",
        goes_on=True,
        question_less=True,
        refusal=Refusal(
            _("Moderators of a Polis conversation"),
            "Not approved in Polis",
            _("The moderators of the Polis conversation did not approve it. Their reasons were not handed on."),
        ),
    )


def _time(milliseconds: str) -> datetime:
    """Raises ValueError, also for what lies outside of any calendar."""
    try:
        return datetime.fromtimestamp(int(milliseconds) / 1000, UTC)
    except (OverflowError, OSError) as error:
        raise ValueError(milliseconds) from error


def _ideas(files: Files, found: Gathered) -> None:
    for place, row in _rows(files, "comments.csv", "timestamp comment-id author-id moderated comment-body"):
        try:
            idea = Said(
                key=str(int(row["comment-id"])),
                author=str(int(row["author-id"])),
                at=_time(row["timestamp"]),
                state=STATES[VALUES[row["moderated"].strip()]],
                text=row["comment-body"] or "",
                place=place,
            )
        except (ValueError, KeyError, AttributeError, TypeError):
            found.left.add(_("ideas without a number, an author, a time or a state"), place)
            continue
        if idea.key in found.texts:
            found.left.add(_("ideas with the number of another one"), place)
            continue
        found.texts[idea.key] = idea
        _known(found, idea.author)


def _known(found: Gathered, person: str) -> None:
    found.people[person] = _("Participant %(n)s", n=person)


def _people(files: Files, found: Gathered) -> None:
    """Everybody, and their last votes: a column for each idea, empty where they did not vote."""
    columns: list[tuple[str, str]] | None = None
    for place, row in _rows(files, "participants-votes.csv", "participant"):
        if columns is None:
            numbers = [(name, str(int(name))) for name in row if name and name.isdecimal()]
            columns = [(name, key) for name, key in numbers if key in found.texts]
            why = _("columns of votes on ideas that comments.csv does not have")
            found.left.add(why, number=len(numbers) - len(columns))
        if not (row["participant"] or "").isdecimal():
            found.left.add(_("people without a number"), place)
            continue
        person = str(int(row["participant"]))
        _known(found, person)
        for name, key in columns:
            if written := row[name]:
                if (value := VALUES.get(written)) is None:
                    found.left.add(_("votes that are not 1, 0 or -1"), place)
                else:
                    found.votes[person, key] = value


def _events(files: Files, found: Gathered) -> None:
    """The log of votes takes the place of the table: of one person's votes on one idea the last one is theirs."""
    events: dict[tuple[datetime, str, str], int] = {}
    for place, row in _rows(files, "votes.csv", "timestamp comment-id voter-id vote"):
        try:
            key = (_time(row["timestamp"]), str(int(row["voter-id"])), str(int(row["comment-id"])))
            value = VALUES[row["vote"].strip()]
        except (ValueError, KeyError, AttributeError, TypeError):
            found.left.add(_("votes without a time, a person, an idea or a value"), place)
            continue
        if key[2] not in found.texts:
            found.left.add(_("votes on ideas that comments.csv does not have"), place)
            continue
        if key in events:
            found.left.add(_("votes sent twice in the same millisecond"), place)
        events[key] = value
    found.events = [Event(*key, value) for key, value in sorted(events.items(), key=lambda item: item[0][0])]
    found.votes = {(event.person, event.text): event.value for event in found.events}
    for event in found.events:
        if event.person not in found.people:
            _known(found, event.person)
