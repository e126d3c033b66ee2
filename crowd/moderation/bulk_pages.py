"""Deciding on many texts at once, and taking back the last decision (M21, M22)."""

from typing import Any

from flask import abort, flash, redirect, request, url_for

from crowd.db import Overtaken, transaction
from crowd.i18n import _, ngettext
from crowd.models import Version
from crowd.moderation import bulk, queries, undoing
from crowd.moderation.addresses import page_of, place, shown_as
from crowd.moderation.blueprint import bp
from crowd.web import fetch, person, require


@bp.post("/moderate/bulk")
def decide_many() -> Any:
    """Decide on what was ticked, and come back to the same tab, with what was left out in its address."""
    require("moderate")
    back = place(*shown_as(request.form))
    seen, what = bulk.Seen.of(request.form.getlist("seen")), request.form.get("do", "")
    reason = bulk.reasons().get(what)
    if not seen or (what != "approve" and reason is None):
        flash(_("Tick the texts first, then press what is to be done with them."), "warn")
        return redirect(url_for("moderation.queue", **back))
    with transaction():
        left = bulk.decide(seen, by=person(), reason=reason)
    done = len(seen) - len(left)
    if done:
        said = ngettext("%(n)s text decided.", "%(n)s texts decided.", done)
        unmailed = bulk.by_nobody_here([one for one in seen if one not in left])
        flash(f"{said} {_who_hears(done, unmailed, refused=reason is not None)}", "ok")
    named = "-".join(f"{one.version}.{one.phase}" for one in left)
    return redirect(url_for("moderation.queue", **back, left=named or None))


def _who_hears(done: int, unmailed: int, *, refused: bool) -> str:
    """Who is told of it, and how (M13). Those whose texts were taken in from elsewhere have no address here."""
    if unmailed == done:
        return _("Nobody is mailed, because their authors have no address here.")
    told = (
        _("Every author with an address here finds it on their page, and is mailed.")
        if refused
        else _("Every author with an address here finds it on their page, and is mailed unless they turned that off.")
    )
    none = ngettext("%(n)s text is by somebody without one.", "%(n)s texts are by people without one.", unmailed)
    return f"{told} {none}" if unmailed else told


@bp.post("/moderate/<int:number>/undo")
def undo(number: int) -> Any:
    """Take back one's decision on a version within half a minute, and open it again."""
    require("moderate")
    version = fetch(Version, number, to="decide")
    decision = queries.last_decision(version.id) or abort(404)
    try:
        with transaction():
            case = undoing.undo(decision, by=person())
    except undoing.TooLate as why:
        flash(str(why), "warn")
    except Overtaken:
        flash(_("This decision is undone already."), "warn")
    else:
        shows = _("It waits again, on the author’s page too.") if case else ""
        flash(f"{_('The decision is undone: all is as it was before. No mail goes out.')} {shows}".strip(), "ok")
        return redirect(page_of(case) if case else url_for("moderation.decide", number=version.id))
    return redirect(url_for("moderation.queue"))
