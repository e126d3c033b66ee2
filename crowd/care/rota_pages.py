"""Who is on duty at the desk in the next two weeks."""

from datetime import date, timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest

from crowd.care import deeds, duty
from crowd.care.blueprint import bp
from crowd.care.views import zone
from crowd.db import transaction
from crowd.forms import Form
from crowd.i18n import _, weekday
from crowd.moderation.targets import works
from crowd.web import person, require


@bp.route("/moderate/rota", methods=["GET", "POST"])
def rota() -> Any:
    """Moderators put themselves on and off; who runs the site, anybody."""
    require("moderate")
    staff = {row.id: row.name or row.email for row in duty.staff()}
    if request.method == "POST":
        return _change(staff)
    desk, first = duty.desk(), duty.today(zone())
    return render_template(
        "care/rota.html",
        form=Form(),
        staff=staff,
        weekday=weekday,
        days=[(day, people, desk is None or works(desk, day)) for day, people in duty.rota(first).items()],
    )


def _change(staff: dict[int, str]) -> Any:
    typed = request.form
    who = int(typed["person"]) if typed.get("person", "").isdecimal() else person().id
    if who != person().id:
        require("host")
    day = _day(typed.get("day", ""))
    if who not in staff:
        raise BadRequest
    deed = deeds.put_on_duty if typed.get("do") == "on" else deeds.take_off_duty
    with transaction():
        deed(day, who, by=person())
    said = _("%(name)s: on duty on %(day)s.") if typed.get("do") == "on" else _("%(name)s: not on duty on %(day)s.")
    flash(said % {"name": staff[who], "day": weekday(day)}, "ok")
    return redirect(url_for(".rota"))


def _day(typed: str) -> date:
    """A day of the two weeks that the page shows, and no other."""
    first = duty.today(zone())
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        raise BadRequest from None
    if not first <= day < first + timedelta(days=duty.AHEAD):
        raise BadRequest
    return day
