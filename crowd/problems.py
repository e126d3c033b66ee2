"""Every error a user can meet has a page: what is wrong, what to do, and what they had typed."""

from collections.abc import Mapping
from typing import Any

from flask import Flask, Response, current_app, flash, g, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, InternalError, OperationalError, ProgrammingError
from werkzeug.exceptions import HTTPException, InternalServerError

from crowd import logs, resuming
from crowd.accounts import passkeys
from crowd.accounts.forms import SignInForm
from crowd.accounts.queries import provider
from crowd.db import Overtaken, db, misses_a_table
from crowd.experts.asking import over
from crowd.i18n import _
from crowd.models import Consultation, Contribution, ExpertRequest
from crowd.pages import own_path
from crowd.threads.drafts import keep
from crowd.typed import CHOICES, described
from crowd.web import SAFE, Refused, person, refused_by_the_bell
from crowd.why import why_not

Link = tuple[str, str]

BEGINNING = 1_000_000  # bytes of it in which the text is looked for
HEARD_OUT = 300_000_000  # bytes of a request from somebody who is signed in; nothing of the files is kept
DRAFTED = {"contribute", "comment", "comment on a finding", "edit"}


def _words() -> dict[int, tuple[str, str]]:
    return {
        400: (
            _("We could not read that"),
            _("Something in the address or the form was not as expected. Go back and try again."),
        ),
        401: (_("Please sign in"), _("You need to be signed in for this.")),
        403: (
            _("You cannot do that here"),
            _("The page you came from may be out of date. Go back, load it again and try once more."),
        ),
        404: (
            _("Page not found"),
            _(
                "There is nothing here that you can read. If you typed the address, check it; "
                "if you are a member, sign in first."
            ),
        ),
        405: (_("That does not work this way"), _("Use the buttons and links on the page.")),
        409: (
            _("Somebody was faster"),
            _("This was changed while you had it open. Look at it as it is now."),
        ),
        410: (_("This is gone"), _("It was here once and has been taken away.")),
        413: (
            _("That is too large"),
            _(
                "What you sent is larger than this site takes from you, so nothing of it was read. Go back, where your "
                "browser may still have your text, and send it with smaller or fewer files. If you are signed out, "
                "sign in first."
            ),
        ),
        429: (_("Too many tries"), _("Please wait a few minutes and try again.")),
        500: (
            _("Something went wrong on our side"),
            _("It is in the log as %(number)s. Please try again in a minute.", number=logs.number()),
        ),
        503: (_("The site is busy"), _("Nothing is lost. Please try again in a minute.")),
    }


def problem(
    status: int,
    sentence: str = "",
    *,
    title: str = "",
    what_next: list[Link] | None = None,
    typed: Mapping[str, str] | None = None,
) -> tuple[str, int]:
    """The page for an error; all that the person had typed stands on it."""
    words = _words().get(status, _words()[400])
    unread = status == 413 or request.method in SAFE  # reading a form that is too large would fail once more
    front = [(_("Go to the first page"), url_for("consultations.front"))]
    page = render_template(
        "errors/problem.html",
        title=title or words[0],
        sentence=sentence or words[1],
        status=status,
        what_next=(what_next or []) + front,
        kept=described(typed.items()) if typed else [] if unread else described(request.form.items(multi=True)),
    )
    return page, status


def sign_in_again(status: int) -> tuple[str, int]:
    """The sign-in form with all that was typed in it, in place of a refusal that a visitor would get."""
    return sign_in_page(SignInForm(formdata=None, next=request.path), resuming.typed()), status


def sign_in_page(form: SignInForm, typed: Mapping[str, str]) -> str:
    """`typed` was written when the sign-in had ended; the form carries it."""
    chosen = [(name, typed[name]) for name in CHOICES if name in typed]
    return render_template(
        "accounts/sign_in.html",
        form=form,
        kept=described(typed.items()),
        chosen=chosen,
        provider=provider(),
        passkeys=bool(passkeys.site()),
    )


