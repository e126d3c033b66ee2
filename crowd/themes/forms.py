"""What the pages of themes ask for."""

from collections.abc import Sequence
from typing import Any

from flask_wtf.file import FileField
from wtforms import HiddenField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from crowd.forms import AsTyped, Form
from crowd.hosting.lists import encoding
from crowd.i18n import _, lazy
from crowd.themes.codebook import WORDS

_LONG = Length(max=2000, message=lazy("This is longer than 2,000 characters. Shorten it."))


class NoteForm(Form):
    """Why the codebook changes."""

    note = StringField(
        lazy("Why it changes"),
        [Length(max=500, message=lazy("This is longer than 500 characters. Shorten it."))],
    )


class ThemeForm(NoteForm):
    """A theme: its name, what belongs to it and what does not, an example. `seen` is the version of the codebook that
    the page showed."""

    seen = HiddenField()
    name = StringField(
        lazy("Name"),
        [
            DataRequired(lazy("Enter a name.")),
            Length(max=100, message=lazy("This is longer than 100 characters. Shorten it.")),
        ],
    )
    definition = TextAreaField(lazy("What belongs to it"), [_LONG])
    include = TextAreaField(lazy("Include"), [_LONG])
    exclude = TextAreaField(lazy("Do not include"), [_LONG])
    example = TextAreaField(lazy("An example"), [_LONG])

    @property
    def words(self) -> dict[str, str]:
        return {name: self[name].data or "" for name in WORDS}

    def refuse_name(self) -> None:
        """Say at the name that another theme has it."""
        self.name.errors = [_("Another theme has this name. Choose another one.")]

    def refuse_overtaken(self, version: int) -> None:
        """Say that a colleague has changed the theme meanwhile; what was typed stays, and saving again takes it."""
        said = _("Somebody has changed this theme since you opened the page.")
        self.form_errors.append(said + " " + _("Compare it with the codebook, then save again."))
        self.seen.data = str(version)


class MergeThemesForm(NoteForm):
    """Into which other theme one goes. `sure` is of what the page has said it does."""

    sure = HiddenField()
    into = SelectField(lazy("The theme that stays"), coerce=int, validate_choice=False)

    def offer(self, themes: Sequence[Any]) -> None:
        self.into.choices = [(0, _("Choose a theme")), *((theme.number, theme.name) for theme in themes)]


class CodebookForm(NoteForm):
    """A codebook as CSV, pasted or as a file."""

    text = AsTyped(lazy("Themes as CSV"))
    file = FileField(lazy("Or choose a file"), render_kw={"accept": ".csv,.txt,.tsv,text/csv"})

    def sent(self) -> bytes:
        """What was chosen, else what was pasted."""
        chosen = self.file.data.read() if self.file.data else b""
        return chosen or (self.text.data or "").encode()

    def refuse(self, wrong: Sequence[str], sent: bytes) -> None:
        """Say what is wrong, with all that was sent in the box."""
        self.text.errors = list(wrong)
        self.text.data = sent.decode(encoding(sent), "replace").replace("\0", "")


class GivenForm(Form):
    """The themes of one contribution, as boxes."""

    themes = SelectMultipleField(
        lazy("Themes"),
        coerce=int,
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        validate_choice=False,  # one that is gone by now is left out
    )
