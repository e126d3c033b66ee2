"""A membership list as bodies export it: what it may look like, and what is wrong with its rows."""

import csv
import io
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from crowd.accounts.register import plain_email, plain_number
from crowd.i18n import _
from crowd.i18n import number as written
from crowd.text import tidy_line

MOST = 250_000  # rows
# The first word of each line is ours; the others are what exports call it.
HEADERS = {
    name: column
    for column, names in {
        "email": "email, e-mail, emailaddress, mail, e-mailaddress, workemail, primaryemail",
        "name": "name, fullname, membername, displayname",
        "first": "firstname, forename, givenname, christianname",
        "last": "lastname, surname, familyname",
        "profession": "profession, professionalgroup, occupation, role, jobtitle, discipline",
        "number": "number, registrationnumber, membershipnumber, membernumber, registrationno, membershipno, memberno,"
        " regno, pin, hcpc, hcpcnumber, id, memberid",
        "region": "region, area, place, nation, country, location",
    }.items()
    for name in re.split(r",\s*", names)
}
ORDER = ("email", "name", "profession", "number", "region")  # of a list without headings
ADDRESS = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\".]+(\.[^@\s,;<>\".]+)+")
LENGTHS = {"email": 254, "name": 200, "profession": 100, "number": 40, "region": 100}


class BadList(ValueError):
    """Nothing of it can be read; the message says why."""


class Row(NamedTuple):
    email: str
    name: str
    profession: str
    number: str
    region: str


@dataclass
class Read:
    """What a list held: the good rows, and (row number, what is wrong) for the others."""

    rows: list[Row] = field(default_factory=list)
    problems: list[tuple[int, str]] = field(default_factory=list)
    bad: list[list[str]] = field(default_factory=list)  # the rows of the problems, as they came
    headings: list[str] = field(default_factory=list)  # as they came; empty where the list has none


def decoded(data: bytes) -> str:
    """The text of a file as Excel and others write it: UTF-8 or UTF-16 with a mark, UTF-8, else Windows-1252."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def read(text: str, professions: Collection[str], *, accept: bool = False) -> Read:
    """Read a list row by row. `professions` are the known ones; others are problems unless `accept`. Raises BadList."""
    if not text.strip("\ufeff \r\n\t,;"):
        raise BadList(_("The list is empty. Paste or choose one with a line for each person."))
    return read_lines(_lines(text.removeprefix("\ufeff")), professions, accept=accept)


def read_lines(lines: Iterator[tuple[int, list[str]]], professions: Collection[str], *, accept: bool = False) -> Read:
    """The same of lines that are taken apart already: (number, cells)."""
    begins = next((line for line in lines if any(cell.strip() for cell in line[1])), (0, []))
    columns, first = _columns(begins)
    known = {name.casefold(): name for name in professions}
    found, emails, numbers = Read(headings=[] if first else begins[1]), dict[str, int](), dict[str, int]()
    for line, cells in [*([first] if first else []), *lines]:
        if not any(cell.strip() for cell in cells):
            continue
        if len(found.rows) + len(found.problems) >= MOST:
            raise BadList(_("The list has more than %(n)s rows. Load it in parts.", n=written(MOST)))
        row = _row(cells, columns)
        wrong = _wrong(row, line, emails, numbers) or _unknown(row, known, accept)
        if wrong:
            found.problems.append((line, wrong))
            found.bad.append(cells)
        else:
            found.rows.append(row._replace(profession=known.get(row.profession.casefold(), row.profession)))
    if not found.rows and not found.problems:
        raise BadList(_("The list is empty. Paste or choose one with a line for each person."))
    return found


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each line's number and cells, by the separator that its first line has most of."""
    if "\x00" in text:
        raise BadList(_("This is not a list in CSV form. In Excel, choose “Save as” and “CSV UTF-8”."))
    start = text.lstrip("\r\n").split("\n", 1)[0]
    separator = max(";,\t", key=start.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        for cells in reader:
            yield reader.line_num, cells
    except csv.Error as error:
        raise BadList(_("Line %(n)s cannot be read (%(why)s).", n=reader.line_num, why=error)) from None


def _columns(line: tuple[int, list[str]]) -> tuple[dict[str, int], tuple[int, list[str]] | None]:
    """Where each column stands, and the first line if it is a person already."""
    cells = line[1]
    if any("@" in cell for cell in cells):
        return {name: n for n, name in enumerate(ORDER)}, line
    plain = [re.sub(r"[^a-z-]", "", cell.casefold()) for cell in cells]
    columns: dict[str, int] = {}
    for n, name in enumerate(plain):
        if name in HEADERS:
            columns.setdefault(HEADERS[name], n)
    if "email" not in columns:
        raise BadList(
            _("There is no column with e-mail addresses. Name the columns e-mail, name, profession, number, region.")
        )
    return columns, None


def _row(cells: list[str], columns: dict[str, int]) -> Row:
    def cell(name: str) -> str:
        n = columns.get(name, len(cells))
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
            return _("%(column)s is longer than %(n)s characters", column=name, n=most)
    if first := emails.get(row.email):
        return _("the same address as in row %(n)s", n=first)
    number = plain_number(row.number)
    if number and (first := numbers.get(number)):
        return _("the same number as in row %(n)s", n=first)
    emails[row.email] = line
    if number:
        numbers[number] = line
    return ""


def _unknown(row: Row, known: dict[str, str], accept: bool) -> str:
    if accept or not known or not row.profession or row.profession.casefold() in known:
        return ""
    return _("no consultation knows the profession %(name)s", name=row.profession)
