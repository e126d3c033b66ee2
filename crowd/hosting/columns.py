"""Which column of a list is what: guessed from headings and cells, or as a host says."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from crowd.i18n import _

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
ROLES = ("email", "name", "first", "last", "profession", "number", "region")
ORDER = ("email", "name", "profession", "number", "region")  # of a list without headings
EXAMPLES = 3  # cells of a column that are shown


@dataclass(frozen=True)
class Columns:
    """What each column is, "" for one that is left out, and whether the first row names them."""

    roles: tuple[str, ...]
    headed: bool

    def where(self) -> dict[str, int]:
        """The place of each role that some column has; of two with one role the first."""
        return {role: n for n, role in reversed(list(enumerate(self.roles))) if role}


def words(role: str) -> str:
    return {
        "": _("Leave out"),
        "email": _("E-mail"),
        "name": _("Name"),
        "first": _("First name"),
        "last": _("Last name"),
        "profession": _("Profession"),
        "number": _("Number"),
        "region": _("Region"),
    }[role]


def guess(rows: Sequence[Sequence[str]]) -> Columns:
    """By the headings; without any, our own order; the addresses, where nothing names them, by their @."""
    width = max((len(row) for row in rows), default=0)
    if any("@" in cell for cell in rows[0]):
        mails = next(n for n, cell in enumerate(rows[0]) if "@" in cell)
        roles = ORDER if mails == 0 else ("",) * mails + ("email",)
        return Columns((*roles, *[""] * width)[:width], headed=False)
    found, taken = [""] * width, set[str]()
    for n, heading in enumerate(rows[0]):
        role = HEADERS.get(re.sub(r"[^a-z-]", "", heading.casefold()), "")
        if role and role not in taken:
            found[n] = role
            taken.add(role)
    if "email" not in taken:
        column = next((n for n in range(width) if _mostly_addresses(rows[1:], n)), None)
        if column is not None:
            found[column] = "email"
    return Columns(tuple(found), headed=True)


def _mostly_addresses(rows: Sequence[Sequence[str]], column: int) -> bool:
    cells = [row[column] for row in rows if column < len(row) and row[column].strip()]
    return bool(cells) and sum("@" in cell for cell in cells) * 2 > len(cells)


def objection(columns: Columns) -> str:
    """Why nothing can be read by these; empty if it can."""
    for role in ROLES:
        if columns.roles.count(role) > 1:
            return _("Two columns are “%(name)s”. Choose one of them, and leave the other out.", name=words(role))
    if "email" not in columns.roles:
        return _("There is no column with e-mail addresses. Say below which one it is, and look again.")
    return ""


def examples(rows: Sequence[Sequence[str]], columns: Columns) -> list[str]:
    """Of each column, what its first cells hold."""
    body = rows[1:] if columns.headed else rows
    return [
        ", ".join([cell[:40] for row in body for cell in row[n : n + 1] if cell.strip()][:EXAMPLES])
        for n in range(len(columns.roles))
    ]
