"""What the pages of accounts ask for."""

from email_validator import EmailNotValidError, validate_email
from flask import request
from wtforms import (
    HiddenField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from crowd import clock
from crowd.accounts.passwords import MOST
from crowd.accounts.register import plain_email
from crowd.forms import Form, rendered_at, rendered_stamp
from crowd.i18n import _, lazy


def an_address(_form, field):
    try:
        validate_email(field.data or "", check_deliverability=False, allow_smtputf8=True)
    except EmailNotValidError:
        raise ValidationError(_("Enter an e-mail address in the right form, such as name@example.org.")) from None


def email_field() -> StringField:
    return StringField(
        lazy("E-mail address"),
        [InputRequired(lazy("Enter your e-mail address.")), Length(max=254), an_address],
        filters=[lambda typed: plain_email(typed) if typed else typed],
        render_kw={"type": "email", "autocomplete": "email", "spellcheck": "false"},
    )


class SignInForm(Form):
    email = email_field()
    password = PasswordField(lazy("Password"), [Length(max=MOST)], render_kw={"autocomplete": "current-password"})
    next = HiddenField()


class EmailForm(Form):
    email = email_field()


class CodeForm(Form):
    """The code of a mail; where the browser knows the address it is not asked for again."""

    email = email_field()
    code = StringField(
        lazy("Code from the mail"),
        [InputRequired(lazy("Enter the six digits from the mail."))],
        filters=[lambda typed: "".join((typed or "").split())],
        render_kw={"inputmode": "numeric", "autocomplete": "one-time-code", "class": "w-10", "maxlength": "12"},
    )


class PasswordForm(Form):
    new = PasswordField(
        lazy("New password"),
        [InputRequired(lazy("Enter a new password."))],
        render_kw={"autocomplete": "new-password", "maxlength": str(MOST)},
    )


class ChangePasswordForm(PasswordForm):
    old = PasswordField(
        lazy("Password you have now"),
        [InputRequired(lazy("Enter the password you have now."))],
        render_kw={"autocomplete": "current-password"},
    )


class DoorForm(Form):
    """A form that strangers send. Instead of a puzzle: a field that people do not see, and the time it took."""

    website = StringField(lazy("Leave this empty"), render_kw={"autocomplete": "off", "tabindex": "-1"})
    rendered = HiddenField(default=rendered_stamp)

    def is_a_machine(self) -> bool:
        """It has filled what nobody sees, or sends a form that we never showed."""
        return bool(self.website.data) or rendered_at() is None

    def cost(self) -> int:
        """How many tries this one counts as: nobody types an address within a second."""
        shown = rendered_at()
        return 1 if shown and request and (clock.now() - shown).total_seconds() >= 1 else 2


class JoinForm(DoorForm):
    email = email_field()
    part = RadioField(lazy("I take part as"), [InputRequired(lazy("Choose as what you take part."))])


class InvitedForm(DoorForm):
    email = email_field()


class InvitationForm(DoorForm):
    """A link of the host presets as what people join; members say which profession and place they are shown with."""

    email = email_field()
    profession = SelectField(lazy("Your profession"), [InputRequired(lazy("Choose your profession."))])
    region = SelectField(lazy("Your region"), [Optional()])


class DetailsForm(Form):
    """What proves membership where the address does not: the register's number and name, else the host decides."""

    name = StringField(
        lazy("Your name, as the register has it"),
        [DataRequired(lazy("Enter your name.")), Length(max=100, message=lazy("Use at most 100 characters."))],
        render_kw={"autocomplete": "name"},
    )
    number = StringField(
        lazy("Your registration number"),
        [Optional(), Length(max=40, message=lazy("Use at most 40 characters."))],
        render_kw={"class": "w-20", "spellcheck": "false"},
    )
    profession = SelectField(lazy("Your profession"), [InputRequired(lazy("Choose your profession."))])
    region = SelectField(lazy("Your region"), [Optional()])
    note = TextAreaField(
        lazy("Anything that helps the host to find you"),
        [Optional(), Length(max=1000, message=lazy("Use at most 1,000 characters."))],
    )
