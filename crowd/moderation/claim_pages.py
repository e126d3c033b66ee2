"""Opening, claiming, leaving, and going on to the next (M9). All of it is by buttons: a GET never writes."""

from typing import Any

from flask import abort, flash, redirect, request, url_for

from crowd.db import transaction
from crowd.i18n import _
from crowd.models import Case
from crowd.moderation import claims, deeds, queries
from crowd.moderation.addresses import kinds, page_of
from crowd.moderation.blueprint import bp
from crowd.moderation.queue import DETACHED
from crowd.web import person, require


def _case(number: int) -> Case:
    """The case, if the person may decide on its text; first of all whether they moderate at all, so that nobody else
    learns which numbers there are."""
    require("moderate")
    case = queries.case(number) or abort(404)
    require("decide", case.contribution)
    if case.kind in DETACHED and case.not_by_id == person().id:
        abort(403)  # of one's own decision (M20, M29)
    return case


@bp.post("/moderate/next")
def next_case() -> Any:
    """Claim what comes next and open it; what was left is free for others."""
    require("moderate")
    number = request.form.get("after", "")
    with transaction():
        after = queries.case(int(number)) if number.isascii() and number.isdigit() and len(number) < 10 else None
        found = claims.go_on(by=person(), kinds=kinds(), after=after)
    if found is None:
        flash(_("Nothing else waits for you just now."), "ok")
    return redirect(page_of(found) if found else url_for("moderation.queue"))


@bp.post("/moderate/cases/<int:number>/open")
def open_case(number: int) -> Any:
    """Open one from the queue, and claim it if it is free."""
    case = _case(number)
    with transaction():
        claims.claim(case, by=person())
    return redirect(page_of(case))


@bp.post("/moderate/cases/<int:number>/claim")
def claim(number: int) -> Any:
    """Take it, hold on to it, or take it over from somebody. The page's script asks every two minutes, and hears 409
    where somebody else has it."""
    case = _case(number)
    with transaction():
        if request.form.get("do") == "take over":
            claims.take_over(case, by=person())
            had = True
        else:
            had = claims.claim(case, by=person())
    if "X-Fragment" in request.headers:
        return ("", 204) if had else (claims.reader(case, person().id), 409)
    if not had:
        flash(_("Somebody else has taken it. You can look at it, or take it over."), "warn")
    return redirect(page_of(case))


@bp.post("/moderate/cases/<int:number>/leave")
def leave(number: int) -> Any:
    """Let others have it, and go back to the queue."""
    case = _case(number)
    with transaction():
        claims.leave(case, by=person())
    return redirect(url_for("moderation.queue"))


@bp.post("/moderate/keys")
def keys() -> Any:
    """Turn the desk's keys on or off for oneself (M22, WCAG 2.1.4)."""
    require("moderate")
    on = request.form.get("do") == "on"
    with transaction():
        deeds.set_keys(on, by=person())
    flash(_("The keys are on.") if on else _("The keys are off."), "ok")
    return redirect(url_for("moderation.queue"))
