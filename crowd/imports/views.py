"""The host's pages of imports: files go in, what would be taken is shown, then they are taken in."""

from typing import Any

from flask import Response, abort, flash, redirect, render_template, url_for
from werkzeug.datastructures import FileStorage

from crowd import outbox
from crowd.db import transaction
from crowd.forms import Form
from crowd.hosting.queries import zone
from crowd.i18n import _
from crowd.imports import deeds, headings, jobs, queries, rooms, sources
from crowd.imports.blueprint import bp
from crowd.imports.forms import FilesForm
from crowd.imports.queries import SEAL
from crowd.imports.shape import BadExport
from crowd.keyed import sealed
from crowd.models import ImportFile
from crowd.spreadsheet import csv_lines
from crowd.web import person, require, saved_as, takes

MOST_BYTES = 60_000_000
SHOWN = 200  # rows that the page lists


@bp.route("/host/import", methods=["GET", "POST"])
@takes(MOST_BYTES + 500_000)
def files() -> Any:
    """Take files as they are; what they would do is looked at, small ones at once, others beside the pages."""
    require("host")
    form = FilesForm()
    form.choose(queries.rooms())
    if form.validate_on_submit():
        try:
            return _go_to(_keep(form))
        except (BadExport, deeds.Refused) as wrong:
            form.files.errors = [str(wrong)]
    states = {
        "waiting": _("being read"),
        "read": _("waits for you"),
        "bad": _("cannot be taken"),
        "taking": _("being taken in"),
        "taken": _("taken in"),
    }
    return render_template(
        "imports/files.html", form=form, rows=queries.on_the_way(), states=states, most=MOST_BYTES // 10**6, zone=zone()
    )


def _keep(form: FilesForm) -> ImportFile:
    """The files of the form, on their way. Raises BadExport or Refused."""
    given: list[FileStorage] = [one for one in form.files.data or () if getattr(one, "filename", "")]
    if not given:
        raise BadExport(_("Choose a file."))
    found = sources.of_uploads((str(one.filename), one.read()) for one in given)
    if not any(data.strip() for data in found.files.values()):
        raise BadExport(_("There is no CSV file with anything in it among the files. Choose the files of the export."))
    title = (form.title.data or "").strip()
    if not form.into.data:
        rooms.there(rooms.short_name(title or found.name), chosen=False)
    name = form.into.data or rooms.short_name(title or found.name) or form.source.data
    body = sealed(SEAL, packed := sources.zipped(found))
    with transaction():
        kept = deeds.keep(body, by=person().id, source=form.source.data, name=name, title=title)
    _work(len(packed))
    return kept


def _work(size: int) -> None:
    if size <= jobs.SMALL:
        jobs.run_due()
    else:
        outbox.wake.set()


def _go_to(row: ImportFile) -> Any:
    return redirect(url_for(".file", number=row.id))


def _file(number: int) -> ImportFile:
    require("host")
    return queries.file(number) or abort(404)


@bp.get("/host/import/<int:number>")
def file(number: int) -> Any:
    """Where an import is: what it would take, how far it is, what it took."""
    row = _file(number)
    report = queries.report(row)
    more = max(0, len(report["rows"]) - SHOWN)
    return render_template(
        "imports/file.html", row=row, report=report, shown=report["rows"][:SHOWN], more=more, form=Form()
    )


@bp.post("/host/import/<int:number>/take")
def take(number: int) -> Any:
    row = _file(number)
    with transaction():
        begun = deeds.begin_taking(row)
    if begun:
        _work(queries.size(number))
    return _go_to(row)


@bp.post("/host/import/<int:number>/drop")
def drop(number: int) -> Any:
    row = _file(number)
    with transaction():
        dropped = deeds.drop(row)
    flash(_("The files are erased.") if dropped else _("They are being taken in and cannot be dropped now."))
    return redirect(url_for(".files"))


@bp.get("/host/import/<int:number>/left.csv")
def left(number: int) -> Any:
    """What was left, row by row."""
    rows = [[_("File"), _("Row"), _("Why")], *queries.report(_file(number))["rows"]]
    return _csv(rows, f"left-{number}.csv")


@bp.get("/host/import/template.csv")
def template() -> Any:
    require("host")
    return _csv(headings.TEMPLATE, "contributions.csv")


def _csv(rows: Any, name: str) -> Response:
    return saved_as(name, "".join(csv_lines(rows)))
