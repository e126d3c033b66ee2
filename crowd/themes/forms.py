"""What the pages of themes ask for."""

from wtforms import SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from crowd.forms import Form
from crowd.i18n import _, lazy


class ThemeForm(Form):
    """A theme's name and what belongs to it."""

    name = StringField(
        lazy("Name"),
        [
            DataRequired(lazy("Enter a name.")),
            Length(max=100, message=lazy("This is longer than 100 characters. Shorten it.")),
        ],
    )
    definition = TextAreaField(
        lazy("What belongs to it"),
        [Length(max=2000, message=lazy("This is longer than 2,000 characters. Shorten it."))],
    )

    def refuse_name(self) -> None:
        """Say at the name that another theme has it."""
        self.name.errors = [_("Another theme has this name. Choose another one.")]


class GivenForm(Form):
    """The themes of one contribution, as boxes."""

    themes = SelectMultipleField(
        lazy("Themes"),
        coerce=int,
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        validate_choice=False,  # one that is gone by now is left out
    )
