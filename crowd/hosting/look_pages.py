"""The logo, and what becomes of a colour while it is typed; the page of the look stands in views."""

from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for

from crowd import translating
from crowd.db import transaction
from crowd.evidence.sorts import NotTaken
from crowd.forms import Form
from crowd.hosting import brand, deeds, logo
from crowd.hosting.blueprint import bp
from crowd.hosting.forms import LogoForm, LookForm
from crowd.i18n import _
from crowd.pages import site
from crowd.text import safe_html
from crowd.web import person, public, require, takes

CSP = "default-src 'none'; sandbox"


def contrasts(colour: str) -> list[tuple[str, str, str]]:
    """What becomes of a colour: (where, colour, contrast with its ground), light and dark; nothing of what is none."""
    try:
        found = brand.palette(colour)
    except brand.NotAColour:
        return []
    pairs = (
        ("band", "on-band", _("Top of the page")),
        ("action", "on-action", _("Buttons")),
        ("tint", "tint-ink", _("Marks")),
    )
    names = {"light": _("light"), "dark": _("dark")}
    return [
        (
            f"{words}, {names[scheme]}",
            colours[ground],
            f"{brand.contrast(brand.parse(colours[ground]), brand.parse(colours[ink])):.1f}",
        )
        for scheme, colours in found.items()
        for ground, ink, words in pairs
    ]


def look_form(**more: Any) -> Any:
    """The form of the look, as it was sent or as the site is."""
    now = site()
    return translating.form_of(LookForm, "welcome")(obj=now, first=now.languages[0], **translating.shown(now), **more)


def welcome_safe(source: str) -> tuple[str, str]:
    return source, safe_html(source)


def look_page(form: Any, logo_form: LogoForm | None = None) -> str:
    sent = logo_form or LogoForm(formdata=None, alt=site().logo_alt or site().name)
    return render_template(
        "hosting/look.html", form=form, logo_form=sent, remove=Form(), contrasts=contrasts(form.colour.data or "")
    )


@bp.route("/host/look/colour", methods=["POST"])
def try_colour() -> str:
    """What would become of the colour in the form; nothing is stored."""
    require("host")
    return render_template("hosting/colour.html", contrasts=contrasts(request.form.get("colour", "")))


@bp.route("/host/look/logo", methods=["GET", "POST"])
@takes(logo.MOST_BYTES + 500_000)
def put_logo() -> Any:
    """Take a picture in place of the one there is."""
    require("host")
    form = LogoForm()
    if request.method == "POST" and form.validate_on_submit():
        try:
            made = logo.made(form.file.data.stream)
        except NotTaken as wrong:
            form.file.errors = [str(wrong)]
        else:
            with transaction():
                deeds.change_logo(made, form.alt.data or "", by=person())
            flash(_("The logo is saved."), "ok")
            return redirect(url_for("hosting.look"))
    return look_page(look_form(formdata=None), form if request.method == "POST" else None)


@bp.route("/host/look/logo/remove", methods=["POST"])
def remove_logo() -> Any:
    require("host")
    if not Form().validate_on_submit():
        abort(400)
    with transaction():
        deeds.change_logo(None, "", by=person())
    flash(_("The logo is removed. Your name stands in its place."), "ok")
    return redirect(url_for("hosting.look"))


@bp.route("/logo-<stamp>")
@public
def logo_file(stamp: str) -> Response:
    """The logo; its address changes with it, so that browsers keep it for a year."""
    found = logo.found(stamp) or abort(404)
    answer = Response(found.body, mimetype=found.media)
    answer.headers["Cache-Control"], answer.headers["Content-Security-Policy"] = (
        "public, max-age=31536000, immutable",
        CSP,
    )
    return answer
