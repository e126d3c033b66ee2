"""Pages of themes: their list for all readers, and making and giving them."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import abort, flash, redirect, render_template, url_for

from crowd.coding import hands
from crowd.db import transaction
from crowd.i18n import _
from crowd.models import Consultation, Contribution, Theme
from crowd.notices import queries as notices
from crowd.rules import may
from crowd.themes import deeds, queries
from crowd.themes.blueprint import bp
from crowd.themes.codebook import WORDS
from crowd.themes.forms import GivenForm, ThemeForm
from crowd.threads import fragments
from crowd.threads.view import View
from crowd.web import fetch, person


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
    return _writing(consultation, None, ThemeForm(), partial(deeds.make_theme, consultation))


@bp.route("/c/<slug>/themes/<int:number>", methods=["GET", "POST"])
def change(slug: str, number: int) -> Any:
    """Change a theme's words; two who save at once: the second one is told, and nothing is lost."""
    consultation = fetch(Consultation, slug, to="code contributions")
    theme = queries.theme(consultation, number) or abort(404)
    form = ThemeForm(**{name: getattr(theme, name) for name in WORDS}, seen=queries.newest(consultation))
    return _writing(consultation, theme, form, partial(deeds.change_theme, theme))


def _writing(consultation: Consultation, theme: Theme | None, form: ThemeForm, deed: Callable[..., object]) -> Any:
    """Take a new theme or an old one's new words, or say why not."""
    if form.validate_on_submit():
        try:
            with transaction():
                if late := theme is not None and queries.overtaken(theme, str(form.seen.data or "")):
                    form.refuse_overtaken(queries.newest(consultation))
                else:
                    deed(by=person(), note=form.note.data or "", **form.words)
        except deeds.Taken:
            form.refuse_name()
        else:
            if late:
                return render_template("themes/theme.html", form=form, theme=theme), 409
            name = form.words["name"]
            said = _("“%(name)s” has been saved.", name=name) if theme else _("“%(name)s” has been added.", name=name)
            flash(said, "ok")
            return redirect(url_for(".book", slug=consultation.slug))
    return render_template("themes/theme.html", form=form, theme=theme), 422 if form.errors else 200


@bp.route("/p/<int:number>/themes", methods=["GET", "POST"])
def give(number: int) -> Any:
    """Say what a published contribution is about: one's own coding of it, as at the coding desk."""
    contribution = fetch(Contribution, number, to="give themes")
    consultation, form = contribution.consultation, GivenForm(themes=hands.shown_to(contribution, person()))
    known = [theme for theme in queries.themes(consultation) if not theme.retired_at or theme.id in form.themes.data]
    form.themes.choices = [(theme.id, theme.name) for theme in known]
    if form.validate_on_submit():
        with transaction():
            hands.code(contribution, by=person(), themes=form.themes.data or [])
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
