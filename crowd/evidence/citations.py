"""How a contribution is cited: by whom as far as its promise allows, when, what, and where it stands."""

from collections.abc import Iterable, Iterator
from typing import Any

from crowd import outbox
from crowd.evidence import bibtex, card
from crowd.i18n import _
from crowd.models import Consultation
from crowd.text import opening, plain
from crowd.threads import numbers
from crowd.threads.fragments import kind_word, shown_alias

WORDS = 70  # letters of the title, which are its first words


def citable_number(row: Any, consultation: Consultation) -> str:
    """Such as AHP-2016-0081; empty before it has one."""
    return numbers.written(consultation.code, row.serial)


def author(row: Any, inside: bool) -> str:
    """The alias where the promise lets this reader see it, else what of a person may be shown (P12)."""
    name = shown_alias(row.alias, row.promise, inside)
    if name == row.alias:
        return name
    return ", ".join([name, *(part for part in (row.profession, row.region) if part)])


def title(row: Any) -> str:
    return opening(plain(row.html).partition("\n")[0], WORDS)


def line(row: Any, consultation: Consultation, host: str, inside: bool) -> str:
    """One line, ready to be put into a list of references; `host` is the body that publishes it."""
    number = citable_number(row, consultation)
    parts = (
        f"{author(row, inside)} ({row.submitted_at.year})",
        f"“{title(row)}”" + (f" ({number})" if number else ""),
        consultation.title,
        host,
        outbox.link("threads.contribution", number=row.id),
    )
    return joined(*parts)


def joined(*parts: str) -> str:
    """With one full stop after each that there is."""
    return ". ".join(part.rstrip(".") for part in parts if part)


def bib(row: Any, consultation: Consultation, host: str, inside: bool) -> str:
    """The same as an entry of BibTeX."""
    number = citable_number(row, consultation)
    return bibtex.entry(
        "misc",
        bibtex.key(number or f"{consultation.slug}-p{row.id}"),
        {
            "author": bibtex.whole(author(row, inside)),
            "title": bibtex.escaped(title(row)),
            "year": str(row.submitted_at.year),
            "howpublished": bibtex.escaped(f"{kind_word(row.kind)}, {consultation.title}"),
            "publisher": bibtex.escaped(host),
            "number": bibtex.escaped(number),
            "url": bibtex.verbatim(outbox.link("threads.contribution", number=row.id)),
        },
    )


def table(rows: Iterable[Any], consultation: Consultation, host: str, inside: bool) -> Iterator[list[object]]:
    """The lines of a file with all of them."""
    yield [
        _("Number"),
        _("Author"),
        _("Date"),
        _("Kind"),
        _("First words"),
        _("Language"),
        *(_("Where"), _("What changed"), _("What it did"), _("How we know"), _("Licence")),
        _("Address"),
        _("Citation"),
    ]
    for row in rows:
        given = row.card or {}
        yield [
            citable_number(row, consultation),
            author(row, inside),
            row.submitted_at.date().isoformat(),
            kind_word(row.kind),
            title(row),
            row.language,
            *(given.get(name, "") for name in ("setting", "change", "effect", "source")),
            card.licences().get(given.get("licence", ""), ""),
            outbox.link("threads.contribution", number=row.id),
            line(row, consultation, host, inside),
        ]
