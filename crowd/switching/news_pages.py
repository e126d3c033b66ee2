"""Turning mails with news off and on: by the link in such a mail, or signed in."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for

from crowd.db import transaction
from crowd.forms import Form
from crowd.i18n import _
from crowd.models import Person
from crowd.switching import deeds, news_keys, queries
from crowd.switching.blueprint import bp
from crowd.web import person, public, require


@bp.route("/news/<key>", methods=["GET", "POST"])
@public
def news(key: str) -> Any:
    """What the link in a mail leads to: it changes nothing by itself, because programs open links first (P17). It tells
    nobody's name or address."""
    who = news_keys.holder(key) or abort(404)
    return _choosing(who, url_for("switching.news", key=key))


@bp.route("/me/news", methods=["GET", "POST"])
def my_news() -> Any:
    """The same for whoever is signed in."""
    require("use an account")
    return _choosing(queries.account(person().id), url_for("switching.my_news"))


def _choosing(who: Person, here: str) -> Any:
    form = Form()
    if form.validate_on_submit():
        on = request.form.get("do") == "on"
        with transaction():
            deeds.choose_news(who, on)
        flash(_("You get mails with news again.") if on else _("You get no more mails with news."), "ok")
        return redirect(here)
    return render_template("switching/news.html", form=form, on=who.news_mails)
