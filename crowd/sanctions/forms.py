"""What the pages of sanctions ask for, with the words people read."""

from typing import Any

from wtforms import StringField, TextAreaField, ValidationError
from wtforms.validators import Optional

from crowd import clock
from crowd.forms import Choice, Day, Form
from crowd.i18n import _, lazy
from crowd.sanctions.kinds import BLOCKED, HOLD, KINDS, SUSPENDED, WARNING, kind_words

WORDS = 1000  # characters


class SanctionForm(Form):
    """One sanction; it is shown once more before it takes effect (`do` is then "impose")."""

    kind = Choice(lazy("What is to happen?"), wrong=lazy("Choose what is to happen."))
    until = Day(lazy("Last day"), [Optional()])
    words = TextAreaField(lazy("Reason, which the person reads"))
    do = StringField()

    def __init__(self) -> None:
        super().__init__()
        self.kind.choices = [(kind, kind_words(kind)) for kind in KINDS]

    def validate_until(self, field: Any) -> None:
        if field.data and field.data <= clock.now().date():
            raise ValidationError(_("Choose a day after today."))

    def validate_kind(self, field: Any) -> None:
        if field.data in (WARNING, BLOCKED) and self.until.data:
            raise ValidationError(_("A warning or a block has no last day. Leave it empty, or choose another."))

    def validate_words(self, field: Any) -> None:
        if not 0 < len(field.data or "") <= WORDS:
            raise ValidationError(_("Say in at most %(most)s characters why: the person reads it.", most=WORDS))

    def validate(self, extra_validators: Any = None) -> bool:
        fine = bool(super().validate(extra_validators))
        if self.kind.data == SUSPENDED and not self.until.data and not self.until.errors:
            self.until.errors = [_("Enter the last day, such as 31/12/2026.")]
            return False
        return fine

    @property
    def ends(self) -> Any:
        """The day, for what has one."""
        return self.until.data if self.kind.data in (HOLD, SUSPENDED) else None
