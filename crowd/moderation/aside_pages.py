"""Beside a decision: a second opinion, another place, a note for colleagues, and what is shown on demand (M11, M23)."""

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
from crowd.web import fetch, person, require


def _version(number: int) -> Version:
    require("moderate")
    return fetch(Version, number, to="decide")


def _back(version: Version) -> Any:
    return redirect(url_for("moderation.decide", number=version.id))


@bp.post("/moderate/<int:number>/ask")
def ask(number: int) -> Any:
    """Ask a colleague to decide, and go on to the next one."""
    version, form = _version(number), AskForm()
    if not form.validate_on_submit():
        return shown(version, ask=form), 422
    try:
        with transaction():
            case = claims.case_of(version.contribution_id)
            if case is None:
                raise Overtaken(version)
            asides.ask_second_opinion(case, by=person(), question=form.asked.data)
            following = claims.go_on(by=person(), kinds=kinds(), after=case)
    except Overtaken:
        return shown(version, happened=_("This text does not wait any more."), ask=form), 409
    flash(_("Your question stands on its page, for the colleague who opens it next."), "ok")
    return redirect(page_of(following) if following else url_for("moderation.queue"))


@bp.post("/moderate/<int:number>/move")
def move(number: int) -> Any:
    """Let it answer another question or be of another kind."""
    version = _version(number)
    form = MoveForm(version.contribution)
    if not form.validate_on_submit():
        return shown(version, move=form), 422
    try:
        with transaction():
            moved = asides.move_to(version.contribution, form.question, form.sort.data, by=person())
    except Overtaken:
        return shown(version, happened=_("This text does not wait any more."), move=form), 409
    flash(_("It has been moved. The author is told by mail.") if moved else _("It stands there already."), "ok")
    return _back(version)


@bp.post("/moderate/<int:number>/notes")
def note(number: int) -> Any:
    """Note something for colleagues."""
    version, form = _version(number), NoteForm()
    if not form.validate_on_submit():
        return shown(version, note=form), 422
    with transaction():
        asides.add_note(version.contribution, form.remark.data, by=person())
    return _back(version)


@bp.post("/moderate/<int:number>/show")
def show(number: int) -> Any:
    """Show who wrote it, or its votes; the log has a line of that."""
    version, what = _version(number), request.form.get("what", "")
    if what not in asides.SHOWN:
        abort(400)
    with transaction():
        asides.show(version, what, by=person())
    return _back(version)
