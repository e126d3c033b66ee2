"""Pages of themes: their list for all readers, and making and giving them."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import abort, flash, redirect, render_template, url_for

from crowd.db import transaction
from crowd.i18n import _
from crowd.models import Consultation, Contribution, Theme
from crowd.notices import queries as notices
from crowd.rules import may
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
    return _writing(None, ThemeForm(), partial(deeds.make_theme, consultation), slug)


@bp.route("/c/<slug>/themes/<int:number>", methods=["GET", "POST"])
def change(slug: str, number: int) -> Any:
    consultation = fetch(Consultation, slug, to="code contributions")
    theme = queries.theme(consultation, number) or abort(404)
    form = ThemeForm(name=theme.name, definition=theme.definition)
    return _writing(theme, form, partial(deeds.change_theme, theme), slug)


def _writing(theme: Theme | None, form: ThemeForm, deed: Callable[..., object], slug: str) -> Any:
    """Take a new theme or an old one's new words, or say why not."""
    if form.validate_on_submit():
        name: Any = form.name.data
        try:
            with transaction():
                deed(by=person(), name=name, definition=form.definition.data or "")
        except deeds.Taken:
            form.refuse_name()
        else:
            said = _("“%(name)s” has been saved.", name=name) if theme else _("“%(name)s” has been added.", name=name)
            flash(said, "ok")
            return redirect(url_for(".themes", slug=slug))
    return render_template("themes/theme.html", form=form, theme=theme), 422 if form.errors else 200


@bp.route("/p/<int:number>/themes", methods=["GET", "POST"])
def give(number: int) -> Any:
    """Say what a published contribution is about."""
    contribution = fetch(Contribution, number, to="give themes")
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
