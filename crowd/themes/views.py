"""Pages of themes: their list for all readers, and making and giving them."""

from typing import Any

from flask import abort, flash, redirect, render_template, url_for

from crowd.db import transaction
from crowd.i18n import _
from crowd.models import Consultation, Contribution
from crowd.notices import queries as notices
from crowd.rules import may
from crowd.states import State
from crowd.themes import deeds, queries
from crowd.themes.blueprint import bp
from crowd.themes.forms import GivenForm, ThemeForm
from crowd.threads import fragments
from crowd.threads.view import View
from crowd.web import fetch, person

__all__ = ["bp"]


@bp.get("/c/<slug>/themes")
def themes(slug: str) -> Any:
    """What people write about: the themes of what this reader may read; those who give them see all."""
    consultation = fetch(Consultation, slug, to="enter the discussion")
    gives = may(person(), "code contributions", consultation)
    found = queries.themes(consultation) if gives else queries.themes_in_use(person(), consultation)
    following = notices.followed_themes(person(), consultation)
    return render_template("themes/themes.html", themes=found, gives=gives, following=following)


@bp.route("/c/<slug>/themes/new", methods=["GET", "POST"])
def make(slug: str) -> Any:
    consultation = fetch(Consultation, slug, to="code contributions")
    form = ThemeForm()
    if form.validate_on_submit():
        try:
            with transaction():
                deeds.make_theme(consultation, by=person(), name=form.name.data, definition=form.definition.data or "")
        except deeds.Taken:
            form.refuse_name()
        else:
            flash(_("“%(name)s” has been added.", name=form.name.data), "ok")
            return redirect(url_for(".themes", slug=slug))
    return render_template("themes/theme.html", form=form, theme=None), 422 if form.errors else 200


@bp.route("/c/<slug>/themes/<int:number>", methods=["GET", "POST"])
def change(slug: str, number: int) -> Any:
    consultation = fetch(Consultation, slug, to="code contributions")
    theme = queries.theme(consultation, number) or abort(404)
    form = ThemeForm(name=theme.name, definition=theme.definition)
    if form.validate_on_submit():
        try:
            with transaction():
                deeds.change_theme(theme, by=person(), name=form.name.data, definition=form.definition.data or "")
        except deeds.Taken:
            form.refuse_name()
        else:
            flash(_("“%(name)s” has been saved.", name=form.name.data), "ok")
            return redirect(url_for(".themes", slug=slug))
    return render_template("themes/theme.html", form=form, theme=theme), 422 if form.errors else 200


@bp.route("/p/<int:number>/themes", methods=["GET", "POST"])
def give(number: int) -> Any:
    """Say what a published contribution is about."""
    contribution = fetch(Contribution, number, to="code contributions")
    if contribution.state != State.PUBLISHED:
        abort(404)
    consultation, form = contribution.consultation, GivenForm(themes=queries.given_to(contribution))
    known = queries.themes(consultation)
    form.themes.choices = [(theme.id, theme.name) for theme in known]
    if form.validate_on_submit():
        with transaction():
            deeds.give_themes(contribution, by=person(), themes=form.themes.data or [])
        flash(_("The themes have been saved."), "ok")
        return redirect(url_for("threads.contribution", number=number))
    page = render_template(
        "themes/give.html",
        form=form,
        contribution=contribution,
        known=known,
        card=fragments.alone(contribution, consultation, View.of(consultation, person())),
    )
    return page, 422 if form.errors else 200
