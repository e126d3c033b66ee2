"""What the pages of wording ask for."""

from wtforms import HiddenField, TextAreaField
from wtforms.validators import DataRequired, Length

from crowd.forms import Form
from crowd.i18n import lazy
from crowd.wording.queries import MOST


class PageForm(Form):
    text = TextAreaField(
        lazy("Text"),
        [
            DataRequired(lazy("Write something: a page without words helps nobody.")),
            Length(max=MOST, message=lazy("Use at most 40,000 characters.")),
        ],
    )
    seen = HiddenField()


class LetterForm(Form):
    words = TextAreaField(
        lazy("Subject on the first line, then the text"),
        [
            DataRequired(lazy("Write the mail, or go back to the standard words.")),
            Length(max=5000, message=lazy("Use at most 5,000 characters.")),
        ],
    )
