"""What writers of a finding say to each other about it. Never on a page, feed or mail of anybody else (P13)."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for

from crowd.db import transaction
from crowd.findings import remarking
from crowd.findings.blueprint import bp
from crowd.findings.forms import RemarkForm
from crowd.i18n import _
from crowd.models import Finding
from crowd.web import fetch, person


@bp.route("/c/<slug>/findings/<int:number>/remarks", methods=["GET", "POST"])
def remarks_on(slug: str, number: int) -> Any:
    """The threads, open ones first, and a form for a new one; a reply says which one it answers."""
    finding = fetch(Finding, slug, number, to="read the analysis")
    form = RemarkForm()
    if request.method == "POST":
        finding = fetch(Finding, slug, number, to="write findings")
        if form.validate_on_submit():
            with transaction():
                made = remarking.remark(finding, by=person(), words=form.words.data, answers=form.answered)
            if made is None:
                abort(404)
            flash(_("Your remark is kept. Only those who read the analysis see it."), "ok")
            return redirect(url_for("findings.remarks_on", slug=slug, number=number))
    page = render_template(
        "findings/remarks.html", form=form, finding=finding, threads=remarking.threads(finding), to=form.answered
    )
    return page, 422 if form.errors else 200


@bp.post("/c/<slug>/findings/<int:number>/remarks/<int:key>/resolve")
def resolve_remark(slug: str, number: int, key: int) -> Any:
    """Close a thread, or open it again."""
    finding = fetch(Finding, slug, number, to="write findings")
    found = remarking.first(finding, key) or abort(404)
    opened = request.form.get("do") == "open"
    with transaction():
        remarking.resolve(found, finding, by=person(), opened=opened)
    flash(_("The remark is open again.") if opened else _("The remark is resolved."), "ok")
    return redirect(url_for("findings.remarks_on", slug=slug, number=number))
