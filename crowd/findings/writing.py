"""Pages on which hosts and analysts write findings and publish them."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from crowd import schedule, text
from crowd.db import Overtaken, transaction
from crowd.findings import deeds, queries, quotes, sections
from crowd.findings.blueprint import bp
from crowd.findings.forms import FindingForm, NoteForm
from crowd.findings.hidden import QuotesHidden
from crowd.findings.wording import Wording, mark, prepare, whole
from crowd.i18n import _, deadline
from crowd.models import Consultation, Finding
from crowd.states import Phase, State
from crowd.threads.differences import differences
from crowd.web import fetch, person


def address(finding: Finding, endpoint: str = "findings.finding") -> str:
    return url_for(endpoint, slug=finding.consultation.slug, number=finding.number)


def _shown(mark: str) -> str:
    """The mark for a form that is about to be shown; one that is sent has to bring its own."""
    return mark if request.method == "GET" else ""


def _wording(form: FindingForm) -> Wording | None:
    """What was typed, made safe; None, with the reason on the form, where that cannot be."""
    if not form.validate_on_submit():
        return None
    try:
        return prepare(form.title.data, form.section.data, form.text.data)
    except text.Unusable as reason:
        form.text.errors = [str(reason)]
        return None


@bp.route("/c/<slug>/findings/new", methods=["GET", "POST"])
def write(slug: str) -> Any:
    consultation = fetch(Consultation, slug, to="write findings")
    form = FindingForm()
    if wording := _wording(form):
        with transaction():
            finding = deeds.write_finding(consultation, by=person(), wording=wording)
        flash(_("The draft is saved. Now choose the contributions it rests on."), "ok")
        return redirect(address(finding, "findings.evidence"))
    return _page(form, consultation, None)


@bp.route("/c/<slug>/findings/<int:number>/edit", methods=["GET", "POST"])
def edit(slug: str, number: int) -> Any:
    """Change the words; whoever saved first wins, and the second one sees the difference and keeps what they typed."""
    finding = _fetch_for_writing(slug, number)
    form = FindingForm(section=finding.section, title=finding.title, text=finding.source, seen=_shown(mark(finding)))
    form.note_needed = finding.state == State.PUBLISHED
    overtaken = request.method == "POST" and form.seen.data != mark(finding)
    if not overtaken and (wording := _wording(form)):
        try:
            with transaction():
                deeds.change_finding(finding, by=person(), wording=wording, seen=form.seen.data, note=form.note.data)
        except Overtaken:
            overtaken = True
        except QuotesHidden as hidden:
            form.text.errors = [str(hidden)]
        else:
            flash(_("The finding is saved."), "ok")
            return redirect(address(finding))
    return _page(form, finding.consultation, finding, overtaken=overtaken)


def _page(form: FindingForm, consultation: Consultation, finding: Finding | None, overtaken: bool = False) -> Any:
    """The form as it was sent, with what another person has saved meanwhile shown against it."""
    difference: list[Any] = []
    if overtaken and finding:
        form.seen.data = mark(finding)
        ours = Wording(form.title.data, form.section.data, text.tidy(form.text.data or ""), "")
        difference = differences(whole(finding), whole(ours))
    page = render_template(
        "findings/write.html",
        form=form,
        finding=finding,
        difference=difference,
        overtaken=overtaken,
        titles=[section.title for section in sections.sections(consultation)],
    )
    return page, 409 if overtaken else 422 if form.errors else 200


def _fetch_for_writing(slug: str, number: int) -> Finding:
    return fetch(Finding, slug, number, to="write findings")


@bp.route("/c/<slug>/findings/<int:number>/publish", methods=["GET", "POST"])
def publish(slug: str, number: int) -> Any:
    """Ask once more, saying who will read it and when, and publish."""
    finding = _fetch_for_writing(slug, number)
    form, why_not, again = NoteForm(), "", finding.state == State.PUBLISHED and quotes.waiting(finding) > 0
    form.note_needed = again
    if form.validate_on_submit():
        try:
            with transaction():
                if again:
                    deeds.new_edition(finding, by=person(), note=form.note.data)
                else:
                    deeds.publish_finding(finding, by=person())
        except deeds.NothingToRestOn:
            why_not = _("It rests on nothing yet. Choose at least one contribution first.")
        except QuotesHidden as hidden:
            why_not = str(hidden)
            form.note.errors = [why_not] if again else []
        else:
            flash(_("The finding is published.") + " " + _readers(finding), "ok")
            return redirect(address(finding))
    page = render_template(
        "findings/publish.html",
        form=form,
        finding=finding,
        why_not_published=why_not,
        readers=_readers(finding),
        hidden_alone=queries.hidden_alone(finding),
        rests_on=queries.rests_on(finding, []),
        waiting=quotes.waiting(finding),
        unconfirmed=quotes.unconfirmed(finding),
    )
    return page, 422 if why_not or form.errors else 200


def _readers(finding: Finding) -> str:
    """From when on others read a published finding."""
    consultation = finding.consultation
    start = getattr(consultation, Phase.OPEN) or getattr(consultation, Phase.CLOSED)
    if schedule.current(consultation) in (Phase.OPEN, Phase.CLOSED):
        return _("Everybody can read it at once.")
    if start is None:
        return _("Everybody can read it once findings are opened.")
    return _("Everybody can read it from %(start)s.", start=deadline(start, consultation.timezone))
