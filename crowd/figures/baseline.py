"""A baseline as a host has it: a list of professions or regions with how many there are. Reads it, and says what is
wrong in sentences; knows no database."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NamedTuple

from crowd import i18n
from crowd.hosting import lists, sheets
from crowd.hosting.lists import BadList
from crowd.i18n import _, ngettext, number

ATTRIBUTES = ("profession", "region")
EXAMPLE = Path(__file__).with_name("ahp.csv")
MOST_BYTES = 200_000
MOST = 500  # rows
TOGETHER = re.compile(r"\s*(?:\+|;)\s*")  # "Art therapist + Music therapist" are counted as one by the source
SUM = frozenset({"total", "all", "sum", "sumtotal", "grandtotal", "overall"})
HEADS = {
    "name": ("profession", "region", "name", "group", "area"),
    "count": ("count", "number", "people", "n", "registrants", "headcount"),
    "date": ("date", "on", "asof"),
    "source": ("source", "from"),
}
LENGTHS = {"source": 300}


class BadBaseline(ValueError):
    """It cannot be taken; `sentences` say why, row by row."""

    def __init__(self, *sentences: str):
        super().__init__(" ".join(sentences))
        self.sentences = sentences


class Row(NamedTuple):
    line: int
    names: tuple[str, ...]
    people: int
    date: str  # ISO
    source: str

    def stored(self) -> dict[str, Any]:
        return {"names": list(self.names), "count": self.people, "date": self.date, "source": self.source}


def origin(rows: Collection[Mapping[str, Any]]) -> str:
    """Where a stored baseline is from, and of which days, as it stands below what is held against it."""
    sources = dict.fromkeys(row["source"] for row in rows)
    days = dict.fromkeys(i18n.day(datetime.fromisoformat(row["date"]).replace(tzinfo=UTC), "UTC") for row in rows)
    return _("Baseline: %(sources)s. As of %(days)s.", sources="; ".join(sources), days=", ".join(days))


def plain(name: str) -> str:
    """Letters by which names are compared: "Dietitians" is "Dietitian", "Prosthetists and orthotists" is
    "Prosthetist/orthotist"."""
    words = [word for word in re.findall(r"[^\W_]+", name.casefold()) if word != "and"]
    return "".join(word.removesuffix("s") for word in words)


def read(data: bytes, known: Collection[str], *, when: date | None = None, source: str = "") -> list[Row]:
    """The rows of a list; `when` and `source` stand in where rows have none. Raises BadBaseline."""
    lines = _lines(data)
    where = _columns(lines[0][1])
    if where is None:
        where, body = {"name": 0, "count": 1, "date": 2, "source": 3}, lines
    else:
        body = lines[1:]
    if not body:
        raise BadBaseline(_("The list is empty. Give a row for each profession or region, with how many there are."))
    if len(body) > MOST:
        raise BadBaseline(_("The list has more than %(n)s rows. Is it the right one?", n=number(MOST)))
    return _rows(body, where, known, when.isoformat() if when else "", source)


def _lines(data: bytes) -> list[tuple[int, list[str]]]:
    """The rows that hold something; a workbook's first sheet likewise."""
    try:
        found = sheets.rows(data) if sheets.is_packed(data) else lists.lines(data)
        lines = [(n, [" ".join(cell.split()) for cell in cells]) for n, cells in found]
    except BadList as bad:
        raise BadBaseline(str(bad)) from None
    lines = [(n, cells) for n, cells in lines if any(cells)]
    if not lines:
        raise BadBaseline(_("The list is empty. Give a row for each profession or region, with how many there are."))
    return lines


def _columns(first: Sequence[str]) -> dict[str, int] | None:
    """Which column is what, by the first row; None where it names none and holds figures already."""
    heads = [re.sub(r"[^a-z]", "", cell.casefold()) for cell in first]
    where = {role: n for role, names in HEADS.items() for n, head in reversed(list(enumerate(heads))) if head in names}
    if not where:
        if not any(re.search("[0-9]", cell) for cell in first):
            raise BadBaseline(_("The first row names no column. Head the columns: name, count, date, source."))
        return None
    if missing := {"name", "count"} - where.keys():
        need = _("profession or region") if "name" in missing else _("count")
        raise BadBaseline(_("There is no column “%(name)s”. Name the columns in the first row.", name=need))
    return where


