"""Pages of the moderation desk: the queue and one decision."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from crowd import clock, i18n, schedule, text
from crowd.db import Overtaken, transaction
from crowd.evidence import files
from crowd.i18n import _
from crowd.models import Version
from crowd.moderation import deeds, queries
from crowd.moderation.blueprint import bp
from crowd.moderation.forms import DecisionForm
from crowd.moderation.overtaken import decision_word, what_happened
from crowd.moderation.returning import NotReturnable, why_not_return
from crowd.states import State
from crowd.threads.differences import differences, wording
from crowd.web import fetch, key_in_query, person, require

__all__ = ["bp"]


@bp.app_context_processor
def _words() -> dict[str, Any]:
    return {"decision_word": decision_word}


def ago(moment: datetime) -> str:
    return i18n.duration((clock.now() - moment).total_seconds())


def _page(rows: Sequence[Any], endpoint: str, key: str) -> dict[str, Any]:
    """Twenty of the rows, and the address of those that follow."""
    shown = rows[: queries.PAGE]
    more = url_for(endpoint, **{key: shown[-1].id}) if len(rows) > len(shown) else ""
    first = url_for(endpoint) if key in request.args else ""
    waiting = queries.number_waiting()
    listed = files.of_versions((row.id, getattr(row, "files", None)) for row in shown)
    return {"items": shown, "files": listed, "next_href": more, "first_href": first, "waiting": waiting}


@bp.get("/moderate")
def queue():
    require("moderate")
    rows = queries.queue(person(), after=key_in_query("after"))
    page = _page(rows, "moderation.queue", "after")
    return render_template("moderation/queue.html", ago=ago, shortened=shortened, **page)


@bp.get("/moderate/returned")
def returned():
    """Texts that went back to their authors and may come again."""
    require("moderate")
    rows = queries.queue(person(), state=State.RETURNED, after=key_in_query("after"))
    page = _page(rows, "moderation.returned", "after")
    return render_template("moderation/returned.html", ago=ago, shortened=shortened, **page)


@bp.get("/moderate/decided")
def decided():
    require("moderate")
    rows = queries.decided(person(), key_in_query("before"))
    return render_template(
        "moderation/decided.html", shortened=shortened, **_page(rows, "moderation.decided", "before")
    )


def shortened(html: str) -> str:
    """The first words of a text that stands beside the one to decide on."""
    return text.opening(text.plain(html or ""), 200)


@bp.route("/moderate/<int:number>", methods=["GET", "POST"])
def decide(number):
    require("moderate")  # first, so that nobody else learns which numbers wait
    version = fetch(Version, number, to="decide")
    not_returned = why_not_return(version.contribution)
    form = DecisionForm(queries.reasons(retired=False), returnable=not not_returned)
    if request.method == "POST" and (happened := _happened(version, form.phase.data)):
        return _desk(version, form, happened), 409
    if form.validate_on_submit():
        try:
            with transaction():
                deeds.decide(
                    version,
                    by=person(),
                    decision=form.decision.data,
                    phase=form.phase.data,
                    reason=form.chosen,
                    note=form.note.data,
                    best_practice=form.best_practice.data,
                )
        except Overtaken:
            return _desk(version, form, _happened(version, form.phase.data)), 409
        except NotReturnable as why:
            form.form_errors.append(str(why))
        else:
            return _on_to_the_next(version, form.decision.data)
    return _desk(version, form, _happened(version)), 422 if form.errors else 200


def _happened(version: Version, phase: str = "") -> str:
    on_this = [d for d, _number in queries.history(version.contribution_id) if d.version_id == version.id]
    return what_happened(version, on_this[-1] if on_this else None, by=person().id, phase=phase)


def _on_to_the_next(version: Version, decision: str):
    said = {"approve": _("Published: “%(words)s”"), "return": _("Returned: “%(words)s”")}
    words = text.opening(text.plain(version.html), 60)
    flash(
        said.get(decision, _("Rejected: “%(words)s”")) % {"words": words} + " " + _("The author is told by mail."), "ok"
    )
    following = queries.next_waiting(person(), version.id)
    return redirect(url_for("moderation.decide", number=following) if following else url_for("moderation.queue"))


def _desk(version: Version, form: DecisionForm, happened: str = "") -> str:
    """The page of a decision: the newest wording, its difference to what was read or decided before, and the form with
    whatever was chosen in it."""
    newest = queries.newest(version.contribution_id)
    earlier = version if happened and newest.id != version.id else queries.decided_before(newest)
    history = queries.history(version.contribution_id)
    stale = bool(happened) and request.method == "POST"
    form.phase.data = schedule.current(version.contribution.consultation)
    listed = files.of_versions((v.id, v.files) for v in (newest, earlier) if v)
    now, before = listed.get(newest.id, []), listed.get(earlier.id, []) if earlier else []
    return render_template(
        "moderation/decide.html",
        form=form,
        version=newest,
        c=newest.contribution,
        opened=version,
        happened=happened,
        chosen=form.decision.data if stale else "",
        chosen_reason=form.chosen,
        earlier=earlier,
        difference=differences(wording(earlier), wording(newest)) if earlier else [],
        files=now,
        files_added=[file for file in now if file not in before],
        files_removed=[file for file in before if file not in now],
        history=history,
        returned_before=any(decision.decision == "return" for decision, _number in history),
        reasons=queries.reasons(retired=False),
        waits=newest.state == State.HELD,
        since=ago(queries.waiting_since(newest) or newest.created_at) if newest.state == State.HELD else "",
        why_not_return=why_not_return(newest.contribution),
        following=queries.next_waiting(person(), version.id),
        shortened=shortened,
        parent=queries.public_version(newest.contribution.parent),
    )


from crowd.moderation import log_pages, reason_pages  # noqa: E402, F401  # they register their pages on the blueprint
