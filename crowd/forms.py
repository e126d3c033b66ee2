"""What every form shares: its token, the time it was rendered (P8), and the key that makes a second sending one."""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from flask import current_app, request
from flask_wtf import FlaskForm
from itsdangerous import BadSignature, TimestampSigner
from wtforms import DateField, Field, HiddenField, PasswordField, RadioField, StringField, TextAreaField, TimeField
from wtforms.validators import InputRequired, ValidationError

from crowd import clock
from crowd.i18n import _
from crowd.text import can_be_seen, tidy, tidy_line


def _signer() -> TimestampSigner:
    return TimestampSigner(str(current_app.secret_key), salt="rendered")


def rendered_stamp() -> str:
    """The time now, signed, for the hidden field of a form that is about to be shown."""
    return _signer().sign(format(clock.now().timestamp(), ".3f")).decode()


def rendered_at() -> datetime | None:
    """When the form that was just sent was shown, or None if nobody of ours signed that."""
    try:
        seconds = _signer().unsign(request.form.get("rendered", "")).decode()
    except (BadSignature, UnicodeEncodeError):
        return None
    return datetime.fromtimestamp(float(seconds), UTC)


class Choice(RadioField):
    """One of a few; anything else gets the sentence `wrong`."""

    def __init__(self, label: str, *, wrong: str, **options: Any):
        super().__init__(label, validators=[InputRequired(wrong)], **options)
        self.wrong = wrong

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(str(self.wrong)) from None

    def pre_validate(self, _form: Any) -> None:
        if self.data not in [value for value, *_more in self.choices or []]:
            raise ValidationError(str(self.wrong))


class Day(DateField):
    """A day, typed: the calendars that browsers open are hard to use with a keyboard."""

    def __init__(self, label: str, validators: Any = (), **options: Any):
        how = {"type": "text", "inputmode": "numeric", "autocomplete": "off", "class": "w-10"}
        super().__init__(label, validators, format=["%d/%m/%Y", "%Y-%m-%d"], render_kw=how, **options)

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata([value.strip() for value in valuelist])
        except ValueError:
            raise ValueError(_("Enter a date as day, month and year, such as 31/12/2026.")) from None
        if self.data and not 1900 <= self.data.year <= 2200:  # at the ends of the calendar no zone can be reckoned with
            raise ValueError(_("Enter a year from 1900 to 2200."))


class Hour(TimeField):
    """A time of day, typed: 17:00, 17.00, 5pm, 5.30 pm."""

    WAYS = ("%H:%M", "%H:%M:%S", "%H.%M", "%I%p", "%I:%M%p", "%I.%M%p")

    def __init__(self, label: str, validators: Any = (), **options: Any):
        how = {"type": "text", "autocomplete": "off", "class": "w-5"}
        super().__init__(label, validators, format=list(self.WAYS), render_kw=how, **options)

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(["".join(value.split()).lower() for value in valuelist])
        except ValueError:
            raise ValueError(_("Enter a time as hours and minutes, such as 17:00 or 5pm.")) from None


class AsTyped(TextAreaField):
    """A long text that is read by a program: tabs and empty cells at the ends of its lines count."""


def _tidying(kind: type[Field]) -> tuple[Callable[[str | None], str | None], ...]:
    """What is done first to what was typed into a field of this kind; secrets and signed values are left alone."""
    if not issubclass(kind, StringField) or issubclass(kind, (PasswordField, HiddenField, AsTyped)):
        return ()
    tidied = tidy if issubclass(kind, TextAreaField) else _line
    return (lambda typed: tidied(typed) if isinstance(typed, str) else typed,)


def _line(typed: str) -> str:
    """A line in which nothing can be seen is an empty one."""
    line = tidy_line(typed)
    return line if can_be_seen(line) else ""


class _Words:
    """What the library says of a field by itself, in words for people."""

    def gettext(self, said: str) -> str:
        ours = {
            "Not a valid integer value.": _("Enter a whole number, in digits."),
            "Not a valid choice.": _("Choose one from the list."),
            "Invalid Choice: could not coerce.": _("Choose one from the list."),
        }
        return ours.get(said, said)

    def ngettext(self, one: str, many: str, n: int) -> str:
        if many == "Field cannot be longer than %(max)d characters.":
            return _("Use at most %(max)d characters.")
        return one if n == 1 else many


class Form(FlaskForm):
    """A form of Crowd: no text that it takes holds an invisible and harmful character, such as NUL."""

    class Meta(FlaskForm.Meta):
        def get_translations(self, _form: Any) -> _Words:
            return _Words()

        def bind_field(self, form: Any, unbound_field: Any, options: Any) -> Any:
            filters = (*_tidying(unbound_field.field_class), *unbound_field.kwargs.get("filters", ()))
            return super().bind_field(form, unbound_field, dict(options, filters=filters))


class WritingForm(Form):
    """A form for a text: taken up to ten minutes after the bell (P8), and once however often it is sent."""

    rendered = HiddenField(default=rendered_stamp)
    once = HiddenField(default=lambda: secrets.token_urlsafe(16))
