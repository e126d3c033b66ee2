"""What every request shares: who asks, fetching with the question asked, the guard, and the headers."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NoReturn, TypeVar
from urllib.parse import unquote

from flask import Flask, Response, abort, current_app, g, request
from flask.sessions import SecureCookieSessionInterface
from flask_login import LoginManager, current_user
from flask_wtf.csrf import CSRFProtect
from werkzeug.routing import IntegerConverter, Map

from crowd import clock, schedule, things
from crowd.accounts.queries import asker
from crowd.db import ask_again
from crowd.forms import rendered_at
from crowd.models import Consultation, Contribution, Finding, MadeReport, Question, Version
from crowd.rules import VISITOR, Asker, may
from crowd.spreadsheet import csv_lines

View = TypeVar("View", bound=Callable[..., Any])
Thing = TypeVar("Thing")
COOKIE = "crowd_sign_in"
GRACE = timedelta(minutes=10)  # P8
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'; "
    "img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'"
)
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
login = LoginManager()
csrf = CSRFProtect()

# What it takes to know that a thing exists: without it the answer is 404 (P13).
SEEING: dict[type, str] = {
    Consultation: "see the consultation",
    Question: "see the consultation",
    Contribution: "see",
    Finding: "read a finding",
    MadeReport: "read a finding",
    Version: "see",
}


class Sessions(SecureCookieSessionInterface):
    """Makes the signer once for an app: Flask makes it for every request."""

    signer: Any = None

    def get_signing_serializer(self, app: Flask) -> Any:
        self.signer = self.signer or super().get_signing_serializer(app)
        return self.signer


class Refused(Exception):
    """The person may know of the thing, but not do this to it now."""

    def __init__(self, act: str, thing: Any):
        super().__init__(act)
        self.act, self.thing = act, thing


class Id(IntegerConverter):
    """A number in an address; one that no database could hold is simply not found."""

    def __init__(self, url_map: Map, **options: Any):
        super().__init__(url_map, **{"max": 2**31 - 1, **options})


def person() -> Asker:
    """Who asks; a visitor if nobody is signed in."""
    found: Asker = current_user._get_current_object()
    return found


def ask_as(asker: Asker) -> None:
    """Answer the rest of this request as somebody else would be answered. For reading alone: nobody is signed in by it,
    and what writes asks the cookie again under the lock."""
    g._login_user = asker


def public(view: View) -> View:
    """Say that a page may be seen by everybody, so that the guard knows somebody has thought about it."""
    view.is_public = True  # type: ignore[attr-defined]  # a mark on the function is what the guard reads
    return view


def takes(most: int) -> Callable[[View], View]:
    """Let a page take a larger body than others, in bytes: known before the token in the form is looked for.

    From staff alone; what strangers send is never read further than elsewhere (413)."""

    def mark(view: View) -> View:
        view.takes = most  # type: ignore[attr-defined]  # a mark on the function, as in public()
        return view

    return mark


def takes_files(kind: type, to: str, room: Callable[[Consultation], int]) -> Callable[[View], View]:
    """Let a page take files from whoever may do this there, now or until ten minutes ago (P8); what anybody else sends
    is never read further than elsewhere. `kind` is what the address names, `room` how many bytes there may be."""

    def most() -> int:
        thing = things.find(kind, *(request.view_args or {}).values())
        then = clock.now() - GRACE
        able = thing is not None and (may(person(), to, thing) or may(person(), to, thing, then))
        return room(thing.consultation) if able else 0

    def mark(view: View) -> View:
        view.takes_files = most  # type: ignore[attr-defined]  # a mark on the function, as in public()
        return view

    return mark


def require(act: str, thing: Any = None, *, grace: bool = False) -> None:
    """Refuse unless the person may; with `grace` a form shown before the bell counts as of then for ten minutes."""
    at = _in_grace(act, thing) if grace and not may(person(), act, thing) else None
    g.asked.append((act, thing, at))
    if not may(person(), act, thing, at):
        raise Refused(act, thing)


def _in_grace(act: str, thing: Any) -> datetime | None:
    """The time a form was shown, if a bell rang between then and now and not more than ten minutes ago (P8)."""
    shown = rendered_at() if request.method not in SAFE else None
    if shown is None or not may(person(), act, thing, shown):
        return None
    bell = schedule.bell(thing.consultation, schedule.current(thing.consultation, shown))
    return shown if bell and shown < bell <= clock.now() <= bell + GRACE else None


def by_grace() -> bool:
    """Whether this request is taken only because its form was shown before the bell (P8)."""
    return any(asked and asked[2] for asked in g.asked)


def fetch(kind: type[Thing], *key: Any, to: str, grace: bool = False) -> Thing:
    """The thing, if the person may do this to it: 404 where it is missing or may not be known of, else why not."""
    return _allowed(kind, things.find(kind, *key), to, grace)


def fetch_kept(kind: type[Thing], *key: Any, to: str) -> Thing:
    """The same for pages that change nothing, kept by the change number: the question is asked each time, but what it
    is asked of is loaded once."""
    return _allowed(kind, things.kept(kind, *key), to, False)


def fetch_bare(kind: type[Thing], *key: Any, to: str, grace: bool = False) -> Thing:
    """The same for deeds that write plain rows. It belongs to no session, and is read again under the lock."""
    thing = _allowed(kind, things.bare(kind, *key), to, grace)
    g.setdefault("bare", []).append(thing)
    return thing


def _allowed(kind: type[Thing], thing: Any, to: str, grace: bool) -> Thing:
    of = thing.contribution if isinstance(thing, Version) else thing
    g.setdefault("asked", []).append(None)
    if thing is None or not may(person(), SEEING[kind], of):
        abort(404)
    g.consultation = of.consultation
    require(to, of, grace=grace)
    found: Thing = thing
    return found


def key_in_query(name: str) -> int | None:
    """A row's key after the question mark; None for one that no database could hold."""
    return key_of(request.args.get(name, ""))


