"""Looking behind an alias: one asks with a reason, a second one answers, the log has it all (M25)."""

from typing import Any

from flask import Response, abort, flash, make_response, redirect, render_template, request, url_for

from crowd import i18n
from crowd.care import deeds, duty, queries
from crowd.care.blueprint import bp
from crowd.care.forms import AskForm
from crowd.care.views import opening, page_of
from crowd.db import Overtaken, transaction
from crowd.forms import Form
from crowd.i18n import _
from crowd.models import Unveiling, Version
from crowd.web import fetch, key_in_query, person, require

ANSWERS = {"grant": (True, True), "grant-untold": (True, False), "decline": (False, True)}  # granted, told


@bp.route("/moderate/<int:number>/who", methods=["GET", "POST"])
def ask_who(number: int) -> Any:
    """The form in which the reason is given. It tells nothing yet."""
    require("moderate")
    version = fetch(Version, number, to="look behind an alias")
    form = AskForm()
    if form.validate_on_submit():
        words = {"reason": form.reason.data or "", "untold": form.untold.data or ""}
        try:
            with transaction():
                deeds.ask_who(version.contribution, by=person(), **words)
        except deeds.AskedAlready:
            form.form_errors.append(
                _("You have asked this already. See what became of it under “Who is behind an alias”.")
            )
        else:
            flash(_("A second person is asked now: another moderator or a host. You see their answer here."), "ok")
            return redirect(url_for(".unveilings"))
    page = {"form": form, "version": version, "c": version.contribution, "opening": opening}
    return render_template("care/ask_who.html", **page), 422 if form.errors else 200


@bp.get("/moderate/unveilings")
def unveilings() -> str:
    """What waits for a second person, and what was answered to oneself within a day."""
    require("moderate")
    rows = queries.waiting_unveilings(person(), key_in_query("after"))
    return render_template(
        "care/unveilings.html",
        form=Form(),
        staff={row.id: row.name or row.email for row in duty.staff()},
        answered=queries.answered_unveilings(person()),
        shown_for=queries.SHOWN_FOR,
        **page_of(rows, "care.unveilings", "after"),
    )


@bp.post("/moderate/unveilings/<int:number>")
def answer_wish(number: int) -> Any:
    unveiling = _known(number)
    answer = ANSWERS.get(request.form.get("do", "")) or abort(400)
    try:
        with transaction():
            deeds.answer_wish(unveiling, by=person(), granted=answer[0], tell=answer[1])
    except deeds.OwnWish:
        said = _("You asked this yourself: another moderator or a host has to answer.")
        return render_template("care/done.html", said=said), 403
    except Overtaken:
        return render_template("care/done.html", said=_("Somebody has answered this meanwhile.")), 409
    flash(_said(answer, unveiling), "ok")
    return redirect(url_for(".unveilings"))


def _said(answer: tuple[bool, bool], unveiling: Unveiling) -> str:
    if not answer[0]:
        return _("Declined.")
    if not answer[1] and unveiling.untold:
        return _("Granted for 24 hours. The author is not told.")
    return _("Granted for 24 hours. The author is told by mail.")


@bp.post("/moderate/unveilings/<int:number>/look")
def look(number: int) -> Any:
    """Shows who it is, and leaves a line in the log each time: nothing that a link, a prefetch or a cache could do."""
    unveiling = _known(number)
    try:
        with transaction():
            found, until = deeds.look(unveiling, by=person())
    except deeds.NotToBeSeen:
        said = _("This is not open to you: it was not granted to you, or the 24 hours are over. You can ask again.")
        return render_template("care/done.html", said=said), 403
    zone = unveiling.contribution.consultation.timezone
    answer: Response = make_response(
        render_template("care/who.html", found=found, c=unveiling.contribution, until=i18n.deadline(until, zone))
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _known(number: int) -> Unveiling:
    """A wish about somebody else's text."""
    require("moderate")
    unveiling = queries.unveiling(number) or abort(404)
    require("look behind an alias", unveiling.contribution)
    return unveiling
