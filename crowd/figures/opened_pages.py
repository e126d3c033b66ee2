"""The public page of figures, and its tables as files."""

from typing import Any

from flask import abort, render_template

from crowd.analysis.queries import published as groups_published
from crowd.figures import opened
from crowd.figures.blueprint import bp
from crowd.figures.views import address, file_of
from crowd.kept import keep_page
from crowd.models import Consultation
from crowd.rules import could
from crowd.threads.view import View
from crowd.web import fetch, person


def _figures(consultation: Consultation) -> opened.Opened:
    return opened.figures(consultation, person(), address, View.of(consultation, person()).counts)


@bp.get("/c/<slug>/participation")
def participation(slug: str) -> Any:
    """Who took part, when, and what the votes say, in figures that tell of nobody."""
    consultation = fetch(Consultation, slug, to="see the consultation")
    keep_page(consultation)
    return render_template(
        "figures/participation.html",
        consultation=consultation,
        figures=_figures(consultation),
        groups=groups_published(consultation),
        readable=could(person(), "enter the discussion", consultation),
    )


@bp.get("/c/<slug>/participation/<name>.csv")
def participation_file(slug: str, name: str) -> Any:
    """A table of that page as it stands there; what is not there has no file."""
    consultation = fetch(Consultation, slug, to="see the consultation")
    if name not in opened.NAMES:
        abort(404)
    return file_of(_figures(consultation).table(name) or abort(404), consultation)
