"""What the registration numbers of a profession look like, as a host writes it: PH###### is PH and six digits."""

import re
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import select

from crowd.accounts.register import plain_number
from crowd.db import db
from crowd.i18n import _
from crowd.models import NumberFormat

MOST = 100  # characters of a pattern
# The prefixes of the HCPC, the regulator of these professions in the United Kingdom: two letters, up to six digits.
HCPC = {
    "Art therapist": "AS",
    "Dietitian": "DT",
    "Drama therapist": "AS",
    "Music therapist": "AS",
    "Occupational therapist": "OT",
    "Orthoptist": "OR",
    "Paramedic": "PA",
    "Physiotherapist": "PH",
    "Podiatrist": "CH",
    "Prosthetist/orthotist": "PO",
    "Radiographer": "RA",
    "Speech and language therapist": "SL",
}
# What registers and consultations also call them, in small letters; a plural is found by itself.
ALSO = {
    "arts therapist": "AS",
    "chiropodist": "CH",
    "chiropodist/podiatrist": "CH",
    "diagnostic radiographer": "RA",
    "therapeutic radiographer": "RA",
    "orthotist": "PO",
    "prosthetist": "PO",
    "prosthetist and orthotist": "PO",
    "dietician": "DT",
    "speech therapist": "SL",
}


class BadPattern(ValueError):
    """It says no number; the message says why, and how to write it."""


@dataclass(frozen=True)
class Format:
    """One or several patterns with commas between them; spaces and hyphens do not count, nor do capitals."""

    profession: str
    pattern: str
    fewer: bool = False  # the digits at the end may be fewer, one at least

    @cached_property
    def _shape(self) -> re.Pattern[str]:
        return re.compile("|".join(_shape(one, self.fewer) for one in self.pattern.split(",")))

    def fits(self, number: str) -> bool:
        return self._shape.fullmatch(plain_number(number)) is not None

    def in_words(self) -> str:
        """PH######, or fewer digits."""
        if self.fewer:
            return _("%(pattern)s, or fewer digits at the end", pattern=self.pattern)
        return self.pattern

    def example(self) -> str:
        """A number that fits the first pattern."""
        digits = iter("123456789" * MOST)
        return "".join(next(digits) if c == "#" else c for c in self.pattern.split(",")[0].strip())

    def objection(self, number: str) -> str:
        """What is wrong with a number; empty if it fits."""
        if self.fits(number):
            return ""
        return _("the number %(number)s is not like %(pattern)s", number=number, pattern=self.in_words())


def _shape(pattern: str, fewer: bool) -> str:
    plain = "".join(c for c in pattern.casefold() if c.isalnum() or c == "#")
    parts = [f"[0-9]{{{len(run)}}}" if run[0] == "#" else re.escape(run) for run in re.findall(r"#+|[^#]+", plain)]
    if fewer and plain.endswith("#"):
        parts[-1] = f"[0-9]{{1,{len(plain) - len(plain.rstrip('#'))}}}"
    return f"(?:{''.join(parts)})"


def tidied(pattern: str) -> str:
    """A pattern as it is kept: capitals, one space after a comma."""
    return ", ".join(part for one in pattern.upper().split(",") if (part := " ".join(one.split())))


def check(pattern: str, fewer: bool) -> None:
    """Raises BadPattern for what would fit no number that anybody has, or any."""
    if len(pattern) > MOST:
        raise BadPattern(_("Use at most %(n)s characters.", n=MOST))
    if odd := sorted({c for c in pattern if not (c.isascii() and c.isalnum()) and c not in "# ,-./"}):
        raise BadPattern(
            _("“%(odd)s” cannot stand there. Write letters and digits as they are, and # for each digit.", odd=odd[0])
        )
    for one in pattern.split(","):
        if "#" not in one:
            raise BadPattern(_("Put a # for each digit that differs from number to number, such as PH######."))
        if fewer and not one.rstrip(" -./").endswith("#"):
            raise BadPattern(_("Fewer digits are possible only where the pattern ends with #, such as PH######."))


def formats() -> dict[str, Format]:
    """Those that there are, by profession in small letters."""
    rows = db.session.execute(select(NumberFormat.profession, NumberFormat.pattern, NumberFormat.fewer))
    return {row.profession.casefold(): Format(*row) for row in rows}


def prefix(profession: str) -> str:
    """The letters with which the HCPC's numbers of a profession begin; empty for one that it does not register."""
    name = profession.casefold()
    known = {one.casefold(): letters for one, letters in HCPC.items()} | ALSO
    return (
        known.get(name) or known.get(name.removesuffix("s")) or known.get(name.replace("s/", "/").removesuffix("s"), "")
    )
