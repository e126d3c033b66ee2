"""Beside a decision: a second opinion, another place, a note for colleagues, and what is shown on demand (M11, M23)."""

from collections.abc import Sequence
from typing import Any

from flask import abort, flash, redirect, request, url_for

from crowd.db import Overtaken, transaction
from crowd.i18n import _
from crowd.models import Version
from crowd.moderation import asides, claims
from crowd.moderation.addresses import kinds, page_of
from crowd.moderation.blueprint import bp
from crowd.moderation.decision_page import shown
from crowd.moderation.forms import AskForm, MoveForm, NoteForm
from crowd.moderation.overtaken import since_opened
from crowd.web import fetch, person, require

DECIDING = ("reason", "note", "marks", "best_practice", "asked")
TYPED = (*DECIDING, "remark")  # what stands in one form on the page, and outlives each of these deeds


def _version(number: int) -> Version:
    require("moderate")
    return fetch(Version, number, to="decide")


def _overtaken(version: Version, phase: str, undone: str, **form: Any) -> Any:
    """The page with what has happened since, what was not done, and all that was typed (M10)."""
    happened = since_opened(version, person().id, phase) or _("This text is not as you opened it any more.")
    return shown(version, happened=f"{happened} {undone}", **form), 409


def _back(version: Version, typed: Sequence[str] = TYPED, **done: Any) -> Any:
    """The page of the text again: as the moderator left it, if anything stood in its other fields."""
    if not any(request.form.get(name, "").strip() for name in typed):
        return redirect(url_for("moderation.decide", number=version.id))
    happened = since_opened(version, person().id, request.form.get("phase", ""))
    return shown(version, happened=happened, **done)


@bp.get("/moderate/<int:number>/<any(ask, move, notes, show):_deed>")
def beside(number: int, _deed: str) -> Any:
    """Whoever loads the address again that a page came from, after a deed beside the decision, gets the decision."""
    return redirect(url_for("moderation.decide", number=_version(number).id))


@bp.post("/moderate/<int:number>/ask")
def ask(number: int) -> Any:
    """Ask a colleague to decide, and go on to the next one."""
    version, form = _version(number), AskForm()
    undone = _("Your question was not asked.")
    if since_opened(version, person().id, form.phase.data or ""):
        return _overtaken(version, form.phase.data or "", undone, ask=form)
    if not form.validate_on_submit():
        return shown(version, ask=form), 422
    try:
        with transaction():
            words = {"question": form.asked.data, "phase": form.phase.data or ""}
            case = asides.ask_second_opinion(version, by=person(), **words)
            following = claims.go_on(by=person(), kinds=kinds(), after=case)
    except Overtaken:
        return _overtaken(version, form.phase.data or "", undone, ask=form)
    flash(_("Your question stands on its page, for the colleague who opens it next."), "ok")
    return redirect(page_of(following) if following else url_for("moderation.queue"))


@bp.post("/moderate/<int:number>/move")
def move(number: int) -> Any:
    """Let it answer another question or be of another kind."""
    version = _version(number)
    form, undone = MoveForm(version.contribution), _("It was not moved.")
    if since_opened(version, person().id, form.phase.data or ""):
        return _overtaken(version, form.phase.data or "", undone, move=form)
    if not form.validate_on_submit():
        return shown(version, move=form), 422
    try:
        with transaction():
            place, phase = (form.question, form.sort.data), form.phase.data or ""
            moved = asides.move_to(version, *place, by=person(), phase=phase)
    except Overtaken:
        return _overtaken(version, form.phase.data or "", undone, move=form)
    told = _("An author with an address here is told by mail.")
    flash(f"{_('It has been moved.')} {told}" if moved else _("It stands there already."), "ok")
    return _back(version)


@bp.post("/moderate/<int:number>/notes")
def note(number: int) -> Any:
    """Note something for colleagues."""
    version, form = _version(number), NoteForm()
    if not form.validate_on_submit():
        return shown(version, note=form), 422
    with transaction():
        asides.add_note(version.contribution, form.remark.data, by=person())
    return _back(version, DECIDING, note=NoteForm(formdata=None))


@bp.post("/moderate/<int:number>/show")
def show(number: int) -> Any:
    """Show who wrote it, or its votes; the log has a line of that."""
    version, what = _version(number), request.form.get("what", "")
    if what not in asides.SHOWN:
        abort(400)
    with transaction():
        asides.show(version, what, by=person())
    return _back(version)
