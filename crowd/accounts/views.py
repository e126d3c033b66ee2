"""Pages of accounts: sign in and out, links and codes from mails, a forgotten password."""

from collections.abc import Callable
from typing import Any

from flask import Response, render_template, request, url_for
from werkzeug.utils import redirect

from crowd import pages, problems, resuming
from crowd.accounts import arriving, deeds, factors, limits, passwords, queries, signing_on, tokens
from crowd.accounts.blueprint import bp
from crowd.accounts.browser import remote, signed_in, signed_out, slow_down, stay_signed_in, waited_for, waits_for_mail
from crowd.accounts.forms import CodeForm, EmailForm, PasswordForm, SignInForm
from crowd.accounts.queries import asker_for, person_at
from crowd.db import transaction
from crowd.forms import Form
from crowd.i18n import _
from crowd.models import Token
from crowd.web import person, public


@bp.route("/login", methods=["GET", "POST"])
@public
def sign_in():
    """By password, or by a link and a code in a mail; the answer never tells whether an address is known."""
    form = SignInForm(next=pages.own_path(request.args.get("next", "")))
    typed = resuming.carried()
    if form.validate_on_submit():
        path = pages.own_path(form.next.data or "")
        if request.form.get("do") == "mail":
            if resuming.fits_a_mail(typed):
                return _mail(form.email.data, lambda: deeds.mail_sign_in(form.email.data, path, typed))
            form.form_errors.append(
                _("What you typed is too long to wait for a mail. Sign in with your password, or copy it first.")
            )
            return problems.sign_in_page(form, typed), 422
        slow_down((limits.PASSWORD, form.email.data), (limits.PASSWORD_FROM, remote()))
        known = person_at(form.email.data)
        if passwords.fits(known.password if known else "", form.password.data or "") and known:
            with transaction():
                limits.forget(limits.PASSWORD, form.email.data)
                secret = deeds.sign_in(known.id)
            return arrive(secret, known.id, path, typed)
        form.form_errors.append(
            _("This address and this password do not belong together. Try again, or have a link sent to you.")
        )
    return problems.sign_in_page(form, typed)


def arrive(secret: str, who: int, path: str, typed: dict[str, str]) -> Any:
    """Signed in: back to where they were, what they had typed there kept as a draft; where that is nowhere, shown."""
    if not typed:
        return signed_in(secret, path or url_for("consultations.front"))
    if (begun := queries.begun(secret)) and begun[0].pending:
        from crowd.accounts import factor_pages  # which arrive here themselves

        return stay_signed_in(Response(factor_pages.step_page(path, typed)), secret)
    if kept := resuming.keep(typed, path, by=asker_for(who)):
        to, said = kept
        return signed_in(secret, to, *said)
    sentence = _(
        "You are signed in. There is nothing at that address that you can answer, so copy your text from here."
    )
    page, status = problems.problem(404, sentence, title=_("Your text could not be kept as a draft"), typed=typed)
    return stay_signed_in(Response(page, status), secret)


def _mail(email: str, send: Callable[[], None]) -> Any:
    """Send a mail to an address, within limits, and go to where its code is typed."""
    slow_down((limits.MAIL, email), (limits.MAIL_FROM, remote()))
    with transaction():
        send()
    waits_for_mail(email)
    return redirect(url_for("accounts.code"))


@bp.route("/logout", methods=["POST"])
@public
def sign_out():
    if person().id:
        with transaction():
            deeds.sign_out(person().sign_in)
    return signed_out(url_for("consultations.front"))


@bp.route("/recover", methods=["GET", "POST"])
@public
def recover():
    form = EmailForm()
    if form.validate_on_submit():
        return _mail(form.email.data, lambda: deeds.mail_recovery(form.email.data))
    return render_template("accounts/recover.html", form=form)


@bp.route("/confirm", methods=["GET", "POST"])
@public
def code():
    """Take the code of a mail, typed: for those who read their mail elsewhere than here."""
    form = CodeForm(email=waited_for())
    if form.validate_on_submit():
        slow_down((limits.CODE, form.email.data), (limits.CODE_FROM, remote()))
        done, why = _by_code(form.email.data, form.code.data)
        if done:
            return done()
        form.code.errors = [why]
    return render_template("accounts/code.html", form=form, address=waited_for())


def _by_code(email: str, typed: str) -> tuple[Callable[[], Any] | None, str]:
    """What answers, or why there is nothing: the code is wrong, or too many were in the last 24 hours."""
    with transaction():
        if limits.used_up(limits.WRONG_CODES, email):
            return None, _("Too many wrong codes were typed for this address today. Use the link in the mail instead.")
        token = tokens.find_by_code(email, typed)
        if done := (_go_on(token) if token else None):
            return done, ""
        limits.within((limits.WRONG_CODES, email))
    return None, _("This code is not right, or it is too old. Check it, or have a new mail sent.")


@bp.route("/confirm/<secret>", methods=["GET", "POST"])
@public
def confirm(secret):
    """The link in a mail. Opening it changes nothing, because mail scanners open it first; its button does."""
    token = tokens.find(secret, *tokens.BY_MAIL)
    if token is None:
        return _too_old()
    if token.purpose == "recover":
        return _new_password(secret, token)
    form = Form()
    if form.validate_on_submit():
        with transaction():
            again = tokens.find(secret, *tokens.BY_MAIL)
            done = _go_on(again) if again else None
        return done() if done else _too_old()
    return render_template("accounts/confirm.html", form=form, token=token)


def _too_old() -> Any:
    return problems.problem(
        404,
        _("This link has been used, or it is too old. Sign in, and have a new one sent if you need it."),
        title=_("This link does not work any more"),
        what_next=[(_("Sign in"), url_for("accounts.sign_in"))],
    )


def _go_on(token: Token) -> Callable[[], Any] | None:
    """Use the token up and do what it is for; hands back what answers once that is committed."""
    if not tokens.use(token):
        return None
    if token.purpose == "recover":
        made = tokens.issue("recover", token.email)
        return lambda: redirect(url_for("accounts.confirm", secret=made.secret))
    who = deeds.account(token.email)
    if token.purpose == "host":
        factors.reset(who, by=None)  # whoever starts the program is let in, whatever was lost
    secret = deeds.sign_in(who.id)
    limits.forget(limits.CODE, token.email)
    if "identity" in token.facts:
        signing_on.link_by_mail(who, token.facts["identity"])
    if token.purpose == "confirm" or "consultation" in token.facts:
        to, said = arriving.take_part(token.facts, by=asker_for(who.id))
        return lambda: signed_in(secret, to, said)
    path, typed = pages.own_path(str(token.facts.get("next", ""))), dict(token.facts.get("typed", {}))
    return lambda: arrive(secret, who.id, path, typed)


def _new_password(secret: str, token: Token) -> Any:
    form = PasswordForm()
    if form.validate_on_submit():
        if why := passwords.objection(form.new.data, token.email):
            form.new.errors = [why]
        else:
            kept = passwords.hashed(form.new.data)
            with transaction():
                again = tokens.find(secret, "recover")
                if again is None or not tokens.use(again):
                    return _too_old()
                who = deeds.account(again.email)
                deeds.set_password(who, kept)
                begun = deeds.sign_in(who.id)
            said = _("Your password is changed. You are signed out everywhere else.")
            return signed_in(begun, url_for("consultations.front"), ("ok", said))
    return render_template("accounts/new_password.html", form=form, token=token)