def key_of(sent: str) -> int | None:
    """The same for one that was sent."""
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else None


def csv_file(rows: Iterable[Sequence[object]], name: str) -> Response:
    """A table as a file to keep; `name` is without its ending."""
    answer = Response("".join(csv_lines(rows)), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def refused_by_the_bell(refused: Refused) -> bool:
    """Whether what is refused could have been done in an earlier phase by a person of this standing (P8: then 409)."""
    if refused.thing is None or request.method in SAFE:
        return False
    begun = schedule.starts(refused.thing.consultation).values()
    return any(may(person(), refused.act, refused.thing, start) for start in begun if start <= clock.now())


@login.request_loader
def _load(_request: object) -> Asker:
    secret = request.cookies.get(COOKIE, "")
    return asker(secret) if secret else VISITOR


def _same_questions_under_the_lock() -> None:
    """Ask everything again that allowed this request, of a person and a schedule read anew (a role may have ended)."""
    if not g.get("asked"):
        return
    g._login_user = _load(request)
    for thing in g.get("bare", ()):
        things.read_again(thing)
    for question in g.asked:
        if question and not may(person(), *question):
            raise Refused(question[0], question[1])


ask_again(_same_questions_under_the_lock)


def _before() -> None:
    g.asked = []
    if "\0" in unquote(request.path) or "\0" in unquote(request.query_string.decode("latin-1")):
        abort(404)  # no address of ours has it, and PostgreSQL refuses it
    most = getattr(current_app.view_functions.get(request.endpoint or ""), "takes", 0)
    if most and person().roles:
        request.max_content_length = request.max_form_memory_size = most
    _make_room_for_files()
    if request.method not in SAFE and request.headers.get("Sec-Fetch-Site", "same-origin") not in (
        "same-origin",
        "none",
    ):
        abort(403)


def _make_room_for_files() -> None:
    view: Any = current_app.view_functions.get(request.endpoint or "")
    sent, usual = request.content_length or 0, current_app.config["MAX_CONTENT_LENGTH"]
    if sent > usual and hasattr(view, "takes_files"):
        request.max_content_length = max(usual, view.takes_files())  # files go to the disk, a form's fields do not


def _guard(response: Response) -> Response:
    """A page that asked nothing fails, in all modes, so that none can be forgotten."""
    view = current_app.view_functions.get(request.endpoint or "")
    if view and not g.get("asked") and not getattr(view, "is_public", False) and response.status_code < 400:
        abort_unasked()
    return response


def abort_unasked() -> NoReturn:
    raise RuntimeError(f"{request.endpoint} answered without asking the table of rules")


def saved_as(name: str, body: str | bytes, media: str = "text/csv") -> Response:
    """A file that a browser saves under this name."""
    return Response(body, mimetype=media, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CSP)
    headers["X-Content-Type-Options"], headers["X-Frame-Options"] = "nosniff", "DENY"
    headers["Referrer-Policy"], headers["Cross-Origin-Opener-Policy"] = "same-origin", "same-origin"
    headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
    if request.is_secure:
        headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    if "Cache-Control" not in headers:
        headers["Cache-Control"], headers["X-Robots-Tag"] = "private, no-cache", "noindex"  # P13
    return response


def init_web(app: Flask) -> None:
    """Wire what every request shares; areas come after."""
    app.url_map.converters["int"] = Id
    app.session_interface = Sessions()
    login.init_app(app)
    login.session_protection = None  # a sign-in is not in Flask's session but a row of its own
    login.anonymous_user = lambda: VISITOR
    app.before_request(_before)
    csrf.init_app(app)
    app.after_request(_headers)
    app.after_request(_guard)
    public(app.view_functions["static"])
