"""Turning mails with news off and on: by the link in such a mail, or signed in."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for

from crowd import unsubscribing
from crowd.db import transaction
from crowd.forms import Form
from crowd.i18n import _
from crowd.switching import deeds, queries
from crowd.switching.blueprint import bp
from crowd.web import csrf, person, public, require


@bp.route("/news/<key>", methods=["GET", "POST"])
@csrf.exempt
@public
def news(key: str) -> Any:
    """What the link in a mail leads to: it changes nothing by itself, because programs open links first (P17). It tells
    nobody's name or address. A mail program that leaves the list for its reader posts here too (RFC 8058): neither a
    sign-in nor a token of a form is asked for, because the key is the proof."""
    who = unsubscribing.holder("news", key) or abort(404)
    if request.method != "POST":
        return render_template("switching/news.html", form=None, on=who.news_mails)
    on = request.form.get("do") == "on"
    with transaction():
        deeds.choose_news(who, on)
    if "List-Unsubscribe" in request.form:  # a program, which follows no redirect
        return render_template("switching/news.html", form=None, on=False)
    return _told(on, url_for("switching.news", key=key))


@bp.route("/me/news", methods=["GET", "POST"])
def my_news() -> Any:
    """The same for whoever is signed in."""
    require("use an account")
    form, who = Form(), queries.account(person().id)
    if form.validate_on_submit():
        on = request.form.get("do") == "on"
        with transaction():
            deeds.choose_news(who, on)
        return _told(on, url_for("switching.my_news"))
    return render_template("switching/news.html", form=form, on=who.news_mails)


def _told(on: bool, here: str) -> Any:
    flash(_("You get mails with news again.") if on else _("You get no more mails with news."), "ok")
    return redirect(here)
