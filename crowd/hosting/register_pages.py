"""The page of the register: a list goes in, what it would do is shown, then it is loaded and people are invited."""

from typing import Any

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from itsdangerous import BadSignature, URLSafeSerializer

from crowd.db import transaction
from crowd.hosting import lists, loading, queries, sheets
from crowd.hosting.blueprint import bp
from crowd.hosting.forms import BadRowsForm, LoadForm, RegisterForm
from crowd.hosting.lists import BadList, Read, Row
from crowd.i18n import _, ngettext
from crowd.pages import site
from crowd.spreadsheet import csv_lines
from crowd.web import person, require, takes

MOST_BYTES = 40_000_000
SHOWN = 200  # problems listed on the page


def _sealed() -> URLSafeSerializer:
    """The list between preview and loading: packed and signed for this host, kept by the browser and not by us."""
    return URLSafeSerializer(str(current_app.secret_key), salt=f"register-{person().id}")


@bp.route("/host/register", methods=["GET", "POST"])
@takes(MOST_BYTES)
def register() -> Any:
    """Show what a pasted or uploaded list would do, before anything is written."""
    require("host")
    form = RegisterForm()
    if form.validate_on_submit():
        try:
            return _preview(form)
        except BadList as wrong:
            form.text.errors = [str(wrong)]
    return render_template("hosting/register.html", form=form, size=queries.register_size())


def _preview(form: RegisterForm) -> Any:
    uploaded = request.files.get("file")
    data = uploaded.read() if uploaded and uploaded.filename else b""
    known, accept = queries.professions(), bool(form.accept.data)
    if sheets.is_packed(data):
        found = lists.read_lines(sheets.rows(data), known, accept=accept)
    else:
        found = lists.read(lists.decoded(data) if data else form.text.data or "", known, accept=accept)
    difference = loading.compare(loading.entries(found.rows))
    load = LoadForm(formdata=None, list=_sealed().dumps([found.rows, len(found.problems)]))
    load.invite.choices = _invite_choices()
    return render_template(
        "hosting/preview.html",
        form=load,
        summary=summary(len(difference.new), len(difference.changed), difference.same, len(found.problems)),
        problems=found.problems[:SHOWN],
        bad=BadRowsForm(formdata=None, list=_sealed().dumps(_with_problems(found))) if found.bad else None,
        more=max(0, len(found.problems) - SHOWN),
        rows=len(found.rows),
    )


def _with_problems(found: Read) -> list[list[str]]:
    """The rows that would be left out, with what is wrong, under their own headings."""
    own = found.headings or [name.capitalize() for name in lists.ORDER]
    heads = [_("Row"), _("Problem"), *own]
    told = zip(found.problems, found.bad, strict=True)
    return [heads] + [[str(line), wrong, *cells] for (line, wrong), cells in told]


@bp.route("/host/register/problems.csv", methods=["POST"])
@takes(MOST_BYTES)
def bad_rows() -> Any:
    """The rows that were left out, as a file: mended there, it can be loaded as it is."""
    require("host")
    form = BadRowsForm()
    try:
        rows = _sealed().loads(form.list.data or "")
    except BadSignature:
        rows = None
    if rows is None or not form.validate_on_submit():
        flash(_("The list did not come through whole. Choose it once more."), "bad")
        return redirect(url_for("hosting.register"))
    headers = {"Content-Disposition": 'attachment; filename="problems.csv"', "Cache-Control": "no-store"}
    return Response(csv_lines(rows), mimetype="text/csv", headers=headers)


def summary(new: int, changed: int, same: int, bad: int) -> str:
    """412 new, 3 changed, 88 unchanged, 2 problems."""
    return ", ".join(
        (
            _("%(n)s new", n=new),
            _("%(n)s changed", n=changed),
            _("%(n)s unchanged", n=same),
            ngettext("%(n)s problem", "%(n)s problems", bad),
        )
    )


def _invite_choices() -> list[tuple[str, str]]:
    none = ("", _("Load the list and send nothing"))
    return [none] + [
        (str(c.id), _("Load it and send an invitation to “%(title)s”", title=c.title)) for c in queries.consultations()
    ]


@bp.route("/host/register/load", methods=["POST"])
@takes(MOST_BYTES)
def load_register() -> Any:
    """Write what the preview showed, and queue invitations if asked; nobody gets two."""
    require("host")
    form = LoadForm()
    form.invite.choices = _invite_choices()
    try:
        packed, bad = _sealed().loads(form.list.data or "")
    except BadSignature:
        packed, bad = None, 0
    if packed is None or not form.validate_on_submit():
        flash(_("The list did not come through whole. Choose it once more."), "bad")
        return redirect(url_for("hosting.register"))
    rows = [Row(*cells) for cells in packed]
    entries = loading.entries(rows)
    to, invited = queries.consultation(int(form.invite.data or 0)), 0
    with transaction():
        done = loading.load(entries, by=person().id, bad=bad)
        if to is not None:
            keys = [entry["email_key"] for entry in entries]
            invited = loading.invite(to, rows, keys, by=person().id, host=site().name)
    flash(_("Loaded: %(what)s.", what=summary(len(done.new), len(done.changed), done.same, bad)), "ok")
    if to is not None:
        flash(ngettext("%(n)s invitation is on its way.", "%(n)s invitations are on their way.", invited), "ok")
    return redirect(url_for("hosting.register"))
