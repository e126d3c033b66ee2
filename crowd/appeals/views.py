"""Pages of appeals: an author appeals, somebody who did not decide looks again."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for

from crowd import text
from crowd.appeals import deeds, queries
from crowd.appeals.blueprint import bp
from crowd.appeals.forms import AppealForm, DecideForm
from crowd.db import Overtaken, transaction
from crowd.evidence import files
from crowd.i18n import _
from crowd.models import Case, Contribution
from crowd.moderation import claims
from crowd.reports.queries import parent_html
from crowd.web import fetch, person, require


@bp.route("/p/<int:number>/appeal", methods=["GET", "POST"])
def ask(number: int) -> Any:
    """Ask that somebody else looks at the decision on one's own text (M20)."""
    contribution = fetch(Contribution, number, to="appeal")
    decision = queries.appealable(contribution) or abort(404)
    form = AppealForm()
    if form.validate_on_submit():
        with transaction():
            deeds.appeal(contribution, by=person(), words=form.words.data or "")
        flash(_("Your appeal is with the moderators. Somebody who did not decide before reads it."), "ok")
        return redirect(url_for("accounts.me"))
    return render_template(
        "appeals/ask.html",
        contribution=contribution,
        version=queries.version_of(decision),
        decision=decision,
        form=form,
    ), 422 if form.errors else 200


@bp.route("/moderate/appeals/<int:number>", methods=["GET", "POST"])
def appeal(number: int) -> Any:
    """One appeal, for somebody who did not decide: the text, the reason, what its author says. Who decided stands
    nowhere on it, and nor does whose text it is (M20, M23)."""
    require("moderate")  # first, so that nobody else learns which numbers there are
    case = queries.case(number) or abort(404)
    contribution = fetch(Contribution, case.contribution_id, to="decide")
    if case.not_by_id == person().id:
        return render_template("appeals/own_decision.html"), 403
    form = DecideForm(returnable=deeds.back_until(contribution) is not None)
    happened = ""
    if form.validate_on_submit():
        try:
            with transaction():
                deeds.decide(
                    case,
                    by=person(),
                    outcome=form.outcome.data or "",
                    note=form.note.data or "",
                    seen=form.seen.data or "",
                )
        except (Overtaken, deeds.NotReturnable):
            happened = _happened(case)
        else:
            flash(_("Decided. The author is told, with your reasons."), "ok")
            return redirect(url_for("moderation.queue"))
    elif request.method == "POST" and (case.closed_at or form.seen.data != deeds.as_shown(case)):
        happened = _happened(case)
    return _appeal(case, contribution, form, happened), 409 if happened else 422 if form.errors else 200


def _happened(case: Case) -> str:
    """Why the decision was not taken (M10)."""
    if case.closed_at is not None:
        return _("This appeal has been decided meanwhile, or its text was withdrawn. Your decision was not taken.")
    return _(
        "Something has changed since you opened this page: the text, or the phase. Your decision was not taken. "
        "Look at it as it is now, and press again if it is still right."
    )


def _appeal(case: Case, contribution: Contribution, form: DecideForm, happened: str) -> str:
    asked, decision = queries.about(case)
    parent = parent_html(contribution)
    form.seen.data = deeds.as_shown(case)
    return render_template(
        "appeals/appeal.html",
        case=case,
        c=contribution,
        version=case.version,
        appeal=asked,
        decision=decision,
        form=form,
        happened=happened,
        chosen=form.outcome.data if happened else "",
        until=deeds.back_until(contribution),
        parent=text.opening(text.plain(parent), 400) if parent else "",
        files=files.of_versions([(case.version.id, case.version.files)]).get(case.version.id, []),
        outcome_words=outcome_words,
        reader=claims.reader(case, person().id) if claims.holder(case) != case.not_by_id else "",
        mine=claims.holder(case) == person().id,
    )


def outcome_words(outcome: str) -> str:
    """What became of an appeal."""
    return {
        "upheld": _("The decision stays"),
        "changed": _("The text is published"),
        "returned": _("The text goes back to its author"),
    }.get(outcome, "")
