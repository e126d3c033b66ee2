"""What the host's pages of imports ask for."""

from wtforms import MultipleFileField, RadioField, SelectField, StringField
from wtforms.validators import Length, Optional

from crowd.forms import Form
from crowd.i18n import _, lazy

SHORT = Length(max=200, message=lazy("Use at most 200 characters."))


class FilesForm(Form):
    source = RadioField(lazy("What the files are"), default="csv")
    files = MultipleFileField(lazy("The files, or one zip of them"), render_kw={"accept": ".csv,.tsv,.txt,.md,.zip"})
    into = SelectField(lazy("Into"), validators=[Optional()])
    title = StringField(lazy("Title of a new consultation"), [Optional(), SHORT])

    def choose(self, rooms: list[tuple[str, str]]) -> None:
        """What can be chosen."""
        self.source.choices = [
            ("csv", _("CSV of contributions and comments")),
            ("polis", _("Polis export")),
            ("decide-madrid", _("Decide Madrid: proposals.csv and comments.csv")),
        ]
        self.into.choices = [("", _("A new consultation")), *rooms]
