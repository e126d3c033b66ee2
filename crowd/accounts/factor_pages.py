"""Pages of the second factor: setting it up, typing its code, recovery codes, ending it."""

from collections.abc import Mapping
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, session, url_for
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from crowd import clock, pages, resuming
from crowd.accounts import deeds, factors, limits, own, passkeys, passwords, queries, totp
from crowd.accounts.blueprint import bp
from crowd.accounts.browser import slow_down
from crowd.accounts.views import arrive
from crowd.db import transaction
from crowd.forms import Form
from crowd.hosting.queries import zone
from crowd.i18n import _, lazy
from crowd.models import Person
from crowd.web import COOKIE, person, public, require

SALT, MADE = "factor", "recovery codes"  # in the browser's signed session: until it is confirmed, until it is shown
WRONG = lazy(
    "This code is not right. Wait for the next one in the app, and check that the phone’s time is set by itself."
)


def code_field(label: Any) -> StringField:
    return StringField(
        label,
        [InputRequired(lazy("Enter the code.")), Length(max=40)],
        filters=[lambda typed: "".join((typed or "").split())],
        render_kw={"autocomplete": "one-time-code", "class": "w-10", "spellcheck": "false", "autocapitalize": "off"},
    )


class StepForm(Form):
    code = code_field(lazy("Code"))
    next = HiddenField()


class SetUpForm(Form):
    code = code_field(lazy("Code that the app shows"))
    next = HiddenField()


class EndForm(Form):
    password = PasswordField(lazy("Password"), render_kw={"autocomplete": "current-password"})
    code = code_field(lazy("Code"))


def step_page(path: str, typed: Mapping[str, str], form: StepForm | None = None) -> str:
    """The page that asks for the code; what was typed when a sign-in had ended goes on with it."""
    form = form or StepForm(formdata=None, next=path)
    begun = queries.begun(request.cookies.get(COOKIE, ""))
    who = begun[1] if begun else None
    return render_template("accounts/second_step.html", form=form, typed=typed, prefix=resuming.PREFIX, who=who)


@bp.route("/login/code", methods=["GET", "POST"])
@public
def second_step() -> Any:
    """Take the code of somebody whose password or mail was right; before that their cookie opens nothing."""
    begun = queries.begun(request.cookies.get(COOKIE, ""))
    path, typed = pages.own_path(request.values.get("next", "")), resuming.carried()
    if begun is None or not begun[0].pending:
        if begun is None:
            flash(_("Signing in took too long. Begin again."), "warn")
        return redirect(url_for("accounts.sign_in", next=path or None) if begun is None else path or "/")
    form = StepForm(next=path)
    if form.validate_on_submit():
        who = begun[1]
        if secret := _taken(who, form):
            return arrive(secret, who.id, path, typed)
    return Response(step_page(path, typed, form), 422 if form.errors else 200)


def _taken(who: Person, form: StepForm) -> str:
    """The whole sign-in, instead of the one that waited; empty if the code is wrong."""
    slow_down((limits.FACTOR, str(who.id)))
    with transaction():
        begun = queries.begun(request.cookies.get(COOKIE, ""))
        if _used_up(who, form):
            return ""
        if begun and begun[0].pending and factors.take(begun[1], form.code.data or ""):
            deeds.sign_out(begun[0].id)
            return deeds.sign_in(who.id, whole=True)
    form.code.errors = [str(WRONG)]
    return ""


def _used_up(who: Person, form: Any) -> bool:
    if not limits.used_up(limits.WRONG_FACTORS, str(who.id)):
        return False
    form.code.errors = [_("Too many wrong codes were typed today. Try again tomorrow, or ask a host to reset it.")]
    return True


@bp.route("/me/two-factor", methods=["GET", "POST"])
def two_factor() -> Any:
    """Set it up; where it is on, say so, with the ways to new recovery codes and out of it."""
    require("use an account")
    who = own.account(person().id)
    form = SetUpForm(next=pages.own_path(request.values.get("next", "")))
    if who.factor:
        return _shown(who, form)
    salt = session.setdefault(SALT, factors.new_salt())
    if form.validate_on_submit():
        slow_down((limits.FACTOR, str(who.id)))
        if step := totp.step_of(salt, form.code.data or "", clock.now()):
            with transaction():
                who = own.account(person().id)
                session[MADE] = [] if who.factor else factors.turn_on(who, salt, step)
            session.pop(SALT, None)
            return redirect(url_for("accounts.two_factor", next=form.next.data or None))
        form.code.errors = [str(WRONG)]
    return _shown(who, form, secret=totp.written(salt))


def page(who: Person, **more: Any) -> Response:
    """The page as it is opened, for those whose form on it stands elsewhere."""
    form = SetUpForm(formdata=None)
    if who.factor:
        return _shown(who, form, **more)
    return _shown(who, form, secret=totp.written(session.setdefault(SALT, factors.new_salt())), **more)


def _shown(
    who: Person, form: Form, ending: EndForm | None = None, passkey: Form | None = None, **more: Any
) -> Response:
    made = session.pop(MADE, [])
    shown = render_template(
        "accounts/two_factor.html",
        form=form,
        ending=ending or EndForm(formdata=None),
        who=who,
        codes=made,
        left=factors.codes_left(who) if who.two else 0,
        passkey=passkey,
        passkeys=passkeys.of(who.id),
        can_have=bool(passkeys.site()),
        zone=zone() if who.factor_by or who.passkeys else "",
        must=deeds.must_have_two(who),
        **more,
    )
    failed = form.errors or (ending and ending.errors) or (passkey and passkey.errors)
    return Response(shown, 422 if failed else 200, {"Cache-Control": "no-store"})


@bp.route("/me/two-factor.svg")
def two_factor_picture() -> Response:
    """The secret that is being set up, to be read by the phone."""
    require("use an account")
    if SALT not in session:
        abort(404)
    text = totp.address(session[SALT], pages.site().name, person().email)
    return Response(totp.picture(text), mimetype="image/svg+xml", headers={"Cache-Control": "no-store"})


@bp.route("/me/two-factor/change", methods=["POST"])
def change_two_factor() -> Any:
    """Make new recovery codes, or turn it off: both by password, where there is one, and code."""
    require("use an account")
    who, form = own.account(person().id), EndForm()
    if not who.two:
        return redirect(url_for("accounts.two_factor"))
    if form.validate_on_submit() and _proved(who, form):
        return redirect(url_for("accounts.two_factor"))
    return _shown(who, SetUpForm(formdata=None), form)


def _proved(who: Person, form: EndForm) -> bool:
    """Whether password and code were right; then it is done."""
    slow_down((limits.FACTOR, str(who.id)))
    if who.password and not passwords.fits(who.password, form.password.data or ""):
        form.password.errors = [_("This is not your password.")]
        return False
    with transaction():
        who = own.account(person().id)
        if _used_up(who, form):
            return False
        if factors.take(who, form.code.data or ""):
            if request.form.get("do") == "codes":
                session[MADE] = factors.renew_codes(who)
            else:
                factors.turn_off(who)
                flash(_("Passkeys alone are asked for now.") if who.two else _("Two-factor sign-in is off."), "ok")
            return True
    form.code.errors = [str(WRONG)]
    return False
