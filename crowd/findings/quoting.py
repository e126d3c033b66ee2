"""Pages on which quotes are chosen beside a finding, and on which a host confirms each."""

from functools import partial
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for

from crowd import text
from crowd.db import Overtaken, transaction
from crowd.findings import queries, quotes, verbatim
from crowd.findings.blueprint import bp
from crowd.findings.forms import QuoteForm
from crowd.holding.marking import pieces
from crowd.i18n import _
from crowd.models import Contribution, Finding, Quote
from crowd.states import Promise, State
from crowd.threads import numbers
from crowd.threads.differences import differences
from crowd.web import fetch, person


def _there(slug: str, number: int) -> Any:
    return redirect(url_for("findings.quotes_of", slug=slug, number=number))


@bp.route("/c/<slug>/findings/<int:number>/quotes", methods=["GET", "POST"])
def quotes_of(slug: str, number: int) -> Any:
    """What has been chosen, how each stands, and choosing another one from what the finding names."""
    finding = fetch(Finding, slug, number, to="write findings")
    form, offered = QuoteForm(), ""
    difference: list[Any] = []
    named = queries.named(finding)
    form.contribution.choices = [
        (row.id, f"{_cited(finding, row)}: {text.opening(text.plain(row.html))}") for row in named
    ]
    if form.validate_on_submit():
        of = queries.contribution(finding, form.contribution.data)
        words = " ".join((form.words.data or "").split())
        why, difference, offered = _refused(of, words, form.shown_as.data)
        if not why and of:
            try:
                with transaction():
                    quotes.choose(finding, of, by=person(), words=words, shown_as=form.shown_as.data)
            except Overtaken:
                why = _("The text has been changed meanwhile. Look at it and choose the quote again.")
            else:
                flash(_("The quote is kept. A host confirms it before it appears."), "ok")
                return _there(slug, number)
        form.words.errors = [why]
    page = render_template(
        "findings/quotes.html",
        form=form,
        finding=finding,
        rows=[(row, _status(row), _pieces(row)) for row in quotes.all_of(finding)],
        attributed=quotes.attributed,
        named=[(row, _cited(finding, row), text.plain(row.html)) for row in named],
        cited=partial(_cited, finding),
        difference=difference,
        offered=offered,
    )
    return page, 422 if form.errors else 200


def _pieces(row: Any) -> Any:
    """The words with what may identify somebody; none of a text that was taken back or changed, which those who write
    findings may not read any more (M14, M19)."""
    return pieces(row.words, quotes.identifying(row.words)) if row.stands else []


def _cited(finding: Finding, row: Any) -> str:
    """The number by which a contribution is cited, as readers see it beside a quote."""
    return numbers.written(finding.consultation.code, row.serial)


def _refused(of: Contribution | None, words: str, shown_as: str) -> tuple[str, list[Any], str]:
    """Why these words cannot be quoted, with the difference to the true ones; nothing where they can."""
    if of is None or of.state != State.PUBLISHED:
        return _("It is not published any more, so it cannot be quoted."), [], ""
    if of.promise == Promise.MEMBERS:
        return (
            _(
                "Its author wrote this for members only: it is counted, and you may say in your own words what it is"
                " about, but it is not quoted. Only its author can change that."
            ),
            [],
            "",
        )
    if not quotes.may_stand_beside(of, shown_as):
        return _beside(shown_as), [], ""
    written = quotes.published_text(of)
    compared = verbatim.checked(words, written)
    if compared.fits and not verbatim.enough(words, written):
        return _("Quote at least %(n)s words, or the whole contribution if it has fewer.", n=verbatim.LEAST), [], ""
    if compared.fits:
        return "", [], ""
    sentence = _("These are not the words of the contribution. See how they differ, and what it really says.")
    return sentence, differences(compared.words, words), compared.words


def _beside(shown_as: str) -> str:
    if shown_as == "alias":
        return _("Its author did not want the alias shown to everybody. Let something else stand beside it.")
    return _(
        "Fewer than %(n)s people of that group took part, so it could tell who wrote this. Let nothing be beside it.",
        n=quotes.ENOUGH,
    )


def _status(row: Any) -> str:
    """How a quote stands, in one word of ours: gone, waiting, confirmed, public."""
    if not row.stands:
        return "gone"
    if not row.confirmed_at:
        return "waiting"
    return "confirmed" if row.first_edition is None else "public"


def _quote(finding: Finding, key: int) -> Quote:
    return quotes.quote(finding, key) or abort(404)


@bp.post("/c/<slug>/findings/<int:number>/quotes/<int:key>/confirm")
def confirm_quote(slug: str, number: int, key: int) -> Any:
    """A host's word that one quote may appear; one that may identify somebody needs a second word."""
    finding = fetch(Finding, slug, number, to="set up")
    found = _quote(finding, key)
    of = queries.contribution(finding, found.contribution_id)
    if quotes.identifying(found.words) and request.form.get("do") != "anyway":
        flash(_("Words in this quote may tell who somebody is; they are marked. Look again first."), "bad")
        return _there(slug, number)
    if of is None or not quotes.may_stand_beside(of, found.shown_as):
        flash(_beside(found.shown_as), "bad")
        return _there(slug, number)
    try:
        with transaction():
            quotes.confirm(found, by=person(), shown_as=found.shown_as)
    except Overtaken:
        flash(_("This quote has been confirmed already, or its text has been changed or taken back."), "bad")
    else:
        again = finding.state == State.PUBLISHED
        flash(
            _("The quote is confirmed. Readers see it once the finding is published again: go on to publishing.")
            if again
            else _("The quote is confirmed. Readers see it once the finding is published."),
            "ok",
        )
    return _there(slug, number)


@bp.post("/c/<slug>/findings/<int:number>/quotes/<int:key>/remove")
def remove_quote(slug: str, number: int, key: int) -> Any:
    """At once and from every edition: whoever is quoted may have asked for it."""
    finding = fetch(Finding, slug, number, to="write findings")
    found = _quote(finding, key)
    with transaction():
        quotes.take_away(found, by=person())
    flash(_("The quote is taken away, from every edition."), "ok")
    return _there(slug, number)
