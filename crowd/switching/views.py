"""The pages of a host before a switch: the checklist, what is mended on it, and the promise report."""

from hashlib import sha256
from typing import Any

from flask import Response, abort, current_app, flash, redirect, render_template, request, url_for

from crowd import schedule
from crowd.db import Overtaken, transaction
from crowd.forms import Form
from crowd.hosting import mail_log, mail_words, mailing
from crowd.i18n import _
from crowd.models import Consultation
from crowd.rules import may
from crowd.schedule import phase_name
from crowd.states import Phase, Promise
from crowd.switching import checklist, deeds, promises, queries, records
from crowd.switching.blueprint import bp
from crowd.switching.forms import HandOverForm, ReadForm, RetentionForm
from crowd.web import fetch, person


@bp.get("/host/<slug>/checklist")
def checks(slug: str) -> Any:
    """What stands before the next phase that has a checklist, and what of it can be mended here (P5)."""
    return _page(fetch(Consultation, slug, to="set up"), {})


def _page(consultation: Consultation, typed: dict[str, Any]) -> Any:
    phase = checklist.ahead(consultation)
    forms = {
        "retention": RetentionForm(formdata=None, retention=consultation.retention or None),
        "hand_over": HandOverForm(queries.moderators(), formdata=None, person=consultation.handed_to_id or 0),
        "plain": Form(formdata=None),
    } | typed
    return render_template(
        "switching/checklist.html",
        phase=phase_name(phase) if phase else "",
        late=phase is not None and schedule.missed(consultation) == phase,
        before_open=phase == Phase.OPEN,
        items=checklist.items(consultation, phase) if phase else [],
        forms=forms,
        form=next(iter(typed.values()), None),
    )


@bp.post("/host/<slug>/checklist/reasons")
def confirm_reasons(slug: str) -> Any:
    """The reasons of moderation are read and right for this consultation."""
    consultation = fetch(Consultation, slug, to="set up")
    with transaction():
        deeds.confirm_reasons(consultation, by=person())
    return _back(slug, _("The reasons of moderation are confirmed."))


@bp.post("/host/<slug>/checklist/retention")
def keep_data_for(slug: str) -> Any:
    """For how long personal data is kept."""
    consultation = fetch(Consultation, slug, to="set up")
    form = RetentionForm()
    if not form.validate_on_submit():
        return _page(consultation, {"retention": form}), 422
    with transaction():
        deeds.keep_data_for(consultation, form.retention.data or 0, by=person())
    return _back(slug, _("Saved."))


@bp.post("/host/<slug>/checklist/test-mail")
def send_test_mail(slug: str) -> Any:
    """A mail to whoever presses the button, tried while they wait; the checklist is green once it was sent, or written
    into a file."""
    fetch(Consultation, slug, to="set up")
    mailing.try_a_test(to=person())
    test = mail_log.last_test(person().id)
    if test is not None and test.state == "dropped":
        why = mail_words.explain(test.trouble, current_app.config)
        return _back(slug, " ".join((_("The test mail did not go out."), why.what, why.do)), "bad")
    if test is not None and test.state == "kept":
        return _back(slug, _("No mail server is set: the test mail was kept as a file. You find it under Host, Mails."))
    return _back(slug, _("The mail server took the test mail to %(address)s.", address=person().email))


@bp.post("/host/<slug>/checklist/hand-over")
def hand_over(slug: str) -> Any:
    """Name the moderator who decides on what is still undecided."""
    consultation = fetch(Consultation, slug, to="set up")
    form = HandOverForm(queries.moderators())
    if not form.validate_on_submit():
        return _page(consultation, {"hand_over": form}), 422
    with transaction():
        deeds.hand_over(consultation, queries.moderator(form.person.data), by=person())
    return _back(slug, _("Saved. The moderator is told by mail.") if form.person.data else _("Saved."))


def _back(slug: str, said: str, kind: str = "ok") -> Any:
    flash(said, kind)
    return redirect(url_for("switching.checks", slug=slug))


@bp.route("/host/<slug>/promises", methods=["GET", "POST"])
def promise_report(slug: str) -> Any:
    """How many texts were written under each promise, and which findings rest on hidden ones alone (P12). That it was
    read counts for what the page showed: if that has changed meanwhile, the host is shown it again."""
    consultation = fetch(Consultation, slug, to="set up")
    found = promises.report(consultation)
    form = ReadForm(seen=_mark(found))
    if form.validate_on_submit():
        with transaction():
            if form.seen.data != _mark(promises.report(consultation)):
                raise Overtaken(consultation)
            counts = {Promise(promise).name.lower(): n for promise, n in found.counts.items()}
            deeds.read_promises(consultation, counts, by=person())
        flash(_("Noted: you have read the promise report."), "ok")
        return redirect(url_for("switching.promise_report", slug=slug))
    kinds = {"idea": _("Idea"), "experience": _("Experience"), "example": _("Example"), "comment": _("Comment")}
    return render_template(
        "switching/promises.html", report=found, form=form, kinds=kinds, read=consultation.promises_at
    )


def _mark(found: promises.Report) -> str:
    return sha256(repr(found).encode()).hexdigest()[:20]


@bp.get("/c/<slug>/records/<phase>.json")
def record(slug: str, phase: str) -> Response:
    """What stood here when this phase began (P18), byte for byte as its SHA-256 was made. For whoever may read the
    discussion: it names no text that is for members only. Of a phase that has not begun, because its beginning was
    taken back, it is the hosts' alone: what it lists was never open."""
    consultation = fetch(Consultation, slug, to="enter the discussion")
    if phase not in schedule.until_now(consultation) and not may(person(), "set up", consultation):
        abort(404)
    body = records.body(consultation, phase, request.args.get("sha256", "")) or abort(404)
    answer = Response(body, mimetype="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="{consultation.slug}-{phase}.json"'
    return answer
