"""What a form asks for beside a text: files, and an example's evidence card."""

import re
from typing import Any

from wtforms import BooleanField, MultipleFileField, RadioField, StringField
from wtforms.validators import Length, ValidationError

from crowd.evidence import doi
from crowd.evidence.card import FIELDS, YES, licences
from crowd.forms import Form
from crowd.i18n import _, lazy


def _at_most(most: int) -> list[Length]:
    return [Length(max=most, message=lazy("This is too long. Use at most %(max)d characters."))]


class WithFiles:
    """Mixed into a form that takes files; what cannot be taken gets its sentence here."""

    files = MultipleFileField(lazy("Files as evidence"))


class WithCard:
    """Mixed into a form for an example. A field that does not belong to what is sent is neither asked for nor kept."""

    setting = StringField(lazy("Where was it?"), _at_most(300))
    change = StringField(lazy("What changed?"), _at_most(500))
    effect = StringField(lazy("What did it do? Give figures if you have them"), _at_most(500))
    source = StringField(lazy("How do we know? A link, a DOI or a reference"), _at_most(500))
    interests = StringField(lazy("Do you have an interest in it?"), _at_most(300))
    licence = RadioField(lazy("What may others do with it?"), default="reserved", validate_choice=False)
    contact = BooleanField(lazy("Others may ask me about it, through the host"))
    consent = BooleanField(lazy("Nobody can be identified from this, or they have agreed in writing"))

    def offer_card(self: Any) -> Any:
        self.licence.choices = list(licences().items())
        if self.licence.data not in licences():
            self.licence.data = "reserved"
        return self

    def is_example(self) -> bool:
        return True

    def validate_consent(self: Any, field: BooleanField) -> None:
        if self.is_example() and not field.data:
            raise ValidationError(
                _("Confirm that nobody can be identified from your example, or that they have agreed in writing.")
            )

    def validate_source(self: Any, field: StringField) -> None:
        """Words are fine; what begins as a DOI has to be one, and no link may run anything."""
        typed = field.data or ""
        if self.is_example() and doi.LIKE_ONE.match(typed) and not doi.bare(typed) and len(typed.split()) < 3:
            raise ValidationError(doi.wrong())
        if re.match(r"\s*(javascript|data|vbscript)\s*:", typed, re.IGNORECASE):
            raise ValidationError(_("This link is not taken. Use one that begins with https://, a DOI or a reference."))

    def card(self: Any) -> dict[str, str]:
        if not self.is_example():
            return {}
        typed = {name: self[name].data for name in FIELDS}
        return {name: YES if value is True else str(value or "") for name, value in typed.items()}


class DocumentForm(Form):
    """A document of the host for a question."""

    title = StringField(lazy("Title"), _at_most(100))
    files = MultipleFileField(lazy("The document"))
