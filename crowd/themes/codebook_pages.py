"""The codebook: its versions and what differs between them, retiring and merging themes, taking one in and out."""

from typing import Any

from flask import abort, flash, redirect, render_template, url_for

from crowd.db import transaction
from crowd.i18n import _, ngettext
from crowd.models import Consultation, Theme
from crowd.themes import codebook, deeds, queries, reading
from crowd.themes.blueprint import bp
from crowd.themes.forms import CodebookForm, MergeThemesForm, NoteForm
from crowd.web import csv_file, fetch, person


@bp.get("/host/<slug>/codebook")
def book(slug: str) -> Any:
    """Every theme in its words, and the versions before."""
    consultation = fetch(Consultation, slug, to="read the analysis")
    given = {theme.number: theme.given for theme in queries.themes(consultation)}
    return render_template(
        "themes/codebook.html",
        consultation=consultation,
        themes=codebook.snapshot(consultation.id),
        given=given,
        versions=queries.versions(consultation),
        form=NoteForm(),
    )


@bp.get("/host/<slug>/codebook/<int:number>")
def version(slug: str, number: int) -> Any:
    """One version, with what it made of the one before it."""
    consultation = fetch(Consultation, slug, to="read the analysis")
    found = queries.version(consultation, number) or abort(404)
    before = queries.version(consultation, number - 1)
    line = next(one for one in queries.versions(consultation) if one.number == number)
    return render_template(
        "themes/version.html",
        consultation=consultation,
        version=found,
        line=line,
        changes=codebook.changes(before.themes if before else [], found.themes),
        labels={
            "name": _("Name"),
            "definition": _("What belongs to it"),
            "include": _("Include"),
            "exclude": _("Do not include"),
            "example": _("An example"),
        },
    )


@bp.get("/host/<slug>/codebook.csv")
def download(slug: str) -> Any:
    """The codebook as a file that can be taken in again, here or elsewhere."""
    consultation = fetch(Consultation, slug, to="read the analysis")
    return csv_file(reading.table(codebook.snapshot(consultation.id)), f"codebook-{consultation.slug}")


@bp.route("/host/<slug>/codebook/import", methods=["GET", "POST"])
def take_in(slug: str) -> Any:
    """Take a codebook from a CSV file: twice the same theme is refused with both rows, and nothing is lost."""
    consultation = fetch(Consultation, slug, to="code contributions")
    form, status = CodebookForm(), 200
    if form.validate_on_submit():
        sent = form.sent()
        try:
            rows = reading.rows(sent)
            with transaction():
                made, changed = deeds.take_in(consultation, rows, by=person(), note=form.note.data or "")
        except reading.BadCodebook as bad:
            form.refuse(bad.wrong, sent)
            status = 422
        except deeds.Taken:
            form.refuse([_("A name in it is taken by another theme. Compare it with the codebook.")], sent)
            status = 422
        else:
            new = ngettext("%(n)s theme is new.", "%(n)s themes are new.", made)
            flash(new + " " + ngettext("%(n)s has changed.", "%(n)s have changed.", changed), "ok")
            return redirect(url_for(".book", slug=slug))
    return render_template("themes/take_in.html", form=form, consultation=consultation), status


@bp.post("/host/<slug>/codebook/<int:number>/retire")
def retire(slug: str, number: int) -> Any:
    """Offer a theme no longer."""
    consultation = fetch(Consultation, slug, to="code contributions")
    theme = queries.theme(consultation, number) or abort(404)
    with transaction():
        deeds.retire(theme, by=person())
    flash(_("“%(name)s” is not offered any more. It stays where it was given.", name=theme.name), "ok")
    return redirect(url_for(".book", slug=slug))


@bp.post("/host/<slug>/codebook/<int:number>/take-up")
def take_up(slug: str, number: int) -> Any:
    """Offer a retired theme again."""
    consultation = fetch(Consultation, slug, to="code contributions")
    theme = queries.theme(consultation, number) or abort(404)
    with transaction():
        deeds.take_up(theme, by=person())
    flash(_("“%(name)s” is offered again.", name=theme.name), "ok")
    return redirect(url_for(".book", slug=slug))


@bp.route("/host/<slug>/codebook/<int:number>/merge", methods=["GET", "POST"])
def merge(slug: str, number: int) -> Any:
    """Put a theme into another one, after a second press that knows how many contributions it changes."""
    consultation = fetch(Consultation, slug, to="code contributions")
    theme = queries.theme(consultation, number) or abort(404)
    others = [one for one in queries.themes(consultation, retired=False) if one.number != number]
    form, into, had = MergeThemesForm(), None, len(queries.having(theme))
    form.offer(others)
    if form.validate_on_submit():
        if form.into.data not in {one.number for one in others}:
            form.into.errors = [_("Choose the theme that stays.")]
        elif into := queries.theme(consultation, form.into.data):
            if form.sure.data == f"{into.number}-{had}":
                return _merge(theme, into, form.note.data or "")
            form.sure.data = f"{into.number}-{had}"
    page = render_template("themes/merge.html", form=form, consultation=consultation, theme=theme, into=into, had=had)
    return page, 422 if form.errors else 200


def _merge(theme: Theme, into: Theme, note: str) -> Any:
    with transaction():
        n = deeds.merge(theme, into, by=person(), note=note)
    flash(_("“%(name)s” is part of “%(into)s” now.", name=theme.name, into=into.name) + " " + _changed(n), "ok")
    return redirect(url_for(".book", slug=theme.consultation.slug))


def _changed(n: int) -> str:
    return ngettext("%(n)s contribution had it.", "%(n)s contributions had it.", n)
