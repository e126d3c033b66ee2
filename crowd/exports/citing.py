"""Citations as files for programs that keep references."""

from typing import Any

from flask import Response, abort

from crowd import outbox
from crowd.exports import citations
from crowd.exports.blueprint import bp
from crowd.exports.data import open_to_all
from crowd.kept import keep_page
from crowd.models import Consultation, Finding
from crowd.web import fetch


def bib(body: str, name: str) -> Response:
    answer = Response(body, mimetype="application/x-bibtex")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.bib"'
    return answer


@bp.get("/c/<slug>/data/cite.bib")
def cite(slug: str) -> Any:
    of = fetch(Consultation, slug, to="see the consultation")
    if not open_to_all(of):
        abort(404)
    keep_page(of)
    return bib(citations.bib_of_consultation(of, outbox.site_name()), slug)


@bp.get("/c/<slug>/findings/<int:number>.bib")
def cite_finding(slug: str, number: int) -> Any:
    """Of a finding, for whoever may read it."""
    finding = fetch(Finding, slug, number, to="read a finding")
    keep_page(finding.consultation)
    return bib(citations.bib_of_finding(finding, finding.consultation, outbox.site_name()), f"{slug}-finding-{number}")
