"""Blind second readings (M29): what a second moderator sees is the text alone."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for

from crowd import clock
from crowd.care import deeds, queries
from crowd.care.blueprint import bp
from crowd.care.forms import ReadingForm
from crowd.care.views import opening, page_of
from crowd.db import Overtaken, transaction
from crowd.evidence import files
from crowd.holding.reasons import words as held_because
from crowd.i18n import _
from crowd.models import Case, Version
from crowd.moderation.queries import public_version, reasons
from crowd.states import State
from crowd.web import fetch, key_in_query, person, require


@bp.get("/moderate/readings")
def readings() -> str:
    require("moderate")
    rows = queries.readings(person(), key_in_query("after"))
    return render_template("care/readings.html", opening=opening, **page_of(rows, "care.readings", "after"))


@bp.route("/moderate/readings/<int:number>", methods=["GET", "POST"])
def reading(number: int) -> Any:
    """The text as it was decided on, why it was held and what it answers; not by whom it is, nor what was decided."""
    require("moderate")
    case = queries.reading(number)
    if case is None or case.not_by_id == person().id:
        abort(404)  # of an own decision nobody learns that it is read again
    version = fetch(Version, case.version_id, to="decide")
    if why := _not_wanted(case):
        return _refused(why, 409 if request.method == "POST" else 302)
    form = ReadingForm(reasons(retired=False))
    if form.validate_on_submit():
        reason = form.chosen if form.decision.data != "approve" else None
        try:
            with transaction():
                deeds.read_again(case, by=person(), decision=form.decision.data or "", reason=reason)
        except Overtaken:
            return _refused(_not_wanted(case) or _read(), 409)
        flash(_("Thank you. What you chose changes nothing for the text; it shows how far moderators agree."), "ok")
        return redirect(url_for(".readings"))
    return _page(version, form), 422 if form.errors else 200


def _not_wanted(case: Case) -> str:
    """Why nobody is to read it now: not before the time for undoing is over, nor what was undone or taken back; empty
    if it is to be read."""
    if queries.decision_of(case).undone_at is not None:
        return _("That text needs no second reading: the decision was undone.")
    if case.contribution.state == State.WITHDRAWN:
        return _("That text needs no second reading: its author has withdrawn it.")
    if case.closed_at is not None:
        return _read()
    if case.since > clock.now():
        return _("That text was decided on just now, which can still be undone. Read it in half a minute.")
    return ""


def _read() -> str:
    return _("That text needs no second reading now: another moderator has read it.")


def _refused(said: str, status: int) -> Any:
    if status == 302:
        flash(said, "note")
        return redirect(url_for(".readings"))
    return render_template("care/done.html", said=said), status


def _page(version: Version, form: ReadingForm) -> str:
    contribution = version.contribution
    return render_template(
        "care/reading.html",
        form=form,
        version=version,
        c=contribution,
        held=held_because(version.held_for),
        files=files.of_versions([(version.id, version.files)]).get(version.id, []),
        parent=public_version(contribution.parent),
        opening=opening,
    )
