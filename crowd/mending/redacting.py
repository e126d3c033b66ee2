"""Pages for striking passages out of a text, and for hosts who have to read what was struck (M14)."""

from typing import Any

from flask import abort, flash, make_response, redirect, render_template, request, url_for

from crowd import schedule, text
from crowd.db import Overtaken, transaction
from crowd.evidence import files
from crowd.i18n import _
from crowd.mending import deeds, passages, queries
from crowd.mending.blueprint import bp
from crowd.mending.forms import RedactForm, SealForm
from crowd.models import Version
from crowd.moderation import claims
from crowd.moderation.addresses import kinds, page_of
from crowd.moderation.overtaken import what_happened
from crowd.states import State
from crowd.threads import numbers
from crowd.threads.differences import differences, wording
from crowd.threads.prepared import Writing
from crowd.web import fetch, person, require


@bp.route("/moderate/<int:number>/redact", methods=["GET", "POST"])
def redact(number: int) -> Any:
    """Strike passages out of a held or a published text and publish the rest of it; after a held one comes what waits
    next (M9)."""
    require("moderate")  # first, so that nobody else learns which numbers there are
    version = fetch(Version, number, to="decide")
    form = RedactForm()
    shown_in = (form.phase.data or "", form.state.data or "")
    if request.method == "POST" and (happened := happened_to(version, *shown_in)):
        return _page(version, form, happened=happened), 409
    made = None
    if form.validate_on_submit() and form.do.data != "more":
        made = _made_ready(version, form)
    if made and form.do.data == "redact":
        _others, change = _also_in(version, form)
        try:
            with transaction():
                waited, case = version.state == State.HELD, claims.case_of(version.contribution_id)
                deeds.redact(version, by=person(), redaction=made, note=form.note.data or "", phase=shown_in[0])
                following = claims.go_on(by=person(), kinds=kinds(), after=case) if waited else None
        except Overtaken:
            return _page(version, form, happened=happened_to(version, *shown_in)), 409
        if change:
            flash(_("The author’s change that waits has it too: decide on that as well."), "warn")
        return redirect(page_of(following) if following else url_for("moderation.queue"))
    page = _page(version, form, made, happened="" if request.method == "POST" else happened_to(version))
    return page, 422 if form.errors or _wrong(form) else 200


def _made_ready(version: Version, form: RedactForm) -> deeds.Redaction | None:
    """The redaction that was asked for; nothing, and what is wrong beside its field, where it cannot be."""
    strikes = form.chosen()
    if not strikes:
        form.form_errors.append(_("Copy at least one passage that has to go, and choose why."))
        return None
    absent = passages.missing(version.source, version.card or {}, strikes)
    for strike in absent:
        form.refuse(strike.passage, _("This does not stand in the text. Copy it letter by letter from the box."))
    try:
        return None if absent else deeds.redaction(version, strikes)
    except text.Unusable as why:
        form.form_errors.append(str(why))
        return None


def _wrong(form: RedactForm) -> bool:
    return any(field.errors for entry in form.strikes for field in entry.form)


def happened_to(version: Version, phase: str = "", state: str = "") -> str:
    """Why what was chosen on a form cannot be done that was shown in `phase`, when the version was in `state`; empty if
    it can (M10)."""
    decision = queries.last_decision(version)
    if deeds.can_be_redacted(version) and state in ("", version.state):
        now = schedule.current(version.contribution.consultation)
        moved = _("The consultation has moved on to “%(phase)s” since you opened this page.")
        return moved % {"phase": schedule.phase_name(now)} if phase not in ("", now) else ""
    if version.state == State.REPLACED and (decision is None or decision.decision == "approve"):
        return _("The text has been changed since you opened it.")
    said = what_happened(version, decision, by=person().id)
    return said or _("This text cannot be changed here any more.")


def _page(version: Version, form: RedactForm, made: deeds.Redaction | None = None, *, happened: str = "") -> str:
    """The text that can be mended now, its difference to the one that was read, and the form with all that was typed
    in it."""
    now = mendable(version)
    form.phase.data = schedule.current(version.contribution.consultation)
    form.state.data = now.state if now else ""
    if form.do.data == "more" or not form.strikes[-1].form.errors:
        form.room()
    shown = now or version
    left: Writing | None = made.writings[version.id] if made else None
    also_in, change = _also_in(version, form) if left else ([], None)
    return render_template(
        "mending/redact.html",
        form=form,
        strikes=form.numbered(),
        version=shown,
        c=version.contribution,
        happened=happened,
        opened=version,
        stands=now is not None,
        changed=differences(wording(version), wording(shown)) if shown.id != version.id and happened else [],
        left=left,
        difference=differences(wording(version), wording(left)) if left else [],
        files=files.of_versions([(shown.id, shown.files)]).get(shown.id, []),
        typed=typed(shown),
        also_in=also_in,
        change=change,
        was_posted=request.method == "POST",
    )


def _also_in(version: Version, form: RedactForm) -> tuple[list[tuple[int, str]], int | None]:
    """Where a passage stands too and is not struck out: other texts of the thread, such as those that quote it, each
    with its version and number; and the version of the author's own change, if one waits."""
    code, strikes = version.contribution.consultation.code, form.chosen()
    found = [
        row
        for row in queries.beside(version)
        if len(passages.missing(row.source, row.card or {}, strikes)) < len(strikes)
    ]
    others = [row for row in found if row.contribution_id != version.contribution_id]
    change = next((row.id for row in found if row.contribution_id == version.contribution_id), None)
    return [(row.id, numbers.written(code, row.serial) or f"/p/{row.contribution_id}") for row in others], change


def mendable(version: Version) -> Version | None:
    """The wording of this text that can be mended now: this version, else a newer one that waits, else the public
    one."""
    able = [one for one in queries.versions_of(version.contribution_id) if deeds.can_be_redacted(one)]
    return version if version in able else able[-1] if able else None


def typed(version: Version) -> list[tuple[str, str]]:
    """The text and the parts of its card as they were typed, to copy passages from: title and words."""
    parts = [(_("The text as it was typed"), version.source)]
    for name, value in (version.card or {}).items():
        if name not in passages.CHOSEN and value:
            parts.append((_part_words(name), value))
    return parts


def _part_words(name: str) -> str:
    return {
        "setting": _("Where"),
        "change": _("What changed"),
        "effect": _("What it did"),
        "source": _("How we know"),
        "interests": _("Declared interests"),
        "branch": _("On behalf of"),
        "agreed": _("How it was agreed"),
    }.get(name, name)


@bp.route("/moderate/<int:number>/seal", methods=["GET", "POST"])
def seal(number: int) -> Any:
    """The whole text from before a redaction, shown once to a host who says why; the log keeps that."""
    require("moderate")
    version = fetch(Version, number, to="break the seal")
    if not queries.is_sealed(version.id):
        abort(404)
    form, opened = SealForm(), None
    if form.validate_on_submit():
        with transaction():
            opened = deeds.break_seal(version, by=person(), why=form.why.data or "")
    page = render_template("mending/seal.html", form=form, version=version, opened=opened)
    answer = make_response(page, 422 if form.errors else 200)
    answer.headers["Cache-Control"] = "no-store"
    return answer
