"""The page where a host gives what participation is held against."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for

from crowd.db import transaction
from crowd.figures import baseline, deeds, queries, snapshot
from crowd.figures.baseline import BadBaseline
from crowd.figures.blueprint import bp
from crowd.figures.forms import BaselineForm
from crowd.i18n import _
from crowd.models import Consultation
from crowd.web import fetch, person


@bp.route("/host/<slug>/figures/baseline/<attribute>", methods=["GET", "POST"])
def baseline_of(slug: str, attribute: str) -> Any:
    """Take a list of professions or regions with how many there are; nothing typed is lost when it is wrong."""
    consultation = fetch(Consultation, slug, to="set up")
    if attribute not in baseline.ATTRIBUTES:
        abort(404)
    form, problems = BaselineForm(), tuple[str, ...]()
    if form.validate_on_submit():
        data = _data(form)
        if request.form.get("do") == "remove":
            return _saved(consultation, attribute, [])
        try:
            return _saved(consultation, attribute, _read(data, consultation, attribute, form))
        except BadBaseline as bad:
            problems = bad.sentences
            form.text.errors = [_("The list was not taken. Mend what is wrong with it, and send it again.")]
            form.text.data = _as_text(data)
    return _page(consultation, attribute, form, problems)


def _data(form: BaselineForm) -> bytes:
    if request.form.get("do") == "example":
        return baseline.EXAMPLE.read_bytes()
    sent = form.file.data.read(baseline.MOST_BYTES + 1) if form.file.data else b""
    return sent or (form.text.data or "").encode()


def _as_text(data: bytes) -> str:
    """So that a file can be mended in the box; a workbook cannot."""
    return "" if baseline.sheets.is_packed(data) else data.decode(baseline.lists.encoding(data), errors="replace")


def _read(data: bytes, consultation: Consultation, attribute: str, form: BaselineForm) -> list[baseline.Row]:
    if len(data) > baseline.MOST_BYTES:
        raise BadBaseline(_("The list is larger than 200 kB. Is it the right one?"))
    known = snapshot.known(consultation, attribute)
    return baseline.read(data, known, when=form.when.data, source=form.source.data or "")


def _saved(consultation: Consultation, attribute: str, rows: list[baseline.Row]) -> Any:
    with transaction():
        deeds.set_baseline(consultation, attribute, rows, by=person())
    flash(_("The baseline has been saved.") if rows else _("There is no baseline any more."), "ok")
    return redirect(url_for(".baseline_of", slug=consultation.slug, attribute=attribute))


def _page(consultation: Consultation, attribute: str, form: BaselineForm, problems: tuple[str, ...]) -> Any:
    return render_template(
        "figures/baseline.html",
        consultation=consultation,
        attribute=attribute,
        form=form,
        problems=problems,
        now=queries.baselines(consultation).get(attribute),
        known=snapshot.known(consultation, attribute),
    ), 422 if form.errors else 200
