"""What the coding desk asks for."""

from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, HiddenField, IntegerField, SelectField, SelectMultipleField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from crowd.coding.filters import number
from crowd.forms import Form
from crowd.i18n import _, lazy


class CodeForm(Form):
    """The themes of one contribution, or that none fits. `seen` tells in which state the page had shown its coding."""

    seen = HiddenField()
    themes = SelectMultipleField(lazy("Themes"), coerce=int, validate_choice=False)
    nothing = BooleanField(lazy("Nothing fits"))

    def validate_themes(self, _field: Any) -> None:
        self.themes.errors = []
        if not self.themes.data and not self.nothing.data:
            self.form_errors.append(_("Choose at least one theme, or “Nothing fits”."))
        elif self.themes.data and self.nothing.data:
            self.form_errors.append(_("You chose themes and “Nothing fits”. Take one of the two away."))

    def validate(self, *args: Any, **more: Any) -> bool:
        """Both sentences are about the whole list, not about one box."""
        fine = super().validate(*args, **more)
        return bool(fine and not self.form_errors)

    def refuse_overtaken(self, seen: str) -> None:
        """Say that a colleague was quicker; what was chosen stays, and saving again takes it."""
        self.form_errors.append(
            _("A colleague has coded this meanwhile. What you chose is still here; compare it, then save again.")
        )
        self.seen.data = seen


class DrawForm(Form):
    """Which share two people code."""

    percent = IntegerField(
        lazy("Share in per cent"),
        [
            InputRequired(lazy("Enter how many per cent, such as 10.")),
            NumberRange(1, 100, lazy("Enter a whole number from 1 to 100.")),
        ],
    )
    seed = IntegerField(
        lazy("Seed"),
        [Optional(), NumberRange(0, 2**31 - 2, lazy("Enter a whole number from 0 to 2,147,483,646."))],
    )


class ViewForm(Form):
    """The name of a filter."""

    name = StringField(
        lazy("Name of the view"),
        [
            DataRequired(lazy("Enter a name for the view.")),
            Length(max=60, message=lazy("This is longer than 60 characters. Shorten it.")),
        ],
    )


class BulkForm(Form):
    """The theme that all of them get. `seen` are the texts that were shown, each with its version."""

    theme = SelectField(lazy("The theme that all of them get"), coerce=int, validate_choice=False)
    seen = HiddenField()

    def offer(self, themes: Sequence[Any]) -> None:
        self.theme.choices = [(0, _("Choose a theme")), *((theme.number, theme.name) for theme in themes)]

    def versions(self, most: int) -> dict[int, int]:
        """The version of each text as it was shown; what is no number is left out."""
        parts = [part.partition(".") for part in (self.seen.data or "").split()[:most]]
        return {number(key): number(version) for key, _dot, version in parts if number(key) and number(version)}
