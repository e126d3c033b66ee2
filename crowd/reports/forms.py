"""What the pages of reports ask for, with the words people read."""

from collections.abc import Sequence
from typing import Any

from wtforms import HiddenField, SelectField, StringField, TextAreaField, ValidationError

from crowd.forms import Choice, Form
from crowd.i18n import _, lazy, told
from crowd.models import Reason
from crowd.reports.grounds import GROUNDS, ground_words

WORDS, NOTE = 1000, 2000  # characters


class ReportForm(Form):
    """A report of a published text (M18)."""

    ground = Choice(lazy("What is wrong with it?"), wrong=lazy("Choose what is wrong with it."))
    words = TextAreaField(lazy("In your own words"))

    def __init__(self) -> None:
        super().__init__()
        self.ground.choices = [(ground, ground_words(ground)) for ground in GROUNDS]

    def validate_words(self, field: Any) -> None:
        if len(field.data or "") > WORDS:
            raise ValidationError(_("Use at most %(most)s characters.", most=WORDS))
        if self.ground.data == "rule" and not field.data:
            raise ValidationError(_("Say which rule it breaks, or what is wrong with it."))


class PublishedForm(Form):
    """What becomes of a published text. `seen` says what of it the page had shown (M10)."""

    seen = HiddenField()
    reason = SelectField(lazy("Reason"), validate_choice=False)
    note = TextAreaField(lazy("Note to the author"))
    decision = StringField()  # the button that was pressed

    def __init__(self, reasons: Sequence[Reason]) -> None:
        super().__init__()
        self._reasons = {str(reason.id): reason for reason in reasons}
        self.reason.choices = [("", _("Choose a reason")), *((str(r.id), told(r.title)) for r in reasons)]

    @property
    def chosen(self) -> Reason | None:
        return self._reasons.get(self.reason.data or "")

    def validate_decision(self, field: Any) -> None:
        if field.data not in ("fine", "remove"):
            raise ValidationError(_("Press one of the buttons to decide."))

    def validate_reason(self, _field: Any) -> None:
        if self.decision.data == "remove" and self.chosen is None:
            raise ValidationError(_("Choose a reason. Its title stands on the mark, and the author is told it."))

    def validate_note(self, field: Any) -> None:
        if len(field.data or "") > NOTE:
            raise ValidationError(_("The note can have %(most)s characters at most. Make it shorter.", most=NOTE))
        if self.decision.data == "remove" and self.chosen and self.chosen.note_needed and not field.data:
            raise ValidationError(
                _("Write a note: “%(reason)s” alone does not tell the author what is meant.", reason=self.chosen.title)
            )