def _refused(refused: Refused) -> tuple[str, int]:
    db.session.rollback()
    if resuming.was_writing() and not person().id:
        return sign_in_again(403)
    if resuming.was_pressing():
        return _signed_out(403)
    sentence = why_not(person(), refused.act, refused.thing)
    sign_in = [] if person().id else [(_("Sign in"), url_for("accounts.sign_in", next=request.path))]
    if person().late:
        sentence = _("Your role rests until you have set up two-factor sign-in. That takes two minutes.")
        sign_in = [(_("Set up two-factor sign-in"), url_for("accounts.two_factor"))]
    if refused_by_the_bell(refused):
        return _after_the_bell(refused, sentence)
    if refused.act in DRAFTED and _kept_as_draft(refused):
        sentence += " " + _("Your text was not sent. We have kept it as a draft, which only you can see.")
        return problem(403, sentence, what_next=[_my_drafts(), *_back(refused.thing)])
    return problem(403, sentence, what_next=sign_in)


def _signed_out(status: int) -> tuple[str, int]:
    """For a press whose sign-in has ended meanwhile; the same whatever was meant by it (P13)."""
    back = own_path(request.form.get("next", "")) or None
    return problem(
        status,
        _("You are signed out, so this was not done. Sign in and press it once more."),
        title=_("Please sign in"),
        what_next=[(_("Sign in"), url_for("accounts.sign_in", next=back))],
    )


def _kept_as_draft(refused: Refused) -> bool:
    """Whether the person's own text could be kept: whatever came between, it is not lost."""
    g.asked = [None]  # the draft is not what was refused
    editing = refused.act == "edit"
    return request.method not in SAFE and keep(refused.thing, by=person().id, fields=request.form, editing=editing)


def _my_drafts() -> Link:
    return _("My contributions and drafts"), url_for("accounts.me")


def _back(thing: Any) -> list[Link]:
    """The discussion that somebody wanted to write in."""
    if not isinstance(thing, Contribution):
        return []
    return [(_("Back to the discussion"), url_for("threads.contribution", number=thing.id))]


def _after_the_bell(refused: Refused, sentence: str) -> tuple[str, int]:
    """P8: refuse with 409, keep a person's own text as a draft, and say what the person can do next."""
    consultation: Consultation = refused.thing.consultation
    saved = refused.act in DRAFTED and _kept_as_draft(refused)
    nexts = [(_("Where we are and what comes next"), url_for("consultations.landing", slug=consultation.slug))]
    if saved:
        sentence += " " + _("Your text was not sent. We have kept it as a draft, which only you can see.")
        nexts.insert(0, _my_drafts())
    return problem(409, sentence, title=_("This part has ended"), what_next=nexts)


def _overtaken(error: Overtaken) -> tuple[str, int]:
    db.session.rollback()
    if isinstance(error.thing, ExpertRequest) and resuming.was_writing():
        return _asked_no_more(error.thing)
    return problem(409)


def _asked_no_more(asked: ExpertRequest) -> tuple[str, int]:
    """A request that has ended while its answer was written: the text is still its writer's."""
    sentence, nexts = over(asked), []
    g.asked = [None]  # the draft is not what was refused
    if keep(asked.question, by=person().id, fields=request.form):
        sentence += " " + _("Your text was not sent. We have kept it as a draft, which only you can see.")
        nexts.append(_my_drafts())
    return problem(409, sentence, title=_("Your answer was not sent"), what_next=nexts)


def _http(error: HTTPException) -> Any:
    if error.code is None or error.code < 400:
        return error
    if error.code == 413 and person().id:
        return _too_large(_hear_out())
    if error.code in (403, 404) and resuming.was_writing() and not person().id:
        return sign_in_again(error.code)  # whether there is anything to answer is told once they are signed in
    if error.code == 404 and resuming.was_pressing():
        return _signed_out(404)
    return problem(error.code)


