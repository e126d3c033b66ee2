"""What the pages of findings ask for."""

from typing import Any

from wtforms import HiddenField, SelectField, StringField, TextAreaField, ValidationError

from crowd import text
from crowd.findings import quotes
from crowd.forms import Form
from crowd.i18n import _, lazy, number
from crowd.web import key_of

LONGEST = quotes.LONGEST
MOST = 10_000  # characters of a finding or a response; what text.safe_html takes


def _tidy_line(value: str | None) -> str:
    return text.tidy_line(value or "")


def _check_note(field: Any, needed: bool) -> None:
    if needed and not field.data:
        raise ValidationError(_("Say what has changed: readers of a published finding are told."))
    if len(field.data) > 500:
        raise ValidationError(_("Say in at most 500 characters what has changed."))


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
        _check_note(field, self.note_needed)


class EvidenceForm(Form):
    """Contributions by their address or number, or by the boxes beside them, and what is to be done with them. `seen`
    is the mark of what the page showed as chosen."""

    contribution = StringField(lazy("Address or number of a contribution"), filters=[_tidy_line])
    note = StringField(lazy("What has changed"), filters=[_tidy_line])
    seen = HiddenField()
    note_needed = False

    def validate_note(self, field: Any) -> None:
        _check_note(field, self.note_needed)


class SectionForm(Form):
    """A section of the document; `seen` as for a finding."""

    title = StringField(lazy("Title"), filters=[_tidy_line])
    text = TextAreaField(lazy("Introduction"))
    seen = HiddenField()

    def validate_title(self, field: Any) -> None:
        if not 0 < len(field.data) <= 100:
            raise ValidationError(_("Give the section a title of at most 100 characters."))


class NoteForm(Form):
    """What readers of a new edition are told."""

    note = StringField(lazy("What has changed"), filters=[_tidy_line])
    seen = HiddenField()
    note_needed = True

    def validate_note(self, field: Any) -> None:
        _check_note(field, self.note_needed)


class SmallForm(Form):
    """A button alone."""


class QuoteForm(Form):
    """Words of a contribution, and what stands beside them."""

    contribution = SelectField(lazy("From which contribution"), coerce=int)
    words = TextAreaField(lazy("The words"))
    shown_as = SelectField(lazy("What stands beside it"))

    def __init__(self, *args: Any, **more: Any):
        super().__init__(*args, **more)
        self.shown_as.choices = [
            ("nothing", _("Nothing")),
            ("alias", _("The alias, where its author lets everybody see it")),
            ("profession", _("The profession")),
            ("region", _("The region")),
            ("group", _("The group")),
        ]

    def validate_words(self, field: Any) -> None:
        length = len(" ".join((field.data or "").split()))
        if not length:
            raise ValidationError(_("Copy the words that you want to quote."))
        if length > LONGEST:
            raise ValidationError(
                _(
                    "A quote can have %(most)s characters at most; this one has %(n)s.",
                    most=number(LONGEST),
                    n=number(length),
                )
            )


class RemarkForm(Form):
    """What one writer says to the others; `answers` is the number of the remark it replies to."""

    words = TextAreaField(lazy("Your remark"))
    answers = HiddenField()

    @property
    def answered(self) -> int:
        return key_of(self.answers.data or "") or 0

    def validate_words(self, field: Any) -> None:
        if not (field.data or "").strip():
            raise ValidationError(_("Write what you want to say."))
        if len(field.data) > 5_000:
            raise ValidationError(_("A remark can have 5,000 characters at most."))


class WorklistForm(Form):
    """What became of contributions: covered by a finding, or why they are not pursued."""

    finding = SelectField(lazy("Finding"), coerce=int)
    why = StringField(lazy("Why it is not pursued"), filters=[_tidy_line])

    def validate_why(self, field: Any) -> None:
        if len(field.data) > 500:
            raise ValidationError(_("Give the reason in at most 500 characters."))
