"""The host's calendar: when the desk works, and how soon it means to answer (M7)."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from crowd import clock
from crowd.care import deeds, holidays
from crowd.care.blueprint import bp
from crowd.care.forms import HoursForm
from crowd.consultations.deeds import as_it_stands
from crowd.db import Overtaken, transaction
from crowd.i18n import _, deadline, ngettext
from crowd.models import Consultation
from crowd.moderation.targets import due
from crowd.web import fetch, person


@bp.route("/host/<slug>/hours", methods=["GET", "POST"])
def hours(slug: str) -> Any:
    """Everything that waits gets its new time with a change. Bank holidays are put into the box, never saved unseen."""
    consultation = fetch(Consultation, slug, to="set up")
    form = HoursForm(consultation, as_it_stands(consultation, deeds.HOURS))
    if request.method == "POST" and request.form.get("do") == "bank":
        form.holidays.data = _with_bank_holidays(form.holidays.data)
        return _page(consultation, form), 200
    if form.validate_on_submit():
        try:
            with transaction():
                moved = deeds.change_hours(consultation, by=person(), seen=form.seen.data or "", values=form.values())
        except Overtaken:
            form.seen.data = as_it_stands(consultation, deeds.HOURS)
            form.form_errors.append(
                _(
                    "Somebody else changed this while you had it open. What you typed is still below; open the page in "
                    "another window to see how it stands now, then save again to put yours in its place."
                )
            )
            return _page(consultation, form), 409
        flash(_("Saved.") + " " + _moved(moved), "ok")
        return redirect(url_for(".hours", slug=slug))
    return _page(consultation, form), 422 if form.errors else 200


def _moved(number: int) -> str:
    if not number:
        return ""
    return ngettext(
        "%(n)s text that waits has a new time until which it should be decided.",
        "%(n)s texts that wait have a new time until which they should be decided.",
        number,
    )


def _years() -> tuple[int, int]:
    return clock.now().year, clock.now().year + 1


def _with_bank_holidays(typed: list[str]) -> list[str]:
    """What was typed, then the bank holidays that are not among it."""
    lines = [f"{day:%d/%m/%Y}" for year in _years() for day in holidays.england_and_wales(year)]
    try:
        return holidays.shown(holidays.typed([*typed, *lines]))
    except holidays.NotADay:
        return list(dict.fromkeys([*typed, *lines]))


def _page(consultation: Consultation, form: HoursForm) -> str:
    until = deadline(due(consultation, clock.now()), consultation.timezone)
    return render_template("care/hours.html", form=form, years=_years(), until=until)
