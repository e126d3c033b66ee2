"""What everybody may have as data: the page that says what there is, the files, and JSON at addresses that stay.

Built for a visitor, whoever asks: a member gets the same. Before a visitor may read anything, it is not there (P13)."""

import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from hashlib import sha256
from typing import Any

from flask import Response, abort, jsonify, render_template, request, url_for

from crowd import clock, i18n, outbox, schedule
from crowd.evidence import licences
from crowd.exports import citations, columns, concluding, datacite, jobs, package, public, queries
from crowd.exports.blueprint import bp
from crowd.exports.columns import Sheet, Source
from crowd.i18n import _
from crowd.kept import keep_page
from crowd.models import Consultation
from crowd.pages import offered
from crowd.rules import VISITOR, may
from crowd.spreadsheet import csv_lines
from crowd.states import PHASES, Stance
from crowd.web import fetch, saved_as

PAGE = 100  # contributions of a page of JSON
_making = threading.Lock()


def open_to_all(of: Consultation) -> bool:
    """Whether a visitor may read the discussion, as far as it was promised."""
    return may(VISITOR, "enter the discussion", of)


def everybodys(slug: str) -> Consultation:
    """The consultation, if its data are everybody's; for all others they are not there."""
    of = fetch(Consultation, slug, to="see the consultation")
    return of if open_to_all(of) else abort(404)


@bp.get("/c/<slug>/data")
def data(slug: str) -> Any:
    of = fetch(Consultation, slug, to="see the consultation")
    open_, host = open_to_all(of), outbox.site_name()
    found = queries.concluded(of) if open_ else []
    keep_page(of)
    return render_template(
        "exports/data.html",
        open=open_,
        sheets=public.SHEETS if open_ else (),
        licence=licences.of(of.data_licence),
        cite=citations.of_consultation(of, host) if open_ else "",
        findings=[(finding.number, citations.of_finding(finding, of, host)) for finding in found],
    )


# ---- files ----------------------------------------------------------------------------------------------------------


@bp.get("/c/<slug>/data/public.<form>")
def public_file(slug: str, form: str) -> Any:
    """All of it in one file, made once for each change of the consultation."""
    of = everybodys(slug)
    if form not in package.FORMS:
        abort(404)
    body = _made(of, form)
    answer = saved_as(f"{slug}-public.{form}", body, package.MEDIA[form])
    answer.set_etag(sha256(body).hexdigest()[:20])  # of nothing but what is in it (M5)
    return answer.make_conditional(request)


def _made(of: Consultation, form: str) -> bytes:
    """The file as of now: one that stands for an earlier change is erased."""
    jobs.folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    mark = f"{of.change}-{schedule.current(of)}-{clock.now().date()}"
    path = jobs.folder() / f"public-{of.id}-{mark}.{form}"
    with suppress(FileNotFoundError):
        return path.read_bytes()
    with _making:  # many who ask at once wait for one
        with suppress(FileNotFoundError):
            return path.read_bytes()
        with for_everybody(of) as source:
            made, _k = jobs.package_for(jobs.PUBLIC, source)
            body = package.as_bytes(form, made, source)
        part = path.with_suffix(f".{os.getpid()}.part")
        part.write_bytes(body)
        part.replace(path)
        for old in jobs.folder().glob(f"public-{of.id}-*.{form}"):
            if old != path:
                old.unlink(missing_ok=True)
    return body


@contextmanager
def for_everybody(of: Consultation) -> Iterator[Source]:
    """A source in the site's own language, so that everybody gets the same."""
    with i18n.speaking(offered()[0]), jobs.source_of(of) as source:
        yield source


@bp.get("/c/<slug>/data/dictionary.csv")
def data_dictionary(slug: str) -> Response:
    """What every column and every field of JSON means."""
    of = everybodys(slug)
    keep_page(of)
    return Response("".join(csv_lines(columns.dictionary(public.SHEETS, columns.EVERYBODY))), mimetype="text/csv")


# ---- JSON -----------------------------------------------------------------------------------------------------------


def _answer(of: Consultation, **what: Any) -> Response:
    keep_page(of)
    licence = licences.of(of.data_licence)
    about = {"consultation": of.slug, "licence": licence.words, "licence_address": licence.href}
    return jsonify(about | what)


