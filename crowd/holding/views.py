"""The host's pages about how texts are taken, and for trying it."""

from typing import Any

from flask import flash, redirect, render_template, url_for

from crowd import text
from crowd.consultations.deeds import as_it_stands
from crowd.db import Overtaken, transaction
from crowd.holding import deeds, reasons
from crowd.holding.blueprint import bp
from crowd.holding.forms import HoldingForm, TryForm
from crowd.holding.judging import look, mode, outcome, tried
from crowd.holding.marking import pieces
from crowd.i18n import _
from crowd.models import Consultation
from crowd.states import Phase
from crowd.web import fetch, person


@bp.route("/host/<slug>/holding", methods=["GET", "POST"])
def settings(slug: str) -> Any:
    """The modes of the phases and what the rules ask for."""
    consultation = fetch(Consultation, slug, to="set up")
    form = HoldingForm(obj=consultation, seen=as_it_stands(consultation, deeds.SET))
    if form.validate_on_submit():
        values = {name: form[name].data for name in deeds.SET}
        try:
            with transaction():
                deeds.set_rules(consultation, by=person(), seen=form.seen.data, values=values)
        except Overtaken:
            form.seen.data = as_it_stands(consultation, deeds.SET)
            form.form_errors.append(_("Somebody else changed this meanwhile. Look at it again, then save yours."))
            return render_template("holding/settings.html", form=form), 409
        flash(_("Saved. It holds for texts that are sent from now on."), "ok")
        return redirect(url_for(".settings", slug=slug))
    return render_template("holding/settings.html", form=form), 422 if form.errors else 200


@bp.route("/host/<slug>/holding/try", methods=["GET", "POST"])
def trial(slug: str) -> Any:
    """What each rule says of a text, in their order; nothing is stored."""
    consultation = fetch(Consultation, slug, to="set up")
    form, shown = TryForm(), dict[str, Any]()
    if form.validate_on_submit():
        try:
            looked = look(consultation, form.text.data, text.safe_html(form.text.data), {})
        except text.Unusable as reason:
            form.text.errors = [str(reason)]
        else:
            phases = ((_("In the members’ discussion"), Phase.MEMBERS), (_("Under findings"), Phase.OPEN))
            shown = {
                "lines": tried(looked),
                "pieces": pieces(looked.asked.whole, looked.spans),
                "outcomes": [(words, outcome(looked, mode(consultation, phase))) for words, phase in phases],
            }
    page = render_template("holding/try.html", form=form, titles=reasons.titles(), **shown)
    return page, 422 if form.errors else 200
