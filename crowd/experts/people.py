"""The lines in which a host names people: a name, a comma, an e-mail address."""

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from crowd.accounts.register import plain_email
from crowd.i18n import _
from crowd.text import tidy_line

MOST = 200  # lines at once
ADDRESS = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\".]+(\.[^@\s,;<>\".]+)+")


class Named(NamedTuple):
    name: str
    email: str


@dataclass
class Read:
    """The good lines with their numbers, and for the others what is wrong with them: (number, line, sentence)."""

    people: list[tuple[int, str, Named]] = field(default_factory=list)
    problems: list[tuple[int, str, str]] = field(default_factory=list)


def read(text: str) -> Read:
    """Each line by itself. Lines beyond MOST are problems; a comma, a semicolon or a tab stands before the address."""
    found, seen = Read(), dict[str, int]()
    for number, raw in enumerate(text.splitlines(), 1):
        if not (line := raw.strip()):
            continue
        name, email = _parted(line)
        if wrong := _wrong(name, email, seen) or (_too_many() if len(seen) >= MOST else ""):
            found.problems.append((number, line, wrong))
        else:
            seen[email] = number
            found.people.append((number, line, Named(name, email)))
    return found


def _parted(line: str) -> tuple[str, str]:
    """The name and the address, also of "Ann Berg <ann@example.org>" as mail programs copy it."""
    name, _comma, email = re.sub(r"\s*<([^<>]*)>$", r", \1", line).replace(";", ",").replace("\t", ",").rpartition(",")
    return tidy_line(name).strip(' ,"'), plain_email(tidy_line(email))


def _wrong(name: str, email: str, seen: dict[str, int]) -> str:
    if not ADDRESS.fullmatch(email) or len(email) > 254:
        return _("There is no e-mail address at the end of the line.")
    if not name:
        return _("There is no name before the address.")
    if len(name) > 100:
        return _("The name is longer than 100 characters.")
    if first := seen.get(email):
        return _("This is the same address as in line %(n)s.", n=first)
    return ""


def _too_many() -> str:
    return _("That is more than %(n)s people at once. Send the rest in a second go.", n=MOST)
