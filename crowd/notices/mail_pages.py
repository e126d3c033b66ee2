"""Choosing which mails one gets about what one follows: signed in, or by the link in such a mail."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for

from crowd import unsubscribing
from crowd.db import transaction
from crowd.forms import Choice, Form
from crowd.i18n import _, lazy
from crowd.notices import deeds, queries
from crowd.notices.blueprint import bp
from crowd.web import csrf, person, public, require


class FollowMailsForm(Form):
    """How often: one of three."""

    follow_mails = Choice(lazy("How often"), wrong=lazy("Choose one of the three."))

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self.follow_mails.choices = [
            ("each", _("Each at once")),
            ("daily", _("One mail a day, at 7.30am")),
            ("none", _("No mails")),
        ]


@bp.route("/me/notices/mails", methods=["GET", "POST"])
def mails() -> Any:
    require("use an account")
    form = FollowMailsForm(obj=queries.account(person()))
    if form.validate_on_submit():
        with transaction():
            deeds.choose_mails(queries.account(person()), form.follow_mails.data)
        flash(_("Saved."), "ok")
        return redirect(url_for(".notices"))
    return render_template("notices/mails.html", form=form), 422 if form.errors else 200


@bp.route("/following/<key>", methods=["GET", "POST"])
@csrf.exempt
@public
def leave(key: str) -> Any:
    """What the link in such a mail leads to: one button that ends them. Mail programs post here too (RFC 8058); the key
    is the proof, so nothing else is asked for. It tells nobody's name or address."""
    who = unsubscribing.holder("follow", key) or abort(404)
    if request.method == "POST":
        with transaction():
            deeds.choose_mails(who, "none")
        if "List-Unsubscribe" not in request.form:  # a program follows no redirect
            flash(_("You get no more mails about what you follow."), "ok")
            return redirect(url_for(".leave", key=key))
    return render_template("notices/leave.html", on=who.follow_mails != "none")
