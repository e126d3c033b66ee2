"""The page on which the contributions are chosen that a finding rests on."""

from dataclasses import replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from crowd import text
from crowd.db import transaction
from crowd.findings import deeds, queries
from crowd.findings.blueprint import bp
from crowd.findings.forms import EvidenceForm
from crowd.i18n import _
from crowd.models import Finding
from crowd.threads import laying, numbers
from crowd.threads.view import View
from crowd.web import fetch, person


@bp.route("/c/<slug>/findings/<int:number>/evidence", methods=["GET", "POST"])
def evidence(slug: str, number: int) -> Any:
    """Show what it rests on, search for more, take one more by its number."""
    finding = fetch(Finding, slug, number, to="write findings")
    form, words = EvidenceForm(), text.tidy_line(request.args.get("q", ""))[:200]
    if form.validate_on_submit():
        if said := _added(finding, form.contribution.data):
            flash(said, "ok")
            return redirect(url_for("findings.evidence", slug=slug, number=number, q=words or None))
        form.contribution.errors = [
            _("There is no published contribution with this address or number in this consultation. Check it.")
        ]
    chosen = queries.evidence(person(), finding)
    found = queries.search(person(), finding, words) if words else []
    page = render_template(
        "findings/evidence.html",
        form=form,
        finding=finding,
        words=words,
        chosen=_cards(chosen, finding),
        found=_cards(found, finding),
        rests_on=queries.rests_on(finding, chosen),
    )
    return page, 422 if form.errors else 200


def _cards(rows: Any, finding: Finding) -> list[tuple[int, Any]]:
    """Each contribution with its number; its own controls are left away, the page brings others."""
    view = View.of(finding.consultation, person(), listed=True)
    bare = replace(view, votes=False, comments=False, edits=False, withdraws=False)
    shown = laying.list_for(person(), rows, finding.consultation, bare)
    return [(row.id, card) for row, card in zip(rows, shown, strict=True)]


def _added(finding: Finding, typed: str) -> str:
    """What was done, or nothing if no such contribution can be read here."""
    number = numbers.addressed(typed)
    if number is None or queries.readable_contribution(person(), finding, number) is None:
        return ""
    with transaction():
        contribution = queries.readable_contribution(person(), finding, number)
        if contribution is None:
            return ""
        new = deeds.add_evidence(finding, contribution, by=person())
    return _("Contribution %(number)s is added.", number=number) if new else _("It was there already.")


@bp.post("/c/<slug>/findings/<int:number>/evidence/<int:contribution>/remove")
def remove_evidence(slug: str, number: int, contribution: int) -> Any:
    finding = fetch(Finding, slug, number, to="write findings")
    try:
        with transaction():
            deeds.remove_evidence(finding, contribution, by=person())
    except deeds.NothingToRestOn:
        flash(_("A published finding rests on at least one contribution. Add another one first."), "bad")
    else:
        flash(_("Contribution %(number)s is taken away.", number=contribution), "ok")
    return redirect(url_for("findings.evidence", slug=slug, number=number))
