"""Two coders on a drawn share: drawing it, how far they agree, and settling where they do not."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for

from crowd.analysis import queries as runs
from crowd.coding import deeds, hands, picking, queries
from crowd.coding.blueprint import bp
from crowd.coding.filters import Filters
from crowd.coding.forms import CodeForm, DrawForm
from crowd.db import transaction
from crowd.i18n import _, ngettext
from crowd.models import Consultation, Contribution
from crowd.rules import may
from crowd.threads import fragments, numbers
from crowd.threads.view import View
from crowd.web import fetch, key_in_query, person

PAGE = 10


@bp.route("/host/<slug>/coding/two", methods=["GET", "POST"])
def two(slug: str) -> Any:
    """Choose the share that two people code, and read how far they agree."""
    posts = request.method == "POST"
    consultation = fetch(Consultation, slug, to="code contributions" if posts else "read the analysis")
    form = DrawForm(percent=10)
    if form.validate_on_submit():
        with transaction():
            n = deeds.draw(consultation, form.percent.data or 0, by=person(), seed=form.seed.data)
        drawn = ngettext("%(n)s contribution is drawn.", "%(n)s contributions are drawn.", n)
        flash(drawn + " " + _("They come to a second coder by themselves, among those not coded."), "ok")
        return redirect(url_for(".two", slug=slug))
    doubles = queries.doubles(person(), consultation)
    page = render_template(
        "coding/two.html",
        consultation=consultation,
        form=form,
        codes=may(person(), "code contributions", consultation),
        draws=queries.draws(consultation),
        left=queries.second_left(person(), consultation),
        mine=queries.number_of(queries.narrowed(person(), consultation, Filters(show="drawn"))),
        doubles=len(doubles),
        differ=sum(one.open for one in doubles),
        run=runs.latest(consultation, "kappa"),
    )
    return page, 422 if form.errors else 200


@bp.post("/host/<slug>/coding/kappa")
def kappa(slug: str) -> Any:
    """Compute Cohen's kappa, as a run that a finding can cite."""
    consultation = fetch(Consultation, slug, to="code contributions")
    with transaction():
        run = deeds.compute_kappa(consultation, by=person())
    flash(_("Kappa is computed and kept as run %(n)s.", n=run.id), "ok")
    return redirect(url_for(".two", slug=slug) + "#kappa")


@bp.get("/host/<slug>/coding/disagreements")
def disagreements(slug: str) -> Any:
    """Where two coders differ and nobody has settled it, side by side."""
    consultation = fetch(Consultation, slug, to="read the analysis")
    after = key_in_query("after") or 0
    doubles = [one for one in queries.doubles(person(), consultation) if one.open and one.id > after]
    options = picking.options(consultation, ())
    cards = fragments.bare([one.id for one in doubles[:PAGE]], consultation, View.of(consultation, person()))
    shown = [
        (one, cards[one.id], picking.named(options, one.first), picking.named(options, one.second))
        for one in doubles[:PAGE]
    ]
    return render_template(
        "coding/disagreements.html",
        consultation=consultation,
        shown=shown,
        codes=may(person(), "code contributions", consultation),
        next_href=url_for(".disagreements", slug=slug, after=doubles[PAGE - 1].id) if len(doubles) > PAGE else "",
        first_href=url_for(".disagreements", slug=slug) if after else "",
    )


@bp.route("/host/<slug>/coding/<int:number>/settle", methods=["GET", "POST"])
def settle(slug: str, number: int) -> Any:
    """Say what holds of a text that two people have coded differently; of two who do so at once, the second is told."""
    contribution = fetch(Contribution, number, to="give themes")
    consultation, there = contribution.consultation, hands.of(number)
    if consultation.slug != slug or hands.SECOND not in there:
        abort(404)
    form, late = CodeForm(), False
    if form.validate_on_submit():
        with transaction():
            seen = hands.stamp(contribution, person())
            if not (late := (form.seen.data or "") not in ("", seen)):
                deeds.settle(contribution, by=person(), themes=form.themes.data or [])
        if not late:
            flash(_("It is settled. That counts from now on."), "ok")
            return redirect(url_for(".disagreements", slug=slug))
        form.refuse_overtaken(seen)
    if request.method == "GET":
        form.seen.data = hands.stamp(contribution, person())
        form.themes.data = hands.shown_to(contribution, person())
        form.nothing.data = not form.themes.data
    options = picking.options(consultation, form.themes.data or [])
    page = render_template(
        "coding/settle.html",
        consultation=consultation,
        contribution=contribution,
        card=fragments.alone(contribution, consultation, View.of(consultation, person())),
        cited=numbers.written(consultation.code, contribution.serial) or str(number),
        form=form,
        options=options,
        picking=picking,
        first=picking.named(options, there[hands.FIRST].themes),
        second=picking.named(options, there[hands.SECOND].themes),
    )
    return page, 409 if late else 422 if form.errors or form.form_errors else 200
