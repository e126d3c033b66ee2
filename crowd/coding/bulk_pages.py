"""A theme for everything that a search or a filter finds, after a look at how many that are."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from crowd.coding import deeds, queries
from crowd.coding.blueprint import bp
from crowd.coding.filters import Filters
from crowd.coding.forms import BulkForm
from crowd.db import transaction
from crowd.i18n import _, ngettext
from crowd.models import Consultation
from crowd.search.queries import questions
from crowd.themes import queries as themes
from crowd.web import fetch, person

SAMPLE = 10


@bp.route("/host/<slug>/coding/bulk", methods=["GET", "POST"])
def bulk(slug: str) -> Any:
    """Count what is found and show a sample; then give one theme to all of it, and name what was left out."""
    consultation = fetch(Consultation, slug, to="code contributions")
    filters, form = Filters.of(request.args), BulkForm()
    offered = themes.themes(consultation, retired=False)
    form.offer(offered)
    if form.validate_on_submit():
        theme = themes.theme(consultation, form.theme.data or 0)
        if theme is None or theme.retired_at is not None:
            form.theme.errors = [_("Choose a theme.")]
        else:
            with transaction():
                done, left = deeds.give_many(consultation, theme, form.versions(deeds.BULK), by=person())
            _tell(theme.name, len(done), left)
            return redirect(url_for(".bulk", slug=slug, **filters.address))
    where = queries.narrowed(person(), consultation, filters)
    rows = queries.texts(where, deeds.BULK) if filters.address else []
    form.seen.data = form.seen.data if form.errors else " ".join(f"{row.id}.{row.version_id}" for row in rows)
    page = render_template(
        "coding/bulk.html",
        consultation=consultation,
        filters=filters,
        form=form,
        found=queries.number_of(where) if filters.address else 0,
        taken=len(form.versions(deeds.BULK)),
        sample=queries.lines(consultation, rows[:SAMPLE], 240),
        asked=questions(consultation),
        themes=offered,
    )
    return page, 422 if form.errors else 200


def _tell(name: str, n: int, left: list[int]) -> None:
    flash(
        ngettext(
            "“%(name)s” is given to %(n)s contribution.", "“%(name)s” is given to %(n)s contributions.", n, name=name
        ),
        "ok",
    )
    if left:
        which = ", ".join(f"/p/{number}" for number in left)
        why = _("Left out, because they changed meanwhile or two people code them each alone: %(which)s.", which=which)
        flash(why, "warn")
