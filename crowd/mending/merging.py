"""Pages for putting a text under one that says the same, and for parting them again (M15)."""

from types import SimpleNamespace
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for

from crowd import schedule, text
from crowd.db import Overtaken, transaction
from crowd.evidence import files
from crowd.i18n import _
from crowd.mending import parting, queries, uniting
from crowd.mending.blueprint import bp
from crowd.mending.forms import MergeForm
from crowd.mending.redacting import happened_to, mendable
from crowd.models import Case, Contribution, Version
from crowd.moderation import claims
from crowd.moderation.addresses import kinds, page_of
from crowd.search.similar import similar
from crowd.states import State
from crowd.threads import numbers
from crowd.web import fetch, key_in_query, person, require

SIMILAR = 5


@bp.route("/moderate/<int:number>/merge", methods=["GET", "POST"])
def merge(number: int) -> Any:
    """Put a held or a published text under another one that says the same; after a held one comes what waits next
    (M9)."""
    require("moderate")  # first, so that nobody else learns which numbers there are
    version = fetch(Version, number, to="decide")
    form = MergeForm()
    shown_in = (form.phase.data or "", form.state.data or "")
    if request.method == "POST" and (happened := _happened(version, *shown_in)):
        return _page(version, form, happened), 409
    if form.validate_on_submit():
        try:
            with transaction():
                target = _meant(form.meant, version.contribution)
                if why := uniting.why_not(version.contribution, target, person()):
                    raise uniting.NotTogether(why)
                waited, following = version.state == State.HELD, _merged(version, target, form, *shown_in)
        except Overtaken:
            return _page(version, form, _happened(version, *shown_in)), 409
        except uniting.NotTogether as why:
            form.target.errors = [str(why)]
        else:
            if waited:
                return redirect(page_of(following) if following else url_for("moderation.queue"))
            told = _("Authors with an address here are told by mail.")
            flash(f"{_('The text stands under the other one now.')} {told}", "ok")
            return redirect(url_for(".merges"))
    if request.method == "GET" and (into := key_in_query("into")):
        form.target.data = f"/p/{into}"  # from the desk of duplicates, for a person to confirm
    page = _page(version, form, "" if request.method == "POST" else _happened(version))
    return page, 422 if form.errors else 200


def _merged(version: Version, target: Contribution, form: MergeForm, phase: str, state: str) -> Case | None:
    """Merge, and claim what comes next in the same transaction, if the text had waited."""
    waited, case = version.state == State.HELD, claims.case_of(version.contribution_id)
    uniting.merge(version, target, by=person(), note=form.note.data or "", phase=phase, state=state)
    return claims.go_on(by=person(), kinds=kinds(), after=case) if waited else None


def _happened(version: Version, phase: str = "", state: str = "") -> str:
    if version.contribution.state == State.HIDDEN:
        return _("This text is hidden while it is checked. Decide on that first.")
    if version.contribution.merged:
        return _("This text has been put under another one already.")
    return happened_to(version, phase, state)


def _meant(typed: str, child: Contribution) -> Any:
    """The text that "12", "/p/12", a whole address or a citable number means."""
    code = child.consultation.code
    if serial := numbers.typed(typed, code or ""):
        return queries.contribution(numbers.find(numbers.written(code, serial)) or 0)
    return queries.contribution(numbers.addressed(typed) or 0)


def _page(version: Version, form: MergeForm, happened: str = "") -> str:
    c = version.contribution
    shown = version if not happened else mendable(version) or version
    form.phase.data, form.state.data = schedule.current(c.consultation), shown.state
    return render_template(
        "mending/merge.html",
        form=form,
        version=shown,
        c=c,
        happened=happened,
        stands=not _happened(shown),
        files=files.of_versions([(shown.id, shown.files)]).get(shown.id, []),
        similar=_similar(shown) if c.question_id else [],
        was_posted=request.method == "POST",
    )


def _similar(version: Version) -> list[Any]:
    """What says much the same, without names and votes (M23)."""
    c = version.contribution
    found = similar(c.consultation, person(), text.plain(version.html), SIMILAR + 1)
    rows = queries.targets(person(), c.consultation, [row.id for row in found if row.id != c.id][:SIMILAR])
    code = c.consultation.code
    return [
        SimpleNamespace(**row._mapping, cited=numbers.written(code, row.serial) or f"/p/{row.id}")
        for row in rows
        if row.promise >= c.promise
    ]


@bp.get("/moderate/merges")
def merges() -> Any:
    """What was merged, the newest first; for seven days it can be undone."""
    require("moderate")
    before = key_in_query("before")
    rows = queries.merges(person(), before)
    shown = rows[: queries.PAGE]
    return render_template(
        "mending/merges.html",
        merges=[_line(row) for row in shown],
        next_href=url_for(".merges", before=shown[-1].id) if len(rows) > len(shown) else "",
        first_href=url_for(".merges") if before else "",
    )


def _line(row: Any) -> Any:
    """A merge as its list shows it: both texts, and until when it can be undone."""
    cited = {
        "cited": numbers.written(row.code, row.serial) or f"/p/{row.contribution_id}",
        "target_cited": numbers.written(row.code, row.target_serial) or f"/p/{row.target_id}",
    }
    words = {name: text.opening(text.plain(getattr(row, name) or ""), 160) for name in ("html", "target_html")}
    until = row.at + uniting.UNDO_MERGE_FOR
    return SimpleNamespace(**{**row._mapping, **words, **cited}, until=until, open=uniting.still_open(row))


@bp.post("/moderate/merges/<int:number>/undo")
def undo_merge(number: int) -> Any:
    """Part two texts again."""
    require("moderate")
    found = queries.merge(number) or abort(404)
    fetch(Contribution, found.contribution_id, to="decide")
    try:
        with transaction():
            case, became = parting.part(found, by=person())
    except uniting.NotTogether as why:
        flash(str(why), "bad")
    else:
        flash(became, "ok")
        if case is not None:
            return redirect(page_of(case))
    return redirect(url_for(".merges"))
