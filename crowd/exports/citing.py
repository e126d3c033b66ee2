"""Citations as files for programs that keep references."""

from typing import Any

from crowd import outbox
from crowd.evidence import bibtex
from crowd.exports import citations
from crowd.exports.blueprint import bp
from crowd.exports.data import everybodys
from crowd.kept import keep_page
from crowd.models import Finding
from crowd.web import fetch, saved_as


@bp.get("/c/<slug>/data/cite.bib")
def cite(slug: str) -> Any:
    of = everybodys(slug)
    keep_page(of)
    return saved_as(f"{slug}.bib", citations.bib_of_consultation(of, outbox.site_name()), bibtex.MEDIA)


@bp.get("/c/<slug>/findings/<int:number>.bib")
def cite_finding(slug: str, number: int) -> Any:
    """Of a finding, for whoever may read it."""
    finding = fetch(Finding, slug, number, to="read a finding")
    keep_page(finding.consultation)
    body = citations.bib_of_finding(finding, finding.consultation, outbox.site_name())
    return saved_as(f"{slug}-finding-{number}.bib", body, bibtex.MEDIA)
