"""What the pages of mending ask for, with the words people read."""

import re
from typing import Any

from wtforms import FieldList, FormField, HiddenField, SelectField, StringField, TextAreaField, ValidationError
from wtforms import Form as Part

from crowd import text
from crowd.forms import Form
from crowd.i18n import _, lazy
from crowd.mending.passages import FEWEST, MOST, REASONS, Strike, reason_words

NOTE, PASSAGE, WHY = 2000, 1000, 500  # characters


class StrikeForm(Part):
    """One passage, as it stands in the text, with the reason that readers are told."""

    passage = TextAreaField(lazy("Passage"))
    reason = SelectField(lazy("Why it has to go"), validate_choice=False)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.reason.choices = [("", _("Choose a reason")), *((key, reason_words(key)) for key in REASONS)]

    @property
    def words(self) -> str:
        return text.tidy(self.passage.data or "").strip()

    def validate_passage(self, field: Any) -> None:
        if not self.words:
            if self.reason.data:
                raise ValidationError(_("Copy the passage here that has to go, or choose no reason."))
            return
        if len(self.words) > PASSAGE:
            raise ValidationError(_("A passage can have %(most)s characters at most. Use two.", most=PASSAGE))
        if len(self.words) < FEWEST or not re.search(r"\w", self.words):
            raise ValidationError(_("This is too short: it would be struck out all over the text."))

    def validate_reason(self, field: Any) -> None:
        if self.words and field.data not in REASONS:
            raise ValidationError(_("Choose why this passage has to go. Readers are told."))


class RedactForm(Form):
    """Which passages go. The version is in the address; the form was shown in `phase`, when its text was in `state`
    (M10)."""

    phase, state = HiddenField(), HiddenField()
    strikes = FieldList(FormField(StrikeForm), min_entries=1, max_entries=MOST)
    note = TextAreaField(lazy("Note to the author"))
    do = StringField()  # the button that was pressed

    def validate_note(self, field: Any) -> None:
        if len(field.data or "") > NOTE:
            raise ValidationError(_("The note can have %(most)s characters at most. Make it shorter.", most=NOTE))

    def chosen(self) -> list[Strike]:
        """The passages that were filled in."""
        return [Strike(entry.form.words, entry.form.reason.data) for entry in self.strikes if entry.form.words]

    def room(self) -> None:
        """Leave an empty line to fill in."""
        if len(self.strikes) < MOST and (not self.strikes or self.strikes[-1].form.words):
            self.strikes.append_entry()

    def numbered(self) -> list[StrikeForm]:
        """The parts in their order, each with its number in its labels."""
        for n, entry in enumerate(self.strikes, 1):
            entry.form.passage.label.text = _("Passage %(n)s", n=n)
            entry.form.reason.label.text = _("Why passage %(n)s has to go", n=n)
        return [entry.form for entry in self.strikes]

    def refuse(self, passage: str, why: str) -> None:
        """Say beside a passage what is wrong with it."""
        for entry in self.strikes:
            if entry.form.words == passage:
                entry.form.passage.errors = [why]


class SealForm(Form):
    """Why the whole text has to be read."""

    why = TextAreaField(lazy("Why do you have to read it?"))

    def validate_why(self, field: Any) -> None:
        if not 0 < len(field.data or "") <= WHY:
            raise ValidationError(
                _("Say why in at most %(most)s characters. It is kept in the log for good.", most=WHY)
            )


class MergeForm(Form):
    """The text under which another one goes; the form was shown in `phase`, when that one was in `state` (M10)."""

    phase, state = HiddenField(), HiddenField()
    target = StringField(lazy("Address or number of the text that stays"))
    note = TextAreaField(lazy("Note to the author"))
    chosen = StringField()  # the button beside a similar text

    @property
    def meant(self) -> str:
        return str(self.chosen.data or self.target.data or "").strip()

    def validate_note(self, field: Any) -> None:
        if len(field.data or "") > NOTE:
            raise ValidationError(_("The note can have %(most)s characters at most. Make it shorter.", most=NOTE))

    def validate_target(self, field: Any) -> None:
        if not self.meant:
            raise ValidationError(_("Choose a text, or enter its address or number, such as 12 or /p/12."))
