"""What every page shows beside its own: name, links, where we are, addresses of static files."""

import secrets
from functools import cache, lru_cache
from hashlib import sha256
from typing import Any

from flask import Flask, Response, current_app, g, redirect, request, url_for
from sqlalchemy import select

from crowd import i18n, pseudo
from crowd.config import ROOT
from crowd.consultations.where import here
from crowd.db import db
from crowd.hosting import brand
from crowd.models import Site
from crowd.rules import Asker, may
from crowd.statements import Statement
from crowd.text import shown
from crowd.threads import branches
from crowd.web import csrf, person, public
from crowd.why import why_not
from crowd.wording.queries import titles

INSIDE = secrets.token_hex(16)  # where `around` puts its pieces; nobody can write what they cannot know
THEMES = ("light", "dark")


_SITE = Statement(
    select(
        *(Site.name, Site.colour, Site.welcome, Site.welcome_html, Site.contact, Site.demonstration),
        *(Site.logo, Site.logo_alt, Site.logo_width, Site.logo_height, Site.languages, Site.words),
    )
)
_NONE = {"name": "Crowd", "colour": "#0f5c6e", "welcome": "", "welcome_html": "", "contact": "", "demonstration": False}
_NONE |= {"languages": [i18n.FIRST], "words": {}}


def site() -> Any:
    """The host's own settings, read once a request."""
    if "site" not in g:
        g.site = _SITE.first() or Site(**_NONE)
    return g.site


def offered() -> list[str]:
    """The languages of this site, its own first."""
    found = [code for code in site().languages or () if code in i18n.LANGUAGES] or [i18n.FIRST]
    return [*found, pseudo.LANGUAGE] if current_app.config["PSEUDO_LANGUAGE"] else found


def own(thing: Any, name: str) -> i18n.Own:
    """A text of the host's, in the reader's language if there is one."""
    return i18n.own(thing, name, lambda: offered()[0])


@cache
def static_hash(name: str) -> str:
    return sha256((ROOT / "static" / name).read_bytes()).hexdigest()[:10]


def static(name: str) -> str:
    """A static file's address, which changes with its contents, so that browsers may keep it for a year."""
    return f"/static/{name}?v={static_hash(name)}"


@cache
def _brand_sheet(colour: str) -> tuple[str, str]:
    sheet = brand.stylesheet(colour)
    return sheet, sha256(sheet.encode()).hexdigest()[:10]


def brand_href() -> str:
    return path_to("brand_sheet", stamp=_brand_sheet(site().colour)[1])


@public
def brand_sheet(stamp: str) -> Response:
    """The host's colours as a stylesheet of its own, so that the CSP needs no exception."""
    answer = Response(_brand_sheet(site().colour)[0], mimetype="text/css")
    answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return answer


@public
def healthz() -> Response:
    """Whether the process answers."""
    return Response("ok\n", mimetype="text/plain")


@public
def readyz() -> Response:
    """Whether the database answers too."""
    db.session.execute(select(1))
    return Response("ok\n", mimetype="text/plain")


@csrf.exempt
@public
def choose_theme() -> Any:
    """Remember light, dark or the system's own, and go back. Changes nothing but the reader's cookie."""
    answer = redirect(own_path(request.form.get("next", "")) or url_for("consultations.front"))
    chosen = request.form.get("theme", "")
    if chosen in THEMES:
        answer.set_cookie("theme", chosen, max_age=31536000, samesite="Lax", secure=request.is_secure)
    else:
        answer.delete_cookie("theme")
    return answer


def theme() -> str:
    """The colours that the reader has chosen; empty for those of their device."""
    chosen = request.cookies.get("theme", "")
    return chosen if chosen in THEMES else ""


def own_path(path: str) -> str:
    """The path if it stays on this site, else nothing: a slash, then neither a slash nor a backslash, printable."""
    fine = path.startswith("/") and path[1:2] not in ("/", "\\") and "\\" not in path and path.isprintable()
    return path if fine and path.isascii() and " " not in path else ""


