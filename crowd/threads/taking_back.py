"""Pages for what one can do to one's own text at any time: withdraw it, and let more people read it."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from crowd.db import transaction
from crowd.i18n import _
from crowd.models import Contribution
from crowd.states import Promise
from crowd.threads import deeds, queries
from crowd.threads.blueprint import bp
from crowd.threads.forms import PromisedForm, TextForm, promise_label
from crowd.web import fetch, person


@bp.route("/p/<int:number>/withdraw", methods=["GET", "POST"])
def withdraw(number: int) -> Any:
    """Take one's own text back, after one question: it cannot be undone."""
    contribution = fetch(Contribution, number, to="withdraw")
    form = TextForm()
    if request.method == "POST":
        with transaction():
            deeds.withdraw(contribution, by=person())
        flash(_("Your text has been withdrawn."), "ok")
        return redirect(url_for("accounts.me"))
    return render_template(
        "threads/withdraw.html", contribution=contribution, form=form, newest=queries.newest_version(contribution)
    )


@bp.route("/p/<int:number>/promise", methods=["GET", "POST"])
def promise(number: int) -> Any:
    """Let more people read one's own text; it cannot be made fewer (P12)."""
    contribution = fetch(Contribution, number, to="widen the promise")
    wider = [Promise(p) for p in sorted(contribution.consultation.promises) if p > contribution.promise]
    form = PromisedForm()
    form.promise.choices = [(p, promise_label(p)) for p in wider]
    if request.method == "POST" and form.promise.data in wider:
        with transaction():
            deeds.widen(contribution, by=person(), promise=Promise(form.promise.data))
        flash(_("From now on: %(promise)s", promise=promise_label(Promise(form.promise.data))), "ok")
        return redirect(url_for("accounts.me"))
    return render_template("threads/promise.html", contribution=contribution, form=form, wider=wider)
