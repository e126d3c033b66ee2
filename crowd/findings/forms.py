"""What the pages of findings ask for."""

from typing import Any

from wtforms import HiddenField, StringField, TextAreaField, ValidationError

from crowd import text
from crowd.forms import Form
from crowd.i18n import _, lazy

MOST = 10_000  # characters of a finding or a response; what text.safe_html takes


def _tidy_line(value: str | None) -> str:
    return text.tidy_line(value or "")


class FindingForm(Form):
    """A finding; `seen` is the mark of what the form showed, so that nobody's change is lost."""

    section = StringField(lazy("Section"), filters=[_tidy_line])
    title = StringField(lazy("Finding in one sentence"), filters=[_tidy_line])
    text = TextAreaField(lazy("Text"))
    note = StringField(lazy("What has changed"), filters=[_tidy_line])
    seen = HiddenField()
    note_needed = False

    def validate_section(self, field: Any) -> None:
        if len(field.data) > 100:
            raise ValidationError(_("The name of the section can have 100 characters at most."))

    def validate_title(self, field: Any) -> None:
        if not 0 < len(field.data) <= 300:
            raise ValidationError(_("Give the finding a sentence of at most 300 characters."))

    def validate_text(self, field: Any) -> None:
        if not (field.data or "").strip():
            raise ValidationError(_("Write the text of the finding."))

    def validate_note(self, field: Any) -> None:
        if self.note_needed and not field.data:
            raise ValidationError(_("Say what has changed: readers of a published finding are told."))
        if len(field.data) > 500:
            raise ValidationError(_("Say in at most 500 characters what has changed."))


class EvidenceForm(Form):
    """A contribution by its address or its number."""

    contribution = StringField(lazy("Address or number of a contribution"), filters=[_tidy_line])


class SmallForm(Form):
    """A button alone."""
