"""What the pages of moderators' care ask for, with the words people read."""

from collections.abc import Sequence
from datetime import time
from typing import Any

from wtforms import HiddenField, IntegerField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.validators import InputRequired, NumberRange

from crowd.care import holidays
from crowd.consultations.forms import Checks, Lines
from crowd.forms import Form, Hour
from crowd.i18n import _, lazy, told
from crowd.models import Consultation, Reason

CHOICES = ("approve", "return", "reject")
REASON = 2000  # characters
LEAST = 20


def at(minutes: int) -> time:
    """Minutes after midnight as a time of day; the end of the day is its last minute."""
    return time(*divmod(min(minutes, 24 * 60 - 1), 60))


def minutes(of: time) -> int:
    found = of.hour * 60 + of.minute
    return 24 * 60 if found == 24 * 60 - 1 else found


class HoursForm(Form):
    """When the desk works (M7)."""

    seen = HiddenField()
    answer_hours = IntegerField(
        lazy("Working hours in which moderators mean to answer"),
        [InputRequired(lazy("Enter a number.")), NumberRange(1, 168, lazy("Enter a number from %(min)s to %(max)s."))],
    )
    work_days = Checks(lazy("Working days"), [InputRequired(lazy("Choose at least one day."))], coerce=int)
    work_from = Hour(lazy("The desk opens at"), [InputRequired(lazy("Enter a time, such as 09:00."))])
    work_until = Hour(lazy("The desk closes at"), [InputRequired(lazy("Enter a time, such as 17:00."))])
    holidays = Lines(lazy("Days off"))

    def __init__(self, consultation: Consultation, seen: str) -> None:
        super().__init__(
            seen=seen,
            answer_hours=consultation.answer_hours,
            work_days=consultation.work_days,
            work_from=at(consultation.work_from),
            work_until=at(consultation.work_until),
            holidays=holidays.shown(consultation.holidays),
        )
        names = [_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday")]
        self.work_days.choices = list(enumerate(names))

    def validate_work_until(self, field: Any) -> None:
        if field.data and self.work_from.data and field.data <= self.work_from.data:
            raise ValidationError(_("The desk must close after it opens. Choose a later time."))

    def validate_holidays(self, field: Any) -> None:
        try:
            holidays.typed(field.data)
        except holidays.NotADay as error:
            raise ValidationError(str(error)) from None

    def values(self) -> dict[str, Any]:
        return {
            "answer_hours": self.answer_hours.data,
            "work_days": sorted(self.work_days.data or []),
            "work_from": minutes(self.work_from.data or time()),
            "work_until": minutes(self.work_until.data or time()),
            "holidays": holidays.typed(self.holidays.data or []),
        }


class ReadingForm(Form):
    """What a second moderator would have decided (M29)."""

    reason = SelectField(lazy("Reason"), validate_choice=False)
    decision = StringField()  # the button that was pressed

    def __init__(self, reasons: Sequence[Reason]) -> None:
        super().__init__()
        self._reasons = {str(reason.id): reason for reason in reasons}
        self.reason.choices = [
            ("", _("Choose a reason")),
            *((str(reason.id), told(reason.title)) for reason in reasons),
        ]

    @property
    def chosen(self) -> Reason | None:
        return self._reasons.get(self.reason.data or "")

    def validate_decision(self, field: Any) -> None:
        if field.data not in CHOICES:
            raise ValidationError(_("Press one of the buttons to say what you would decide."))

    def validate_reason(self, field: Any) -> None:
        if self.decision.data in CHOICES[1:] and self.chosen is None:
            raise ValidationError(_("Choose a reason: it is compared with the first one."))


class AskForm(Form):
    """Why somebody wants to know who is behind an alias (M25)."""

    reason = TextAreaField(lazy("Why you need to know who wrote this"))
    untold = TextAreaField(lazy("Why the author must not be told"))

    def validate_reason(self, field: Any) -> None:
        if len(field.data or "") < LEAST:
            raise ValidationError(
                _("Say in a sentence why you need to know it. The second person and the author read it.")
            )
        _short(field)

    def validate_untold(self, field: Any) -> None:
        if field.data and len(field.data) < LEAST:
            raise ValidationError(_("Say in a sentence who would be in danger, or leave this empty."))
        _short(field)


def _short(field: Any) -> None:
    if len(field.data or "") > REASON:
        raise ValidationError(_("Use at most %(most)s characters.", most=REASON))
