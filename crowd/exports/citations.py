"""How a consultation, its data and its findings are cited: a line, and an entry of BibTeX."""

from typing import Any

from crowd import outbox
from crowd.evidence import bibtex, doi
from crowd.evidence.citations import joined
from crowd.exports.datacite import year
from crowd.i18n import _
from crowd.models import Consultation


def of_consultation(of: Consultation, host: str) -> str:
    """Such as: Host (2016). Title [data set]. AHP-2016. Address."""
    where = doi.href(of.data_doi) or outbox.link("exports.data", slug=of.slug)
    return joined(f"{host} ({year(of)})", _("%(title)s [data set]", title=of.title), of.code, where)


def bib_of_consultation(of: Consultation, host: str) -> str:
    return bibtex.entry(
        "misc",
        bibtex.key(of.code or of.slug),
        {
            "author": bibtex.whole(host),
            "title": bibtex.escaped(of.title),
            "year": str(year(of)),
            "howpublished": bibtex.escaped(_("Data set")),
            "number": bibtex.escaped(of.code),
            "doi": bibtex.verbatim(of.data_doi),
            "url": bibtex.verbatim(outbox.link("exports.data", slug=of.slug)),
        },
    )


def of_finding(finding: Any, of: Consultation, host: str) -> str:
    """With its edition, as another one may say something else."""
    said = _("Finding %(number)s, edition %(edition)s", number=finding.number, edition=finding.edition)
    where = outbox.link("findings.finding", slug=of.slug, number=finding.number)
    return joined(f"{host} ({_year(finding, of)})", finding.title, f"{said}, {of.title}", where)


def bib_of_finding(finding: Any, of: Consultation, host: str) -> str:
    return bibtex.entry(
        "incollection",
        bibtex.key(of.code or of.slug, "F", finding.number),
        {
            "author": bibtex.whole(host),
            "title": bibtex.escaped(finding.title),
            "booktitle": bibtex.escaped(of.title),
            "publisher": bibtex.escaped(host),
            "edition": str(finding.edition),
            "number": str(finding.number),
            "year": str(_year(finding, of)),
            "url": bibtex.verbatim(outbox.link("findings.finding", slug=of.slug, number=finding.number)),
        },
    )


def _year(finding: Any, of: Consultation) -> int:
    at = finding.edited_at or finding.published_at
    return at.year if at else year(of)
