"""The public page "How we moderate" (M28), and the host's words on it."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from wtforms import HiddenField, TextAreaField
from wtforms.validators import Length

from crowd.consultations.deeds import made_safe
from crowd.consultations.forms import usable
from crowd.db import Overtaken, transaction
from crowd.forms import Form
from crowd.i18n import _, duration, lazy
from crowd.kept import keep_page
from crowd.models import Consultation
from crowd.moderation.queries import reasons
from crowd.reports import figures, policy
from crowd.reports.blueprint import bp
from crowd.web import fetch, fetch_kept, person

MOST = 10_000  # characters


class PolicyForm(Form):
    """The host's words. `seen` says which ones the form had shown."""

    seen = HiddenField()
    policy = TextAreaField(
        lazy("How we moderate"), [Length(max=MOST, message=lazy("Use at most 10,000 characters.")), usable]
    )


@bp.get("/c/<slug>/moderation")
def how_we_moderate(slug: str) -> Any:
    """Policy, target, reasons and live figures; of no text and no person, so it leaks nothing that members wrote."""
    consultation = fetch_kept(Consultation, slug, to="see the consultation")
    keep_page(consultation)
    return render_template(
        "reports/how_we_moderate.html",
        figures=figures.figures(consultation),
        reasons=reasons(retired=False),
        hours=policy.working_hours(consultation),
        mode_words=policy.mode_words,
        duration=duration,
    )


@bp.route("/host/<slug>/policy", methods=["GET", "POST"], endpoint="policy")
def set_policy(slug: str) -> Any:
    """What the host says there; without words of theirs a usual text stands in their place."""
    consultation = fetch(Consultation, slug, to="set up")
    form = PolicyForm(data={"policy": consultation.policy, "seen": policy.as_shown(consultation)})
    if form.validate_on_submit():
        source, html = made_safe(form.policy.data or "")
        try:
            with transaction():
                policy.set_policy(consultation, by=person(), seen=form.seen.data or "", source=source, html=html)
        except Overtaken:
            form.seen.data = policy.as_shown(consultation)
            form.form_errors.append(
                _("Another host has changed this meanwhile. Your words are still below: save again to put them there.")
            )
        else:
            flash(_("“How we moderate” has been saved."), "ok")
            return redirect(url_for(".how_we_moderate", slug=slug))
    status = 409 if form.form_errors else 422 if form.errors else 200
    return render_template("reports/policy.html", form=form, most=MOST), status
