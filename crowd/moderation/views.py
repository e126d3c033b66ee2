"""Pages of the moderation desk: the tabs of the queue, and one decision."""

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from crowd import schedule, text
from crowd.db import Overtaken, transaction
from crowd.evidence import files
from crowd.i18n import _
from crowd.models import Case, Version
from crowd.moderation import claims, deeds, queries, words
from crowd.moderation import queue as cases
from crowd.moderation.addresses import kinds, page_of
from crowd.moderation.blueprint import bp
from crowd.moderation.forms import DecisionForm
from crowd.moderation.overtaken import decision_word, what_happened
from crowd.moderation.queue import Tab
from crowd.moderation.returning import NotReturnable, why_not_return
from crowd.states import State
from crowd.threads.differences import differences, wording
from crowd.web import fetch, key_in_query, person, require

__all__ = ["bp"]


@bp.app_context_processor
def _words() -> dict[str, Any]:
    return {"decision_word": decision_word, "page_of": page_of, "desk_words": words}


def desk(template: str, **shown: Any) -> str:
    """A page of the desk, with what all of them show."""
    return render_template(template, keys=queries.keys_on(person().id), shortened=shortened, **shown)


def shortened(html: str, most: int = 200) -> str:
    """The first words of a text that stands beside the one to decide on."""
    return text.opening(text.plain(html or ""), most)


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
    asked = request.args.get("tab", "")
    tab = Tab(asked) if asked in set(Tab) else Tab.ALL
    most = cases.MOST if request.args.get("show") == str(cases.MOST) else cases.PAGE
    rows = cases.page(person(), kinds(), tab, after=key_in_query("after"), most=most)
    query = ({"tab": str(tab)} if tab != Tab.ALL else {}) | ({"show": most} if most != cases.PAGE else {})
    page = _listed(rows, most, "moderation.queue", "after", **query)
    return desk("moderation/queue.html", tab=tab, most=most, at_once=cases.MOST, **page)


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
    not_returned = why_not_return(version.contribution)
    form = DecisionForm(queries.reasons(retired=False), returnable=not not_returned)
    if request.method == "POST" and (happened := _happened(version, form.phase.data)):
        return _page(version, form, happened), 409
    if form.validate_on_submit():
        try:
            with transaction():
                following = _decided(version, form)
        except Overtaken:
            return _page(version, form, _happened(version, form.phase.data)), 409
        except NotReturnable as why:
            form.form_errors.append(str(why))
        else:
            return _on_to_the_next(version, form.decision.data, following)
    return _page(version, form, _happened(version)), 422 if form.errors else 200


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
    )
    return claims.go_on(by=person(), kinds=kinds(), after=case)


def _happened(version: Version, phase: str = "") -> str:
    on_this = [d for d, _number in queries.history(version.contribution_id) if d.version_id == version.id]
    return what_happened(version, on_this[-1] if on_this else None, by=person().id, phase=phase)


def _on_to_the_next(version: Version, decision: str, following: Case | None) -> Any:
    said = {"approve": _("Published: “%(words)s”"), "return": _("Returned: “%(words)s”")}
    told = said.get(decision, _("Rejected: “%(words)s”")) % {"words": shortened(version.html, 60)}
    flash(told + " " + _("The author is told by mail."), "ok")
    return redirect(page_of(following) if following else url_for("moderation.queue"))


def _page(version: Version, form: DecisionForm, happened: str = "") -> str:
    """The page of a decision: the newest wording, its difference to what was read or decided before, and the form with
    whatever was chosen in it."""
    newest = queries.newest(version.contribution_id)
    earlier = version if happened and newest.id != version.id else queries.decided_before(newest)
    history = queries.history(version.contribution_id)
    stale = bool(happened) and request.method == "POST"
    form.phase.data = schedule.current(version.contribution.consultation)
    waits = newest.state == State.HELD
    return desk(
        "moderation/decide.html",
        form=form,
        version=newest,
        c=newest.contribution,
        opened=version,
        happened=happened,
        chosen=form.decision.data if stale else "",
        chosen_reason=form.chosen,
        difference=differences(wording(earlier), wording(newest)) if earlier else [],
        history=history,
        returned_before=any(decision.decision == "return" for decision, _number in history),
        reasons=queries.reasons(retired=False),
        waits=waits,
        since=words.ago(queries.waiting_since(newest) or newest.created_at) if waits else "",
        why_not_return=why_not_return(newest.contribution),
        parent=queries.public_version(newest.contribution.parent),
        **_files(newest, earlier),
        **_claimed(newest),
    )


def _files(newest: Version, earlier: Version | None) -> dict[str, Any]:
    listed = files.of_versions((v.id, v.files) for v in (newest, earlier) if v)
    now, before = listed.get(newest.id, []), listed.get(earlier.id, []) if earlier else []
    return {
        "files": now,
        "files_added": [file for file in now if file not in before],
        "files_removed": [file for file in before if file not in now],
    }


def _claimed(version: Version) -> dict[str, Any]:
    """The case, who else reads it, and whether it is one's own."""
    case = claims.case_of(version.contribution_id)
    return {
        "case": case,
        "reader": claims.reader(case, person().id),
        "mine": claims.holder(case) == person().id,
    }


from crowd.moderation import claim_pages, log_pages, reason_pages  # noqa: E402, F401  # they register their pages
