"""What every form shares: its token, the time it was rendered (P8), and the key that makes a second sending one."""

import secrets
from datetime import UTC, datetime
from typing import Any

from flask import current_app, request
from flask_wtf import FlaskForm
from itsdangerous import BadSignature, TimestampSigner
from wtforms import HiddenField, RadioField
from wtforms.validators import InputRequired, ValidationError

from crowd import clock


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


class Form(FlaskForm):
    """A form of Crowd."""


class WritingForm(Form):
    """A form for a text: taken up to ten minutes after the bell (P8), and once however often it is sent."""

    rendered = HiddenField(default=rendered_stamp)
    once = HiddenField(default=lambda: secrets.token_urlsafe(16))