def _rows(
    body: Iterable[tuple[int, list[str]]], where: dict[str, int], known: Collection[str], when: str, source: str
) -> list[Row]:
    names, taken = {plain(name): name for name in known}, dict[str, int]()
    rows, wrong, total = list[Row](), list[str](), None
    for line, cells in body:
        cell = {role: cells[n] if n < len(cells) else "" for role, n in where.items()}
        try:
            count = _count(cell["count"], line)
            if plain(cell["name"]) in SUM:
                total = (line, count)
                continue
            told = _names(cell["name"], line, names, known, taken)
            rows.append(Row(line, told, count, _date(cell.get("date", ""), line) or when, cell.get("source") or source))
        except BadBaseline as bad:
            wrong.extend(bad.sentences)
    wrong += _lacking(rows)
    adds_up = sum(row.people for row in rows)
    if not wrong and total and total[1] != adds_up:
        wrong.append(
            _(
                "Row %(line)s says that the total is %(stated)s, but the rows add up to %(sum)s. Mend the row that "
                "differs, or leave the total out.",
                line=total[0],
                stated=number(total[1]),
                sum=number(adds_up),
            )
        )
    if not wrong and not adds_up:
        wrong.append(_("The rows add up to nothing. A baseline needs at least one row with people in it."))
    if wrong:
        raise BadBaseline(*wrong)
    return rows


def _count(typed: str, line: int) -> int:
    digits = re.sub(r"[\s,.'’]", "", typed) if re.fullmatch(r"\d{1,3}([\s,.'’]\d{3})+", typed) else typed
    digits = digits.removesuffix(".0")
    if not typed:
        raise BadBaseline(_("Row %(line)s has no number. Say how many there are.", line=line))
    if not re.fullmatch(r"[0-9]{1,10}", digits):
        raise BadBaseline(_("Row %(line)s: “%(typed)s” is no whole number of people.", line=line, typed=typed[:40]))
    return int(digits)


def _names(
    typed: str, line: int, names: dict[str, str], known: Collection[str], taken: dict[str, int]
) -> tuple[str, ...]:
    """The names as the consultation writes them, each of which may come once."""
    parts = [part for part in TOGETHER.split(typed) if part]
    if not parts:
        raise BadBaseline(_("Row %(line)s names nothing. Say whom it counts.", line=line))
    found = []
    for part in parts:
        name = names.get(plain(part))
        if name is None:
            raise BadBaseline(_unknown(part, line, known))
        if first := taken.get(name):
            raise BadBaseline(
                _("Row %(line)s: “%(name)s” has a row already, row %(first)s.", line=line, name=name, first=first)
            )
        taken[name] = line
        found.append(name)
    return tuple(found)


def _unknown(name: str, line: int, known: Collection[str]) -> str:
    if not known:
        return _(
            "Row %(line)s: this consultation does not know “%(name)s”: it names none yet. Name them when you set it "
            "up.",
            line=line,
            name=name[:60],
        )
    return _(
        "Row %(line)s: this consultation does not know “%(name)s”. Write it as it does, or leave the row out. It "
        "knows: %(known)s.",
        line=line,
        name=name[:60],
        known=", ".join(known),
    )


def _date(typed: str, line: int) -> str:
    """ISO; also as people write days."""
    if not typed:
        return ""
    for way in ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d %B %Y", "%d %b %Y"):
        try:
            return datetime.strptime(typed, way).date().isoformat()  # noqa: DTZ007  # a day has no zone
        except ValueError:
            continue
    raise BadBaseline(
        _("Row %(line)s: “%(typed)s” is no date. Write it as 2020-11-03 or 3/11/2020.", line=line, typed=typed[:40])
    )


def _lacking(rows: Sequence[Row]) -> list[str]:
    """A figure without its date and source is none. A list that has no column for them is told so once."""
    wrong = []
    if lines := [row.line for row in rows if not row.date]:
        wrong.append(
            ngettext(
                "Row %(lines)s has no date. Give it there, or once for all below the list.",
                "These rows have no date: %(lines)s. Give it there, or once for all below the list.",
                len(lines),
                lines=_told(lines),
            )
        )
    if lines := [row.line for row in rows if not row.source]:
        wrong.append(
            ngettext(
                "Row %(lines)s has no source. Give it there, or once for all below the list.",
                "These rows have no source: %(lines)s. Give it there, or once for all below the list.",
                len(lines),
                lines=_told(lines),
            )
        )
    for row in rows:
        if len(row.source) > LENGTHS["source"]:
            said = _("Row %(line)s: the source is longer than %(n)s characters.", line=row.line, n=LENGTHS["source"])
            wrong.append(said)
    return wrong


def _told(lines: Sequence[int]) -> str:
    """The numbers of rows, of many the first ten."""
    return ", ".join(map(str, lines[:10])) + (" ..." if len(lines) > 10 else "")
