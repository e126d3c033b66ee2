"""Pages of reports: a reader reports a text, a moderator looks at it."""

from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, url_for

from crowd import clock, i18n, text
from crowd.accounts.browser import remote, slow_down
from crowd.accounts.limits import Limit
from crowd.db import Overtaken, transaction
from crowd.evidence import files
from crowd.i18n import _, number, told
from crowd.keyed import keyed
from crowd.models import Case, Contribution, Report, Version
from crowd.moderation import claims
from crowd.moderation.queries import reasons
from crowd.reports import deeds, queries
from crowd.reports.blueprint import bp
from crowd.reports.forms import PublishedForm, ReportForm
from crowd.reports.grounds import HARM, ground_words
from crowd.rules import may
from crowd.states import State
from crowd.web import Refused, fetch, person, require

REPORT = Limit("report", 10, 60)
REPORT_FROM = Limit("report from", 30, 60)  # an address may be a whole hospital
REDACT = "mending.redact"  # the page that strikes passages, where there is one


@bp.route("/p/<int:number>/report", methods=["GET", "POST"])
def report(number: int) -> Any:
    """Tell the moderators that a published text breaks the rules: one report for each person and text (M18). Pressed
    twice, it says that the report is there; the first press may have hidden the text."""
    contribution, reporter = fetch(Contribution, number, to="see"), _reporter()
    before = queries.report_by(number, reporter)
    if before and request.method == "POST":
        return _to_thread(contribution, _told(before, contribution), "note")
    if not (before and person().id):
        require("report", contribution)
    form = ReportForm()
    if form.validate_on_submit():
        return _take(contribution, form, reporter)
    page = render_template(
        "reports/report.html",
        contribution=contribution,
        version=queries.public_version(contribution) if may(person(), "read", contribution) else None,
        form=form,
        before=_told(before, contribution) if before and person().id else "",
        harm=[ground_words(ground) for ground in HARM],
    )
    return page, 422 if form.errors else 200


def _take(contribution: Contribution, form: ReportForm, reporter: str) -> Any:
    """Take it; of two presses at once the second one finds the report of the first."""
    ground, words = form.ground.data, form.words.data or ""
    try:
        slow_down((REPORT, reporter) if person().id else (REPORT_FROM, remote()))
        with transaction():
            made = deeds.report(contribution, by=person(), reporter=reporter, ground=ground, words=words)
            waits = made is not None and made.case_id is None
    except Refused:  # where the first one has hidden the text
        if (before := queries.report_by(contribution.id, reporter)) is None:
            raise
        return _to_thread(contribution, _told(before, contribution), "note")
    if made is None and (before := queries.report_by(contribution.id, reporter)):
        return _to_thread(contribution, _told(before, contribution), "note")
    return _to_thread(contribution, _thanks(waits), "ok")


def _reporter() -> str:
    """Who reports: a person by number, a visitor by a keyed hash of address and day, which nobody can turn back."""
    if person().id:
        return queries.reporter_of(person())
    return keyed("report", f"{remote()}:{clock.now().date().isoformat()}")


def _told(before: Report, contribution: Contribution) -> str:
    """That the report is there, and what became of it. A visitor is not told whose it is: an address may be a whole
    hospital."""
    if not person().id:
        there = _("It is reported already, and one report is enough.")
        return f"{there} {_('The moderators look at it.')}"
    day = i18n.day(before.at, contribution.consultation.timezone)
    said = _("You reported this on %(day)s: %(what)s.", day=day, what=ground_words(before.reason))
    if before.closed_at:
        return f"{said} {_('The moderators have decided on it; you had a mail about it.')}"
    return f"{said} {_('The moderators have not decided yet. You hear by mail what they decide.')}"


def _to_thread(contribution: Contribution, said: str, kind: str) -> Any:
    flash(said, kind)
    return redirect(url_for("threads.contribution", number=contribution.id))


