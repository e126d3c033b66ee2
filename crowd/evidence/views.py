"""The address of a file, and the library of what people have given as evidence."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import Response, abort, render_template, request

from crowd.evidence import bibtex, card, citations, deposit_pages, deposits, queries, sending
from crowd.evidence.blueprint import bp
from crowd.evidence.queries import Wanted
from crowd.evidence.sorts import ACCEPT
from crowd.i18n import _, own
from crowd.kept import keep_page
from crowd.models import Consultation, Finding
from crowd.pages import site
from crowd.rules import may, visible
from crowd.spreadsheet import csv_lines
from crowd.states import Kind
from crowd.text import opening, tidy_line
from crowd.themes.queries import themes_in_use
from crowd.threads import laying
from crowd.threads.fragments import View
from crowd.web import fetch, key_in_query, person, require, saved_as

MOST_CITED = 5_000


@bp.get("/files/<int:number>/<name>")
def file(number: int, name: str) -> Response:
    """A file, to be saved and not shown, for whoever may read what it belongs to; for all others it is not there (P13).

    The name is for people: what counts is the number."""
    asked = queries.asked_about(number, person())
    if asked is None or not may(person(), asked.act, asked.thing):
        abort(404)
    require(asked.act, asked.thing)
    return sending.saved(asked.file) or abort(404)


@bp.get("/c/<slug>/evidence")
def library(slug: str) -> str:
    """The examples, and what has files, as far as the reader may read them; each with how to cite it."""
    consultation = fetch(Consultation, slug, to="enter the discussion")
    asker = person()
    questions, themes = queries.questions(consultation), themes_in_use(asker, consultation)
    readable = visible(asker, "read a finding", Finding, consultation)
    known = deposits.findings(consultation, readable)
    wanted, left_out = _wanted(questions, themes, consultation, known)
    view = replace(View.of(consultation, asker, listed=True), votes=False, comments=False)
    rows = queries.library(consultation, asker, wanted, key_in_query("after"))
    shown = rows[: queries.PAGE]
    cited = queries.cited([row.id for row in shown])
    cards = laying.list_for(asker, shown, consultation, view)
    keep_page(consultation)
    return render_template(
        "evidence/library.html",
        items=[
            (row.id, html, citations.line(cited[row.id], consultation, site().name, view.inside))
            for row, html in zip(shown, cards, strict=True)
        ],
        wanted=wanted,
        deposits=_deposits(consultation, wanted, readable) if key_in_query("after") is None else [],
        findings=[(f.number, _("%(n)s. %(title)s", n=f.number, title=opening(f.title, 60))) for f in known],
        kinds=[*_kinds(), *deposits.kind_words().items()],
        professions=[(name, name) for name in consultation.professions],
        regions=[(name, name) for name in consultation.regions],
        questions=[
            (q.number, _("%(n)s. %(title)s", n=q.number, title=opening(own(q, "title"), 60))) for q in questions
        ],
        themes=[(theme.number, theme.name) for theme in themes],
        left_out=left_out,
        in_address={name: value for name, value in _in_address(wanted).items() if value},
        after=shown[-1].id if len(rows) > len(shown) else None,
        first=key_in_query("after") is None,
    )


def _deposits(of: Consultation, wanted: Wanted, readable: Any) -> list[dict[str, Any]]:
    """What hosts deposited, where nothing is asked for that only what people wrote has."""
    kind = wanted.kind if wanted.kind in deposits.KINDS else ""
    if wanted.profession or wanted.region or wanted.question or wanted.kind != kind:
        return []
    sought = deposits.Sought(kind, wanted.theme, wanted.finding, wanted.words)
    found = deposit_pages.shown(of, deposits.found(of, sought, readable))
    return [it for it in found if it["files"]] if wanted.files else found


def _kinds() -> list[tuple[str, str]]:
    return [
        (Kind.EXAMPLE, _("Examples")),
        (Kind.IDEA, _("Ideas")),
        (Kind.EXPERIENCE, _("Experiences")),
        (Kind.COMMENT, _("Comments")),
    ]


def _wanted(
    questions: Sequence[Any], themes: Sequence[Any], consultation: Consultation, findings: Sequence[Any]
) -> tuple[Wanted, bool]:
    """What the address asks for, and whether something of it was left out because this library does not know it."""
    of: dict[str, dict[str, Any]] = {
        "kind": {kind: kind for kind in (*(kind for kind, _words in _kinds()), *deposits.KINDS)},
        "profession": {name: name for name in consultation.professions},
        "region": {name: name for name in consultation.regions},
        "question": {str(question.number): question.number for question in questions},
        "theme": {str(theme.number): theme.number for theme in themes},
        "finding": {str(finding.number): finding.number for finding in findings},
        "files": {"yes": True},
    }
    asks = {name: value for name in of if (value := request.args.get(name))}
    wanted = {name: of[name][value] for name, value in asks.items() if value in of[name]}
    lost = bool(request.args.get("after")) and key_in_query("after") is None
    words = tidy_line(request.args.get("q", ""))[:200]
    return Wanted(**wanted, words=words), lost or len(wanted) < len(asks)


def _in_address(wanted: Wanted) -> dict[str, Any]:
    """Of what is wanted, as the address says it."""
    numbers = {name: getattr(wanted, name) or None for name in ("question", "theme", "finding")}
    chosen = {name: value for name, value in wanted._asdict().items() if name != "words"}
    return chosen | numbers | {"files": "yes" if wanted.files else None, "q": wanted.words or None}


def _asked_for(of: Consultation) -> Wanted:
    known = deposits.findings(of, visible(person(), "read a finding", Finding, of))
    return _wanted(queries.questions(of), themes_in_use(person(), of), of, known)[0]


@bp.get("/c/<slug>/evidence.bib")
def library_bib(slug: str) -> Response:
    """The same list for programs that keep references: what hosts deposited, then what people wrote."""
    of = fetch(Consultation, slug, to="enter the discussion")
    wanted, host, inside = _asked_for(of), site().name, View.of(of, person()).inside
    readable = visible(person(), "read a finding", Finding, of)
    entries = [deposits.bib(it["one"], of) for it in _deposits(of, wanted, readable)]
    entries += [citations.bib(row, of, host, inside) for row in queries.all_cited(of, person(), wanted, MOST_CITED)]
    return saved_as(f"{slug}-evidence.bib", "\n".join(entries), bibtex.MEDIA)


@bp.get("/c/<slug>/evidence.csv")
def citations_file(slug: str) -> Response:
    """The same list as a table: who, when, what, and the line to cite."""
    consultation = fetch(Consultation, slug, to="enter the discussion")
    inside, asker = View.of(consultation, person()).inside, person()
    wanted = _asked_for(consultation)
    found = queries.all_cited(consultation, asker, wanted, MOST_CITED)
    lines = "".join(csv_lines(citations.table(found, consultation, site().name, inside)))
    return saved_as(f"{slug}-evidence.csv", lines)


bp.add_app_template_filter(card.lines, "card_lines")
bp.record(lambda wiring: wiring.app.jinja_env.globals.update(accept=ACCEPT))
