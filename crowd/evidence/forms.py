"""What a form asks for beside a text: files, and an example's evidence card."""

import re
from typing import Any

from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    MultipleFileField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from crowd import clock
from crowd.consultations.forms import Checks
from crowd.evidence import card as cards
from crowd.evidence import deposits, doi
from crowd.evidence import licences as known_licences
from crowd.evidence.card import FIELDS, YES, licences
from crowd.forms import Choice, Form
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


class DepositForm(Form):
    seen = HiddenField(default="0")
    kind = Choice(lazy("What is it?"), wrong=lazy("Choose what it is."))
    title = StringField(lazy("Title"), [InputRequired(lazy("Enter its title.")), *_at_most(300)])
    authors = TextAreaField(lazy("Authors"), _at_most(3000))
    year = IntegerField(lazy("Year"), [Optional()], render_kw={"inputmode": "numeric", "class": "w-5"})
    publisher = StringField(lazy("Publisher or journal"), _at_most(200))
    doi = StringField(lazy("DOI"), _at_most(250))
    href = StringField(lazy("Web address"), _at_most(500))
    licence = SelectField(lazy("Licence"))
    licence_words = StringField(lazy("The licence in its own words"), _at_most(300))
    interests = TextAreaField(lazy("Declared interests"), _at_most(2000))
    about = TextAreaField(lazy("What it says"), _at_most(5000))
    themes = Checks(lazy("Themes"), coerce=int, validate_choice=True)
    findings = Checks(lazy("Findings it stands behind"), coerce=int, validate_choice=True)
    files = MultipleFileField(lazy("Files"))

    def offer(self, themes: Any, findings: Any) -> "DepositForm":
        known = [(name, one.words) for name, one in known_licences.all_of_them().items()]
        self.licence.choices = [*known, (known_licences.OTHER, _("Another one, in its own words"))]
        self.kind.choices = list(deposits.kind_words().items())
        self.themes.choices = [(theme.id, theme.name) for theme in themes]
        self.findings.choices = [(f.id, _("%(n)s. %(title)s", n=f.number, title=f.title)) for f in findings]
        return self

    def validate_year(self, field: IntegerField) -> None:
        last = clock.now().year + 1
        if field.data is not None and not 1000 <= field.data <= last:
            raise ValidationError(_("Enter a year of four digits, %(last)s at the latest.", last=last))

    def validate_doi(self, field: StringField) -> None:
        field.data = doi.checked(field.data or "")

    def validate_href(self, field: StringField) -> None:
        """A link that a reader presses: http or https, to a host, without a name and password. It is never fetched."""
        typed = (field.data or "").strip()
        if typed and not (re.match("https?://", typed, re.IGNORECASE) and cards.source_href(typed)):
            raise ValidationError(_("Enter a whole web address that begins with https:// or http://."))
        if not typed and not (self.doi.data or "").strip() and self.kind.data == "link":
            raise ValidationError(_("A link needs its web address, or a DOI."))
        field.data = typed

    def validate_licence_words(self, field: StringField) -> None:
        if self.licence.data == known_licences.OTHER and not field.data:
            raise ValidationError(_("Say what the licence is called, or choose one from the list."))
        if self.licence.data != known_licences.OTHER:
            field.data = ""

    def validate_interests(self, field: TextAreaField) -> None:
        if not (field.data or "").strip():
            raise ValidationError(_("Say which interests its authors and you declare; write “none” if there are none."))

    def values(self) -> dict[str, Any]:
        names = ("kind", "title", "year", "publisher", "doi", "href", "licence", "licence_words", "interests", "about")
        lines = [" ".join(line.split()) for line in (self.authors.data or "").splitlines()]
        said = {name: self[name].data for name in names}
        return {name: value if name == "year" else value or "" for name, value in said.items()} | {
            "authors": "\n".join(line for line in lines if line)
        }
