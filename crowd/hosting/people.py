"""Pages about accounts: who is there, roles, suspensions."""

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from flask import abort, flash, redirect, render_template, request, url_for

from crowd import clock
from crowd.accounts.queries import two_factor_required
from crowd.db import transaction
from crowd.forms import Form
from crowd.hosting import deeds, queries
from crowd.hosting.blueprint import bp
from crowd.hosting.deeds import Refusal
from crowd.hosting.forms import StaffForm, SuspendForm, TwoFactorForm
from crowd.hosting.mail_pages import state_words
from crowd.hosting.views import page_after
from crowd.i18n import _
from crowd.models.people import NOWHERE
from crowd.sanctions.kinds import KINDS, kind_words
from crowd.states import ROLES, Standing
from crowd.text import tidy_line
from crowd.web import person, require


def evening(day: date) -> datetime:
    """5pm of a day at the host's: deadlines are on the hour and never at midnight."""
    return datetime.combine(day, time(17), ZoneInfo(queries.zone()))


@bp.route("/host/people", methods=["GET", "POST"])
def people() -> Any:
    """Search accounts; add staff by their address."""
    require("host")
    form = StaffForm()
    form.role.choices = [(role, deeds.role_words(role)) for role in ROLES]
    if form.validate_on_submit():
        with transaction():
            who = deeds.add_staff(form.email.data, form.name.data, form.role.data, by=person())
        flash(_("%(email)s has the role, and a mail with a link to sign in.", email=who.email), "ok")
        return redirect(url_for("hosting.people"))
    start = request.args.get("start", "").strip()
    chosen = {name: request.args.get(name, "") for name, values in FILTERS.items() if request.args.get(name) in values}
    found, more = queries.people(
        start,
        chosen.get("role", ""),
        page_after("after"),
        standing=chosen.get("standing", ""),
        sanction=chosen.get("sanction", ""),
        mail=chosen.get("mail", ""),
    )
    return render_template(
        "hosting/people.html",
        form=form,
        people=found,
        more=more,
        start=start,
        chosen=chosen,
        filters=_filters(),
        words=deeds.role_words,
        now=clock.now(),
        two=TwoFactorForm(formdata=None, required=two_factor_required()),
    )


FILTERS = {
    "role": ("any", *ROLES),
    "standing": (Standing.MEMBER.value, Standing.STAKEHOLDER.value),
    "sanction": ("any", *KINDS),
    "mail": ("failed", "bounces"),
}


def _filters() -> list[tuple[str, str, list[tuple[str, str]]]]:
    """What the list can be narrowed by: name, words, and the values with theirs."""
    words = {
        "role": (_("Role"), {"any": _("With any role")} | {role: deeds.role_words(role) for role in ROLES}),
        "standing": (_("Takes part as"), {"B": _("Member"), "S": _("Stakeholder")}),
        "sanction": (_("Sanction in force"), {"any": _("Any sanction")} | {kind: kind_words(kind) for kind in KINDS}),
        "mail": (_("Mail"), {"failed": _("A mail could not be delivered"), "bounces": _("The address bounces")}),
    }
    return [(name, words[name][0], [(v, words[name][1][v]) for v in values]) for name, values in FILTERS.items()]


@bp.route("/host/people/<int:number>/mails")
def mails_to(number: int) -> Any:
    """What one account was sent and what became of it: subjects and states, no texts."""
    require("host")
    who = queries.person(number) or abort(404)
    found, more = queries.mails_to(number, page_after("before"))
    return render_template(
        "hosting/mails_to.html", who=who, mails=found, more=more, words=state_words(), zone=queries.zone()
    )


@bp.route("/host/people/two-factor", methods=["POST"])
def two_factor() -> Any:
    """Say whether hosts and moderators must have a second factor."""
    require("host")
    form = TwoFactorForm()
    if not form.validate_on_submit():
        abort(400)
    with transaction():
        deeds.require_two_factor(bool(form.required.data), by=person())
    flash(_("Saved."), "ok")
    return redirect(url_for("hosting.people"))


@bp.route("/host/people/<int:number>", methods=["GET", "POST"])
def account(number: int) -> Any:
    """One account: suspend it; the smaller acts have buttons of their own."""
    require("host")
    who = queries.person(number) or abort(404)
    form = SuspendForm()
    if form.validate_on_submit() and form.until.data:
        zone = queries.zone()
        try:
            with transaction():
                deeds.suspend(who, evening(form.until.data), form.why.data or "", by=person(), zone=zone)
        except Refusal as why:
            form.form_errors.append(str(why))
        else:
            flash(_("The account is suspended, and its owner has a mail."), "ok")
            return redirect(url_for("hosting.account", number=number))
    suspended = who.suspended_until if who.suspended_until and who.suspended_until > clock.now() else None
    return render_template(
        "hosting/account.html",
        form=form,
        who=who,
        suspended=suspended,
        roles=ROLES,
        nowhere=who.email.endswith(NOWHERE),
        words=deeds.role_words,
        zone=queries.zone(),
    )


@bp.route("/host/people/<int:number>/act", methods=["POST"])
def act(number: int) -> Any:
    """Give or take a role, end a suspension, sign somebody out, let them in without the second factor."""
    require("host")
    who = queries.person(number) or abort(404)
    form, do, role = Form(), request.form.get("do", ""), request.form.get("role", "")
    if not form.validate_on_submit() or (do in ("give", "take") and role not in ROLES):
        abort(400)
    acts: dict[str, Callable[[], None]] = {
        "give": lambda: deeds.give_role(who, role, name=tidy_line(request.form.get("name", ""))[:100], by=person()),
        "take": lambda: deeds.take_role(who, role, by=person()),
        "end": lambda: deeds.end_suspension(who, by=person()),
        "reset": lambda: deeds.reset_factor(who, by=person()),
        "address": lambda: deeds.give_address(who, tidy_line(request.form.get("email", "")), by=person()),
        "out": lambda: deeds.sign_out_everywhere(who, by=person()),
    }
    if do not in acts:
        abort(400)
    try:
        with transaction():
            acts[do]()
    except Refusal as why:
        flash(str(why), "bad")
    else:
        flash(_("Done."), "ok")
    return redirect(url_for("hosting.account", number=number))
