"""The log of decisions for hosts, as a page and as a file (M27)."""

from typing import Any

from flask import Response, render_template, stream_with_context, url_for

from crowd.i18n import duration
from crowd.models import Consultation
from crowd.moderation import decision_log
from crowd.moderation.blueprint import bp
from crowd.spreadsheet import csv_lines
from crowd.web import fetch, key_in_query

COLUMNS = (
    *("at", "deed", "moderator", "contribution", "version", "decision", "reason", "note", "shown", "waited"),
    "facts",
)
HEADS = (
    *("time (UTC)", "decision", "moderator", "contribution", "version", "number of the decision", "reason", "note"),
    *("shown", "waited (seconds)", "more"),
)


@bp.get("/host/<slug>/log")
def log(slug: str) -> Any:
    consultation = fetch(Consultation, slug, to="set up")
    before = key_in_query("before")
    found = decision_log.lines(consultation, before=before)
    shown = found[: decision_log.PAGE]
    more = url_for("moderation.log", slug=slug, before=shown[-1].id) if len(found) > len(shown) else ""
    return render_template(
        "moderation/log.html",
        lines=decision_log.described(shown),
        deed_words=decision_log.deed_words,
        shown_words=decision_log.shown_words,
        duration=duration,
        next_href=more,
        first_href=url_for("moderation.log", slug=slug) if before else "",
    )


@bp.get("/host/<slug>/log.csv")
def log_file(slug: str) -> Response:
    consultation = fetch(Consultation, slug, to="set up")
    rows = ([_cell(line[name]) for name in COLUMNS] for line in decision_log.every_line(consultation))
    answer = Response(stream_with_context(csv_lines(_with_heads(rows))), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="decisions-{consultation.slug}.csv"'
    return answer


def _cell(value: Any) -> Any:
    return ", ".join(value) if isinstance(value, list) else "" if value is None else value


def _with_heads(rows: Any) -> Any:
    yield HEADS
    yield from rows
