"""The coding desk: how far it is, its views, and one contribution after the other."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for

from crowd.analysis import extra
from crowd.analysis import queries as runs
from crowd.coding import deeds, hands, picking, queries, suggesting, working
from crowd.coding.blueprint import bp
from crowd.coding.filters import Filters
from crowd.coding.filters import number as typed
from crowd.coding.forms import CodeForm, ViewForm
from crowd.db import transaction
from crowd.i18n import _
from crowd.models import Consultation, Contribution
from crowd.moderation import deeds as desk_
from crowd.moderation import queries as keys_
from crowd.rules import may
from crowd.search.queries import questions
from crowd.themes import queries as themes
from crowd.threads import fragments, numbers
from crowd.threads.view import View
from crowd.web import csv_file, fetch, key_in_query, person

LISTED = 10  # texts of a view that the desk shows


@bp.get("/host/<slug>/coding")
def desk(slug: str) -> Any:
    """How far the coding is, and the ways into it."""
    consultation = fetch(Consultation, slug, to="read the analysis")
    return _desk(consultation, ViewForm(), Filters.of(request.args))


def _desk(consultation: Consultation, form: ViewForm, filters: Filters) -> str:
    asker = person()
    where = queries.narrowed(asker, consultation, filters)
    return render_template(
        "coding/desk.html",
        consultation=consultation,
        form=form,
        filters=filters,
        codes=may(asker, "code contributions", consultation),
        progress=queries.progress(asker, consultation),
        found=queries.number_of(where),
        first=queries.lines(consultation, queries.texts(where, LISTED), 140),
        questions=queries.by_question(asker, consultation),
        asked=questions(consultation),
        coders=queries.by_coder(asker, consultation),
        counted=queries.by_theme(asker, consultation),
        themes=themes.themes(consultation),
        views=[(view, Filters.of(view.filters)) for view in queries.views(asker, consultation)],
        differ=sum(one.open for one in queries.doubles(asker, consultation)),
        missing=extra.missing(),
        fewest=suggesting.FEWEST,
        learnt=runs.latest(consultation, "suggestions"),
    )


@bp.get("/host/<slug>/coding/next")
def following(slug: str) -> Any:
    """The first text of a view, or the next one after another."""
    consultation = fetch(Consultation, slug, to="code contributions")
    filters = Filters.of(request.args)
    where = queries.narrowed(person(), consultation, filters)
    number = queries.following(where, key_in_query("after") or 0)
    if number is None:
        flash(_("There is nothing left in this view."), "ok")
        return redirect(url_for(".desk", slug=slug, **filters.address))
    return redirect(url_for(".code", slug=slug, number=number, **filters.address, done=request.args.get("done")))


@bp.route("/host/<slug>/coding/<int:number>", methods=["GET", "POST"])
def code(slug: str, number: int) -> Any:
    """Say what one contribution is about, and go on to the next one of the view."""
    consultation, contribution = _asked(slug, number)
    filters, form = Filters.of(request.args), CodeForm()
    if form.validate_on_submit():
        with transaction():
            seen = hands.stamp(contribution, person())
            if fresh := (form.seen.data or "") in ("", seen):
                changed = hands.code(contribution, by=person(), themes=form.themes.data or [])
                working.learn_when_due(consultation, by=person().id)
        if fresh:  # what was saved as it stood can not be undone
            done = number if changed else None
            return redirect(url_for(".following", slug=slug, after=number, done=done, **filters.address))
        form.refuse_overtaken(seen)
        return _page(consultation, contribution, form, filters), 409
    if request.method == "GET":
        form.seen.data = hands.stamp(contribution, person())
        form.themes.data = hands.shown_to(contribution, person())
        hand, there = hands.hand_of(contribution, person()), hands.of(contribution.id)
        form.nothing.data = not form.themes.data and (hand in there or hand == hands.SETTLED)
    page = _page(consultation, contribution, form, filters)
    return page, 422 if form.errors or form.form_errors else 200


def _asked(slug: str, number: int) -> tuple[Consultation, Contribution]:
    contribution = fetch(Contribution, number, to="give themes")
    if contribution.consultation.slug != slug or contribution.facilitator:
        abort(404)
    return contribution.consultation, contribution


def _page(consultation: Consultation, contribution: Contribution, form: CodeForm, filters: Filters) -> str:
    asker = person()
    likely = queries.suggested(contribution.id)
    done = key_in_query("done") or 0
    return render_template(
        "coding/code.html",
        keys=keys_.keys_on(asker.id),
        consultation=consultation,
        contribution=contribution,
        card=fragments.alone(contribution, consultation, View.of(consultation, asker)),
        cited=numbers.written(consultation.code, contribution.serial) or str(contribution.id),
        form=form,
        filters=filters,
        options=picking.options(consultation, form.themes.data or [], likely),
        likely=bool(likely),
        picking=picking,
        progress=queries.progress(asker, consultation),
        left=queries.number_of(queries.narrowed(asker, consultation, filters)),
        done=done if hands.undoable(asker, done) else 0,  # then undoing is offered
        two=hands.SECOND in hands.of(contribution.id),
    )


@bp.post("/host/<slug>/coding/<int:number>/undo")
def undo(slug: str, number: int) -> Any:
    """Take one's last coding of a text back, and open it again."""
    _consultation, contribution = _asked(slug, number)
    filters = Filters.of(request.args)
    try:
        with transaction():
            hands.undo(contribution, by=person())
    except hands.NotNow as why:
        flash(str(why), "warn")
    else:
        flash(_("The coding is undone."), "ok")
    return redirect(url_for(".code", slug=slug, number=number, **filters.address))


