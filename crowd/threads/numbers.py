"""Citable numbers, such as AHP-2016-0081: the code of a consultation and a serial within it.

A serial is given in the transaction in which a text is first published; it is never given again and stays when the
text is taken back."""

import re

from sqlalchemy import bindparam, exists, select, update

from crowd.db import db, rows, write
from crowd.markdown import CITED
from crowd.models import Consultation, Contribution

CODE = re.compile(r"[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)*")  # letters and digits, single hyphens between them
LONGEST = 20  # characters of a code
_BETWEEN = re.compile(r"[\s\u2010-\u2015\u2212-]+")  # what people and their phones put between the parts of a number
_NEXT = update(Consultation).where(Consultation.id == bindparam("key")).values(serial=Consultation.serial + 1)
_LAST = select(Consultation.serial).where(Consultation.id == bindparam("key"))
_FIND = (
    select(Contribution.id)
    .join(Consultation, Consultation.id == Contribution.consultation_id)
    .where(Consultation.code == bindparam("code"), Contribution.serial == bindparam("serial"))
)
_CODES = select(Consultation.code).where(Consultation.code > "")


def written(code: str, serial: int | None) -> str:
    """As people cite it; nothing while there is no number."""
    return f"{code}-{serial:04}" if code and serial else ""


def take(consultation_id: int) -> int:
    """The next serial of a consultation; part of the transaction that publishes."""
    write(_NEXT, key=consultation_id)
    return int(rows(_LAST, key=consultation_id).scalar_one())


def find(cited: str) -> int | None:
    """The id of the contribution that has this number, in large or small letters."""
    shaped = CITED.fullmatch(cited.upper()) if cited.isascii() else None
    if shaped is None:
        return None
    return rows(_FIND, code=shaped[1], serial=int(shaped[2])).scalar()


def typed(words: str, code: str, letter: str = "") -> int | None:
    """The serial, if these words are nothing but a number of this code as people type it, such as ahp 2016 81; with
    the letter F that of a finding, such as ahp 2016 f3."""
    *of, serial = _BETWEEN.split(words.strip().upper())
    meant = re.fullmatch(f"{letter}([0-9]{{1,7}})", serial) if code and of == code.split("-") else None
    return int(meant[1]) if meant else None


def addressed(typed: str) -> int | None:
    """The contribution meant by "AHP-2016-0081", "12", "/p/12" or a whole address; in "/p/12#c34" it is the comment
    34."""
    if cited := find(typed.rpartition("/p/")[2].strip()):
        return cited
    found = re.fullmatch(r"(?:.*/p/)?#?(\d{1,9})(?:[/?][^#]*)?(?:#c(\d{1,9}))?", typed.strip(), re.ASCII)
    return int(found[2] or found[1]) if found else None


def codes_in(source: str) -> frozenset[str]:
    """Which codes of consultations here a text cites: numbers such as ISO-9001 are no links. The database is asked only
    if there is something of that shape."""
    shaped = {match[1] for match in CITED.finditer(source)}
    return frozenset(shaped & set(rows(_CODES).scalars())) if shaped else frozenset()


def is_taken(code: str, but: int = 0) -> bool:
    """Whether another consultation has this code."""
    there = exists().where(Consultation.code == code, Consultation.id != but)
    return bool(db.session.scalar(select(there)))


def proposed(slug: str, year: int) -> str:
    """A free code for a new consultation, from its short name and the year: ahp becomes AHP-2026. A long one ends with
    a whole word: patient-feedback is PATIENT-2026 and not PATIENT-FEED-2026."""
    name = slug.upper().removesuffix(f"-{year}")
    name = name if name[0].isalpha() else f"C-{name}"
    name = (f"{name}-"[:13].rpartition("-")[0] or name[:12]).rstrip("-")
    codes = (f"{name}{n}-{year}" for n in ("", *(f"-{n}" for n in range(2, 1000))))
    return next(code for code in codes if not is_taken(code))
