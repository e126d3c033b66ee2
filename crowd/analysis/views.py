"""The desk of analysts: what has been found so far, each run on a page of its own, and opinion groups."""

from typing import Any

from flask import abort, redirect, render_template, url_for

from crowd.analysis import deeds, extra, opened, opinions, queries, shown, way, words
from crowd.analysis.blueprint import bp
from crowd.db import transaction
from crowd.forms import Form
from crowd.models import Consultation, Run
from crowd.rules import may
from crowd.web import csv_file, fetch, person


@bp.get("/host/<slug>/analysis")
def desk(slug: str) -> Any:
    consultation = fetch(Consultation, slug, to="read the analysis")
    found = queries.runs(consultation)
    return render_template(
        "analysis/desk.html",
        consultation=consultation,
        steps=way.steps(person(), consultation),
        runs=found,
        names=queries.names(found),
        words=words,
    )


@bp.route("/host/<slug>/analysis/groups", methods=["GET", "POST"])
def groups(slug: str) -> Any:
    """Opinion groups: ask for them, or read the last ones."""
    consultation = fetch(Consultation, slug, to="read the analysis")
    form, lacking = Form(), extra.missing()
    if form.validate_on_submit() and not lacking:
        with transaction():
            run = deeds.ask_once(consultation, "groups", by=person().id, seed=opinions.SEED)
        return redirect(url_for(".run", slug=slug, number=run.id))
    there, last = queries.on_the_way(consultation, "groups"), queries.latest(consultation, "groups")
    return render_template(
        "analysis/groups.html",
        consultation=consultation,
        form=form,
        lacking=lacking,
        there=there,
        run=last,
        words=words,
        **(_result(last) if last else {}),
    )


@bp.get("/host/<slug>/analysis/runs/<int:number>")
def run(slug: str, number: int) -> Any:
    """One run for good: what came of it, and everything that somebody needs who does it again."""
    found = _run(slug, number)
    before = queries.run(found.consultation, found.parameters.get("run") or 0)
    return render_template(
        "analysis/run.html",
        consultation=found.consultation,
        run=found,
        form=Form(),
        names=queries.names([found]),
        words=words,
        repeatable=found.kind in words.AGAIN,
        lacking=extra.missing(),
        compared=shown.compared(found, before),
        before=before,
        **_result(found),
    )


@bp.post("/host/<slug>/analysis/runs/<int:number>/again")
def again(slug: str, number: int) -> Any:
    """Do an analysis again with what it was done with."""
    found = _run(slug, number)
    if found.kind not in words.AGAIN:
        abort(404)
    if not Form().validate_on_submit() or extra.missing():
        return redirect(url_for(".run", slug=slug, number=number))
    with transaction():
        how = found.parameters | {"run": found.id}
        seed = opinions.SEED if found.seed is None else found.seed
        made = deeds.ask_once(found.consultation, found.kind, by=person().id, seed=seed, **how)
    return redirect(url_for(".run", slug=slug, number=made.id))


@bp.get("/host/<slug>/analysis/runs/<int:number>.csv")
def run_csv(slug: str, number: int) -> Any:
    """The table of opinion groups as a file."""
    found = _run(slug, number)
    if not found.result.get("matrix"):
        abort(404)
    texts = queries.openings(person(), found.consultation, shown.numbers(found))
    return csv_file(shown.table(found, texts), f"{slug}-groups-{number}")


def _run(slug: str, number: int) -> Run:
    consultation = fetch(Consultation, slug, to="read the analysis")
    return queries.run(consultation, number) or abort(404)


def _result(found: Run) -> dict[str, Any]:
    """What a page shows of a result, as its reader may read it."""
    consultation = found.consultation
    texts = queries.openings(person(), consultation, shown.numbers(found))
    ideas = shown.ideas(found, texts)
    parts = shown.groups(found, ideas)
    return {
        "groups": parts,
        "uniting": shown.uniting(ideas),
        "dividing": shown.dividing(parts),
        "publishes": opened.publishable(found) and may(person(), "set up", consultation),
        "published": queries.published(consultation),
    }