def _hear_out() -> bytes:
    """Let go by what is too large, but for its beginning, where the text stands: a browser that is cut off while it
    sends shows its own error, not our page."""
    left, first = min(request.content_length or 0, HEARD_OUT), b""
    while left > 0 and (block := request.environ["wsgi.input"].read(min(left, 65_536))):
        left -= len(block)
        if len(first) < BEGINNING:
            first += block
    return first


def _too_large(first: bytes) -> Any:
    """Files that are far too large do not take the text with them: it is a draft, and the form is shown with it."""
    said = _("Your files together were too large, so none of them was read. Your text is here: add fewer and send it.")
    fields = resuming.beginning(first, request.mimetype_params.get("boundary", ""))
    if fields.get("text") and (kept := resuming.keep(fields, request.path, by=person())):
        for kind, sentence in kept[1] or [("warn", said)]:
            flash(sentence, kind)
        return redirect(kept[0])
    most = getattr(current_app.view_functions.get(request.endpoint or ""), "takes", 0)
    if most and request.max_content_length == most:
        whole = most // 1_000_000
        said = _("Only %(n)s MB are taken here, so nothing was read. Go back and choose a smaller file.", n=whole)
        return problem(413, said)
    return problem(413)


def _expired(_error: CSRFError) -> Any:
    """A form without its token is never taken; a text in it is kept, for the person to look at and to send."""
    if resuming.was_writing() and not person().id:
        return sign_in_again(400)
    if resuming.was_writing() and (kept := resuming.keep(resuming.typed(), request.path, by=person())):
        to, said = kept
        said = said or [("warn", _("The form was too old, so nothing was sent. Look at your text and send it again."))]
        for kind, sentence in said:
            flash(sentence, kind)
        return redirect(to)
    if resuming.was_pressing():
        return _signed_out(400)
    return problem(
        400,
        _(
            "The form was too old or came from another window. What you typed is below: load the page again, "
            "put it back in and send it once more."
        ),
        title=_("Please send that again"),
    )


def _busy(error: OperationalError | InternalError) -> tuple[str, int] | Response:
    db.session.rollback()
    current_app.logger.error("database: %s", error)
    return _page_or_sentence(503)


def _statement(error: ProgrammingError) -> tuple[str, int] | Response:
    """PostgreSQL's word for a missing table; any other statement that it does not understand is a fault of ours."""
    db.session.rollback()
    if misses_a_table(error):
        return _sentence(error)
    current_app.logger.error("database: %s", error, exc_info=error)
    return _page_or_sentence(500)


def _page_or_sentence(status: int) -> tuple[str, int] | Response:
    """A page shows the site's name, which stands in the database: is that away, a sentence has to do."""
    try:
        return problem(status)
    except DBAPIError as error:
        db.session.rollback()
        return _sentence(error)


def _sentence(error: DBAPIError) -> Response:
    g.setdefault("asked", []).append(None)
    away = _("The database of this site does not answer. Please try again in a minute.")
    empty = _("This instance has no database yet: start it once with python3 app.py run")
    return Response((empty if misses_a_table(error) else away) + "\n", 503, mimetype="text/plain")


def _broken(error: InternalServerError) -> tuple[str, int] | Response:
    """Flask has written the traceback to the log by now."""
    db.session.rollback()
    g.setdefault("asked", []).append(None)
    current_app.logger.error("this was request %s", logs.number())
    return _page_or_sentence(500)


def init_problems(app: Flask) -> None:
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(Overtaken, _overtaken)
    app.register_error_handler(CSRFError, _expired)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(OperationalError, _busy)
    app.register_error_handler(InternalError, _busy)  # PostgreSQL's word for a server that only reads
    app.register_error_handler(ProgrammingError, _statement)
    app.register_error_handler(500, _broken)
