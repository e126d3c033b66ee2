"""The page on which things are found: full text search and filters, with or without each other."""

from typing import Any

from flask import render_template, request

from crowd.models import Consultation
from crowd.pages import around, path_to
from crowd.rules import Asker
from crowd.search import address, queries
from crowd.search.asked import Asked
from crowd.search.blueprint import bp
from crowd.search.marking import marked
from crowd.states import Place
from crowd.threads import laying, numbers
from crowd.threads.view import View
from crowd.web import fetch_kept, person


@bp.get("/c/<slug>/search")
def search(slug: str) -> Any:
    """What this reader may read and has asked for; all of what was asked stands in the address."""
    consultation = fetch_kept(Consultation, slug, to="enter the discussion")
    asker = person()
    view = View.of(consultation, asker, listed=True)
    known = address.choices(asker, consultation, view)
    wanted = address.read(request.args, known)
    named = queries.numbered(asker, consultation, numbers.typed(wanted.q, consultation.code))
    code = consultation.code or consultation.slug.upper()  # as findings are cited
    concluded = queries.finding(asker, consultation, numbers.typed(wanted.q, code, "F"))
    found = queries.Found([], 0, None)
    if not wanted.nothing_to_look_for:
        found = queries.search(
            asker,
            consultation,
            wanted.asked,
            wanted.filters,
            sort=wanted.sort,
            after=wanted.after,
            but=named.id if named else 0,
        )
    page = render_template(
        "search/search.html",
        wanted=wanted,
        known=known,
        named=_card(asker, named, consultation) if named and not wanted.after else "",
        found=found,
        most=queries.MOST,
        findings=concluded or (queries.findings(asker, consultation, wanted.asked) if not wanted.after else []),
        view=view,
        next_href=_page(consultation, wanted.values, after="{}-{}".format(*found.next)) if found.next else "",
        first_href=_page(consultation, wanted.values) if wanted.after else "",
    )
    return around(page, _cards(asker, found.rows, consultation, wanted.asked))


def _page(consultation: Consultation, values: dict[str, str], **more: str) -> str:
    return path_to("search.search", slug=consultation.slug, **values, **more)


def _card(asker: Asker, row: Any, consultation: Consultation) -> Any:
    return laying.list_for(asker, [row], consultation, _view(asker, row.place, consultation))[0]


def _view(asker: Asker, place: str, consultation: Consultation) -> View:
    """Comments on findings have their own rules of what can be done with them."""
    return View.of(consultation, asker, finding=place == Place.FINDING, listed=True)


def _cards(asker: Asker, rows: Any, consultation: Consultation, asked: Asked) -> list[bytes]:
    """The usual cards, with what was found marked."""
    cards: dict[int, Any] = {}
    for place in Place:
        if here := [row for row in rows if row.place == place]:
            shown = laying.list_for(asker, here, consultation, _view(asker, place, consultation))
            cards |= zip([row.id for row in here], shown, strict=True)
    return [laying.item(marked(cards[row.id], asked.terms)) for row in rows]
