"""The host's pages about invited experts: whom to ask what, and what became of it."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for

from crowd.db import transaction
from crowd.experts import asking, deeds, people, queries
from crowd.experts.blueprint import bp
from crowd.experts.forms import InviteForm
from crowd.forms import Form
from crowd.i18n import _, ngettext
from crowd.models import Consultation, ExpertRequest
from crowd.pages import site
from crowd.web import fetch, person, require


@bp.route("/host/<slug>/experts", methods=["GET", "POST"])
def requests(slug: str) -> Any:
    """Ask people a question by name. Good lines go out at once, the others come back with what is wrong with them."""
    consultation = fetch(Consultation, slug, to="set up")
    form, problems = InviteForm(), list[tuple[int, str, str]]()
    form.question.choices = [(q.id, f"{q.number}. {q.title}") for q in consultation.questions]
    if request.method == "POST":
        require("invite experts", consultation)
    if form.validate_on_submit():
        sent, problems = _invite(form)
        if sent:
            said = ngettext("%(n)s person has been asked, by mail.", "%(n)s people have been asked, by mail.", sent)
            flash(said, "ok")
        if not problems:
            return redirect(url_for(".requests", slug=slug))
        form.people.data = "\n".join(line for _number, line, _why in problems)
        form.people.errors = [_("These lines were not sent. Mend them and send them again.")]
    found, more = queries.requests(consultation.id, _before())
    page = render_template(
        "experts/requests.html",
        form=form,
        problems=problems,
        requests=found,
        more=more,
        reminded=deeds.reminded([row[0] for row in found]),
        still_open=asking.OPEN,
        until=asking.until(consultation),
        token=Form(),
    )
    return page, 422 if form.errors else 200


def _invite(form: InviteForm) -> tuple[int, list[tuple[int, str, str]]]:
    """Send to every good line; how many, and the lines with a problem in their order."""
    read, sent = people.read(form.people.data or ""), 0
    problems = read.problems
    for number, line, who in read.people:
        try:
            with transaction():
                question = queries.question(int(form.question.data)) or abort(404)
                deeds.invite(
                    question,
                    who,
                    by=person().id,
                    note=(form.note.data or "").strip(),
                    minutes=form.minutes.data or 30,
                    host=site().name,
                )
        except deeds.CannotAsk as why:
            problems.append((number, line, str(why)))
        else:
            sent += 1
    return sent, sorted(problems)


def _before() -> int:
    found = request.args.get("before", 0, type=int)
    return found if 0 < found < 2**31 else 0


def _one(slug: str, number: int) -> ExpertRequest:
    consultation = fetch(Consultation, slug, to="set up")
    require("invite experts", consultation)
    return queries.request(consultation.id, number) or abort(404)


@bp.route("/host/<slug>/experts/<int:number>/remind", methods=["POST"])
def remind(slug: str, number: int) -> Any:
    """Send the same link once more."""
    asked = _one(slug, number)
    try:
        with transaction():
            deeds.remind(asked, by=person().id, host=site().name)
    except deeds.CannotAsk as why:
        flash(str(why), "warn")
    else:
        flash(_("%(name)s gets a reminder by mail.", name=asked.name), "ok")
    return redirect(url_for(".requests", slug=slug))


@bp.route("/host/<slug>/experts/<int:number>/take-back", methods=["POST"])
def take_back(slug: str, number: int) -> Any:
    """End a request that waits; its link then says so."""
    asked = _one(slug, number)
    with transaction():
        deeds.take_back(asked, by=person().id)
    flash(_("The request to %(name)s has been taken back. The link says so now.", name=asked.name), "ok")
    return redirect(url_for(".requests", slug=slug))
