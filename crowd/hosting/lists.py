"""A membership list as bodies export it: what it may look like, and what is wrong with its rows."""

import csv
import io
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, islice
from sys import intern
from typing import NamedTuple

from crowd.accounts.numbers import Format
from crowd.accounts.register import plain_email, plain_number
from crowd.hosting import columns as columns_
from crowd.hosting.columns import Columns
from crowd.i18n import _, number
from crowd.text import tidy_line

MOST = 100_000  # rows
LOOKED_AT = 20  # rows by which the columns are guessed
STEP = 500  # rows after which it is told how far it is
ADDRESS = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\".]+(\.[^@\s,;<>\".]+)+")
LENGTHS = {"email": 254, "name": 200, "profession": 100, "number": 40, "region": 100}
Line = tuple[int, list[str]]


class BadList(ValueError):
    """Nothing of it can be read; the message says why."""


class Row(NamedTuple):
    email: str
    name: str
    profession: str
    number: str
    region: str


@dataclass(frozen=True)
class Known:
    """What rows are held against. `professions` are those of the consultations; others are problems unless `accept`."""

    professions: Collection[str] = ()
    formats: Mapping[str, Format] = field(default_factory=dict)  # by profession, in small letters
    accept: bool = False


@dataclass
class Read:
    """What a list held: the good rows, and (row number, what is wrong) for the others."""

    columns: Columns
    rows: list[Row] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)  # the row numbers of the good rows
    problems: list[tuple[int, str]] = field(default_factory=list)
    bad: list[list[str]] = field(default_factory=list)  # the rows of the problems, as they came
    headings: list[str] = field(default_factory=list)  # as they came; empty where the list has none
    examples: list[str] = field(default_factory=list)  # of each column
    said: str = ""  # why nothing was read; then the columns have to be said


def read(data: bytes, known: Known, chosen: Columns | None = None) -> Read:
    """Read the bytes of a list in CSV form. Raises BadList."""
    return read_lines(lines(data), known, chosen)


def read_lines(
    rows: Iterator[Line], known: Known, chosen: Columns | None = None, beat: Callable[[int], None] = lambda _n: None
) -> Read:
    """Read a list row by row, by the columns that were chosen or else guessed. Raises BadList."""
    filled = (line for line in rows if any(cell.strip() for cell in line[1]))
    first = list(islice(filled, LOOKED_AT))
    if not first:
        raise BadList(_("The list is empty. Paste or choose one with a line for each person."))
    sample = [cells for _n, cells in first]
    found = Read(columns=chosen or columns_.guess(sample))
    found.headings = sample[0] if found.columns.headed else []
    found.examples = columns_.examples(sample, found.columns)
    found.said = columns_.objection(found.columns)
    body = chain(first[1:] if found.columns.headed else first, filled)
    if not found.said:
        _take(body, found, known, beat)
        if not found.rows and not found.problems:
            raise BadList(_("The list is empty. Paste or choose one with a line for each person."))
    return found


def _take(body: Iterator[Line], found: Read, known: Known, beat: Callable[[int], None]) -> None:
    where, names = found.columns.where(), {name.casefold(): name for name in known.professions}
    emails, numbers = dict[str, int](), dict[str, int]()
    for n, (line, cells) in enumerate(body, 1):
        if n > MOST:
            raise BadList(_("The list has more than %(n)s rows. Load it in parts.", n=number(MOST)))
        if n % STEP == 0:
            beat(n)
        row = _row(cells, where)
        wrong = _wrong(row, line, emails, numbers) or _unknown(row, names, known.accept) or _misshapen(row, known)
        if wrong:
            found.problems.append((line, wrong))
            found.bad.append(cells)
        else:
            profession = names.get(row.profession.casefold(), row.profession)
            found.rows.append(row._replace(profession=intern(profession), region=intern(row.region)))
            found.lines.append(line)


def encoding(data: bytes) -> str:
    """How the text of a file is written, as Excel and others do: UTF-8 or UTF-16 with a mark, UTF-8, else
    Windows-1252."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        data.decode()
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def lines(data: bytes, separator: str = "") -> Iterator[Line]:
    """Each row's number and cells, by the separator that its first line has most of; numbered as a spreadsheet numbers
    them, where a cell may hold several lines. Raises BadList."""
    name = encoding(data)
    if name != "utf-16" and b"\x00" in data:
        raise BadList(_("This is not a list in CSV form. In Excel, choose “Save as” and “CSV UTF-8”."))
    text = io.TextIOWrapper(io.BytesIO(data), name, "replace", newline="")
    start = next((line for line in text if line.strip()), "")
    text.seek(0)
    reader = csv.reader(text, delimiter=separator or max(";,\t", key=start.count))
    try:
        yield from enumerate(reader, 1)
    except csv.Error as error:
        raise BadList(_("Line %(n)s cannot be read (%(why)s).", n=reader.line_num, why=error)) from None


def _row(cells: list[str], where: Mapping[str, int]) -> Row:
    def cell(name: str) -> str:
        n = where.get(name, len(cells))
        typed = cells[n] if n < len(cells) else ""
        return " ".join(typed.split()) if typed.isprintable() else tidy_line(typed)  # most are, and lists are long

    name = cell("name") or f"{cell('first')} {cell('last')}".strip()
    return Row(plain_email(cell("email")), name, cell("profession"), cell("number"), cell("region"))


def _wrong(row: Row, line: int, emails: dict[str, int], numbers: dict[str, int]) -> str:
    """What is wrong with a row by itself or beside the ones before; notes its address and number."""
    if not row.email:
        return _("no e-mail address")
    if "@" not in row.email:
        return _("no @ in %(address)s", address=row.email)
    if not ADDRESS.fullmatch(row.email):
        return _("%(address)s is not an e-mail address", address=row.email)
    for name, most in LENGTHS.items():
        if len(getattr(row, name)) > most:
            return _("%(column)s is longer than %(n)s characters", column=columns_.words(name), n=most)
    if first := emails.get(row.email):
        return _("the same address as in row %(n)s", n=first)
    plain = plain_number(row.number)
    if plain and (first := numbers.get(plain)):
        return _("the same number as in row %(n)s", n=first)
    emails[row.email] = line
    if plain:
        numbers[plain] = line
    return ""


def _unknown(row: Row, known: Mapping[str, str], accept: bool) -> str:
    if accept or not known or not row.profession or row.profession.casefold() in known:
        return ""
    return _("no consultation knows the profession %(name)s", name=row.profession)


def _misshapen(row: Row, known: Known) -> str:
    format_ = known.formats.get(row.profession.casefold()) if row.number else None
    return format_.objection(row.number) if format_ else ""
