"""What the pages of hosting ask for."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    EmailField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError

from crowd import clock
from crowd.accounts import domains
from crowd.accounts.forms import an_address, email_field
from crowd.consultations.forms import Checks
from crowd.forms import AsTyped, Day, Form
from crowd.hosting import brand, columns
from crowd.i18n import LANGUAGES, _, lazy
from crowd.text import Unusable, safe_html

SHORT = Length(max=200, message=lazy("Use at most 200 characters."))


class RegisterForm(Form):
    text = AsTyped(lazy("Paste the list"), [Optional()], render_kw={"spellcheck": "false"})
    file = FileField(lazy("Or choose a file"), render_kw={"accept": ".csv,.txt,.tsv,.xlsx,text/csv"})
    accept = BooleanField(lazy("Take professions that no consultation knows as well"))


class ColumnsForm(Form):
    """What each column is: one select a column, by its place."""

    headed = BooleanField(lazy("The first row names the columns"))
    accept = BooleanField(lazy("Take professions that no consultation knows as well"))


def columns_form(many: int, **values: Any) -> ColumnsForm:
    """The form of a list with so many columns: c0, c1, ..."""
    names = [f"c{n}" for n in range(many)]
    form: ColumnsForm = type("Columns", (ColumnsForm,), {name: SelectField(name=name) for name in names})(**values)
    for name in names:
        form[name].choices = [(role, columns.words(role)) for role in (*columns.ROLES, "")]
    return form


class LoadForm(Form):
    invite = SelectField(lazy("Invitations"), [Optional()])
    leave = BooleanField()


class NumbersForm(Form):
    """What numbers look like: a pattern for each profession, and a number to try."""

    profession = SelectField(lazy("Profession"), [Optional()])
    number = StringField(lazy("Number to try"), [Optional(), Length(max=40)], render_kw={"spellcheck": "false"})


def field_of(profession: str) -> str:
    return sha256(profession.encode()).hexdigest()[:8]


def numbers_form(there: Mapping[str, tuple[str, bool]], **how: Any) -> NumbersForm:
    """The form of these professions, with (pattern, whether fewer digits are right too) for each."""
    fields: dict[str, Any] = {}
    for profession, (pattern, fewer) in there.items():
        key = field_of(profession)
        look = {"class": "w-20", "spellcheck": "false", "autocomplete": "off"}
        fields[f"p{key}"] = StringField(name=f"p{key}", default=pattern, render_kw=look)
        fields[f"f{key}"] = BooleanField(name=f"f{key}", default=fewer)
    form: NumbersForm = type("Numbers", (NumbersForm,), fields)(**how)
    form.profession.choices = [(name, name) for name in there]
    return form


class AddressesForm(Form):
    domains = TextAreaField(
        lazy("Ends of addresses"), [Optional(), Length(max=20_000)], render_kw={"rows": 6, "spellcheck": "false"}
    )
    what = RadioField(lazy("What they are for"), [InputRequired(lazy("Choose what they are for."))])

    def validate_domains(self, field):
        try:
            domains.parsed(field.data or "")
        except domains.BadDomain as wrong:
            raise ValidationError(str(wrong)) from None


class StaffForm(Form):
    email = email_field()
    name = StringField(lazy("Name, as others see it"), [DataRequired(lazy("Enter a name.")), Length(max=100)])
    role = SelectField(lazy("Role"))


class TwoFactorForm(Form):
    required = BooleanField(lazy("Hosts and moderators must have two-factor sign-in"))


class SuspendForm(Form):
    until = Day(lazy("Last day"), [InputRequired(lazy("Enter the last day, such as 31/12/2026."))])
    why = TextAreaField(
        lazy("Reason"), [DataRequired(lazy("Say why: the person reads it.")), Length(max=1000)], render_kw={"rows": 4}
    )

    def validate_until(self, field):
        if field.data and field.data <= clock.now().date():
            raise ValidationError(_("Choose a day after today."))


class InvitationForm(Form):
    part = SelectField(lazy("They take part as"))
    most = IntegerField(
        lazy("How many people"),
        [
            InputRequired(lazy("Enter how many people may use the link.")),
            NumberRange(1, 100_000, lazy("Enter a number from 1 to 100,000.")),
        ],
        default=1,
        render_kw={"class": "w-10"},
    )
    until = Day(lazy("Last day"), [InputRequired(lazy("Enter the last day, such as 31/12/2026."))])
    note = StringField(lazy("Note for yourself"), [Optional(), SHORT])

    def validate_until(self, field):
        if field.data and field.data < clock.now().date():
            raise ValidationError(_("Choose today or a later day."))


class DeclineForm(Form):
    reason = TextAreaField(
        lazy("Reason, which the person reads"),
        [DataRequired(lazy("Say why, so that they can mend it.")), Length(max=1000)],
        render_kw={"rows": 3},
    )


class LookForm(Form):
    name = StringField(lazy("Name of your organisation"), [DataRequired(lazy("Enter a name.")), Length(max=100)])
    colour = StringField(
        lazy("Colour"),
        [InputRequired(lazy("Enter a colour, such as #0f5c6e."))],
        render_kw={"class": "w-10", "spellcheck": "false"},
    )
    contact = EmailField(lazy("Address for questions"), [Optional(), Length(max=254), an_address])
    welcome = TextAreaField(lazy("Welcome on the first page"), [Optional(), Length(max=2000)])

    languages = Checks(lazy("Languages of this site"), [InputRequired(lazy("Offer at least one."))])
    first = RadioField(lazy("The first of them"), [InputRequired(lazy("Choose one."))])

    def __init__(self, **more):
        super().__init__(**more)
        self.languages.choices = self.first.choices = list(LANGUAGES.items())

    def validate_first(self, field):
        if field.data not in (self.languages.data or []):
            raise ValidationError(_("Choose one of those that you offer."))

    def validate_welcome(self, field):
        if field.errors:  # it is too long, which is said
            return
        try:
            safe_html(field.data or "")
        except Unusable as wrong:
            raise ValidationError(str(wrong)) from None

    def validate_colour(self, field):
        try:
            field.data = brand.written(brand.parse(field.data or ""))
        except brand.NotAColour as wrong:
            raise ValidationError(str(wrong)) from None


class LogoForm(Form):
    file = FileField(
        lazy("Picture"), [FileRequired(lazy("Choose a picture."))], render_kw={"accept": ".png,.jpg,.jpeg,.webp"}
    )
    alt = StringField(
        lazy("What it says"),
        [
            DataRequired(lazy("Say in words what the logo shows.")),
            Length(max=100, message=lazy("Use at most 100 characters.")),
        ],
    )
