"""Pages of moderators' care: the figures here; hours, rota, second readings and looking behind an alias beside it."""

from typing import Any

from flask import render_template, url_for

from crowd import i18n, text
from crowd.care import duty, figures, queries
from crowd.care.blueprint import bp
from crowd.coding import pairs
from crowd.web import key_in_query, person, require


@bp.app_context_processor
def _links() -> dict[str, Any]:
    return {"care_links": links}


def links() -> list[tuple[str, str, int]]:
    """What else there is at the desk: words, address, and how much waits there for this person."""
    return [
        (i18n._("Second readings"), url_for("care.readings"), queries.number_of_readings(person())),
        (i18n._("Who is behind an alias"), url_for("care.unveilings"), queries.number_of_unveilings(person())),
        (i18n._("Rota"), url_for("care.rota"), 0),
        (i18n._("Figures"), url_for("care.figures"), 0),
        *(_duplicates(*row) for row in pairs.to_merge(person())),
    ]


def _duplicates(slug: str, code: str, proposed: int) -> tuple[str, str, int]:
    """The pairs of one consultation (M15)."""
    return f"{i18n._('Duplicates')} · {code or slug}", url_for("coding.for_moderators", slug=slug), proposed


def zone() -> str:
    """Of the desk's own calendar."""
    consultation = duty.desk()
    return consultation.timezone if consultation else "Europe/London"


def opening(html: str) -> str:
    """The first words of a text in a list."""
    return text.opening(text.plain(html), 300)


def page_of(rows: Any, endpoint: str, key: str) -> dict[str, Any]:
    """Twenty of the rows, and the addresses of those that follow and of the first ones."""
    shown = rows[: queries.PAGE]
    more = url_for(endpoint, **{key: shown[-1].id}) if len(rows) > len(shown) else ""
    return {"items": shown, "next_href": more, "first_href": url_for(endpoint) if key_in_query(key) else ""}


@bp.get("/moderate/figures", endpoint="figures")
def own_figures() -> str:
    """One's own, and all together; never those of another one."""
    require("moderate")
    own, together = (figures.of(whose, zone()) for whose in (person().id, None))
    return render_template(
        "care/figures.html",
        own=own,
        together=together,
        table=figures.table,
        duration=i18n.duration,
        enough=figures.ENOUGH,
        number_of_weeks=figures.WEEKS,
    )


@bp.get("/moderate/disagreements")
def disagreements() -> str:
    """Texts on which two moderators decided otherwise, side by side for learning, without names (M29)."""
    require("moderate")
    rows = queries.disagreements(person(), key_in_query("before"))
    shared = {"kind_words": figures.kind_words, "opening": opening}
    return render_template("care/disagreements.html", **shared, **page_of(rows, "care.disagreements", "before"))
