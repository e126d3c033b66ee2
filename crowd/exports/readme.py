"""What stands first in a file: what it is, what it is not, and what may be done with it."""

from crowd import clock, outbox
from crowd.evidence import licences
from crowd.i18n import _, day
from crowd.models import Consultation


def readme(audience: str, of: Consultation, host: str, purpose: str = "", k: int | None = None) -> str:
    """Paragraphs with an empty line between them."""
    parts = [
        of.title,
        _("Published by %(host)s. Where it was: %(address)s", host=host, address=address(of)),
        _("As of %(day)s.", day=day(clock.now(), of.timezone)),
        *{"public": _public, "research": _research, "host": _host}[audience](of, purpose, k),
        _("No sample: people chose to take part. What is counted here is true of those who did, and of nobody else."),
        _("dictionary tells what every column means. Days are in the time zone %(zone)s.", zone=of.timezone),
        _(
            "In a zip, SHA256SUMS holds the SHA-256 of every file; “sha256sum -c SHA256SUMS” verifies them. In CSV "
            "files a text that a spreadsheet would calculate has an apostrophe before it."
        ),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def address(of: Consultation) -> str:
    return outbox.link("consultations.landing", slug=of.slug)


def _licence(of: Consultation) -> str:
    found = licences.of(of.data_licence)
    return _("Licence: %(licence)s", licence=f"{found.words} {found.href}".strip())


def _public(of: Consultation, _purpose: str, _k: int | None) -> list[str]:
    return [
        _("What everybody may read, as tables. It is the same file for whoever asks, and holds no single votes."),
        _("What was written for members only is not in it, nor what was withdrawn, removed or refused."),
        _licence(of),
    ]


def _research(of: Consultation, purpose: str, k: int | None) -> list[str]:
    return [
        _("For research. It may not be passed on."),
        _("Purpose: %(purpose)s", purpose=purpose),
        _(
            "Persons and contributions have numbers drawn by chance for this file alone, and stand in their order. "
            "Attributes are coarse: every combination that occurs does so for at least %(k)s people.",
            k=k,
        ),
        _(
            "Somebody who knows how a person voted on several contributions may find that person’s row. Do not try to "
            "find out who anybody is, and do not bring this file together with another one."
        ),
        _("All rights reserved."),
    ]


def _host(of: Consultation, purpose: str, _k: int | None) -> list[str]:
    return [
        _("For the hosts of this consultation alone: it holds texts that others may not read. Do not pass it on."),
        _("Purpose: %(purpose)s", purpose=purpose) if purpose else "",
        _("It holds no names or addresses of participants, and not what a single person voted."),
    ]