@bp.post("/host/<slug>/coding/keys")
def keys(slug: str) -> Any:
    """Turn the desk's keys on or off for oneself (M22, WCAG 2.1.4)."""
    fetch(Consultation, slug, to="code contributions")
    on = request.form.get("do") == "on"
    with transaction():
        desk_.set_keys(on, by=person())
    flash(_("The keys are on.") if on else _("The keys are off."), "ok")
    here = typed(request.form.get("number", ""))
    return redirect(url_for(".code", slug=slug, number=here) if here else url_for(".desk", slug=slug))


@bp.post("/host/<slug>/coding/views")
def save_view(slug: str) -> Any:
    """Keep a filter under a name, or forget one."""
    consultation = fetch(Consultation, slug, to="code contributions")
    filters, form = Filters.of(request.form), ViewForm()
    if number := typed(request.form.get("drop", "")):
        with transaction():
            deeds.drop_view(consultation, number, by=person())
        flash(_("The view is forgotten."), "ok")
        return redirect(url_for(".desk", slug=slug))
    if not form.validate_on_submit():
        return _desk(consultation, form, filters), 422
    with transaction():
        deeds.save_view(consultation, form.name.data or "", filters, by=person())
    flash(_("The view “%(name)s” is saved.", name=form.name.data), "ok")
    return redirect(url_for(".desk", slug=slug, **filters.address))


@bp.get("/host/<slug>/coding/codings.csv")
def codings(slug: str) -> Any:
    """Every coding: contribution, theme, coder 1 or 2 or settled, time. Who the coders are is not in it."""
    consultation = fetch(Consultation, slug, to="read the analysis")
    names = {theme.number: theme.name for theme in themes.themes(consultation)}
    who = {hands.FIRST: _("coder 1"), hands.SECOND: _("coder 2"), hands.SETTLED: _("settled")}
    rows: list[list[object]] = [["contribution", "kind", "question", "theme number", "theme", "coder", "time"]]
    for key, serial, kind, question, hand, given, at in queries.table(person(), consultation):
        cited = numbers.written(consultation.code, serial) or key
        for number in given or [""]:
            name = names.get(number, "") if number else _("nothing fits")
            rows.append([cited, kind, question or "", number, name, who[hand], at.isoformat(timespec="seconds")])
    return csv_file(rows, f"codings-{consultation.slug}")
