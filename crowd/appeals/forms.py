"""What the pages of appeals ask for, with the words people read."""

from typing import Any

from wtforms import HiddenField, StringField, TextAreaField, ValidationError

from crowd.appeals.deeds import OUTCOMES
from crowd.forms import Form
from crowd.i18n import _, lazy

WORDS = 2000  # characters


class AppealForm(Form):
    words = TextAreaField(lazy("Why do you think that the decision is wrong?"))

    def validate_words(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(_("Say why you think that the decision is wrong."))
        if len(field.data) > WORDS:
            raise ValidationError(_("Use at most %(most)s characters.", most=WORDS))


class DecideForm(Form):
    """What becomes of an appeal. `seen` says what of it the page had shown (M10)."""

    seen = HiddenField()
    note = TextAreaField(lazy("Your reasons, for the author"))
    outcome = StringField()  # the button that was pressed

    def __init__(self, *, returnable: bool) -> None:
        super().__init__()
        self._outcomes = OUTCOMES if returnable else OUTCOMES[:2]

    def validate_outcome(self, field: Any) -> None:
        if field.data not in self._outcomes:
            raise ValidationError(_("Press one of the buttons to decide."))

    def validate_note(self, field: Any) -> None:
        if len(field.data or "") > WORDS:
            raise ValidationError(_("Use at most %(most)s characters.", most=WORDS))
        if self.outcome.data in ("upheld", "returned") and not field.data:
            raise ValidationError(_("Write your reasons: the author reads them."))
