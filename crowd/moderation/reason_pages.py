"""Pages on which a host keeps the list of reasons (M12)."""

from typing import Any

from flask import abort, flash, redirect, render_template, url_for

from crowd.db import transaction
from crowd.i18n import _, told
from crowd.models import Reason
from crowd.moderation import deeds, queries
from crowd.moderation.blueprint import bp
from crowd.moderation.forms import ReasonForm
from crowd.web import person, require


@bp.get("/host/reasons")
def reasons() -> Any:
    require("host")
    return render_template("moderation/reasons.html", reasons=queries.reasons())


@bp.route("/host/reasons/new", methods=["GET", "POST"])
def add_reason() -> Any:
    require("host")
    form = ReasonForm()
    if form.validate_on_submit():
        with transaction():
            deeds.add_reason(by=person(), **form.fields())
        flash(_("“%(title)s” has been added. Moderators can choose it from now on.", title=form.title.data), "ok")
        return redirect(url_for("moderation.reasons"))
    return render_template("moderation/reason.html", form=form, reason=None), 422 if form.errors else 200


@bp.route("/host/reasons/<int:number>", methods=["GET", "POST"])
def edit_reason(number: int) -> Any:
    require("host")
    reason = _known(number)
    form = ReasonForm(reason)
    if form.validate_on_submit():
        with transaction():
            deeds.change_reason(reason, by=person(), **form.fields())
        flash(_("“%(title)s” has been saved.", title=form.title.data), "ok")
        return redirect(url_for("moderation.reasons"))
    return render_template("moderation/reason.html", form=form, reason=reason), 422 if form.errors else 200


@bp.post("/host/reasons/<int:number>/retire")
def retire_reason(number: int) -> Any:
    return _in_use(
        number, _("“%(title)s” is retired. It stays where it was given; nobody can choose it any more."), False
    )


@bp.post("/host/reasons/<int:number>/use")
def use_reason(number: int) -> Any:
    return _in_use(number, _("“%(title)s” can be chosen again."), True)


def _in_use(number: int, said: str, use: bool) -> Any:
    require("host")
    reason = _known(number)
    with transaction():
        deeds.change_reason(reason, by=person(), retired=not use)
    flash(said % {"title": told(reason.title)}, "ok")
    return redirect(url_for("moderation.reasons"))


def _known(number: int) -> Reason:
    return queries.reason(number) or abort(404)
