"""The host's page of exports: having files made, fetching them, and the list of who had what made."""

from typing import Any

from flask import Response, abort, flash, redirect, render_template, send_file, url_for

from crowd.db import transaction
from crowd.exports import deeds, jobs, package, queries
from crowd.exports.blueprint import bp
from crowd.exports.forms import DataForm, ExportForm
from crowd.i18n import _
from crowd.models import Consultation
from crowd.web import fetch, person


def audience_words(audience: str) -> str:
    return {
        jobs.PUBLIC: _("Everybody"),
        jobs.RESEARCH: _("Research"),
        jobs.HOST: _("Hosts"),
        jobs.WHOLE: _("Another instance of Crowd, or safe keeping"),
    }[audience]


def _hints() -> dict[str, str]:
    """What is in a file, by its audience."""
    return {
        jobs.PUBLIC: _(
            "What everybody may read: contributions as promised, tallies, days, findings, themes. No single votes. "
            "Everybody can have it from the data page."
        ),
        jobs.RESEARCH: _(
            "Votes as rows under numbers drawn anew for each file, attributes so coarse that at least 5 people share "
            "them, texts that everybody may read."
        ),
        jobs.HOST: _(
            "Texts in every state with aliases, promises and decisions. No addresses, no names of participants, no "
            "single votes."
        ),
        jobs.WHOLE: _(
            "Everything, as one sealed file that “python3 app.py verify” checks and “python3 app.py import” takes in. "
            "Without addresses and names of participants, but with what each wrote and voted."
        ),
    }


def state_words(state: str) -> str:
    return {
        "waiting": _("Waiting"),
        "working": _("Being made"),
        "done": _("Ready"),
        "gone": _("Erased after a day"),
        "refused": _("Refused"),
        "failed": _("Failed"),
    }[state]


def _form() -> ExportForm:
    forms = [(package.EXCEL, _("An Excel workbook")), (package.ZIP, _("A zip of CSV tables"))]
    return ExportForm().offer([(name, audience_words(name)) for name in jobs.AUDIENCES], forms)


def _page(of: Consultation, form: ExportForm, licensed: DataForm) -> Any:
    made = queries.exports(of)
    page = render_template(
        "exports/exports.html",
        form=form,
        hints=_hints(),
        data=licensed,
        exports=made,
        busy=any(row.Export.state in ("waiting", "working") for row in made),
        audience_words=audience_words,
        state_words=state_words,
    )
    return page, 422 if form.errors or licensed.errors else 200


@bp.route("/host/<slug>/exports", methods=["GET", "POST"])
def exports(slug: str) -> Any:
    """Have a file made; a short one at once, else a worker makes it. Who asked, when and for what is kept."""
    of = fetch(Consultation, slug, to="set up")
    form = _form()
    if form.validate_on_submit():
        whole = form.audience.data == jobs.WHOLE
        try:
            with transaction():
                asked = deeds.ask(
                    of,
                    audience=form.audience.data,
                    form=package.ZIP if whole else form.form.data,
                    purpose=form.purpose.data or "",
                    by=person().id,
                )
        except deeds.TooMany:
            form.audience.errors = [_("Some files are being made already. Wait until one is ready, then ask again.")]
            return _page(of, form, _data(of))
        jobs.at_once(of, asked.id)
        flash(_("The file is asked for. It stands below, and is erased after a day."), "ok")
        return redirect(url_for(".exports", slug=slug))
    return _page(of, form, _data(of))


def _data(of: Consultation) -> DataForm:
    return DataForm(licence=of.data_licence, doi=of.data_doi).offer()


@bp.post("/host/<slug>/exports/licence")
def licence(slug: str) -> Any:
    """Say what others may do with the public data, and where they are deposited."""
    of = fetch(Consultation, slug, to="set up")
    form = DataForm().offer()
    if form.validate_on_submit():
        with transaction():
            deeds.license_data(of, by=person().id, licence=form.licence.data, doi=form.doi.data or "")
        flash(_("Saved. It stands in every public file from now on."), "ok")
        return redirect(url_for(".exports", slug=slug))
    return _page(of, _form(), form)


@bp.post("/host/<slug>/exports/<int:number>")
def download(slug: str, number: int) -> Any:
    """The file, to whichever host asks; that they did is written down, which is why it is no link."""
    of = fetch(Consultation, slug, to="set up")
    found = queries.export(of, number) or abort(404)
    path = jobs.path_of(found)
    if found.state != "done" or not path.exists():
        flash(_("This file is not here any more. Have it made again."), "bad")
        return redirect(url_for(".exports", slug=slug))
    with transaction():
        deeds.fetched(found, by=person().id)
    name = f"{of.slug}-{found.audience}-{found.id}.{found.form}"
    return _saved(send_file(path, package.MEDIA[found.form], as_attachment=True, download_name=name, etag=False))


def _saved(answer: Response) -> Response:
    """Kept by nobody on the way."""
    answer.headers["Cache-Control"], answer.headers["X-Robots-Tag"] = "private, no-store", "noindex"
    answer.headers.pop("Expires", None)
    answer.headers.pop("Last-Modified", None)
    return answer
