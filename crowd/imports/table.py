"""Contributions and comments in a CSV, one row each, as a host or another system has written them."""

from collections.abc import Iterator, Mapping
from datetime import datetime, tzinfo
from typing import TypeVar

from crowd import clock
from crowd.hosting import lists
from crowd.i18n import _, number
from crowd.imports.headings import columns
from crowd.imports.moments import moment
from crowd.imports.shape import BadExport, Gathered, Place, Refusal, Said, Totals
from crowd.imports.sources import ZIP, Files
from crowd.states import Kind, Promise, State
from crowd.text import tidy_line

MOST = 100_000  # rows
KEY, SHORT = 200, 100  # characters of an id or an author; of a theme
KINDS = {kind.value: kind for kind in Kind} | {"proposal": Kind.IDEA, "reply": Kind.COMMENT}
STATES = {
    "": State.PUBLISHED,
    **dict.fromkeys(("published", "approved", "public", "1"), State.PUBLISHED),
    **dict.fromkeys(("held", "waiting", "pending", "0"), State.HELD),
    **dict.fromkeys(("rejected", "refused", "-1"), State.REJECTED),
}
PROMISES = {
    "": Promise.MEMBERS,  # the narrowest: nobody says that anybody was promised more (P12)
    **dict.fromkeys(("members", "0"), Promise.MEMBERS),
    **dict.fromkeys(("nameless", "all without a name", "1"), Promise.NAMELESS),
    **dict.fromkeys(("all", "alias", "public", "everybody", "2"), Promise.ALIAS),
}

Word = TypeVar("Word")


class Bad(Exception):
    """A row that cannot be taken: the reason, and the sentence about this row."""

    def __init__(self, why: str, said: str = "") -> None:
        super().__init__(why)
        self.why, self.said = why, said or why


def lines(files: Files, name: str) -> Iterator[tuple[Place, list[str]]]:
    """The rows of a table with anything in them. UTF-8 or UTF-16 with a mark, UTF-8, else Windows-1252; commas,
    semicolons or tabs. Raises BadExport."""
    data = files.files[name]
    if data.startswith((ZIP, b"\xd0\xcf\x11\xe0")):
        raise BadExport(_("%(file)s is a workbook. Save its sheet as CSV UTF-8.", file=files.shown(name)))
    try:
        for n, row in lists.lines(data):
            if any(cell.strip() for cell in row):
                yield Place(name, n), row
    except lists.BadList as why:
        raise BadExport(f"{files.shown(name)}: {why}") from None


def read(files: Files, zone: tzinfo) -> Gathered:
    """All tables among the files, in one. Raises BadExport if one is no table of contributions."""
    names = [name for name in files.files if name.lower().endswith((".csv", ".tsv", ".txt"))]
    if not names:
        raise BadExport(_("There is no CSV file in %(name)s.", name=files.where or files.name))
    why = Refusal(
        _("Moderators elsewhere"),
        "Not approved where it was written",
        _("It was not approved where it was written. The reasons were not handed on."),
    )
    found = Gathered(source="csv", title=files.name, question=_("What was said"), refusal=why)
    for name in names:
        _take(files, name, found, zone)
    if not found.texts:
        raise BadExport(
            _("No row of %(name)s could be read. %(why)s", name=", ".join(names), why=_first(found)).strip()
        )
    return found


def _first(found: Gathered) -> str:
    return _("Row %(n)s: %(why)s.", n=found.left.rows[0][1], why=found.left.rows[0][2]) if found.left.rows else ""


def _take(files: Files, name: str, found: Gathered, zone: tzinfo) -> None:
    where: dict[str, int] | None = None
    for place, row in lines(files, name):
        if where is None:
            where = columns(row, files.shown(name))
            found.notes += _about_times(name, where)
            continue
        if len(found.texts) >= MOST:
            raise BadExport(_("There are more than %(n)s rows. Take them in in parts.", n=number(MOST)))
        cells = {column: row[n].strip() for column, n in where.items() if n < len(row)}
        try:
            one = _said(cells, place, zone)
            if (first := found.texts.get(one.key)) is not None:
                said = _("the id %(id)s stands in row %(n)s already", id=one.key, n=first.place.row)
                raise Bad(_("ids that stand in an earlier row already"), said)
        except Bad as bad:
            found.left.add(bad.why, place, said=bad.said)
            continue
        found.texts[one.key] = one
        found.people.setdefault(one.author, "")


