"""Pages of the report: the newest one, an older one, slides, and the file."""

from typing import Any

from flask import Response, abort, flash, redirect, render_template, url_for

from crowd import i18n
from crowd.db import transaction
from crowd.forms import Form
from crowd.i18n import _
from crowd.kept import keep_page
from crowd.models import Consultation, MadeReport
from crowd.pages import path_to
from crowd.publishing import deeds, printing, queries
from crowd.publishing.blueprint import bp
from crowd.rules import may
from crowd.web import fetch, person


@bp.get("/c/<slug>/report")
def newest(slug: str) -> Any:
    """The newest report that its reader may read; those who make reports find the button here."""
    consultation = fetch(Consultation, slug, to="see the consultation")
    report = queries.newest(person(), consultation)
    return _report(consultation, report)


@bp.get("/c/<slug>/report/<int:number>")
def report(slug: str, number: int) -> Any:
    """One version, as it was made."""
    found = fetch(MadeReport, slug, number, to="read a finding")
    return _report(found.consultation, found)


def _report(consultation: Consultation, report: MadeReport | None) -> Any:
    makes = may(person(), "read the analysis", consultation)
    others = [one for one in queries.reports(person(), consultation) if report and one.id != report.id]
    if not makes:
        keep_page(consultation)
    file = queries.file_of(report) if report else None
    printed = bool(report and file and file.state == "done" and file.of == printing.stamp(report))
    return render_template(
        "publishing/report.html",
        makes=makes,
        form=Form() if makes else None,
        others=others,
        file=file,
        printed=printed,
        printable=printing.available(),
        **(_spoken(report) if report else {"report": None}),
    )


def _spoken(report: MadeReport) -> dict[str, Any]:
    """Words of a report are of its own language; the page around it is in its reader's."""
    return printing.page_of(report, path_to) | {"foreign": i18n.foreign(report.language)}


@bp.post("/host/<slug>/report")
def make(slug: str) -> Any:
    """Keep a report on the findings as they are now."""
    consultation = fetch(Consultation, slug, to="read the analysis")
    try:
        with transaction():
            made = deeds.make_report(consultation, by=person())
            if printing.available():
                deeds.want_file(made, by=person())
    except deeds.NothingToReport:
        flash(_("There is no finding yet that a report could hold. Write and publish one first."), "bad")
        return redirect(url_for(".newest", slug=slug))
    flash(_("Version %(number)s of the report is made.", number=made.number), "ok")
    return redirect(url_for(".report", slug=slug, number=made.number))


@bp.post("/host/<slug>/report/<int:number>/pdf")
def want_pdf(slug: str, number: int) -> Any:
    """Have a version made as PDF, where this instance can."""
    found = fetch(MadeReport, slug, number, to="read the analysis")
    if printing.available():
        with transaction():
            deeds.want_file(found, by=person())
        flash(_("The PDF is being made: it stands here in a minute."), "ok")
    else:
        flash(_("This instance cannot make PDFs yet."), "bad")
    return redirect(url_for(".report", slug=slug, number=number))


@bp.get("/c/<slug>/report/<int:number>.pdf")
def pdf(slug: str, number: int) -> Any:
    """The file, while every quote in it stands; else it is not there until it is made anew."""
    found = fetch(MadeReport, slug, number, to="read a finding")
    file = queries.file_of(found)
    if file is None or file.state != "done" or file.of != printing.stamp(found):
        abort(404)
    answer = Response(queries.body(found), mimetype="application/pdf")
    name = f"{slug}-report-{number}.pdf"
    answer.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return answer


@bp.get("/c/<slug>/slides")
def slides(slug: str) -> Any:
    """The newest report that its reader may read, one finding a page."""
    consultation = fetch(Consultation, slug, to="see the consultation")
    return _slides(queries.newest(person(), consultation))


@bp.get("/c/<slug>/report/<int:number>/slides")
def slides_of(slug: str, number: int) -> Any:
    return _slides(fetch(MadeReport, slug, number, to="read a finding"))


def _slides(report: MadeReport | None) -> Any:
    return render_template("publishing/slides.html", **(_spoken(report) if report else {"report": None}))
