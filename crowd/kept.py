"""Pages and fragments made once and kept in memory: a visitor's page is answered before Flask begins.

Nothing here is true by itself: every key holds what the kept thing depends on, above all the phase and the
consultation's change number, which grows in the transaction that changes anything a page shows. So nothing is ever
invalidated."""

import gzip
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, NamedTuple, TypeVar

from flask import Flask, Response, current_app, g, request
from sqlalchemy import Engine

from crowd import clock, i18n, schedule
from crowd.models import Consultation

Made = TypeVar("Made")
ROOM = 10_000_000  # bytes for each of the two stores of a process, about: some thousand fragments, some hundred pages
VARY = "Accept-Encoding, Accept-Language, Cookie"
GOOD_FOR = timedelta(seconds=60)  # a kept page may say "3 hours left" for so long
PLAIN_COOKIES = ("theme=", "language=")  # cookies that tell nothing of who asks


class Store:
    """A bounded memory; what was asked for longest ago goes first."""

    def __init__(self, room: int = ROOM) -> None:
        self._room, self._used = room, 0
        self._things: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> Any:
        with self._lock:
            found = self._things.get(key)
            if found is None:
                return None
            self._things.move_to_end(key)
            return found[0]

    def put(self, key: Hashable, thing: Any, size: int) -> None:
        if size > self._room // 4:  # it would push out everything else
            return
        with self._lock:
            self._used += size - self._things.pop(key, (None, 0))[1]
            self._things[key] = (thing, size)
            while self._used > self._room:
                _key, (_thing, freed) = self._things.popitem(last=False)
                self._used -= freed

    def make(self, key: Hashable, make: Callable[[], Made], size: Callable[[Made], int] = len) -> Made:  # type: ignore[assignment]  # len fits what is kept by default
        """The kept thing, or a new one."""
        thing: Made | None = self.get(key)
        if thing is None:
            thing = make()
            self.put(key, thing, size(thing))
        return thing


class Page(NamedTuple):
    """A finished answer with what it depends on."""

    consultation_id: int
    change: int
    until: datetime
    etag: str
    headers: list[tuple[str, str]]
    body: bytes
    zipped: bytes


def fragments() -> Store:
    """The store of fragments of the current app, or one that this request has to itself."""
    found: Store = g.get("fragments") or current_app.extensions["fragments"]
    return found


def keep_page(consultation: Consultation) -> None:
    """Let this answer be kept for visitors. For pages that hold nothing of who asks: no name, no token, no form."""
    g.keep = (consultation.id, consultation.change, _until(consultation))


def _until(consultation: Consultation) -> datetime:
    bell = schedule.bell(consultation, schedule.current(consultation))
    soon = clock.now() + GOOD_FOR
    return min(bell, soon) if bell and bell > clock.now() else soon


def page_key(environ: Mapping[str, Any]) -> tuple[Hashable, ...] | None:
    """Under which key a visitor's page is kept; None for anybody who might be somebody, and for all but reading."""
    cookies = environ.get("HTTP_COOKIE", "")
    if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or (cookies and not _plain(cookies)):
        return None
    return (
        environ["PATH_INFO"],
        environ.get("QUERY_STRING", ""),
        cookies,
        i18n.wanted("", environ.get("HTTP_ACCEPT_LANGUAGE", "")),  # with the cookies, all that decides the language
        environ.get("HTTP_HOST", ""),
        environ.get("wsgi.url_scheme", ""),
    )


def _plain(cookies: str) -> bool:
    return all(part.strip().startswith(PLAIN_COOKIES) for part in cookies.split(";"))


def _remember(response: Response) -> Response:
    """After the view: keep what may be kept, with its gzip made once, and give it an ETag."""
    wanted, key = g.get("keep"), page_key(request.environ)
    if wanted is None or key is None or response.status_code != 200 or "Set-Cookie" in response.headers:
        return response
    body = response.get_data()
    etag = f'"{sha256(body).hexdigest()[:20]}"'  # of nothing but what is shown (M5)
    response.headers["ETag"] = etag
    response.headers.pop("Vary", None)
    response.headers["Vary"] = VARY
    headers = [(k, v) for k, v in response.headers if k != "Content-Length"]
    consultation_id, change, until = wanted
    page = Page(consultation_id, change, until, etag, headers, body, gzip.compress(body, 6))
    current_app.extensions["pages"].put(key, page, len(page.body) + len(page.zipped))
    response.make_conditional(request.environ)  # the page may be as before, and only older than it is kept
    return response


def answer(
    app: Flask, changes: Callable[[int], int | None], environ: dict[str, Any], start: Any
) -> Iterable[bytes] | None:
    """A kept page as a whole WSGI answer if it is still true, else None. One small SELECT."""
    key = page_key(environ)
    page: Page | None = app.extensions["pages"].get(key) if key else None
    if page is None or page.until <= clock.now() or changes(page.consultation_id) != page.change:
        return None
    if environ.get("HTTP_IF_NONE_MATCH") == page.etag:
        start(
            "304 Not Modified",
            [("ETag", page.etag), ("Cache-Control", "private, no-cache"), ("Vary", VARY)],
        )
        return []
    zipped = "gzip" in environ.get("HTTP_ACCEPT_ENCODING", "")
    body = page.zipped if zipped else page.body
    more = [("Content-Encoding", "gzip")] if zipped else []
    start("200 OK", [*page.headers, ("Content-Length", str(len(body))), *more])
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


def changes_of(engine: Engine) -> Callable[[int], int | None]:
    """A function that reads a consultation's change number past everything but the driver."""
    mark = "%s" if engine.dialect.name == "postgresql" else "?"
    statement = f"SELECT change FROM consultations WHERE id = {mark}"  # noqa: S608  # only the driver's own mark is put in

    def changes(consultation_id: int) -> int | None:
        connection = engine.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute(statement, (consultation_id,))
            row = cursor.fetchone()
            cursor.close()
            return row[0] if row else None
        finally:
            connection.close()

    return changes


def init_kept(app: Flask, engine: Engine) -> None:
    """Put the kept pages before Flask. `clock.receiving` holds the clock for all that follows."""
    app.extensions["fragments"], app.extensions["pages"] = Store(), Store()
    app.extensions["language"] = None  # what finds it, once there are pages that ask (languages/views.py)
    app.after_request_funcs.setdefault(None, []).insert(0, _remember)
    inner, changes = app.wsgi_app, changes_of(engine)

    def first(environ: dict[str, Any], start: Any) -> Any:
        with clock.receiving():
            i18n.choose(app.extensions["language"])
            kept = answer(app, changes, environ, start)
            return inner(environ, start) if kept is None else kept

    app.wsgi_app = first  # type: ignore[assignment,method-assign]  # Flask's documented way to wrap the application
