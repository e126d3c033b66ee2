"""What a browser keeps of us: the sign-in cookie, and for which address it waits for a mail."""

from typing import Any

from flask import abort, current_app, flash, redirect, request, session, url_for
from werkzeug.wrappers import Response

from crowd.accounts import deeds, limits, queries
from crowd.accounts.deeds import SIGNED_IN_FOR
from crowd.db import transaction
from crowd.i18n import _, language
from crowd.pages import offered
from crowd.web import COOKIE


def remote() -> str:
    """The network address that asks, behind as many proxies as the settings name."""
    return request.remote_addr or ""


def signed_in(secret: str, to: str, *said: tuple[str, str], setting_up: bool = False) -> Any:
    """Go on as somebody: a new cookie, nothing left of the session from before (fixation). The second factor comes
    first, or setting it up where it must be; but whoever is `setting_up` the site finds that among the steps."""
    session.clear()
    for kind, sentence in said:
        flash(sentence, kind)
    begun = queries.begun(secret)
    if begun and not begun[1].language and len(offered()) > 1:  # how they read now is how they are mailed
        with transaction():
            deeds.choose_language(begun[1].id, language())
        begun = queries.begun(secret)
    if begun and begun[0].pending:
        to = url_for("accounts.second_step", next=to)
    elif begun and begun[1].factor_by and not begun[1].two and not setting_up:
        to = url_for("accounts.two_factor", next=to)
    return stay_signed_in(redirect(to), secret)


def stay_signed_in(answer: Any, secret: str) -> Any:
    """The same with an answer of one's own."""
    answer.set_cookie(
        COOKIE,
        secret,
        max_age=int(SIGNED_IN_FOR.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=request.is_secure or str(current_app.config["BASE_URL"]).startswith("https:"),
    )
    return answer


def signed_out(to: str) -> Response:
    session.clear()
    flash(_("You are signed out."), "ok")
    answer = redirect(to)
    answer.delete_cookie(COOKIE, httponly=True, samesite="Lax")
    return answer


def waits_for_mail(email: str) -> None:
    """Remember the address, so that only the code has to be typed."""
    session.clear()
    session["mail"] = email


def waited_for() -> str:
    return str(session.get("mail", ""))


def slow_down(*tries: tuple[limits.Limit, str], cost: int = 1) -> None:
    """Count a try for each; 429 where one limit is used up. A transaction of its own, before the work begins."""
    with transaction():
        fine = limits.within(*tries, cost=cost)
    if not fine:
        abort(429)
