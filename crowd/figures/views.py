"""Pages of figures at the desk: in full, kept as runs, published once. The public page stands in opened_pages.py."""

from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for

from crowd.db import transaction
from crowd.figures import deeds, desk, opened, snapshot
from crowd.figures.blueprint import bp
from crowd.figures.tables import Table
from crowd.forms import Form
from crowd.i18n import _
from crowd.models import Consultation
from crowd.rules import may
from crowd.web import csv_file, fetch, person

KINDS = {"people": "people", "time": "over time", "ideas": "ideas"}


def address(number: int) -> str:
    return url_for("threads.contribution", number=number)


def file_of(table: Table, consultation: Consultation) -> Response:
    """A table as it stands on its page."""
    return csv_file(table.csv(), f"{consultation.slug}-{table.name}")


@bp.get("/host/<slug>/figures", defaults={"page": "people"})
@bp.get("/host/<slug>/figures/<page>")
def figures(slug: str, page: str) -> Any:
    """Who took part, when, and what the votes say."""
    consultation = fetch(Consultation, slug, to="read the analysis")
    if page not in desk.PAGES:
        abort(404)
    found = desk.page(consultation, page, person(), address)
    return render_template(
        "figures/figures.html",
        consultation=consultation,
        page=page,
        figures=found,
        published=snapshot.published_audiences(consultation),
        not_yet={audience: deeds.why_not_yet(consultation, audience) for audience in deeds.READY},
        publishes=may(person(), "set up", consultation),
        form=Form(),
    )


@bp.get("/host/<slug>/figures/<name>.csv")
def figures_file(slug: str, name: str) -> Any:
    consultation = fetch(Consultation, slug, to="read the analysis")
    page = desk.PAGE_OF.get(name) or abort(404)
    found = desk.page(consultation, page, person(), address).tables
    return file_of(next((table for table in found if table.name == name), None) or abort(404), consultation)


@bp.post("/host/<slug>/figures/<page>/keep")
def keep(slug: str, page: str) -> Any:
    """Keep a page as it is now, as a run that a finding can cite."""
    consultation = fetch(Consultation, slug, to="read the analysis")
    kind = KINDS.get(page) or abort(404)
    tables = [table.stored() for table in desk.page(consultation, page, person(), address).tables]
    with transaction():
        run = deeds.keep(consultation, kind, tables, by=person())
    flash(_("These figures are kept as run %(n)s.", n=run.id), "ok")
    return redirect(url_for("analysis.run", slug=slug, number=run.id))


@bp.route("/host/<slug>/figures/publish/<audience>", methods=["GET", "POST"])
def publish(slug: str, audience: str) -> Any:
    """Show what everybody would see, and let them see it from then on."""
    consultation = fetch(Consultation, slug, to="set up")
    if audience not in deeds.READY:
        abort(404)
    why = deeds.why_not_yet(consultation, audience)
    if request.method == "POST" and Form().validate_on_submit() and not why:
        with transaction():
            deeds.publish(consultation, audience, by=person())
        flash(_("Everybody can see these figures now."), "ok")
        return redirect(url_for(".participation", slug=slug))
    return render_template(
        "figures/publish.html",
        consultation=consultation,
        audience=audience,
        why=why,
        shown=None if why else opened.preview(snapshot.taken(consultation, audience), audience),
        form=Form(),
    ), 409 if request.method == "POST" else 200
