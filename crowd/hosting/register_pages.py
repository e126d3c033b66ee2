"""The pages of the register: a list goes in, what it would do is shown, then it is loaded and people are invited."""

from typing import Any

from flask import Response, abort, flash, redirect, render_template, url_for

from crowd import outbox
from crowd.db import transaction
from crowd.forms import Form
from crowd.hosting import columns, jobs, leaving, lists, queries, sheets, uploads
from crowd.hosting.blueprint import bp
from crowd.hosting.columns import Columns
from crowd.hosting.forms import ColumnsForm, LoadForm, RegisterForm, columns_form
from crowd.hosting.uploads import SEAL, Refused
from crowd.i18n import _, ngettext, number
from crowd.keyed import opened
from crowd.models import UploadedList
from crowd.web import person, require, takes

MOST_BYTES = 25_000_000


@bp.route("/host/register", methods=["GET", "POST"])
@takes(MOST_BYTES + 500_000)
def register() -> Any:
    """Take a pasted or uploaded list as it is; a short one is read at once, a long one beside the pages."""
    require("host")
    form = RegisterForm()
    if form.validate_on_submit():
        data = form.file.data.read() if form.file.data else b""
        pasted = not data
        data = data or (form.text.data or "").encode()
        if why := _cannot_be_one(data):
            form.text.errors = [why]
        else:
            try:
                return _go_to(_keep(data, pasted, bool(form.accept.data)))
            except Refused as refused:
                form.text.errors = [str(refused)]
    return _register_page(form)


def _register_page(form: RegisterForm, status: int = 200) -> Any:
    return render_template(
        "hosting/register.html",
        form=form,
        size=queries.register_size(),
        waiting=uploads.on_the_way(),
        states=_states(),
        zone=queries.zone(),
        most=number(lists.MOST),
    ), status


def _states() -> dict[str, str]:
    return {
        "waiting": _("being read"),
        "read": _("waits for you"),
        "bad": _("cannot be read"),
        "loading": _("being loaded"),
        "stopped": _("has stopped"),
    }


