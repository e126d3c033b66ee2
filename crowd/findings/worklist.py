"""The worklist of what no finding cites: each contribution is used, covered by a finding, or not pursued because of a
reason (the fourth Gunning principle)."""

import re
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from crowd import text
from crowd.analysis import words
from crowd.db import transaction
from crowd.findings import citing, considering, queries
from crowd.findings.blueprint import bp
from crowd.findings.forms import SmallForm, WorklistForm
from crowd.i18n import _, ngettext
from crowd.models import Consultation, Finding
from crowd.themes import queries as themes
from crowd.threads import laying
from crowd.threads.view import View
from crowd.web import fetch, key_in_query, key_of, person


def _wanted() -> considering.Wanted:
    fate = request.args.get("fate", "waiting")
    return considering.Wanted(
        fate if fate in considering.FATES else "waiting",
        text.tidy_line(request.args.get("q", ""))[:200],
        key_in_query("theme") or 0,
        key_in_query("question") or 0,
    )


def _address(slug: str, wanted: considering.Wanted, **more: Any) -> str:
    looked = {"fate": wanted.fate, "q": wanted.words, "theme": wanted.theme, "question": wanted.question}
    kept: dict[str, Any] = {name: value for name, value in looked.items() if value and value != "waiting"}
    return url_for("findings.worklist", slug=slug, **kept, **more)


@bp.route("/host/<slug>/considered", methods=["GET", "POST"])
def worklist(slug: str) -> Any:
    """What waits, the most agreed first, by words, theme and question; several are settled at once, or all that a
    filter finds after a second press."""
    consultation = fetch(Consultation, slug, to="read the analysis")
    wanted, form = _wanted(), WorklistForm()
    chosen = queries.titles(consultation)
    form.finding.choices = [(0, _("Choose a finding")), *((number, f"{number}: {title}") for number, title in chosen)]
    if request.method == "POST":
        consultation = fetch(Consultation, slug, to="write findings")
        if form.validate_on_submit():
            whole, keys = _keys(consultation, wanted)
            if whole and keys and request.form.get("sure") != str(len(keys)):
                return _page(consultation, wanted, form, asked=len(keys))
            if _settled(consultation, form, keys):
                return redirect(_address(slug, wanted))
    return _page(consultation, wanted, form), 422 if form.errors else 200


def _keys(consultation: Consultation, wanted: considering.Wanted) -> tuple[bool, list[int]]:
    """Whether all that the filter finds is meant, and the ids."""
    whole = request.form.get("which") == "all"
    if whole:
        return True, considering.found(person(), consultation, wanted)
    return False, _ticked("contribution")


def _ticked(name: str) -> list[int]:
    return [key for sent in request.form.getlist(name) if (key := key_of(sent))]


def _settled(consultation: Consultation, form: WorklistForm, keys: list[int]) -> bool:
    """Whether something was settled; else the reason stands on the form."""
    do = request.form.get("do", "")
    number = form.finding.data if do == "covered" else 0
    finding = queries.by_number(consultation, number) if number else None
    why = form.why.data if do == "left" else ""
    if not keys:
        form.form_errors.append(_("Tick at least one contribution."))
    elif do == "covered" and finding is None:
        form.finding.errors = [_("Choose the finding that covers them.")]
    elif do == "left" and not why:
        form.why.errors = [_("Say why they are not pursued: their authors read it.")]
    elif do in ("covered", "left", "again"):
        with transaction():
            done = considering.settle(consultation, keys, by=person(), finding=finding, why=why)
        flash(ngettext("%(n)s contribution is settled.", "%(n)s contributions are settled.", done), "ok")
        return True
    return False


def _page(consultation: Consultation, wanted: considering.Wanted, form: WorklistForm, asked: int = 0) -> Any:
    key = re.fullmatch(r"(\d{1,9})-(\d{1,9})", request.args.get("after", ""), re.ASCII)
    shown, after = considering.page(person(), consultation, wanted, [int(n) for n in key.groups()] if key else [])
    view = View.of(consultation, person(), listed=True)
    cards = laying.list_for(person(), shown, consultation, view)
    slug = consultation.slug
    return render_template(
        "findings/worklist.html",
        form=form,
        wanted=wanted,
        figures=considering.figures(consultation),
        rows=list(zip(shown, cards, strict=True)),
        used=considering.used_in([row.id for row in shown]),
        themes=themes.themes(consultation),
        questions=consultation.questions,
        marked=set(request.form.getlist("contribution")),
        asked=asked,
        do=request.form.get("do", ""),
        fates=[(fate, _address(slug, wanted._replace(fate=fate)), fate == wanted.fate) for fate in considering.FATES],
        here_href=_address(slug, wanted),
        next_href=_address(slug, wanted, after=after) if after else "",
        first_href=_address(slug, wanted) if key else "",
    )


@bp.route("/c/<slug>/findings/<int:number>/figures", methods=["GET", "POST"])
def figures_of(slug: str, number: int) -> Any:
    """Which stored analyses a finding cites."""
    finding = fetch(Finding, slug, number, to="write findings")
    form = SmallForm()
    if form.validate_on_submit():
        with transaction():
            citing.cite(finding, _ticked("run"), by=person())
        flash(_("The figures it cites are saved."), "ok")
        return redirect(url_for("findings.finding", slug=slug, number=number))
    cited = {run.id for run in citing.runs(finding)}
    return render_template(
        "findings/figures.html",
        form=form,
        finding=finding,
        runs=citing.offered(finding),
        cited=cited,
        kind_words=words.kind,
    )
