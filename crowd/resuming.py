"""What was typed by somebody whose sign-in had ended, or into a form that was too old: it goes through signing in and
is the draft of its place afterwards. Nothing is ever sent by itself, and no text stands in an address or a cookie."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import current_app, g, request, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder, NeedData

from crowd.i18n import _
from crowd.models import Contribution, Finding, Question
from crowd.rules import Asker, may
from crowd.text import tidy
from crowd.things import find
from crowd.threads import drafts
from crowd.web import SEEING, person
from crowd.why import why_not

Said = tuple[str, str]
WRITING: dict[str, tuple[Any, str]] = {
    "threads.write": (Question, "contribute"),
    "threads.reply": (Contribution, "comment"),
    "threads.comment_on_finding": (Finding, "comment on a finding"),
    "threads.edit": (Contribution, "edit"),
}
PRESSES = {"threads.vote", "notices.follow"}
PREFIX = "kept-"  # of the fields in a sign-in form
MOST = 20_000  # characters that wait with a mailed link, twice what is taken as a text


def was_writing() -> bool:
    """Whether this request brings a text, by a person and not by the script that saves while they type."""
    return (
        request.method == "POST"
        and request.endpoint in WRITING
        and "X-Fragment" not in request.headers
        and bool(request.form.get("text", "").strip())
    )


def was_pressing() -> bool:
    """Whether this is one press of a button that only people who are signed in have, by somebody who no longer is."""
    return request.method == "POST" and request.endpoint in PRESSES and not person().id


def typed() -> dict[str, str]:
    """What was typed there, and what was chosen."""
    return _those(request.form.items())


def carried() -> dict[str, str]:
    """The same, out of a sign-in form."""
    return _those((name[len(PREFIX) :], text) for name, text in request.form.items() if name.startswith(PREFIX))


def _those(fields: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {name: text for name, text in fields if name in drafts.FIELDS and text}


def fits_a_mail(fields: Mapping[str, str]) -> bool:
    """Whether it may wait with a link in a mail, which anybody can have sent to any address."""
    return sum(map(len, fields.values())) <= MOST


def beginning(body: bytes, boundary: str) -> dict[str, str]:
    """The fields that stand before the first file of a form that was not read whole; none if it is no such form."""
    decoder = MultipartDecoder(boundary.encode("latin-1", "replace"))
    found: dict[str, str] = {}
    name = ""
    try:
        decoder.receive_data(body)
        while not isinstance(event := decoder.next_event(), File | NeedData | Epilogue):
            if isinstance(event, Field):
                name, found[event.name] = event.name, ""
            elif isinstance(event, Data):
                found[name] = found.get(name, "") + event.data.decode("utf-8", "replace")
    except (ValueError, HTTPException):
        return {}
    return _those((key, tidy(text)) for key, text in found.items())


def keep(fields: Mapping[str, str], path: str, *, by: Asker) -> tuple[str, list[Said]] | None:
    """Keep it as the draft of the writing page at this address: where to go, and what to say there. None if the person
    may not know of anything there. Commits by itself."""
    thing, act = _place(path)
    if thing is None or not may(by, SEEING[type(thing)], thing):
        return None
    g.asked = [None]  # asked here, of somebody who may only just be signing in
    if not drafts.keep(thing, by=by.id, fields=fields, editing=act == "edit"):
        return None
    if may(by, act, thing):
        return path, []  # the form says that it shows a draft
    kept = _("Your text was not sent. We have kept it as a draft, which only you can see.")
    return url_for("accounts.me"), [("warn", f"{why_not(by, act, thing)} {kept}".strip())]


def _place(path: str) -> tuple[Any, str]:
    """What a writing page is about, and the act that it is for."""
    try:
        endpoint, values = current_app.url_map.bind("localhost").match(path, "POST")
    except HTTPException:
        return None, ""
    if endpoint not in WRITING:
        return None, ""
    kind, act = WRITING[endpoint]
    return find(kind, *(values[name] for name in ("slug", "number") if name in values)), act
