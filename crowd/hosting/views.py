"""Pages of hosting: the desk, the mail log and the look. The others stand in people, joiners and register_pages."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for

from crowd import schedule
from crowd.db import transaction
from crowd.forms import Form
from crowd.hosting import brand, deeds, queries
from crowd.hosting.blueprint import bp
from crowd.hosting.forms import LookForm
from crowd.i18n import _
from crowd.pages import site
from crowd.web import person, require


@bp.route("/host/")
def desk() -> Any:
    """What there is to do."""
    require("host")
    waiting = queries.waiting_requests()
    return render_template(
        "hosting/desk.html",
        rows=[(c, schedule.phase_name(schedule.current(c)), waiting.get(c.id, 0)) for c in queries.consultations()],
        mails=queries.mails_by_state(),
        register=queries.register_size(),
    )


def page_after(name: str) -> int:
    """The key in the address after which a page of a list begins."""
    found = request.args.get(name, 0, type=int)
    return found if 0 < found < 2**31 else 0


@bp.route("/host/mails")
def mails() -> Any:
    """The mail log; in a demonstration with the texts, which are nobody's."""
    require("host")
    state = request.args.get("state", "")
    found, more = queries.mails(state if state in MAIL_STATES else "", page_after("before"))
    return render_template(
        "hosting/mails.html",
        mails=found,
        more=more,
        state=state,
        masked=queries.masked,
        words=mail_words(),
        form=Form(),
    )


MAIL_STATES = ("waiting", "sending", "sent", "failed")


def mail_words() -> dict[str, str]:
    return {"waiting": _("Waiting"), "sending": _("Being sent"), "sent": _("Sent"), "failed": _("Failed")}


@bp.route("/host/mails/<int:number>/again", methods=["POST"])
def send_again(number: int) -> Any:
    require("host")
    mail = queries.mail(number) or abort(404)
    with transaction():
        deeds.send_again(mail, by=person())
    flash(_("The mail is in the outbox again."), "ok")
    return redirect(url_for("hosting.mails"))


@bp.route("/host/look", methods=["GET", "POST"])
def look() -> Any:
    """Name and colour; a colour can be tried before it is kept."""
    require("host")
    form = LookForm(obj=site())
    if form.validate_on_submit() and request.form.get("do") != "try":
        with transaction():
            deeds.change_site(by=person(), **{name: (form[name].data or "").strip() for name in LOOK})
        flash(_("Saved."), "ok")
        return redirect(url_for("hosting.look"))
    return render_template("hosting/look.html", form=form, contrasts=_contrasts(form.colour.data or ""))


LOOK = ("name", "colour", "contact", "welcome")


def _contrasts(colour: str) -> list[tuple[str, str, str]]:
    """What becomes of a colour: (where, colour, contrast with its ground), light and dark."""
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


from crowd.hosting import joiners, people, register_pages  # noqa: E402, F401  # their pages stand on the same blueprint

__all__ = ["bp"]
