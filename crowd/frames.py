"""The frame of a long page - all but its pieces - kept for every reader of one standing: Jinja over it costs more than
the queries of the page."""

import re
import secrets
from itertools import chain
from types import SimpleNamespace
from typing import Any

from flask import Response, g, render_template, request, session
from flask_wtf.csrf import generate_csrf
from markupsafe import escape

from crowd import i18n, kept, schedule
from crowd.consultations.where import days_left
from crowd.db import Model
from crowd.models import Consultation
from crowd.pages import INSIDE, around, offered, site, theme
from crowd.rules import Asker
from crowd.web import person

TOKEN, NAME = secrets.token_hex(16), secrets.token_hex(16)  # stand for what is the reader's own, as INSIDE does
_MARKS = re.compile(f"({INSIDE}|{TOKEN}|{NAME})".encode())
_OWN = ("_login_user", "csrf_token")  # where Flask-Login and Flask-WTF keep who asks and their token


def framed(template: str, pieces: list[bytes], **shown: Any) -> Response:
    """A page of g.consultation in a kept frame, with the reader's pieces, name and token laid in.

    What is shown is a row, which must belong to the address and change only with the consultation's change number, or
    a plain value, which becomes part of the key. Nothing of one reader can stand in the frame: while it is made, who
    asks is nobody in particular."""
    asker = person()
    if not asker.id or "_flashes" in session:
        return around(render_template(template, **shown), pieces)
    frame = kept.fragments().make(
        _key(template, asker, shown), lambda: _frame(template, asker, shown), lambda made: sum(map(len, made)) + 1000
    )
    own = {
        INSIDE.encode(): pieces,
        TOKEN.encode(): [_token().encode()],
        NAME.encode(): [escape(asker.name or asker.email).encode()],
    }
    laid = chain.from_iterable(own.get(piece, (piece,)) for piece in frame)
    return Response(b"".join(laid), mimetype="text/html")


def _token() -> str:
    """The reader's token, signed once for each session: it has no time limit of its own."""
    drawn = session.get("csrf_token")
    return str(kept.fragments().make(("token", drawn), generate_csrf) if drawn else generate_csrf())


def _key(template: str, asker: Asker, shown: dict[str, Any]) -> tuple[Any, ...]:
    """All that a frame depends on: the page, the consultation, the clock, the site, and the reader's standing."""
    consultation: Consultation = g.consultation
    phase, host = schedule.current(consultation), site()
    return (
        template,
        request.path,
        request.query_string,
        consultation.id,
        consultation.change,
        phase,
        days_left(consultation, phase),
        (host.name, host.colour, host.welcome, host.contact, host.demonstration, host.logo, *offered()),
        theme(),
        i18n.language(),
        _standing(asker),
        asker.roles,
        asker.suspended,
        *((name, value) for name, value in shown.items() if not isinstance(value, Model)),
    )


def _standing(asker: Asker) -> str:
    membership = asker.memberships.get(g.consultation.id)
    return membership.standing if membership else ""


def _frame(template: str, asker: Asker, shown: dict[str, Any]) -> list[bytes]:
    """The page in pieces and marks, made for somebody of the same standing who has a mark for a name and for a token,
    has written nothing, and knows of no other consultation."""
    own = {name: g.pop(name) for name in _OWN if name in g}
    standing = _standing(asker)
    g.csrf_token, g._login_user = (
        TOKEN,
        Asker(
            id=-1,
            name=NAME,
            roles=asker.roles,
            suspended=asker.suspended,
            memberships={g.consultation.id: SimpleNamespace(standing=standing)} if standing else {},
        ),
    )
    try:
        return _MARKS.split(render_template(template, **shown).encode())
    finally:
        for name in _OWN:
            g.pop(name)
            if name in own:
                setattr(g, name, own[name])
