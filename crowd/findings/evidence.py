"""The page on which the contributions are chosen that a finding rests on, and those that dissent."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from flask import flash, redirect, render_template, request, url_for

from crowd import text
from crowd.db import transaction
from crowd.findings import deeds, queries
from crowd.findings.blueprint import bp
from crowd.findings.forms import EvidenceForm
from crowd.findings.hidden import QuotesHidden
from crowd.i18n import _, ngettext
from crowd.models import Finding
from crowd.states import Stance, State
from crowd.themes import queries as themes
from crowd.threads import laying, numbers
from crowd.threads.view import View
from crowd.web import fetch, key_in_query, person

MOST = 100  # contributions that are chosen at once
DOES = {"support": Stance.SUPPORTS, "dissent": Stance.DISSENTS, "away": None}


class Piece(NamedTuple):
    number: int
    card: Any


@bp.route("/c/<slug>/findings/<int:number>/evidence", methods=["GET", "POST"])
def evidence(slug: str, number: int) -> Any:
    """Show what it rests on and what dissents; look for more by words, theme and rank; take several at once."""
    finding = fetch(Finding, slug, number, to="write findings")
    form, wanted = EvidenceForm(), _wanted()
    form.note_needed = finding.state == State.PUBLISHED
    supports, dissents = (queries.evidence(person(), finding, stance) for stance in Stance)
    mark = queries.evidence_mark(finding)
    overtaken = False
    if form.validate_on_submit():
        overtaken = form.seen.data not in ("", mark) and _contradicts(finding)
        if not overtaken and _changed(form, finding):
            return redirect(_again(finding, wanted))
    form.seen.data = mark
    page = render_template(
        "findings/evidence.html",
        form=form,
        finding=finding,
        wanted=wanted,
        themes=themes.themes(finding.consultation),
        chosen=_cards(supports, finding),
        against=_cards(dissents, finding),
        found=_cards(queries.search(person(), finding, wanted), finding) if any(wanted) else [],
        proposed=_cards(queries.dissent(person(), finding), finding) if supports else [],
        rests_on=queries.rests_on(finding, supports),
        opposed=queries.rests_on(finding, dissents, Stance.DISSENTS),
        marked=_boxes(),
        seen=mark,
        overtaken=overtaken,
    )
    return page, 409 if overtaken else 422 if form.errors else 200


def _wanted() -> queries.Wanted:
    rank = request.args.get("rank", "")
    words = text.tidy_line(request.args.get("q", ""))[:200]
    return queries.Wanted(words, key_in_query("theme") or 0, rank if rank in ("agreed", "against") else "")


def _again(finding: Finding, wanted: queries.Wanted) -> str:
    slug, number = finding.consultation.slug, finding.number
    looked: dict[str, Any] = {"q": wanted.words or None, "theme": wanted.theme or None, "rank": wanted.rank or None}
    return url_for("findings.evidence", slug=slug, number=number, **looked)


def _do() -> Stance | None:
    return DOES.get(request.form.get("do", "support"), Stance.SUPPORTS)


def _boxes() -> set[str]:
    return set(request.form.getlist("contribution"))


def _contradicts(finding: Finding) -> bool:
    """Whether what is wanted of a contribution is something else than what somebody has decided of it meanwhile."""
    now = queries.stances(finding)
    return any(now.get(numbers.addressed(value) or 0, _do()) != _do() for value in _boxes())


def _cards(rows: Any, finding: Finding) -> list[Piece]:
    """Each contribution with its number; its own controls are left away, the page brings others."""
    view = View.of(finding.consultation, person(), listed=True)
    bare = replace(view, votes=False, comments=False, edits=False, withdraws=False)
    shown = laying.list_for(person(), rows, finding.consultation, bare)
    return [Piece(row.id, card) for row, card in zip(rows, shown, strict=True)]


def _changed(form: EvidenceForm, finding: Finding) -> bool:
    """Whether it was done; else the form says why not, and the boxes stay as they were ticked."""
    typed = [value for value in request.form.getlist("contribution") if value.strip()]
    keys = [numbers.addressed(value) for value in typed]
    if not typed or len(typed) > MOST or None in keys:
        form.contribution.errors = [_bad(typed)]
        return False
    wanted = [key for key in keys if key is not None]
    try:
        with transaction():
            known = queries.in_consultation(person(), finding, wanted, standing=_do() is not None)
            good = _do() is None or len(known) == len(set(wanted))
            new = deeds.set_evidence(finding, known, _do(), by=person(), note=form.note.data) if good else []
    except deeds.NothingToRestOn:
        form.contribution.errors = [_("A published finding rests on at least one contribution. Add another one first.")]
        return False
    except QuotesHidden as hidden:
        form.contribution.errors = [
            _(
                "The finding holds words of contribution %(number)s, which was written for members only."
                " Change them first.",
                number=hidden.contribution,
            )
        ]
        return False
    if not good:
        form.contribution.errors = [_bad(typed)]
        return False
    flash(_said(finding, new), "ok")
    return True


def _bad(typed: Sequence[str]) -> str:
    if not typed:
        return _("Choose a contribution: type its number, or tick its box.")
    if len(typed) > MOST:
        return _("Choose at most %(most)s contributions at once.", most=MOST)
    return _("There is no published contribution with this address or number in this consultation. Check it.")


def _said(finding: Finding, new: Sequence[int]) -> str:
    if not new:
        return _("It was there already.") if _do() is not None else _("It was not there any more.")
    if len(new) > 1:
        if _do() is None:
            return ngettext("%(n)s contribution is taken away.", "%(n)s contributions are taken away.", len(new))
        return ngettext("%(n)s contribution is added.", "%(n)s contributions are added.", len(new))
    of = queries.contribution(finding, new[0])
    cited = numbers.written(finding.consultation.code, of.serial if of else None) or new[0]
    if _do() is None:
        return _("Contribution %(number)s is taken away.", number=cited)
    if _do() == Stance.DISSENTS:
        return _("Contribution %(number)s is added as dissent.", number=cited)
    return _("Contribution %(number)s is added.", number=cited)
