"""Pages of passkeys: adding and removing them, and signing in by one, alone or after the password."""

from datetime import timedelta
from typing import Any

from flask import Response, abort, flash, redirect, request, session, url_for
from wtforms import HiddenField, StringField
from wtforms.validators import DataRequired, Length

from crowd import clock, pages, problems, resuming
from crowd.accounts import deeds, factors, limits, own, passkeys, queries
from crowd.accounts.blueprint import bp
from crowd.accounts.browser import remote, slow_down
from crowd.accounts.factor_pages import MADE, StepForm, page, step_page
from crowd.accounts.forms import SignInForm
from crowd.accounts.passkeys import NotTaken
from crowd.accounts.views import arrive
from crowd.db import transaction
from crowd.forms import Form
from crowd.i18n import _, lazy
from crowd.web import COOKIE, person, public, require

RECENT = timedelta(minutes=15)  # a sign-in that somebody has left open must not make itself last


class PasskeyForm(Form):
    name = StringField(
        lazy("A name for it"),
        [
            DataRequired(lazy("Enter a name, such as My phone.")),
            Length(max=60, message=lazy("Use at most 60 characters.")),
        ],
        render_kw={"autocomplete": "off", "class": "w-20"},
    )
    answer = HiddenField()


def is_recent() -> bool:
    begun = queries.begun(request.cookies.get(COOKIE, ""))
    return begun is not None and begun[0].created_at > clock.now() - RECENT


def _sign_in_again() -> Any:
    flash(_("It is more than 15 minutes since you signed in. Sign in again, then change this."), "warn")
    return redirect(url_for("accounts.sign_in", next=url_for("accounts.two_factor")))


@bp.route("/me/passkeys/begin", methods=["POST"])
def begin_passkey() -> Response:
    """What the browser is to make a passkey from."""
    from crowd.accounts import ceremonies

    require("use an account")
    if not passkeys.site():
        abort(404)
    with transaction():
        asked = ceremonies.to_add(own.account(person().id), pages.site().name)
    return Response(asked, mimetype="application/json", headers={"Cache-Control": "no-store"})


@bp.route("/me/passkeys", methods=["POST"])
def add_passkey() -> Any:
    """Keep what the browser has made. Whoever has a second factor has to have shown it a short while ago."""
    from crowd.accounts import ceremonies

    require("use an account")
    form, who = PasskeyForm(), own.account(person().id)
    if who.two and not is_recent():
        return _sign_in_again()
    if form.validate_on_submit():
        try:
            with transaction():
                made = ceremonies.add(own.account(person().id), form.answer.data or "", form.name.data or "")
        except NotTaken as why:
            form.form_errors.append(str(why))
        else:
            session[MADE] = made
            flash(_("The passkey is added. You can sign in with it from now on."), "ok")
            return redirect(url_for("accounts.two_factor", next=pages.own_path(request.form.get("next", "")) or None))
    return page(own.account(person().id), passkey=form)


@bp.route("/me/passkeys/<int:number>/remove", methods=["POST"])
def remove_passkey(number: int) -> Any:
    require("use an account")
    if not is_recent():
        return _sign_in_again()
    with transaction():
        passkeys.remove(own.account(person().id), number)
    flash(_("The passkey is removed. Remove it from your device or password manager as well."), "ok")
    return redirect(url_for("accounts.two_factor"))


@bp.route("/me/recovery-codes", methods=["POST"])
def renew_codes() -> Any:
    """New ones for somebody with passkeys alone; with codes from a phone, one of those is asked for instead."""
    require("use an account")
    if not is_recent():
        return _sign_in_again()
    with transaction():
        who = own.account(person().id)
        if who.passkeys and not who.factor:
            session[MADE] = factors.renew_codes(who)
    return redirect(url_for("accounts.two_factor"))


def _waits() -> tuple[int, int]:
    """The sign-in that waits for its second factor, and whose it is; zeros without one."""
    begun = queries.begun(request.cookies.get(COOKIE, ""))
    return (begun[0].id, begun[1].id) if begun and begun[0].pending else (0, 0)


@bp.route("/login/passkey/begin", methods=["POST"])
@public
def begin_passkey_sign_in() -> Response:
    """What the browser is to sign: the same for everybody who has not shown their password yet."""
    from crowd.accounts import ceremonies

    slow_down((limits.CODE_FROM, remote()))
    with transaction():
        asked = ceremonies.to_use(_waits()[1])
    return Response(asked, mimetype="application/json", headers={"Cache-Control": "no-store"})


@bp.route("/login/passkey", methods=["POST"])
@public
def passkey() -> Any:
    """Sign in by a passkey alone, or with it after the password: it is two factors, so nothing more is asked."""
    from crowd.accounts import ceremonies

    slow_down((limits.CODE_FROM, remote()))
    path, typed = pages.own_path(request.form.get("next", "")), resuming.carried()
    try:
        with transaction():
            waiting, whose = _waits()
            who = ceremonies.use(request.form.get("answer", ""), whose).id
            if waiting:
                deeds.sign_out(waiting)
            secret = deeds.sign_in(who, whole=True)
    except NotTaken as why:
        return Response(_again(str(why), path, typed, whose), 422)
    return arrive(secret, who, path, typed)


def _again(sentence: str, path: str, typed: dict[str, str], whose: int) -> str:
    """The page that it was tried on, with the other ways."""
    if whose:
        step = StepForm(formdata=None, next=path)
        step.form_errors.append(sentence)
        return step_page(path, typed, step)
    form = SignInForm(formdata=None, next=path)
    form.form_errors.append(sentence)
    return problems.sign_in_page(form, typed)
