"""What hosts say about how texts are taken."""

from typing import Any

from wtforms import HiddenField, IntegerField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from crowd.consultations.forms import Lines, all_short
from crowd.forms import Choice, Form
from crowd.holding.lists import Words
from crowd.holding.rules import Mode
from crowd.i18n import _, lazy
from crowd.text import opening

MOST = 500  # lines of a list


def _between(least: int, most: int) -> list[Any]:
    return [
        InputRequired(lazy("Enter a number.")),
        NumberRange(least, most, lazy("Enter a number from %(min)s to %(max)s.")),
    ]


def some_words(_form: Form, field: Lines) -> None:
    """Each line has to be able to find something, and not everything."""
    if len(field.data) > MOST:
        raise ValidationError(_("These are more than %(most)s lines. Take out those that matter least.", most=MOST))
    for line in field.data:
        quoted = opening(line, 40)
        if not Words([line]):
            raise ValidationError(_("“%(line)s” has no letter or digit. Write a word, or take it out.", line=quoted))
        if "*" in line.rstrip("*") or line.endswith("**"):
            raise ValidationError(_("“%(line)s”: a * can only stand once, at the end.", line=quoted))
        if line.endswith("*") and len(line) < 4:
            raise ValidationError(_("“%(line)s” would find very many words. Write three letters or more.", line=quoted))


class HoldingForm(Form):
    """The modes, the numbers and the words of the rules."""

    seen = HiddenField()
    mode_members = Choice(lazy("In the members’ discussion"), wrong=lazy("Choose one."))
    mode_open = Choice(lazy("While findings are open for comment"), wrong=lazy("Choose one."))
    first_texts = IntegerField(lazy("Texts of a person that are read first"), _between(0, 20))
    most_links = IntegerField(lazy("Links a text can have without being read first"), _between(0, 50))
    watched = Lines(lazy("Watched words"), [all_short, some_words])
    blocked = Lines(lazy("Words that are not taken"), [all_short, some_words])

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self.mode_members.choices = self.mode_open.choices = [
            (Mode.BEFORE.value, _("Every text is read before it is published")),
            (Mode.RISK.value, _("Texts are published at once unless a rule holds them")),
            (Mode.AFTER.value, _("Texts are published at once unless they give somebody away")),
        ]


class TryForm(Form):
    """A text to try the rules on."""

    text = TextAreaField(
        lazy("A text"),
        [
            DataRequired(lazy("Write or paste a text.")),
            Length(max=10_000, message=lazy("Try at most %(max)d characters at once.")),
        ],
    )