def path_to(endpoint: str, **values: Any) -> str:
    """Flask's url_for within the site, for a twentieth of its cost: the same address is asked for on every page."""
    if endpoint.startswith("."):
        endpoint = f"{request.blueprint}{endpoint}"
    return _path_to(endpoint, tuple(values.items()))


@lru_cache(maxsize=10_000)
def _path_to(endpoint: str, values: tuple[tuple[str, Any], ...]) -> str:
    return url_for(endpoint, **dict(values))


def around(page: str, pieces: list[bytes]) -> Response:
    """A page with these pieces of UTF-8 where its template says `inside`; they are joined once and never a string."""
    before, mark, after = page.encode().partition(INSIDE.encode())
    return Response(b"".join([before, *pieces, after]) if mark else before, mimetype="text/html")


def links(asker: Asker) -> list[tuple[str, str, bool]]:
    """The masthead: at most six, for hosts, who search from the front page and the desk while there is an analysis."""
    consultation = g.get("consultation")
    wanted = []
    if consultation is not None:
        wanted.append((i18n._("Questions"), path_to("consultations.landing", slug=consultation.slug)))
        if may(asker, "see the consultation", consultation):
            wanted.append((i18n._("Findings"), path_to("findings.findings", slug=consultation.slug)))
        analyses = may(asker, "read the analysis", consultation)
        if may(asker, "enter the discussion", consultation) and not (analyses and may(asker, "host", None)):
            wanted.append((i18n._("Search"), path_to("search.search", slug=consultation.slug)))
        if analyses:
            wanted.append((i18n._("Analysis"), path_to("analysis.desk", slug=consultation.slug)))
    if may(asker, "moderate", None):
        wanted.append((i18n._("Moderation"), path_to("moderation.queue")))
    if may(asker, "host", None):
        wanted.append((i18n._("Host"), path_to("hosting.desk")))
    wanted.append(
        (i18n._("My page"), path_to("accounts.me")) if asker.id else (i18n._("Sign in"), path_to("accounts.sign_in"))
    )
    return [(words, href, href == request.path) for words, href in wanted]


def _everywhere() -> dict[str, Any]:
    """What templates find by name; macros, which see no context, find the functions as globals."""
    asker, consultation = person(), g.get("consultation")
    return {
        "person": asker if asker.id else None,
        "site": site(),
        "links": links(asker),
        "foot": [(words, path_to("wording.page", name=name)) for name, words in titles().items()],
        "brand_href": brand_href(),
        "theme": theme(),
        "lang": i18n.language(),
        "dir": i18n.direction(),
        "languages": [(code, i18n.KNOWN[code]) for code in offered()],
        "consultation": consultation,
        "here": here(consultation, asker) if consultation is not None else None,
    }


def _may(act: str, thing: Any = None) -> bool:
    return may(person(), act, thing)


def _why_not(act: str, thing: Any = None) -> str:
    return why_not(person(), act, thing)


def init_pages(app: Flask) -> None:
    app.context_processor(_everywhere)
    app.jinja_env.globals |= {
        "_": i18n._,
        "ngettext": i18n.ngettext,
        "told": i18n.told,
        "own": own,
        "foreign": i18n.foreign,
        "language_name": i18n.KNOWN.get,
        "static": static,
        "url_for": path_to,
        "inside": INSIDE,
        "may": _may,
        "why_not": _why_not,
        "day": i18n.day,
        "number": i18n.number,
        "percent": i18n.percent,
        "ago": i18n.ago,
        "deadline": i18n.deadline,
        "stamp": i18n.stamp,
    }
    app.jinja_env.filters |= {"shown": shown, "behalf": branches.words}
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.add_url_rule("/brand-<stamp>.css", "brand_sheet", brand_sheet)
    app.add_url_rule("/healthz", "healthz", healthz)
    app.add_url_rule("/readyz", "readyz", readyz)
    app.add_url_rule("/theme", "choose_theme", choose_theme, methods=["POST"])
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 31536000
