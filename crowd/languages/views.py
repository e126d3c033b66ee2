"""In which language a request is answered, and where a reader chooses it."""

from typing import Any

from flask import has_request_context, redirect, request, url_for
from sqlalchemy.exc import DBAPIError

from crowd import i18n
from crowd.accounts import deeds
from crowd.db import transaction
from crowd.languages.blueprint import bp
from crowd.pages import offered, own_path
from crowd.web import csrf, person, public

A_YEAR = 31536000


def of_request() -> str:
    """What was chosen in this browser, else what the person chose, else what the browser asks for, of what is offered
    here. Asked when the first word is said, so that a file or a redirect costs nothing."""
    if not has_request_context():
        return i18n.FIRST
    header = request.headers.get("Accept-Language", "")
    chosen = request.cookies.get(i18n.COOKIE, "")
    try:
        found = offered()
        return i18n.best(i18n.wanted(chosen if chosen in found else person().language, header), found)
    except DBAPIError:  # the page that says so is best read in the reader's language too
        return i18n.best(i18n.wanted(chosen, header), list(i18n.LANGUAGES))


@bp.record
def _found_by(state: Any) -> None:
    state.app.extensions["language"] = of_request


@csrf.exempt
@bp.post("/language")
@public
def choose() -> Any:
    """Remember the language and go back: in this browser, and for the mails of whoever is signed in. Without a token,
    because its form stands on pages that are kept for all: a foreign page could do no more than change a language, and
    not even that for an account, whose cookie does not come along from there."""
    answer = redirect(own_path(request.form.get("next", "")) or url_for("consultations.front"))
    chosen = request.form.get("language", "")
    if chosen in offered():
        answer.set_cookie(i18n.COOKIE, chosen, max_age=A_YEAR, samesite="Lax", secure=request.is_secure)
        if person().id:
            with transaction():
                deeds.choose_language(person().id, chosen)
    return answer
