"""The pages on which hosts make, describe, plan and switch a consultation."""

from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from crowd import clock, schedule, translating
from crowd.consultations import deeds, queries, times
from crowd.consultations.blueprint import bp
from crowd.consultations.forms import BeginForm, QuestionForm, ScheduleForm, SetUpForm, SwitchForm, UndoForm
from crowd.db import Overtaken, transaction
from crowd.evidence import storing
from crowd.i18n import _, deadline
from crowd.models import Consultation, Question
from crowd.schedule import BadSchedule, phase_name
from crowd.states import OPTIONAL_PHASES, PHASES, Phase
from crowd.switching import checklist
from crowd.threads import numbers
from crowd.web import fetch, person, require

STARTS = PHASES[1:]


def _overtaken(form: Any, seen: str) -> None:
    """Keep what was typed in the form, and let a second sending count: the host has been told by then."""
    form.seen.data = seen
    form.form_errors.append(
        _(
            "Somebody else changed this while you had it open. What you typed is still below; "
            "open the page in another window to see how it stands now, then save again to put yours in its place."
        )
    )


def _page(template: str, form: Any, **more: Any) -> tuple[str, int]:
    """A form, with the status that says why it is shown again: 409 when somebody else was faster."""
    status = 409 if form.form_errors else 422 if form.errors else 200
    return render_template(f"consultations/{template}.html", form=form, **more), status


@bp.route("/host/new", methods=["GET", "POST"])
def begin() -> Any:
    """Make a consultation, which then rests in preparation."""
    require("host", None)
    form = BeginForm()
    if form.validate_on_submit():
        summary, html = deeds.made_safe(form.summary.data or "")
        values = {"slug": form.slug.data, "title": form.title.data, "timezone": form.timezone.data}
        try:
            with transaction():
                made = deeds.begin(by=person(), summary=summary, html=html, **values)
        except deeds.Taken:
            form.slug.errors = [_("Another consultation has the short name “%(slug)s”. Choose another.", **values)]
        else:
            flash(_("The consultation is made. Nobody but hosts and moderators can see it yet."), "ok")
            return redirect(url_for(".set_up", slug=made.slug))
    return _page("begin", form)


@bp.route("/host/<slug>/", methods=["GET", "POST"])
def set_up(slug: str) -> Any:
    """Describe a consultation; what is still missing stands beside it and stops nothing."""
    consultation = fetch(Consultation, slug, to="set up")
    seen = deeds.as_it_stands(consultation, deeds.SET_UP)
    kind = translating.form_of(SetUpForm, "title", "summary")
    form: Any = kind(
        queries.earlier(person(), consultation), obj=consultation, seen=seen, **translating.shown(consultation)
    )
    if form.validate_on_submit():
        summary, html = deeds.made_safe(form.summary.data or "")
        words = translating.typed(form, consultation.words, title=None, summary=deeds.made_safe)
        values = {name: form[name].data for name in deeds.SET_UP if name != "words"}
        values |= {"summary": summary, "words": words}
        try:
            with transaction():
                deeds.set_up(consultation, by=person(), seen=form.seen.data, html=html, values=values)
        except Overtaken:
            _overtaken(form, deeds.as_it_stands(consultation, deeds.SET_UP))
        except deeds.Loosened:
            form.promises.errors = [
                _(
                    "The members’ discussion has begun, and people rely on who will read them: you can narrow what is "
                    "offered and chosen, but not widen it."
                )
            ]
        except deeds.Cited:
            form.code.errors = [
                _("Texts have been numbered with the code “%(code)s”: it stays.", code=consultation.code)
            ]
        except deeds.Taken:
            form.code.errors = [_("Another consultation has this code. Choose another.")]
        else:
            flash(_("Saved."), "ok")
            return redirect(url_for(".set_up", slug=slug))
    example = numbers.written(consultation.code, 81)
    return _page("set_up", form, missing=queries.missing(consultation), example=example)