def _cannot_be_one(data: bytes) -> str:
    if not data.strip(b"\xef\xbb\xbf \r\n\t,;"):
        return _("The list is empty. Paste or choose one with a line for each person.")
    if len(data) > MOST_BYTES:
        return _("The list has more than %(n)s MB. Save it as CSV UTF-8, or load it in parts.", n=MOST_BYTES // 10**6)
    return ""


def _keep(data: bytes, pasted: bool, accept: bool) -> int:
    box, digest, short = uploads.box(data), uploads.digest(data, accept), jobs.is_short(data)
    token = jobs.claim_at_once() if short else ""
    whole = 0 if sheets.is_packed(data) else data.count(b"\n") or data.count(b"\r")
    with transaction():
        kept = uploads.keep(box, digest, by=person().id, pasted=pasted, accept=accept, whole=whole, claim=token)
    _work_on(kept, token)
    return kept


def _work_on(number_: int, token: str) -> None:
    """Do a short list here and now; wake the worker of this process for a long one."""
    if not token:
        outbox.wake.set()
    elif job := uploads.WORK.claim(number_, token):
        jobs.work(job)


def _go_to(number_: int) -> Any:
    return redirect(url_for(".uploaded", number=number_))


def _list(number_: int) -> UploadedList:
    require("host")
    return uploads.uploaded(number_) or abort(404)


@bp.route("/host/register/<int:number>")
def uploaded(number: int) -> Any:
    """Where a list is: how far it is read or loaded, what it would change, what it has changed."""
    row = _list(number)
    if row.state in uploads.WORK.states:
        return render_template("hosting/progress.html", row=row, now=_progress(row))
    if row.state == "bad":
        form = RegisterForm(formdata=None, accept=row.accept)
        if row.pasted:
            form.text.data = opened(SEAL, row.body).decode(errors="replace")
        form.text.errors = [row.said]
        return _register_page(form)
    if row.state == "read":
        return _preview(row)
    return render_template("hosting/loaded.html", row=row, summary=summary(row), form=Form())


def _progress(row: UploadedList) -> dict[str, Any]:
    """The words and the figures of the bar."""
    loading, whole = row.state == "loading", row.rows or row.whole
    words = _("Loading") if loading else _("Reading and comparing")
    if row.done and whole >= row.done:
        said = _("%(done)s of %(whole)s rows", done=number(row.done), whole=number(whole))
    elif row.done:
        said = ngettext("%(shown)s row", "%(shown)s rows", row.done, shown=number(row.done))
    else:
        said = _("It has begun.") if row.claim else _("It begins in a moment.")
    return {"words": words, "said": said, "done": row.done, "whole": whole if whole >= row.done else 0}


def _preview(row: UploadedList, form: ColumnsForm | None = None) -> Any:
    shown = uploads.found(row)
    roles = shown["columns"]
    if form is None:
        chosen = {f"c{n}": role for n, role in enumerate(roles)}
        form = columns_form(len(roles), formdata=None, headed=shown["headed"], accept=row.accept, **chosen)
    load = LoadForm(formdata=None)
    load.invite.choices = _invite_choices()
    gone = shown["gone"]
    load.leave.label.text = ngettext(
        "This list is complete: the %(shown)s person it leaves out has left",
        "This list is complete: the %(shown)s people it leaves out have left",
        gone["number"],
        shown=number(gone["number"]),
    )
    return render_template(
        "hosting/preview.html",
        row=row,
        form=form,
        load=load,
        fields=[form[f"c{n}"] for n in range(len(roles))],
        shown=shown,
        summary=summary(row),
        suspicious=gone["number"] * leaving.SUSPICIOUS > gone["of"],
        more=max(0, row.wrong - len(shown["problems"])),
    )


def summary(row: UploadedList) -> str:
    """412 new, 3 changed, 88 unchanged, 2 problems."""
    return ", ".join(
        (
            _("%(n)s new", n=number(row.new)),
            _("%(n)s changed", n=number(row.changed)),
            _("%(n)s unchanged", n=number(row.same)),
            ngettext("%(shown)s problem", "%(shown)s problems", row.wrong, shown=number(row.wrong)),
        )
    )


def _invite_choices() -> list[tuple[str, str]]:
    none = ("", _("Load the list and send nothing"))
    return [none] + [
        (str(c.id), _("Load it and send an invitation to “%(title)s”", title=c.title)) for c in queries.consultations()
    ]


@bp.route("/host/register/<int:number>/columns", methods=["POST"])
def columns_of(number: int) -> Any:
    """Read the list once more, with the columns as the host says."""
    row = _list(number)
    if row.state != "read":
        return _go_to(number)
    many = len(uploads.found(row)["columns"])
    form = columns_form(many)
    if not form.validate_on_submit():
        return _preview(row, form)
    chosen = Columns(tuple(str(form[f"c{n}"].data or "") for n in range(many)), bool(form.headed.data))
    if why := columns.objection(chosen):
        form.form_errors.append(why)
        return _preview(row, form)
    _again(row, lambda: uploads.look_again(row, chosen, bool(form.accept.data)))
    return _go_to(number)


def _again(row: UploadedList, begins: Any) -> None:
    """Let a list take its next step; a short one takes it before the page comes."""
    token = jobs.claim_at_once() if jobs.is_short(opened(SEAL, row.body)) else ""
    with transaction():
        begun = begins()
        if begun and token:
            uploads.take(row, token)
    if begun:
        _work_on(row.id, token)


@bp.route("/host/register/<int:number>/load", methods=["POST"])
def load_register(number: int) -> Any:
    """Write what the preview showed, and queue invitations if asked; pressed twice it is done once."""
    row = _list(number)
    form = LoadForm()
    form.invite.choices = _invite_choices()
    if row.state == "stopped":
        _again(row, lambda: uploads.go_on(row))
    elif row.state == "read" and not row.rows:
        flash(_("There is no good row to load."), "bad")
    elif row.state == "read" and form.validate_on_submit():
        leave = bool(form.leave.data)
        _again(row, lambda: uploads.begin_loading(row, int(form.invite.data or 0) or None, leave))
    return _go_to(number)


@bp.route("/host/register/<int:number>/drop", methods=["POST"])
def drop_list(number: int) -> Any:
    """Erase a list that is not being loaded. What has been loaded of it stays."""
    row = _list(number)
    with transaction():
        dropped = uploads.drop(row)
    if dropped:
        flash(_("The list is erased here. The register is as it was."), "ok")
    elif row.state == "loading":
        flash(_("The list is being loaded and cannot be dropped now."), "bad")
    return redirect(url_for(".register"))


@bp.route("/host/register/<int:number>/problems.csv")
def bad_rows(number: int) -> Any:
    """The rows that would be left out, as a file: mended there, it can be loaded as it is."""
    row = _list(number)
    if not row.bad:
        abort(404)
    headers = {"Content-Disposition": 'attachment; filename="problems.csv"', "Cache-Control": "no-store"}
    return Response(opened(SEAL, row.bad), mimetype="text/csv", headers=headers)
