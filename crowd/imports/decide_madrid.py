"""The open data of Decide Madrid (Consul): proposals, and comments on them to any depth, with totals of votes."""

from collections.abc import Iterator
from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo

from crowd.i18n import _
from crowd.imports.moments import moment, of_madrid
from crowd.imports.shape import BadExport, Gathered, Place, Said, Totals
from crowd.imports.sources import Files
from crowd.imports.table import lines
from crowd.states import Kind

MADRID = ZoneInfo("Europe/Madrid")
MOST = 10**9
PROPOSALS = "id url code title userId date summary text numComments status numSupports isAssociation"
COMMENTS = "id parentId proposalId page userId userType date time text numVotes numPositiveVotes numNegativeVotes"
ATTRIBUTION = (
    "Data: [Decide Madrid](https://decide.madrid.es), Ayuntamiento de Madrid, open data; votes stand as counted there."
)


def read(files: Files, _zone: tzinfo = UTC) -> Gathered:
    """Every proposal as an idea, every comment in its place. A reply whose parent was removed there keeps its place
    under a text that is marked as gone; who had voted is not told, only how many. Raises BadExport."""
    found = Gathered(
        source="decide-madrid",
        title="Decide Madrid",
        attribution=ATTRIBUTION,
        zone="Europe/Madrid",
        question="Propuestas",
        question_less=True,
    )
    for place, row in _rows(files, "proposals.csv", PROPOSALS):
        _proposal(found, place, row)
    for place, row in _rows(files, "comments.csv", COMMENTS):
        _comment(found, place, row)
    if not found.texts:
        raise BadExport(_("%(folder)s has no proposal that could be read.", folder=files.where or files.name))
    _gone(found)
    return found


def _rows(files: Files, name: str, needed: str) -> Iterator[tuple[Place, dict[str, str]]]:
    if name not in files.files:
        raise BadExport(_("%(file)s is missing: Decide Madrid's data has it.", file=files.shown(name)))
    head: list[str] = []
    for place, row in lines(files, name):
        if not head:
            head = row
            if missing := set(needed.split()) - set(head):
                told = ", ".join(sorted(missing))
                raise BadExport(_("%(file)s has no column %(names)s.", file=files.shown(name), names=told))
        else:
            yield place, dict(zip(head, row + [""] * (len(head) - len(row)), strict=False))


def _add(found: Gathered, one: Said) -> None:
    if one.key in found.texts:
        said = _("the number %(id)s stands in an earlier row already", id=one.key[1:])
        found.left.add(_("numbers that stand in an earlier row already"), one.place, said=said)
        return
    found.texts[one.key] = one
    found.people[one.author] = _("Participant %(n)s", n=one.author)


def _number(written: str) -> int:
    """Raises ValueError, also for what is larger than anything that was counted there: it would fit no column."""
    if not -1 <= (found := int(written)) < MOST:
        raise ValueError(written)
    return found


def _total(written: str) -> int | None:
    return _number(written) if written.strip() else None


def _proposal(found: Gathered, place: Place, row: dict[str, str]) -> None:
    try:
        one = Said(
            key=f"p{_number(row['id'])}",
            author=str(_number(row["userId"])),
            at=moment(row["date"], MADRID),
            text="\n\n".join(part for part in (_bold(row["title"]), row["summary"], row["text"]) if part.strip()),
            language="es",
            totals=Totals(agree=_total(row["numSupports"])),
            facts={name: row[name] for name in ("url", "code", "numComments", "status", "isAssociation")},
            place=place,
        )
    except ValueError as error:
        said = _("a number or the date cannot be read (%(why)s)", why=str(error)[:80])
        found.left.add(_("proposals whose numbers or date cannot be read"), place, said=said)
        return
    _add(found, one)


def _bold(title: str) -> str:
    title = " ".join(title.split()).replace("*", "\\*")
    return f"**{title}**" if title else ""


def _comment(found: Gathered, place: Place, row: dict[str, str]) -> None:
    try:
        above = _number(row["parentId"])
        one = Said(
            key=f"c{_number(row['id'])}",
            parent=f"c{above}" if above != -1 else f"p{_number(row['proposalId'])}",
            question=f"p{_number(row['proposalId'])}",
            author=str(_number(row["userId"])),
            at=of_madrid(row["date"], row["time"], MADRID),
            text=row["text"],
            kind=Kind.COMMENT,
            language="es",
            totals=Totals(_total(row["numPositiveVotes"]), _total(row["numNegativeVotes"])),
            facts={name: row[name] for name in ("page", "userType") if row[name]},
            place=place,
        )
    except ValueError as error:
        said = _("a number or the time cannot be read (%(why)s)", why=str(error)[:80])
        found.left.add(_("comments whose numbers or time cannot be read"), place, said=said)
        return
    _add(found, one)


def _gone(found: Gathered) -> None:
    """A text for each parent that is named and not there. When it was written is not known: not after its answers."""
    answered = [one for one in found.texts.values() if one.parent.startswith("c") and one.parent not in found.texts]
    for one in answered:
        known = found.texts.get(one.parent)
        if known is None:
            found.texts[one.parent] = Said(
                key=one.parent,
                parent=one.question,
                author="",
                at=one.at,
                text="",
                kind=Kind.COMMENT,
                gone=True,
                place=one.place,
            )
        else:
            known.at = min(known.at, one.at)
    for one in found.texts.values():
        one.question = ""
    if answered:
        found.notes.append(
            _(
                "%(n)s replies answer comments that were removed there: they stand under a mark in its place.",
                n=len(answered),
            )
        )