@bp.route("/host/<slug>/questions", methods=["GET", "POST"])
def questions(slug: str) -> Any:
    """The questions in their order, and a form for another one."""
    consultation = fetch(Consultation, slug, to="set up")
    form: Any = translating.form_of(QuestionForm, "title", "guidance")(kinds=["idea", "experience"])
    if form.validate_on_submit():
        guidance, html = deeds.made_safe(form.guidance.data or "")
        values = {"title": form.title.data, "kinds": form.kinds.data}
        values["words"] = translating.typed(form, None, title=None, guidance=deeds.made_safe)
        with transaction():
            deeds.ask(consultation, by=person(), guidance=guidance, html=html, **values)
        flash(_("The question is added."), "ok")
        return redirect(url_for(".questions", slug=slug))
    return _page("questions", form, questions=queries.questions(consultation))


@bp.route("/host/<slug>/questions/<int:number>", methods=["GET", "POST"])
def question(slug: str, number: int) -> Any:
    """Change a question, or its place while nobody has written yet."""
    question = fetch(Question, slug, number, to="set up")
    kind = translating.form_of(QuestionForm, "title", "guidance")
    form: Any = kind(obj=question, seen=deeds.as_it_stands(question, deeds.QUESTION), **translating.shown(question))
    if form.validate_on_submit():
        guidance, html = deeds.made_safe(form.guidance.data or "")
        values = {"title": form.title.data, "kinds": form.kinds.data, "guidance": guidance}
        values["words"] = translating.typed(form, question.words, title=None, guidance=deeds.made_safe)
        values["number"] = form.number.data or question.number
        try:
            with transaction():
                deeds.reword(question, by=person(), seen=form.seen.data, html=html, values=values)
        except Overtaken:
            _overtaken(form, deeds.as_it_stands(question, deeds.QUESTION))
        except deeds.Answered:
            form.number.errors = [_("People have written already: the numbers of questions stay as they are.")]
        else:
            flash(_("Saved."), "ok")
            return redirect(url_for(".questions", slug=slug))
    return _page("question", form, question=question, answered=queries.is_answered(question))


@bp.route("/host/<slug>/questions/<int:number>/drop", methods=["POST"])
def drop(slug: str, number: int) -> Any:
    """Take a question away that nobody has answered."""
    question = fetch(Question, slug, number, to="set up")
    try:
        with transaction():
            gone = deeds.drop(question, by=person())
    except deeds.Answered:
        flash(_("Somebody has written under this question, so it stays."), "bad")
        return redirect(url_for(".question", slug=slug, number=number))
    storing.let_go(gone)
    flash(_("The question is taken away."), "ok")
    return redirect(url_for(".questions", slug=slug))


@bp.route("/host/<slug>/schedule", methods=["GET", "POST"])
def plan(slug: str) -> Any:
    """All starts, in the consultation's zone. What has passed is shown and cannot be moved (P4)."""
    consultation = fetch(Consultation, slug, to="set up")
    fields: dict[str, Any] = {"seen": deeds.as_it_stands(consultation, STARTS)}
    for phase in STARTS:
        shown = times.shown(getattr(consultation, phase), consultation.timezone)
        fields |= dict(zip((f"{phase}_day", f"{phase}_time"), shown, strict=True))
    form = ScheduleForm(**fields)
    if form.validate_on_submit():
        try:
            starts = _typed(form, consultation)
            with transaction():
                moved = deeds.plan(consultation, by=person(), seen=form.seen.data, starts=starts, why=form.why.data)
        except BadSchedule as error:
            form.why.errors = [str(error)]
        except Overtaken:
            _overtaken(form, deeds.as_it_stands(consultation, STARTS))
        else:
            flash(_("The dates are saved.") if moved else _("The dates are as they were."), "ok")
            return redirect(url_for(".plan", slug=slug))
    return _page("plan", form, rows=_rows(form, consultation))


def _rows(form: ScheduleForm, consultation: Consultation) -> list[tuple[Any, ...]]:
    """For each phase: its name, whether it may be left out, when it began if it has, and its two fields."""
    now, begins = PHASES.index(schedule.current(consultation)), schedule.starts(consultation)
    return [
        (
            phase_name(phase),
            phase in OPTIONAL_PHASES,
            deadline(begins[phase], consultation.timezone) if phase in begins and n <= now else "",
            n < now and phase not in begins,
            form[f"{phase}_day"],
            form[f"{phase}_time"],
        )
        for n, phase in enumerate(STARTS, 1)
    ]