def _about_times(name: str, where: Mapping[str, int]) -> list[str]:
    if "time" not in where:
        return [_("%(file)s has no column time: its texts have the time of the import.", file=name)]
    return [_("%(file)s: a date such as 03/02/2026 is read as the third of February.", file=name)]


def _said(cells: Mapping[str, str], place: Place, zone: tzinfo) -> Said:
    """A row as a text. Raises Bad."""
    key, parent = _short(cells, "id"), _short(cells, "parent_id")
    if not key:
        raise Bad(_("rows without an id"))
    if parent in ("-1", "0"):  # how some systems write that there is none
        parent = ""
    kind = _word(cells, "kind", KINDS | {"": Kind.COMMENT if parent else Kind.IDEA})
    if (kind == Kind.COMMENT) != bool(parent):
        raise Bad(_("comments that answer nothing, and answers that are no comments"))
    return Said(
        key=key,
        parent=parent,
        author=_short(cells, "author") or f"of {key}",
        kind=kind,
        text=cells.get("text", ""),
        at=_time(cells, zone),
        question=_short(cells, "question", 1000),
        state=_word(cells, "state", STATES),
        promise=_word(cells, "promise", PROMISES),
        language=_language(cells),
        totals=Totals(*(_total(cells, name) for name in ("agree", "disagree", "pass"))),
        themes=_themes(cells),
        place=place,
    )


def _short(cells: Mapping[str, str], column: str, most: int = KEY) -> str:
    found = tidy_line(cells.get(column, ""))
    if len(found) > most:
        raise Bad(_("rows where “%(column)s” has more than %(n)s characters", column=column, n=most))
    return found


def _word(cells: Mapping[str, str], column: str, known: Mapping[str, Word]) -> Word:
    written = cells.get(column, "")
    if (found := known.get(written.casefold())) is None:
        words = ", ".join(word for word in known if word and not word.lstrip("-").isdigit())
        said = _("“%(word)s” is no %(column)s: it can be %(words)s", word=written[:40], column=column, words=words)
        raise Bad(_("words that the column %(column)s does not know", column=column), said)
    return found


def _time(cells: Mapping[str, str], zone: tzinfo) -> datetime:
    if "time" not in cells:
        return clock.now()
    try:
        at = moment(cells["time"], zone)
    except ValueError:
        said = _("“%(time)s” is no time: write it as 2026-03-02 14:05", time=cells["time"][:40])
        raise Bad(_("times that cannot be read"), said) from None
    if at > clock.now():
        raise Bad(_("times in the future"), _("%(time)s is in the future", time=cells["time"][:40]))
    return at


def _language(cells: Mapping[str, str]) -> str:
    found = cells.get("language", "").lower()
    if found and not (found.replace("-", "").isalpha() and found.isascii() and 2 <= len(found) <= 20):
        said = _("“%(word)s” is no language: write its code, such as en or cy", word=found[:40])
        raise Bad(_("languages that are none"), said)
    return found


def _total(cells: Mapping[str, str], column: str) -> int | None:
    written = cells.get(column, "")
    if not written:
        return None
    if not (written.isascii() and written.isdigit() and len(written) < 10):
        said = _("“%(word)s” in the column %(column)s is no number of votes", word=written[:40], column=column)
        raise Bad(_("numbers of votes that cannot be read"), said)
    return int(written)


def _themes(cells: Mapping[str, str]) -> tuple[str, ...]:
    found = dict.fromkeys(tidy_line(theme) for theme in cells.get("themes", "").split("|"))
    if any(len(theme) > SHORT for theme in found):
        raise Bad(_("themes of more than %(n)s characters; put a | between several", n=SHORT))
    return tuple(theme for theme in found if theme)
