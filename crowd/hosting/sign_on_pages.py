"""The pages of single sign-on: which provider, and what its claims make of people."""

from typing import Any

from flask import Response, current_app, flash, redirect, render_template, url_for
from wtforms import PasswordField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError
from wtforms.widgets import PasswordInput

from crowd.accounts import signing_on
from crowd.accounts.signing_on import Client, Failed
from crowd.db import transaction
from crowd.forms import Form
from crowd.hosting import sign_on
from crowd.hosting.blueprint import bp
from crowd.i18n import _, lazy
from crowd.web import person, require

LONG = Length(max=300, message=lazy("Use at most 300 characters."))


class ProviderForm(Form):
    name = StringField(
        lazy("What your people call it"),
        [DataRequired(lazy("Enter a name.")), Length(max=60, message=lazy("Use at most 60 characters."))],
    )
    issuer = StringField(
        lazy("Address of the provider (issuer)"),
        [DataRequired(lazy("Enter the address of the provider.")), LONG],
        render_kw={"inputmode": "url", "spellcheck": "false", "autocomplete": "off"},
    )
    client = StringField(
        lazy("Client ID"),
        [DataRequired(lazy("Enter the client ID.")), LONG],
        render_kw={"spellcheck": "false", "autocomplete": "off"},
    )
    secret = PasswordField(
        lazy("Client secret"),
        [Optional(), LONG],
        widget=PasswordInput(hide_value=False),  # in the answer to a form with a mistake, so that it is typed once
        render_kw={"autocomplete": "off"},
    )


class RuleForm(Form):
    claim = StringField(
        lazy("Claim"),
        [
            DataRequired(lazy("Enter the name of the claim.")),
            Length(max=100, message=lazy("Use at most 100 characters.")),
        ],
        render_kw={"spellcheck": "false", "autocapitalize": "off", "autocomplete": "off"},
    )
    value = StringField(
        lazy("Value"),
        [DataRequired(lazy("Enter the value.")), Length(max=200, message=lazy("Use at most 200 characters."))],
        render_kw={"spellcheck": "false", "autocapitalize": "off", "autocomplete": "off"},
    )
    gives = SelectField(lazy("Whoever has it"), [InputRequired(lazy("Choose one from the list."))])
    called = StringField(
        lazy("Name of the group or the profession"),
        [Length(max=100, message=lazy("Use at most 100 characters."))],
        render_kw={"autocomplete": "off"},
    )

    def validate_called(self, field: StringField) -> None:
        if self.gives.data != "member" and not field.data:
            raise ValidationError(_("Enter the name, as it stands in the set-up of the consultation."))


def words() -> dict[str, str]:
    return {
        "member": _("is a member"),
        "stakeholder": _("is a stakeholder of the group"),
        "profession": _("has the profession"),
    }


@bp.route("/host/sign-on", methods=["GET", "POST"])
def sign_on_provider() -> Any:
    """Which provider; it is asked for its document before anything is kept."""
    from crowd.accounts import provider

    require("host")
    now = signing_on.client()
    form = ProviderForm(data=now and {"name": now.name, "issuer": now.issuer, "client": now.client})
    if form.validate_on_submit():
        typed = Client(*(str(form[name].data or "").strip() for name in ("name", "issuer", "client", "secret")))
        if (
            now and not typed.secret and (now.issuer, now.client) == (typed.issuer, typed.client)
        ):  # left empty, it stays; never for another address, which would be told it
            typed = Client(typed.name, typed.issuer, typed.client, now.secret)
        try:
            provider.check(typed)
        except Failed as why:
            form.issuer.errors = [str(why)]
        else:
            with transaction():
                sign_on.set_provider(typed, by=person())
            flash(_("Saved. The provider answers; link your own account to see whether the secret is right."), "ok")
            return redirect(url_for("hosting.sign_on_provider"))
    return _page(form, RuleForm(formdata=None))


def _page(form: ProviderForm, rule: RuleForm) -> Response:
    rule.gives.choices = list(words().items())
    page = render_template(
        "hosting/sign_on.html",
        form=form,
        rule=rule,
        rules=signing_on.rules(),
        now=signing_on.client(),
        words=words(),
        back=f"{current_app.config['BASE_URL']}/login/sign-on",
    )
    return Response(page, 422 if form.errors or rule.errors else 200, {"Cache-Control": "no-store"})


@bp.route("/host/sign-on/end", methods=["POST"])
def end_sign_on() -> Any:
    require("host")
    with transaction():
        sign_on.end(by=person())
    flash(_("Nobody signs in there any more. People sign in by password or by a link in a mail."), "ok")
    return redirect(url_for("hosting.sign_on_provider"))


@bp.route("/host/sign-on/rules", methods=["POST"])
def add_claim_rule() -> Any:
    """Say what follows from a claim: nobody becomes host or moderator by one."""
    require("host")
    form, now = RuleForm(), signing_on.client()
    form.gives.choices = list(words().items())
    if form.validate_on_submit():
        told = [str(form[name].data or "") for name in ("claim", "value", "gives", "called")]
        with transaction():
            sign_on.add_rule(*told, by=person())
        flash(_("Saved. It counts from each person’s next sign-in there."), "ok")
        return redirect(url_for("hosting.sign_on_provider"))
    kept = now and {"name": now.name, "issuer": now.issuer, "client": now.client}
    return _page(ProviderForm(formdata=None, data=kept), form)


@bp.route("/host/sign-on/rules/<int:number>/remove", methods=["POST"])
def remove_claim_rule(number: int) -> Any:
    require("host")
    with transaction():
        sign_on.remove_rule(number, by=person())
    flash(_("Removed. Those who are members already stay so."), "ok")
    return redirect(url_for("hosting.sign_on_provider"))
