"""What the pages of figures ask for."""

from flask_wtf.file import FileField
from wtforms import StringField
from wtforms.validators import Length, Optional

from crowd.figures.baseline import LENGTHS
from crowd.forms import AsTyped, Day, Form
from crowd.i18n import lazy


class BaselineForm(Form):
    """A list, pasted or as a file; date and source stand in where its rows have none."""

    text = AsTyped(lazy("Paste the list"), [Optional()], render_kw={"spellcheck": "false"})
    file = FileField(lazy("Or choose a file"), render_kw={"accept": ".csv,.txt,.tsv,.xlsx,text/csv"})
    when = Day(lazy("Date of the figures, where rows have none"), [Optional()])
    source = StringField(
        lazy("Source of the figures, where rows have none"),
        [Length(max=LENGTHS["source"], message=lazy("This is longer than 300 characters. Shorten it."))],
    )
