"""Pages of founding: the first account, and the steps after it."""

from typing import Any

from flask import abort, current_app, flash, redirect, render_template, url_for

from crowd import problems
from crowd.accounts import deeds as accounts
from crowd.accounts import passwords
from crowd.accounts.browser import signed_in
from crowd.db import transaction
from crowd.founding import deeds, queries
from crowd.founding.blueprint import bp
from crowd.founding.forms import FounderForm, NameForm
from crowd.hosting.queries import person as account_of
from crowd.i18n import _
from crowd.web import person, public, require


@bp.route("/first/<secret>", methods=["GET", "POST"])
@public
def first(secret: str) -> Any:
    """The link on the console: make the first host's account. Opening it changes nothing."""
    if not deeds.can_found(secret):
        return _worthless()
    form = FounderForm()
    if form.validate_on_submit():
        email, password = form.email.data or "", form.password.data or ""
        if why := passwords.objection(password, email):
            form.password.errors = [why]
        else:
            kept = passwords.hashed(password)
            with transaction():
                who = deeds.found(secret, email, form.name.data or "", kept)
                begun = accounts.sign_in(who.id) if who else ""
            if not begun:
                return _worthless()
            said = _("Your account is made. You are signed in.")
            return signed_in(begun, url_for(".step", name="look"), ("ok", said), setting_up=True)
    return render_template("founding/first.html", form=form)


def _worthless() -> Any:
    return problems.problem(
        404,
        _(
            "It has been used, a newer one has been printed, it is older than a day, or somebody is the host by now. "
            "If nobody is, start Crowd again: it prints another link."
        ),
        title=_("This link does not work any more"),
        what_next=[(_("Sign in"), url_for("accounts.sign_in"))],
    )


@bp.route("/host/first-steps")
def steps() -> Any:
    """The checklist, with what is done."""
    require("host")
    return render_template("founding/steps.html", steps=queries.steps())


@bp.route("/host/first-steps/<name>", methods=["GET", "POST"])
def step(name: str) -> Any:
    """One step: what it is for, where it is done, and the way past it."""
    require("host")
    found = queries.steps()
    at = next((n for n, one in enumerate(found) if one.name == name), None)
    if at is None:
        abort(404)
    following = url_for(".step", name=found[at + 1].name) if at + 1 < len(found) else url_for("hosting.desk")
    form = NameForm(name=person().name)
    if name == "account" and form.validate_on_submit():
        with transaction():
            who = account_of(person().id) or abort(404)
            deeds.call_oneself(who, form.name.data or "", by=person())
        flash(_("Saved."), "ok")
        return redirect(following)
    return render_template(
        "founding/step.html",
        form=form,
        steps=found,
        at=at,
        step=found[at],
        following=following,
        of=queries.newest(),
        asks=queries.first_question(),
        mails_go_out=bool(current_app.config["SMTP_HOST"]),
    )
