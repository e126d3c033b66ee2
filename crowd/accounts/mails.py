"""Which mails one gets of one's own texts (M13)."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from wtforms import BooleanField

from crowd.accounts import deeds, own
from crowd.accounts.blueprint import bp
from crowd.db import transaction
from crowd.forms import Form
from crowd.i18n import _, lazy
from crowd.web import person, require


class MailsForm(Form):
    """The only choice there is: what was returned or not published is always mailed."""

    approval_mails = BooleanField(lazy("Mail me when a text of mine is published"))


@bp.route("/me/mails", methods=["GET", "POST"])
def mails() -> Any:
    require("use an account")
    form = MailsForm(obj=own.account(person().id))
    if form.validate_on_submit():
        with transaction():
            deeds.choose_mails(own.account(person().id), approval=bool(form.approval_mails.data))
        flash(_("Saved."), "ok")
        return redirect(url_for("accounts.me"))
    return render_template("accounts/mails.html", form=form), 422 if form.errors else 200
