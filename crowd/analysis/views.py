"""The desk of analysts: what has been found so far, and the way to each analysis."""

from typing import Any

from flask import render_template

from crowd.analysis import queries
from crowd.analysis.blueprint import bp
from crowd.models import Consultation
from crowd.web import fetch

__all__ = ["bp"]


@bp.get("/host/<slug>/analysis")
def desk(slug: str) -> Any:
    consultation = fetch(Consultation, slug, to="read the analysis")
    return render_template("analysis/desk.html", consultation=consultation, runs=queries.runs(consultation))