def _thanks(waits: bool) -> str:
    if waits:
        return _(
            "Thank you. The moderators have looked at this text for this reason before and left it. "
            "They look again when others report the same."
        )
    thanks = _("Thank you. The moderators look at it.")
    return thanks + " " + _("You hear by mail what they decide.") if person().id else thanks


@bp.route("/p/<int:number>/check", methods=["GET", "POST"])
def check(number: int) -> Any:
    """Let a moderator begin to check a published text that nobody has reported."""
    contribution = fetch(Contribution, number, to="decide")
    if contribution.state not in (State.PUBLISHED, State.HIDDEN):
        abort(404)
    if request.method == "POST":
        with transaction():
            case = deeds.look_at(contribution, by=person())
        return redirect(url_for(".published", number=case))
    if found := queries.open_case(number):
        return redirect(url_for(".published", number=found.id))
    return render_template(
        "reports/check.html", contribution=contribution, version=queries.public_version(contribution)
    )


@bp.route("/moderate/published/<int:number>", methods=["GET", "POST"])
def published(number: int) -> Any:
    """A published text that was reported, or is to be looked at afterwards: leave it or remove it. The text alone is
    shown, without whose it is and how people voted (M23), and never who reported it."""
    require("moderate")  # first, so that nobody else learns which numbers there are
    case = queries.case(number) or abort(404)
    contribution = fetch(Contribution, case.contribution_id, to="decide")
    form = PublishedForm(reasons(retired=False))
    happened = ""
    if form.validate_on_submit():
        try:
            with transaction():
                _decide(case, form)
        except Overtaken:
            happened = _happened(case)
        else:
            said = _("It stays.") if form.decision.data == "fine" else _("It is removed, and its author is told.")
            flash(said, "ok")
            return redirect(url_for("moderation.queue"))
    elif request.method == "POST" and form.seen.data != deeds.as_shown(case):
        happened = _happened(case)
    return _published(case, contribution, form, happened), 409 if happened else 422 if form.errors else 200


def _decide(case: Case, form: PublishedForm) -> None:
    seen = form.seen.data or ""
    if form.decision.data == "fine":
        deeds.fine(case, by=person(), seen=seen)
    elif form.chosen is not None:
        deeds.remove(case, by=person(), seen=seen, reason=form.chosen, note=form.note.data or "")


def _happened(case: Case) -> str:
    """Why the decision was not taken (M10)."""
    if case.closed_at is not None:
        return _("Somebody else has decided on this meanwhile. Your decision was not taken.")
    return _(
        "Something has changed since you opened this page: a new report, another wording, or the phase. "
        "Your decision was not taken. Look at it as it is now, and press again if it is still right."
    )


def _published(case: Case, contribution: Contribution, form: PublishedForm, happened: str) -> str:
    version = queries.public_version(contribution)
    parent = queries.parent_html(contribution)
    form.seen.data = deeds.as_shown(case)
    return render_template(
        "reports/published.html",
        case=case,
        c=contribution,
        version=version,
        form=form,
        happened=happened,
        chosen=form.decision.data if happened else "",
        reports=[(one, ground_words(one.reason)) for one in queries.reports_of(case.id)],
        parent=text.opening(text.plain(parent), 400) if parent else "",
        files=files.of_versions([(version.id, version.files)]).get(version.id, []),
        redact_href=_redact_href(version),
        reader=claims.reader(case, person().id),
        mine=claims.holder(case) == person().id,
    )


def _redact_href(version: Version) -> str:
    return url_for(REDACT, number=version.id) if REDACT in current_app.view_functions else ""


@bp.app_template_filter("reasons_rows")
def reasons_rows(found: list[tuple[str, dict[str, int]]]) -> list[list[str]]:
    """The rows of the table of decisions by reason."""
    return [[told(title), *(number(of.get(name, 0)) for name in ("return", "reject", "remove"))] for title, of in found]
