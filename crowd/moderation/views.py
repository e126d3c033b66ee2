"""Pages of the moderation desk: the tabs of the queue, and one decision."""

from collections.abc import Sequence
from typing import Any

from flask import redirect, request, url_for

from crowd.db import Overtaken, transaction
from crowd.evidence import files
from crowd.models import Case, Version
from crowd.moderation import bulk, claims, deeds, passages
from crowd.moderation import queue as cases
from crowd.moderation.addresses import kinds, page_of, place, shown_as
from crowd.moderation.blueprint import bp
from crowd.moderation.decision_page import decision_form, desk, shown
from crowd.moderation.forms import DecisionForm
from crowd.moderation.overtaken import since_opened
from crowd.moderation.returning import NotReturnable
from crowd.web import fetch, key_in_query, person, require


def _listed(rows: Sequence[Any], most: int, endpoint: str, key: str, **query: Any) -> dict[str, Any]:
    """So many of the rows, and the address of those that follow."""
    shown = rows[:most]
    more = url_for(endpoint, **query, **{key: shown[-1].id}) if len(rows) > len(shown) else ""
    first = url_for(endpoint, **query) if key in request.args else ""
    listed = files.of_versions((row.version_id, getattr(row, "files", None)) for row in shown)
    waiting = cases.counts(person(), kinds())
    return {"items": shown, "files": listed, "next_href": more, "first_href": first, "waiting": waiting}


@bp.get("/moderate")
def queue():
    """What waits, by tab (M6, M7); `show=50` is as many as can be decided at once."""
    require("moderate")
    tab, most = shown_as(request.args)
    rows = cases.page(person(), kinds(), tab, after=key_in_query("after"), most=most)
    page = _listed(rows, most, "moderation.queue", "after", **place(tab, most))
    return desk(
        "moderation/queue.html", tab=tab, most=most, at_once=cases.MOST, left=_left_out(), can=bulk.reasons(), **page
    )


def _left_out() -> list[tuple[Version, str]]:
    """What a bulk decision has left out, each with what happened to it (M21)."""
    return bulk.left_out(bulk.Seen.of(request.args.get("left", "").split("-")), person())


@bp.get("/moderate/returned")
def returned():
    """Texts that went back to their authors and may come again."""
    require("moderate")
    rows = cases.returned(person(), key_in_query("after"))
    return desk("moderation/returned.html", **_listed(rows, cases.PAGE, "moderation.returned", "after"))


@bp.get("/moderate/decided")
def decided():
    require("moderate")
    rows = cases.decided(person(), key_in_query("before"))
    return desk("moderation/decided.html", **_listed(rows, cases.PAGE, "moderation.decided", "before"))


@bp.route("/moderate/<int:number>", methods=["GET", "POST"])
def decide(number):
    """One text with all that it takes to decide on it, and the decision (M10, M11, M23)."""
    require("moderate")  # first, so that nobody else learns which numbers wait
    version = fetch(Version, number, to="decide")
    form = decision_form(version)
    if request.method == "POST" and (happened := _happened(version, form.phase.data)):
        return shown(version, form, happened), 409
    if form.validate_on_submit():
        try:
            with transaction():
                following = _decided(version, form)
        except Overtaken:
            return shown(version, form, _happened(version, form.phase.data)), 409
        except NotReturnable as why:
            form.form_errors.append(str(why))
        else:
            return redirect(page_of(following) if following else url_for("moderation.queue"))
    return shown(version, form, _happened(version)), 422 if form.errors else 200


def _decided(version: Version, form: DecisionForm) -> Case | None:
    """Decide, and claim what comes next in the same transaction (M9)."""
    case = claims.case_of(version.contribution_id)
    deeds.decide(
        version,
        by=person(),
        decision=form.decision.data,
        phase=form.phase.data,
        reason=form.chosen,
        note=form.note.data,
        best_practice=form.best_practice.data,
        marks=passages.chosen(version.source, form.marks.data),
    )
    return claims.go_on(by=person(), kinds=kinds(), after=case)


def _happened(version: Version, phase: str = "") -> str:
    return since_opened(version, person().id, phase)
