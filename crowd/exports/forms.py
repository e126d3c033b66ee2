"""What a host is asked before a file is made."""

from typing import Any

from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, ValidationError

from crowd.evidence import doi, licences
from crowd.forms import Choice, Form
from crowd.i18n import _, lazy

LEAST = 20  # letters of a purpose


class ExportForm(Form):
    """For whom, as what, and what for."""

    audience = Choice(lazy("For whom?"), wrong=lazy("Choose for whom the file is."))
    form = Choice(lazy("As what?"), wrong=lazy("Choose a workbook or a zip of tables."), default="xlsx")
    purpose = TextAreaField(
        lazy("What for?"), [Length(max=1000, message=lazy("This is too long. Use at most %(max)d characters."))]
    )
    careful = BooleanField(lazy("I keep this file as I keep a backup: it holds what others may not read"))

    def offer(self, audiences: Any, forms: Any) -> "ExportForm":
        self.audience.choices, self.form.choices = audiences, forms
        return self

    def validate_purpose(self, field: TextAreaField) -> None:
        if self.audience.data == "research" and len((field.data or "").strip()) < LEAST:
            raise ValidationError(
                _(
                    "Say what the research is for, and who does it, in at least %(least)s characters: it is kept with"
                    " the file.",
                    least=LEAST,
                )
            )

    def validate_careful(self, field: BooleanField) -> None:
        if self.audience.data in ("host", "whole") and not field.data:
            raise ValidationError(_("This file holds texts that others may not read. Tick that you keep it safe."))


class DataForm(Form):
    """What others may do with what everybody may read, and where it is deposited."""

    licence = SelectField(lazy("Licence of the public data"), validate_choice=True)
    doi = StringField(
        lazy("DOI under which the data are deposited"),
        [Length(max=250, message=lazy("This is too long. Use at most %(max)d characters."))],
    )

    def offer(self) -> "DataForm":
        self.licence.choices = [(name, found.words) for name, found in licences.all_of_them().items()]
        return self

    def validate_doi(self, field: StringField) -> None:
        field.data = doi.checked(field.data or "")
