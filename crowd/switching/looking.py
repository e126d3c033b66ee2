"""The page on which a host chooses how to look, and what becomes of each request while one does."""

from typing import Any

from flask import current_app, flash, g, redirect, render_template, request, url_for
from wtforms.validators import InputRequired

from crowd import clock, kept, things
from crowd.consultations import times
from crowd.forms import Choice, Day, Form, Hour
from crowd.i18n import _, deadline, lazy
from crowd.models import Consultation
from crowd.schedule import BadSchedule
from crowd.states import Standing
from crowd.switching import as_others
from crowd.switching.blueprint import bp
from crowd.web import SAFE, ask_as, fetch, person

OWN = {
    "accounts.sign_out",
    "switching.look",
    "switching.stop_looking",
    "static",
    "brand_sheet",
    "choose_theme",
    "healthz",
    "readyz",
    "metrics",
}
SHOWN = {"consultations.front", "threads.contribution", "threads.cited", "evidence.file", "threads.thread_news"}
SHOWN_OF = {"consultations", "threads", "findings", "evidence", "search", "themes"}
SHOWN_HERE = {
    "accounts.join",
    "notices.finding_feed",
    "notices.findings_feed",
    "notices.question_feed",
    "notices.theme_feed",
    "reports.how_we_moderate",
    "switching.record",
}


class LookForm(Form):
    """As whom, and when; without a day it is now."""

    standing = Choice(lazy("As"), wrong=lazy("Choose one."))
    day = Day(lazy("Date"))
    time = Hour(lazy("Time"))

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self.standing.choices = [(str(standing), words) for standing, words in _words().items()]


def _words() -> dict[Standing, str]:
    return {
        Standing.VISITOR: _("The public"),
        Standing.STAKEHOLDER: _("A stakeholder"),
        Standing.MEMBER: _("A member"),
    }


LookForm.day.kwargs["validators"] = LookForm.time.kwargs["validators"] = [InputRequired(lazy("Enter one."))]


@bp.route("/host/<slug>/as", methods=["GET", "POST"])
def look(slug: str) -> Any:
    """See the real pages as somebody of another standing would, on a date of one's choice."""
    consultation = fetch(Consultation, slug, to="set up")
    day, time = times.shown(clock.now(), consultation.timezone)
    form = LookForm(standing=str(Standing.VISITOR), day=day, time=time)
    if form.validate_on_submit():
        try:
            at = times.moment(form.day.data, form.time.data, consultation.timezone)
        except BadSchedule as error:
            form.time.errors = [str(error)]
        else:
            chosen = as_others.Look(slug, Standing(form.standing.data), at)
            answer = redirect(url_for("consultations.landing", slug=slug))
            answer.set_cookie(
                as_others.COOKIE,
                as_others.signed(chosen, person()),
                max_age=int(as_others.LASTS.total_seconds()),
                httponly=True,
                samesite="Lax",
                secure=request.is_secure,
            )
            return answer
    return render_template("switching/look.html", form=form), 422 if form.errors else 200


@bp.post("/host/<slug>/as/end")
def stop_looking(slug: str) -> Any:
    """Back to one's own eyes."""
    fetch(Consultation, slug, to="set up")
    flash(_("You see the site as yourself again."), "ok")
    answer = redirect(url_for("switching.look", slug=slug))
    answer.delete_cookie(as_others.COOKIE)
    return answer


@bp.before_app_request
def _look() -> Any:
    """Answer as for somebody else, at another time, from a memory of its own: nothing of it is kept for anybody."""
    cookie = request.cookies.get(as_others.COOKIE, "")
    if not cookie or request.endpoint in OWN:
        return None
    chosen = as_others.read(cookie, person())
    consultation = things.find(Consultation, chosen.slug) if chosen else None
    if chosen is None or consultation is None:
        return None
    g.looking = {
        "slug": chosen.slug,
        "words": _words()[chosen.standing],
        "when": deadline(chosen.at, consultation.timezone),
    }
    shown = request.method in SAFE and _is_shown(chosen.slug)
    g.fragments = kept.Store()
    clock.hold(chosen.at)
    ask_as(as_others.somebody(chosen, consultation))
    if shown:
        return None
    g.asked.append(None)
    g.pop("csrf_token", None)
    return render_template("switching/not_now.html", title=consultation.title), 403


def _is_shown(slug: str) -> bool:
    """The pages of this consultation that others have too; an unknown address is answered as ever."""
    endpoint = request.endpoint
    if endpoint is None or endpoint in SHOWN:
        return True
    view = current_app.view_functions.get(endpoint)
    here = (request.view_args or {}).get("slug") == slug and not request.path.startswith("/host/")
    return view is not None and here and (endpoint in SHOWN_HERE or endpoint.split(".")[0] in SHOWN_OF)


@bp.app_context_processor
def _banner() -> dict[str, Any]:
    return {"looking": g.get("looking")}
