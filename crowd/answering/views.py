"""Pages of what becomes of findings: answering one, what happened since, and when an answer is promised."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for

from crowd import text
from crowd.answering import deeds, queries, since
from crowd.answering.blueprint import bp
from crowd.answering.forms import AnswerForm, SupportForm
from crowd.answering.steps import Step
from crowd.care import duty as care
from crowd.db import Overtaken, transaction
from crowd.findings.hidden import QuotesHidden
from crowd.i18n import _
from crowd.kept import keep_page
from crowd.models import Consultation, Duty, Finding
from crowd.threads.differences import differences
from crowd.web import fetch, person

HOUR = 17  # answers are due at 5pm, as bells ring on the hour


@bp.route("/c/<slug>/findings/<int:number>/respond", methods=["GET", "POST"])
def respond(slug: str, number: int) -> Any:
    """You said, we did: what the host does about a finding, who answers for it and by when."""
    finding = fetch(Finding, slug, number, to="publish responses")
    duty = queries.duty(finding)
    form = _filled(finding, duty)
    overtaken, before = False, finding.response
    if form.validate_on_submit():
        try:
            answer = _answer(form, finding)
            with transaction():
                moved = deeds.answer(finding, by=person(), answer=answer, seen=form.seen.data)
        except (text.Unusable, QuotesHidden) as reason:
            form.text.errors = [str(reason)]
        except Overtaken:
            overtaken = True
        else:
            flash(*_said(moved, taken_back=bool(before) and not answer.source))
            return redirect(url_for("findings.finding", slug=slug, number=number))
    if overtaken:
        form.seen.data = deeds.mark(finding, duty)
    difference = differences(finding.response, text.tidy(form.text.data or "")) if overtaken else []
    page = render_template(
        "answering/respond.html",
        form=form,
        finding=finding,
        duty=duty,
        overtaken=overtaken,
        difference=difference,
    )
    return page, 409 if overtaken else 422 if form.errors else 200


def _said(moved: bool, *, taken_back: bool) -> tuple[str, str]:
    if not moved:
        return _("Nothing has changed."), "note"
    return _("The response is taken back.") if taken_back else _("Your response is published."), "ok"


def _filled(finding: Finding, duty: Duty | None) -> AnswerForm:
    """The form with what stands now; one that is sent has to bring its own mark."""
    due = _day(duty.due_at, finding.consultation) if duty and duty.due_at else None
    return AnswerForm(
        hosts=care.hosts(),
        was=due,
        step=str(since.step_of(finding, duty)),
        text=finding.response,
        owner=duty.owner if duty else "",
        due=due,
        remind=str(duty.remind_id or "") if duty else "",
        seen=deeds.mark(finding, duty) if request.method == "GET" else "",
    )


def _day(moment: datetime, of: Consultation) -> date:
    return moment.astimezone(ZoneInfo(of.timezone)).date()


def _answer(form: AnswerForm, finding: Finding) -> deeds.Answer:
    """What was typed, made safe. A date that stays keeps its hour: one that votes made due is not on the hour."""
    source, of, duty = text.tidy(form.text.data or ""), finding.consultation, queries.duty(finding)
    due = datetime.combine(form.due.data, time(HOUR), ZoneInfo(of.timezone)) if form.due.data else None
    if duty and duty.due_at and form.due.data == form.was:
        due = duty.due_at
    step = Step(form.step.data)
    if step in (Step.NOT_ANSWERED, Step.ANSWERED):  # a text alone is an answer, and none is none
        step = Step.ANSWERED if source else Step.NOT_ANSWERED
    return deeds.Answer(
        source=source,
        html=text.safe_html(source) if source else "",
        step=step,
        owner=form.owner.data or "",
        due_at=due,
        remind=int(form.remind.data) if form.remind.data else None,
    )


@bp.get("/c/<slug>/since")
def what_happened(slug: str) -> Any:
    """What became of every finding that its reader may read, by how far it is; what is late says so."""
    consultation = fetch(Consultation, slug, to="see the consultation")
    rows = queries.ledger(person(), consultation)
    keep_page(consultation)
    return render_template(
        "answering/since.html",
        steps=since.by_step(rows),
        counted=since.counted(rows),
        support=queries.support(consultation),
    )


@bp.route("/host/<slug>/support", methods=["GET", "POST"])
def support(slug: str) -> Any:
    """How many who agree with a finding oblige the host to answer it."""
    consultation = fetch(Consultation, slug, to="set up")
    now = queries.support(consultation)
    form = SupportForm(
        members=(now and now.members) or None,
        stakeholders=(now and now.stakeholders) or None,
        days=(now and now.days) or 28,
    )
    if form.validate_on_submit():
        given = {name: form[name].data or 0 for name in ("members", "stakeholders", "days")}
        with transaction():
            changed = deeds.set_support(consultation, by=person(), **given)
        flash(_("The promise is saved.") if changed else _("Nothing has changed."), "ok" if changed else "note")
        return redirect(url_for(".support", slug=slug))
    page = render_template("answering/support.html", form=form, support=now)
    return page, 422 if form.errors else 200
