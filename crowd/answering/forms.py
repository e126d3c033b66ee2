"""What the pages of answers ask for."""

from datetime import date
from typing import Any

from wtforms import HiddenField, IntegerField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.validators import InputRequired, NumberRange, Optional

from crowd import clock
from crowd.answering.steps import ANSWERED, ENDED, Step, words
from crowd.forms import Day, Form
from crowd.i18n import _, lazy

MOST = 1_000_000


class AnswerForm(Form):
    """What the host does about a finding; `was` is the date it had, which may be over."""

    step = SelectField(lazy("Where it stands"))
    text = TextAreaField(lazy("Your response"))
    owner = StringField(lazy("Who answers for it"))
    due = Day(lazy("By when"), [Optional()])
    remind = SelectField(lazy("Who is reminded by mail"))
    seen = HiddenField()
    was: date | None = None

    def __init__(self, *given: Any, hosts: Any = (), was: date | None = None, **more: Any):
        super().__init__(*given, **more)
        self.was = was
        self.step.choices = [(str(step), words(step)) for step in Step]
        self.remind.choices = [("", _("all hosts"))] + [(str(host.id), host.name or host.email) for host in hosts]

    def validate_step(self, field: Any) -> None:
        if (self.text.data or "").strip() and field.data == Step.NOT_ANSWERED:
            raise ValidationError(_("Choose how far the answer is: a response does not go with “Not answered yet”."))

    def validate_text(self, field: Any) -> None:
        if not (field.data or "").strip() and self.step.data in ANSWERED - {Step.ANSWERED}:
            raise ValidationError(_("Say what you do about it, or why you do not: a word alone is no answer."))

    def validate_owner(self, field: Any) -> None:
        if len(field.data or "") > 200:
            raise ValidationError(_("Use at most 200 characters, such as “Head of workforce”."))

    def validate_due(self, field: Any) -> None:
        if field.data and field.data != self.was and self.step.data not in ENDED and field.data <= clock.now().date():
            raise ValidationError(_("Choose a day after today."))


def _people(label: str) -> IntegerField:
    wrong = lazy("Enter a number from 1 to 1,000,000, or leave it empty.")
    return IntegerField(label, [Optional(), NumberRange(1, MOST, wrong)], render_kw={"class": "w-10"})


def _where_promised(form: Any, field: Any) -> None:
    """Who promises nothing need not say within how many days."""
    promises = form.stakeholders.data or form.members.data
    (InputRequired(lazy("Enter how many days.")) if promises else Optional())(form, field)


class SupportForm(Form):
    """How many who agree oblige the host to answer."""

    stakeholders = _people(lazy("Stakeholders who agree"))
    members = _people(lazy("Members who agree"))
    days = IntegerField(
        lazy("Days until the answer is due"),
        [
            _where_promised,
            NumberRange(1, 365, lazy("Enter a number of days from 1 to 365.")),
        ],
        default=28,
        render_kw={"class": "w-5"},
    )
