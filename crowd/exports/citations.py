"""How a consultation, its data and its findings are cited: a line, and an entry of BibTeX."""

from typing import Any

from crowd import outbox
from crowd.evidence import bibtex, doi
from crowd.evidence.citations import joined
from crowd.exports.datacite import year
from crowd.findings import kept
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
    """As the page of its edition says it, as another edition may say something else."""
    number, edition, year = finding.number, finding.edition, _year(finding, of)
    return kept.citation(of, host, number=number, edition=edition, title=finding.title, year=year)


def bib_of_finding(finding: Any, of: Consultation, host: str) -> str:
    number = kept.written(of, finding.number)
    return bibtex.entry(
        "incollection",
        bibtex.key(number),
        {
            "author": bibtex.whole(host),
            "title": bibtex.escaped(finding.title),
            "booktitle": bibtex.escaped(of.title),
            "publisher": bibtex.escaped(host),
            "edition": str(finding.edition),
            "number": bibtex.escaped(number),
            "year": str(_year(finding, of)),
            "url": bibtex.verbatim(kept.address(of, finding.number, finding.edition)),
        },
    )


def _year(finding: Any, of: Consultation) -> int:
    at = finding.edited_at or finding.published_at
    return at.year if at else year(of)
