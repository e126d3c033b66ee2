"""What the first account asks for."""

from wtforms import PasswordField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from crowd.accounts.forms import email_field
from crowd.accounts.passwords import MOST
from crowd.forms import Form
from crowd.i18n import lazy


class NameForm(Form):
    name = StringField(
        lazy("Your name, as others see it"),
        [DataRequired(lazy("Enter your name.")), Length(max=100, message=lazy("Use at most 100 characters."))],
        render_kw={"autocomplete": "name"},
    )


class FounderForm(NameForm):
    email = email_field()
    password = PasswordField(
        lazy("Password"),
        [InputRequired(lazy("Enter a password."))],
        render_kw={"autocomplete": "new-password", "maxlength": str(MOST)},
    )
