"""Publishing opinion groups, and the page on which everybody reads them."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for

from crowd.analysis import deeds, opened, queries
from crowd.analysis.blueprint import bp
from crowd.db import transaction
from crowd.forms import Form
from crowd.i18n import _
from crowd.kept import keep_page
from crowd.models import Consultation
from crowd.rules import could
from crowd.web import fetch, person


@bp.route("/host/<slug>/analysis/runs/<int:number>/publish", methods=["GET", "POST"])
def publish(slug: str, number: int) -> Any:
    """Show what everybody would see of opinion groups, and let them see it from then on."""
    consultation = fetch(Consultation, slug, to="set up")
    run = queries.run(consultation, number)
    if run is None or not opened.publishable(run):
        abort(404)
    why = opened.why_not_yet(run)
    if request.method == "POST" and Form().validate_on_submit() and not why:
        with transaction():
            deeds.publish(run, by=person())
        flash(_("Everybody can see these groups now."), "ok")
        return redirect(url_for(".public", slug=slug))
    return render_template(
        "analysis/publish.html",
        consultation=consultation,
        run=run,
        why=why,
        form=Form(),
        **opened.figures(run, person()),
    ), 409 if request.method == "POST" else 200


@bp.get("/c/<slug>/groups")
def public(slug: str) -> Any:
    """The opinion groups that were published, as far as the reader may read what they are about."""
    consultation = fetch(Consultation, slug, to="see the consultation")
    run = queries.published(consultation) or abort(404)
    keep_page(consultation)
    return render_template(
        "analysis/public.html",
        consultation=consultation,
        run=run,
        readable=could(person(), "enter the discussion", consultation),
        **opened.figures(run, person()),
    )
