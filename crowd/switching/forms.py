"""What the pages before a switch ask for."""

from wtforms import HiddenField, IntegerField, SelectField
from wtforms.validators import InputRequired, NumberRange

from crowd.forms import Form
from crowd.i18n import _, lazy
from crowd.models import Person


class RetentionForm(Form):
    """How long personal data is kept."""

    retention = IntegerField(
        lazy("Months after the end for which personal data is kept"),
        [InputRequired(lazy("Enter a number.")), NumberRange(1, 120, lazy("Enter a number from %(min)s to %(max)s."))],
    )


class HandOverForm(Form):
    """Who decides on what is still undecided when the findings open."""

    person = SelectField(lazy("Moderator who takes over"), coerce=int)

    def __init__(self, moderators: list[Person], **more: object) -> None:
        super().__init__(**more)
        self.person.choices = [(0, _("Nobody")), *((who.id, who.name or who.email) for who in moderators)]


class ReadForm(Form):
    """One button, for what the host has had before them."""

    seen = HiddenField()
