"""The whole document on one page for its writers: sections, findings, their order, and who else reads it."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for

from crowd import schedule, text
from crowd.db import Overtaken, transaction
from crowd.findings import deeds, queries, sections
from crowd.findings.blueprint import bp
from crowd.findings.forms import SectionForm, SmallForm
from crowd.findings.hidden import QuotesHidden
from crowd.findings.wording import section_mark
from crowd.i18n import _
from crowd.models import Consultation, Finding, Section
from crowd.states import Phase
from crowd.threads.differences import differences
from crowd.web import fetch, key_of, person


@bp.get("/host/<slug>/findings")
def document(slug: str) -> Any:
    """Everything that has been written, in its order."""
    consultation = fetch(Consultation, slug, to="write findings")
    return _document(consultation)


def _document(consultation: Consultation, overtaken: bool = False) -> str:
    found = sections.in_order(consultation)
    parts = [(part, [f for f in found if f.section_id == part.id]) for part in sections.sections(consultation)]
    return render_template(
        "findings/document.html",
        parts=parts,
        loose=[f for f in found if f.section_id is None],
        facts=queries.facts(consultation),
        seen=sections.mark_of_order(consultation),
        form=SmallForm(),
        unopened=schedule.current(consultation) not in (Phase.OPEN, Phase.CLOSED),
        overtaken=overtaken,
    )


def _there(slug: str) -> Any:
    return redirect(url_for("findings.document", slug=slug))


def _section(consultation: Consultation, number: int) -> Section:
    return queries.section(consultation, number) or abort(404)


def _chosen(consultation: Consultation) -> Section | None:
    """The section that a form names; what is no number is none."""
    number = key_of(request.form.get("section", ""))
    return _section(consultation, number) if number else None


@bp.post("/host/<slug>/findings/<int:number>/move")
def move(slug: str, number: int) -> Any:
    """One up or down in its section, or to the end of another one."""
    finding = fetch(Finding, slug, number, to="write findings")
    do, seen = request.form.get("do", ""), request.form.get("seen", "")
    try:
        with transaction():
            if do in ("up", "down"):
                sections.move_finding(finding, by=person(), down=do == "down", seen=seen)
            else:
                sections.put_into(finding, _chosen(finding.consultation), by=person(), seen=seen)
    except Overtaken:
        return _document(finding.consultation, overtaken=True), 409
    flash(_("Finding %(number)s is moved.", number=number), "ok")
    return _there(slug)


@bp.post("/host/<slug>/findings/sections/<int:number>/move")
def move_section(slug: str, number: int) -> Any:
    consultation = fetch(Consultation, slug, to="write findings")
    section, down = _section(consultation, number), request.form.get("do") == "down"
    try:
        with transaction():
            sections.move_section(section, by=person(), down=down, seen=request.form.get("seen", ""))
    except Overtaken:
        return _document(consultation, overtaken=True), 409
    flash(_("The section is moved."), "ok")
    return _there(slug)


@bp.post("/host/<slug>/findings/sections/<int:number>/remove")
def remove_section(slug: str, number: int) -> Any:
    consultation = fetch(Consultation, slug, to="write findings")
    section = _section(consultation, number)
    try:
        with transaction():
            sections.remove_section(section, by=person())
    except sections.NotEmpty:
        flash(_("There are findings in this section. Move them to another one first."), "bad")
    else:
        flash(_("The section is removed."), "ok")
    return _there(slug)


@bp.route("/host/<slug>/findings/sections/new", methods=["GET", "POST"])
def make_section(slug: str) -> Any:
    consultation = fetch(Consultation, slug, to="write findings")
    return _writing(consultation, None)


@bp.route("/host/<slug>/findings/sections/<int:number>", methods=["GET", "POST"])
def section(slug: str, number: int) -> Any:
    consultation = fetch(Consultation, slug, to="write findings")
    return _writing(consultation, _section(consultation, number))


def _writing(consultation: Consultation, section: Section | None) -> Any:
    """The form of a section; whoever saved first wins, and the second one keeps what they typed."""
    now = section_mark(section) if section else ""
    shown = now if request.method == "GET" else ""
    form = SectionForm(title=section.title if section else "", text=section.source if section else "", seen=shown)
    overtaken = section is not None and request.method == "POST" and form.seen.data != now
    if not overtaken and form.validate_on_submit():
        try:
            if _saved(consultation, section, form):
                flash(_("The section is saved."), "ok")
                return _there(consultation.slug)
        except Overtaken:
            overtaken = True
    difference = []
    if overtaken and section:
        form.seen.data = section_mark(section)
        theirs, ours = f"{section.title}\n\n{section.source}", f"{form.title.data}\n\n{text.tidy(form.text.data or '')}"
        difference = differences(theirs, ours)
    page = render_template(
        "findings/section.html", form=form, section=section, overtaken=overtaken, difference=difference
    )
    return page, 409 if overtaken else 422 if form.errors else 200


def _saved(consultation: Consultation, section: Section | None, form: SectionForm) -> bool:
    """Whether it was; else the reason stands on the form."""
    source = text.tidy(form.text.data or "")
    words = {"title": form.title.data, "source": source}
    try:
        html = text.safe_html(source) if source else ""
        with transaction():
            if section:
                sections.change_section(section, by=person(), **words, html=html, seen=form.seen.data)
            else:
                sections.make_section(consultation, by=person(), **words, html=html)
    except (text.Unusable, QuotesHidden) as reason:
        form.text.errors = [str(reason)]
    except sections.Taken:
        form.title.errors = [_("Another section has this title. Choose another one, or change that section.")]
    return not form.errors


@bp.post("/host/<slug>/findings/drafts")
def show_drafts(slug: str) -> Any:
    """Let members read the drafts before the opening, or no longer."""
    consultation = fetch(Consultation, slug, to="set up")
    on = request.form.get("do") == "show"
    with transaction():
        deeds.show_drafts(consultation, by=person(), on=on)
    flash(
        _("Members can now read the findings, marked as drafts.")
        if on
        else _("Members can no longer read the drafts."),
        "ok",
    )
    return _there(slug)