def _typed(form: ScheduleForm, consultation: Consultation) -> dict[Phase, datetime | None]:
    """The starts that the form asks for. What it does not carry stays, and what looks the same is the same moment."""
    found: dict[Phase, datetime | None] = {}
    for phase in STARTS:
        day, at = form[f"{phase}_day"].data, form[f"{phase}_time"].data
        old = getattr(consultation, phase)
        if f"{phase}_day" not in request.form or (day, at) == times.shown(old, consultation.timezone):
            found[phase] = old
        elif day is None and at is None:
            found[phase] = None
        elif day is None or at is None:
            raise BadSchedule(_("Give both a date and a time for “%(phase)s”, or neither.", phase=phase_name(phase)))
        else:
            found[phase] = times.moment(day, at, consultation.timezone)
    return found


@bp.route("/host/<slug>/switch", methods=["GET", "POST"])
def switch(slug: str) -> Any:
    """Let the next phase begin now (P4), after its short name was typed."""
    consultation = fetch(Consultation, slug, to="set up")
    form = SwitchForm(seen=deeds.phase_as_it_stands(consultation))
    after = schedule.following(consultation, schedule.current(consultation))
    stopped: list[checklist.Item] = []
    if form.validate_on_submit() and form.slug.data != slug:
        form.slug.errors = [_("Type “%(slug)s” to confirm.", slug=slug)]
    elif form.is_submitted() and not form.errors:
        # Somebody faster is the 409 page here: to switch again unseen would skip a phase.
        try:
            with transaction():
                begun = deeds.switch(
                    consultation, by=person(), seen=form.seen.data, why=form.why.data, skip=form.skip.data
                )
        except checklist.Red as error:
            stopped = error.items
        except checklist.Skipped:
            form.skip.errors = [_("Say that you begin in spite of what is amber, or mend it first.")]
        except BadSchedule as error:
            form.why.errors = [str(error)]
        else:
            flash(_("“%(phase)s” has begun. You can undo this for 15 minutes.", phase=phase_name(begun)), "ok")
            return redirect(url_for(".undo", slug=slug))
    found = checklist.items(consultation, after) if after else []
    late = after is not None and schedule.missed(consultation) == after
    shown = _page("switch", form, after=_named(after), planned=_planned(consultation, after), late=late, items=found)
    return (shown[0], 422) if stopped else shown


def _named(phase: Phase | None) -> str:
    return phase_name(phase) if phase else ""


def _planned(consultation: Consultation, phase: Phase | None) -> str:
    return deadline(getattr(consultation, phase), consultation.timezone) if phase else ""


@bp.route("/host/<slug>/undo", methods=["GET", "POST"])
def undo(slug: str) -> Any:
    """Take "switch now" back within 15 minutes, if nothing was written since."""
    consultation = fetch(Consultation, slug, to="set up")
    form = UndoForm(seen=deeds.phase_as_it_stands(consultation))
    line = queries.last_switch(consultation)
    if form.validate_on_submit():
        try:
            with transaction():
                undone = deeds.undo(consultation, by=person(), seen=form.seen.data)
        except BadSchedule as error:
            flash(str(error), "bad")
        else:
            flash(_undone(consultation, undone), "ok")
            return redirect(url_for(".plan", slug=slug))
    refused = deeds.undo_refused(consultation, line)
    phase = Phase(line.facts["phase"]) if line else None
    planned = datetime.fromisoformat(line.facts["old"]) if line else clock.now()
    shown = deadline(planned, consultation.timezone)
    return _page("undo", form, refused=refused, phase=_named(phase), planned=shown, late=planned <= clock.now())


def _undone(consultation: Consultation, phase: Phase) -> str:
    if schedule.missed(consultation) == phase:
        return _("The switch is undone. “%(phase)s” has no date yet: give it a new one.", phase=phase_name(phase))
    return _("The switch is undone. “%(phase)s” begins as planned.", phase=phase_name(phase))
