"""The merge desk: duplicate pairs side by side (M15). A person says what they are; merging is the moderators' act,
done on their own page, where it can be undone for seven days."""

from types import SimpleNamespace
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for

from crowd.analysis import deeds as analysis
from crowd.analysis import extra, words
from crowd.analysis import queries as runs
from crowd.coding import deeds, pairs
from crowd.coding.blueprint import bp
from crowd.coding.filters import number as typed
from crowd.db import transaction
from crowd.i18n import _, foreign
from crowd.models import Consultation
from crowd.rules import may
from crowd.text import shown
from crowd.threads import fragments, numbers
from crowd.threads.view import View
from crowd.web import fetch, person, require


@bp.get("/host/<slug>/coding/pairs")
def duplicates(slug: str) -> Any:
    """Pairs as analysts and hosts see them: they say that two are not the same, or propose them for merging."""
    consultation = fetch(Consultation, slug, to="code contributions")
    return _page(consultation, "read", ".duplicates")


@bp.get("/moderate/pairs/<slug>")
def for_moderators(slug: str) -> Any:
    """The same pairs for those who may merge."""
    require("moderate")
    consultation = fetch(Consultation, slug, to="see the consultation")
    return _page(consultation, "decide", ".for_moderators")


def _page(consultation: Consultation, act: str, endpoint: str) -> str:
    asker, state = person(), request.args.get("state", "open")
    state = state if state in pairs.STATES else "open"
    likeness, _dash, last = request.args.get("after", "").partition("-")
    key = (typed(likeness), typed(last)) if typed(last) else None
    rows = pairs.shown(asker, act, consultation, state, key)
    page = rows[: pairs.PAGE]
    here: dict[str, Any] = {"slug": consultation.slug, "state": state}
    more = f"{page[-1].likeness}-{page[-1].id}" if len(rows) > pairs.PAGE else ""
    return render_template(
        "coding/pairs.html",
        consultation=consultation,
        shown=_side_by_side(consultation, page),
        state=state,
        counts=pairs.counts(asker, act, consultation),
        endpoint="coding" + endpoint,
        staff=endpoint != ".duplicates",
        next_href=url_for(endpoint, **here, after=more) if more else "",
        first_href=url_for(endpoint, **here) if key else "",
        run=runs.latest(consultation, "pairs"),
        waits=runs.on_the_way(consultation, "pairs"),
        missing=extra.missing(),
        words=words,
    )


def _side_by_side(consultation: Consultation, rows: Any) -> list[SimpleNamespace]:
    texts, names, view = pairs.texts(rows), pairs.names(rows), View.of(consultation, person())
    found = []
    for pair in rows:
        both = [texts[pair.one_id], texts[pair.other_id]]
        sides = [
            SimpleNamespace(
                id=text.id,
                version=text.version_id,
                cited=numbers.written(consultation.code, text.serial) or f"/p/{text.id}",
                alias=fragments.shown_alias(text.alias, text.promise, view.inside),
                at=text.submitted_at,
                words=shown(version.html),
                lang=foreign(version.language),
                merges=may(person(), "decide", text),
            )
            for text, version in both
        ]
        found.append(SimpleNamespace(pair=pair, sides=sides, name=names.get(pair.person_id, "")))
    return found


@bp.post("/host/<slug>/coding/pairs/<int:number>")
def mark(slug: str, number: int) -> Any:
    """Remember what a person says of a pair."""
    consultation = fetch(Consultation, slug, to="code contributions")
    return _mark(consultation, number, "read", ".duplicates")


@bp.post("/moderate/pairs/<slug>/<int:number>")
def mark_as_moderator(slug: str, number: int) -> Any:
    """The same, by those who may merge."""
    require("moderate")
    consultation = fetch(Consultation, slug, to="see the consultation")
    return _mark(consultation, number, "decide", ".for_moderators")


def _mark(consultation: Consultation, number: int, act: str, endpoint: str) -> Any:
    state = request.form.get("do", "")
    with transaction():
        pair = pairs.pair(person(), act, consultation, number) or abort(404)
        if state not in pairs.STATES:
            abort(400)
        deeds.mark_pair(pair, state, by=person(), consultation=consultation)
    said = {
        "apart": _("Remembered: they are not the same."),
        "proposed": _("Proposed. Whoever may merge finds the pair under “Proposed”."),
        "open": _("The pair is open again."),
    }
    flash(said[state], "ok")
    was = request.form.get("state", "open")
    return redirect(url_for(endpoint, slug=consultation.slug, state=was if was in pairs.STATES else "open"))


@bp.post("/host/<slug>/coding/pairs")
def look_for_pairs(slug: str) -> Any:
    """Have the worker compare the texts with each other."""
    consultation = fetch(Consultation, slug, to="code contributions")
    if missing := extra.missing():
        flash(missing, "warn")
        return redirect(url_for(".duplicates", slug=slug))
    with transaction():
        analysis.ask_once(consultation, "pairs", by=person().id)
    flash(_("The pairs are being looked for. Open this page again in a minute."), "ok")
    return redirect(url_for(".duplicates", slug=slug))
