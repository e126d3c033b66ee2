"""Pages for moderators and hosts on a single contribution: pin it, close its thread, see who voted how."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for

from crowd import i18n
from crowd.db import transaction
from crowd.figures import privacy
from crowd.i18n import _
from crowd.models import Contribution
from crowd.states import Place
from crowd.threads import facilitating, fragments, professions
from crowd.threads.blueprint import bp
from crowd.threads.forms import ReasonForm
from crowd.web import fetch, person


@bp.post("/p/<int:number>/pin")
def pin(number: int) -> Any:
    """Let a facilitator's text stand first on its question's page, or among the answers again."""
    contribution = fetch(Contribution, number, to="pin as the prompt")
    deed = {"pin": facilitating.pin, "unpin": facilitating.unpin}.get(request.form.get("do", ""))
    if deed is None:
        abort(400)
    with transaction():
        deed(contribution, by=person())
    pinned = request.form["do"] == "pin"
    flash(_("It stands above the answers now.") if pinned else _("It stands among the answers again."), "ok")
    return redirect(url_for(".contribution", number=number))


@bp.route("/p/<int:number>/close", methods=["GET", "POST"])
def close(number: int) -> Any:
    """Ask why, then take no more comments in a thread; where it is closed, offer to open it again."""
    first = fetch(Contribution, number, to="close the thread")
    form = ReasonForm()
    if form.validate_on_submit():
        with transaction():
            facilitating.close_thread(first, by=person(), why=form.reason.data or "")
        flash(_("The thread is closed."), "ok")
        return redirect(_place(first))
    closed = fragments.closed_words(first, first.consultation.timezone) if first.closed else ""
    page = render_template("threads/close.html", form=form, first=first, closed=closed, back=_place(first))
    return page, 422 if form.errors else 200


@bp.post("/p/<int:number>/open")
def open_again(number: int) -> Any:
    """Take comments in a thread again."""
    first = fetch(Contribution, number, to="close the thread")
    with transaction():
        facilitating.open_thread(first, by=person())
    flash(_("The thread is open again."), "ok")
    return redirect(_place(first))


def _place(first: Contribution) -> str:
    if first.place == Place.FINDING and first.finding is not None:
        slug, number = first.consultation.slug, first.finding.number
        return url_for("findings.finding", slug=slug, number=number, _anchor=f"c{first.id}")
    return url_for(".contribution", number=first.id)


@bp.get("/p/<int:number>/professions")
def by_profession(number: int) -> Any:
    """How each profession has voted, as far as nobody can be told from it."""
    contribution = fetch(Contribution, number, to="see votes by profession")
    return render_template(
        "threads/professions.html",
        contribution=contribution,
        rows=[_row(votes) for votes in professions.by_profession(contribution)],
        fewest=privacy.FEWEST,
        fewest_alike=privacy.FEWEST_ALIKE,
    )


def _row(votes: privacy.Votes) -> tuple[str, float, float, str]:
    """A line of the table: whose votes, the shares of its bar, and the numbers."""
    words = votes.profession or _("Other professions, together")
    numbers = _(
        "%(agree)s agree · %(disagree)s disagree · %(passed)s passed",
        agree=i18n.number(votes.agree),
        disagree=i18n.number(votes.disagree),
        passed=i18n.number(votes.passed),
    )
    return words, votes.share(votes.agree), votes.share(votes.disagree), numbers
