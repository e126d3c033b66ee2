"""The private link of somebody who was asked: answer, pass it on, or say that it is not theirs.

Opening a page changes nothing, because mail scanners open links first; buttons do."""

from typing import Any

from flask import Response, abort, flash, g, redirect, render_template, request, url_for

from crowd.accounts import deeds as accounts
from crowd.accounts import limits
from crowd.accounts.browser import remote, signed_in, slow_down
from crowd.accounts.memberships import CannotJoin
from crowd.accounts.queries import asker_for, in_use, person_at
from crowd.db import Overtaken, transaction
from crowd.evidence import sending
from crowd.experts import asking, deeds, queries
from crowd.experts.blueprint import bp
from crowd.experts.forms import DeclineForm, PassOnForm
from crowd.experts.people import Named
from crowd.forms import Form
from crowd.i18n import _
from crowd.models import ExpertRequest
from crowd.pages import site
from crowd.typed import described
from crowd.web import SAFE, person, public


def _found(secret: str) -> ExpertRequest:
    asked = queries.by_secret(secret) or abort(404)
    g.consultation = asked.consultation
    return asked


def _writing(asked: ExpertRequest) -> str:
    return url_for("threads.write", slug=asked.consultation.slug, number=asked.question.number)


def _over(asked: ExpertRequest, why: str) -> Any:
    """A link that leads no further says so; what was sent to it is refused and shown again."""
    kept = described(request.form.items(multi=True))
    page = render_template("experts/over.html", asked=asked, why=why, kept=kept)
    return page, 200 if request.method in SAFE else 409


@bp.route("/x/<secret>", methods=["GET", "POST"])
@public
def link(secret: str) -> Any:
    """What is asked, by whom, until when and what for; and the three ways on."""
    asked = _found(secret)
    if why := asking.over(asked):
        return _over(asked, why)
    form, mine = Form(), person().id and person().email == asked.email
    why = asking.not_now(asked.question) or _objection(asked)
    if form.validate_on_submit():
        if why:
            return _page(secret, asked, form, why, mine), 409
        return redirect(_writing(asked)) if mine and asked.state == "accepted" else _accept(secret, asked)
    return _page(secret, asked, form, why, mine)


def _page(secret: str, asked: ExpertRequest, form: Form, why: str, mine: Any) -> str:
    return render_template(
        "experts/link.html",
        secret=secret,
        asked=asked,
        form=form,
        why=why,
        name=asking.name_of(asked, person()) if mine else asked.name,
        until=asking.until(asked.consultation),
        passed_by=queries.passed_by(asked),
        can_pass=deeds.hops(asked) < asking.HOPS,
        documents=queries.documents(asked.question_id),
    )


@bp.get("/x/<secret>/files/<int:number>/<name>")
@public
def document(secret: str, number: int, name: str) -> Response:
    """A document of the question that this link asks, to read before one decides: the host has sent the question with
    it. The link opens no other file, and none once it is over."""
    asked = _found(secret)
    if asking.over(asked):
        abort(404)
    found = queries.document(asked.question_id, number) or abort(404)
    return sending.saved(found) or abort(404)


def _objection(asked: ExpertRequest) -> str:
    """Why whoever is signed in here cannot answer; empty for a visitor, who is known by the link."""
    if not person().id:
        return ""
    if person().email != asked.email:
        return _(
            "You are signed in as %(mine)s, but this question went to another address of %(name)s. Sign out first, "
            "then open the link again.",
            mine=person().email,
            name=asked.name,
        )
    return asking.objection(person(), asked.consultation)


def _accept(secret: str, asked: ExpertRequest) -> Any:
    """The mail went to one address: whoever holds its link has confirmed it. It opens new accounts alone, and once: it
    lies in a mailbox for weeks."""
    begun = ""
    try:
        with transaction():
            if asking.over(asked):
                raise Overtaken(asked)
            known = person_at(asked.email)
            mine = known is not None and known.id == person().id
            if known and not mine and in_use(known):
                flash(_("This address has an account already. Sign in, and the question opens again."), "note")
                return redirect(url_for("accounts.sign_in", next=url_for(".link", secret=secret)))
            who = accounts.account(asked.email)
            begun = "" if mine else accounts.sign_in(who.id)
            deeds.accept(asked, by=asker_for(who.id))
    except CannotJoin as why:
        flash(str(why), "warn")
        return redirect(url_for(".link", secret=secret))
    return signed_in(begun, _writing(asked)) if begun else redirect(_writing(asked))


@bp.route("/x/<secret>/pass-on", methods=["GET", "POST"])
@public
def pass_on(secret: str) -> Any:
    """Name somebody who can answer it better; the link is over then."""
    asked = _found(secret)
    if why := asking.over(asked):
        return _over(asked, why)
    form = PassOnForm()
    if form.validate_on_submit():
        slow_down((limits.MAIL_FROM, remote()))
        who = Named(str(form.name.data), str(form.email.data))
        try:
            with transaction():
                deeds.pass_on(asked, who, by=person().id or None, note=(form.note.data or "").strip(), host=site().name)
        except deeds.CannotAsk as why_not:
            form.form_errors.append(str(why_not))
        else:
            return redirect(url_for(".link", secret=secret))
    page = render_template("experts/pass_on.html", form=form, asked=asked, secret=secret)
    return page, 422 if form.errors else 200


@bp.route("/x/<secret>/not-mine", methods=["GET", "POST"])
@public
def decline(secret: str) -> Any:
    """Say that the question is not one's own, with a reason or without."""
    asked = _found(secret)
    if why := asking.over(asked):
        return _over(asked, why)
    form = DeclineForm()
    if form.validate_on_submit():
        with transaction():
            deeds.decline(asked, by=person().id or None, reason=(form.reason.data or "").strip())
        return redirect(url_for(".link", secret=secret))
    page = render_template("experts/decline.html", form=form, asked=asked, secret=secret)
    return page, 422 if form.errors else 200
