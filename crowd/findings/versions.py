"""Pages of what is kept: versions for those who write, editions for everybody."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for

from crowd.db import Overtaken, transaction
from crowd.findings import deeds, kept, quotes
from crowd.findings.blueprint import bp
from crowd.findings.forms import NoteForm
from crowd.findings.hidden import QuotesHidden
from crowd.findings.wording import mark, whole
from crowd.i18n import _
from crowd.kept import keep_page
from crowd.models import Finding
from crowd.pages import site
from crowd.states import State
from crowd.threads.differences import differences
from crowd.web import fetch, key_in_query, person


@bp.get("/c/<slug>/findings/<int:number>/versions")
def versions(slug: str, number: int) -> Any:
    """Every saved wording with who and when, and the difference between any two; without a choice the last two."""
    finding = fetch(Finding, slug, number, to="read the analysis")
    rows = kept.versions(finding)
    known = {row.FindingVersion.number: row.FindingVersion for row in rows}
    last = rows[0].FindingVersion.number if rows else 0
    new = known.get(key_in_query("to") or last)
    old = known.get(key_in_query("from") or (new.number - 1 if new else 0))
    return render_template(
        "findings/versions.html",
        finding=finding,
        rows=rows,
        old=old,
        new=new,
        difference=differences(whole(old), whole(new)) if old and new else [],
        editions=kept.editions(finding),
    )


@bp.route("/c/<slug>/findings/<int:number>/versions/<int:version>/take-back", methods=["GET", "POST"])
def take_back(slug: str, number: int, version: int) -> Any:
    """Show what would change, and bring an older wording back as the newest version."""
    finding = fetch(Finding, slug, number, to="write findings")
    older = kept.version(finding, version) or abort(404)
    form = NoteForm(seen=mark(finding) if request.method == "GET" else "")
    form.note_needed = finding.state == State.PUBLISHED
    overtaken = False
    if form.validate_on_submit():
        try:
            with transaction():
                deeds.take_back(finding, older, by=person(), seen=form.seen.data, note=form.note.data)
        except QuotesHidden as hidden:
            form.note.errors = [
                _(
                    "That version quotes contribution %(number)s, written for members only.",
                    number=hidden.contribution,
                )
            ]
        except Overtaken:
            overtaken = True
            form.seen.data = mark(finding)
        else:
            flash(_("Version %(number)s is the newest one again.", number=version), "ok")
            return redirect(url_for("findings.versions", slug=slug, number=number))
    page = render_template(
        "findings/take_back.html",
        finding=finding,
        form=form,
        older=older,
        overtaken=overtaken,
        difference=differences(whole(finding), whole(older)),
    )
    return page, 409 if overtaken else 422 if form.errors else 200


@bp.get("/c/<slug>/findings/<int:number>/v/<int:edition>")
def edition(slug: str, number: int, edition: int) -> Any:
    """An edition as it was published, for good: its words, the figures of then, and how to cite it."""
    finding = fetch(Finding, slug, number, to="read a finding")
    kept_one = kept.edition(finding, edition) or abort(404)
    keep_page(finding.consultation)
    return render_template(
        "findings/edition.html",
        finding=finding,
        edition=kept_one,
        editions=kept.editions(finding),
        rested=kept.rested_on(person(), kept_one),
        quotes=quotes.shown(finding, edition),
        gone=quotes.gone(finding, edition),
        attributed=quotes.attributed,
        cited=kept.cited(finding),
        citation=kept.citation(
            finding.consultation,
            site().name,
            number=number,
            edition=edition,
            title=kept_one.title,
            year=kept_one.published_at.year,
        ),
    )