def _items(sheet: Sheet, source: Source) -> list[dict[str, Any]]:
    return [_item(sheet, row) for row in sheet.rows(source)]


def _item(sheet: Sheet, row: Sequence[Any]) -> dict[str, Any]:
    return {column.name: value for column, value in zip(sheet.columns, row, strict=True)}


def _sheet(name: str) -> Sheet:
    return next(sheet for sheet in public.SHEETS if sheet.name == name)


@bp.get("/c/<slug>/data/consultation.json")
def consultation_json(slug: str) -> Any:
    """What the landing page says; there as soon as that is."""
    of = fetch(Consultation, slug, to="see the consultation")
    starts = schedule.starts(of)
    with for_everybody(of) as source:
        questions = _items(_sheet("questions"), source)
        about = {
            "title": of.title,
            "number": of.code,
            "host": source.host,
            "summary": of.summary,
            "address": outbox.link("consultations.landing", slug=slug),
            "timezone": of.timezone,
            "phase": schedule.current(of),
            "phases": [{"phase": phase, "start": starts[phase].isoformat()} for phase in PHASES if phase in starts],
            "counts": _counts(of),
            "questions": questions,
        }
    return _answer(of, **about)


def _counts(of: Consultation) -> dict[str, int]:
    """The live counts, public from the first day (P16)."""
    names = ("people", "stakeholders", "contributions", "comments", "votes", "finding_comments", "finding_votes")
    return {name: getattr(of, name) for name in names}


@bp.get("/c/<slug>/data/contributions.json")
def contributions_json(slug: str) -> Any:
    """A hundred by their numbers, then the address of the next."""
    of, typed = everybodys(slug), request.args.get("after", "0")
    if not (typed.isascii() and typed.isdigit() and len(typed) < 10):
        return jsonify(error=_("“after” is the number of a contribution, in digits.")), 400
    with for_everybody(of) as source:
        rows = list(public.contributions(source, int(typed), PAGE + 1))
        more, rows = len(rows) > PAGE, rows[:PAGE]
        given = _given(public.themed(source, int(typed), rows[-1][0] if rows else int(typed)))
    sheet = _sheet("contributions")
    items = [_item(sheet, row) | {"themes": given(row[0])} for row in rows]
    onward = url_for(".contributions_json", slug=slug, after=rows[-1][0]) if more else None
    return _answer(of, items=items, next=onward)


def _given(pairs: Iterable[Sequence[Any]]) -> Callable[[int], list[Any]]:
    found: dict[int, list[Any]] = {}
    for one, other in pairs:
        found.setdefault(one, []).append(other)
    return lambda key: found.get(key, [])


@bp.get("/c/<slug>/data/findings.json")
def findings_json(slug: str) -> Any:
    of = everybodys(slug)
    with for_everybody(of) as source:
        named = list(concluding.evidence(source))
        resting, against = (
            _given((number, key) for number, key, said in named if said == stance)
            for stance in (Stance.SUPPORTS, Stance.DISSENTS)
        )
        items = [
            item | {"contributions": resting(item["finding"]), "dissenting": against(item["finding"])}
            for item in _items(_sheet("findings"), source)
        ]
    return _answer(of, items=items)


@bp.get("/c/<slug>/data/themes.json")
def themes_json(slug: str) -> Any:
    of = everybodys(slug)
    with for_everybody(of) as source:
        items = _items(_sheet("themes"), source)
    return _answer(of, items=items)


@bp.get("/c/<slug>/data/datacite.json")
def datacite_json(slug: str) -> Any:
    """Metadata for a deposit of the data, by DataCite’s schema."""
    of = everybodys(slug)
    keep_page(of)
    deposits = queries.deposits(of)
    with for_everybody(of) as source:
        return jsonify(datacite.of_data(source, outbox.link("exports.data", slug=slug), deposits))


@bp.get("/c/<slug>/data/findings-datacite.json")
def findings_datacite(slug: str) -> Any:
    """The same for the findings, as a report."""
    of = everybodys(slug)
    keep_page(of)
    links = (outbox.link("findings.findings", slug=slug), outbox.link("exports.data", slug=slug))
    with for_everybody(of) as source:
        return jsonify(datacite.of_findings(source, *links))
