"""What the pages of hosts ask for about a consultation."""

from collections.abc import Sequence
from zoneinfo import available_timezones

from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from crowd.consultations.queries import RESERVED, SLUG
from crowd.forms import Day, Form, Hour
from crowd.i18n import _, lazy
from crowd.models import Consultation
from crowd.states import PHASES, Kind, Promise
from crowd.text import Unusable, opening, safe_html, tidy, tidy_line
from crowd.threads.numbers import CODE, LONGEST


def one_line(value: str | None) -> str:
    return tidy_line(value or "")


def lines(value: str | list[str] | None) -> list[str]:
    """One a line, without empty and double ones."""
    typed = value.splitlines() if isinstance(value, str) else value or []
    return list(dict.fromkeys(line for line in map(tidy_line, typed) if line))


class Lines(TextAreaField):
    """A list, one a line."""

    def _value(self) -> str:
        return "\n".join(self.data or [])

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = lines(valuelist[0]) if valuelist else []


class Box(CheckboxInput):
    """One of several: where one of them has to be ticked, a browser would ask for each."""

    validation_attrs = ("disabled",)


class Checks(SelectMultipleField):
    widget = ListWidget(prefix_label=False)
    option_widget = Box()


def usable(_form: Form, field: TextAreaField) -> None:
    """Refuse what cannot be made safe, in the words of the text's own rules."""
    try:
        safe_html(tidy(field.data or ""))
    except Unusable as error:
        raise ValidationError(str(error)) from None


def a_zone(_form: Form, field: StringField) -> None:
    if field.data not in available_timezones():
        raise ValidationError(_("Enter a time zone by its continent and city, such as Europe/London."))


def a_code(_form: Form, field: StringField) -> None:
    if len(field.data) > LONGEST or not CODE.fullmatch(field.data):
        raise ValidationError(
            _("Enter at most 20 letters and digits with single hyphens, a letter first, such as AHP-2016.")
        )


def all_short(_form: Form, field: Lines) -> None:
    if too_long := [line for line in field.data if len(line) > 100]:
        raise ValidationError(_("“%(line)s” is longer than 100 characters. Shorten it.", line=opening(too_long[0], 40)))


def _title(most: int) -> list[object]:
    return [
        DataRequired(lazy("Enter a title.")),
        Length(max=most, message=lazy("The title is too long. Use at most %(max)d characters.")),
    ]


def _between(least: int, most: int) -> list[object]:
    return [
        InputRequired(lazy("Enter a number.")),
        NumberRange(least, most, lazy("Enter a number from %(min)s to %(max)s.")),
    ]


class BeginForm(Form):
    """A new consultation."""

    title = StringField(lazy("Title"), _title(200), filters=[one_line])
    slug = StringField(
        lazy("Short name"),
        [
            DataRequired(lazy("Enter a short name.")),
            Length(max=60, message=lazy("The short name is too long. Use at most %(max)d characters.")),
            Regexp(
                SLUG,
                message=lazy("Use small letters, digits and single hyphens only, such as student-placements-2026."),
            ),
        ],
        filters=[one_line],
    )
    summary = TextAreaField(lazy("What it is about"), [usable])
    timezone = StringField(lazy("Time zone"), [a_zone], default="Europe/London", filters=[one_line])

    def validate_slug(self, field: StringField) -> None:
        if field.data in RESERVED:
            raise ValidationError(_("“%(slug)s” is an address of the site itself. Choose another.", slug=field.data))


class SetUpForm(Form):
    """What the host says about a consultation."""

    seen = HiddenField()
    title = StringField(lazy("Title"), _title(200), filters=[one_line])
    summary = TextAreaField(lazy("What it is about"), [usable])
    timezone = StringField(lazy("Time zone"), [a_zone], filters=[one_line])
    code = StringField(lazy("Code of citable numbers"), [a_code], filters=[one_line, str.upper])
    target = IntegerField(lazy("How many members you hope will register"), _between(0, 10_000_000))
    counts_hidden = BooleanField(lazy("Hide how many agree until the members’ discussion has ended"))
    professions = Lines(lazy("Professions"), [all_short])
    regions = Lines(lazy("Regions"), [all_short])
    groups = Lines(lazy("Groups of stakeholders"), [all_short])
    promises = Checks(
        lazy("Who authors can let read their texts"),
        [InputRequired(lazy("Offer at least one."))],
        coerce=int,
    )
    default_promise = RadioField(
        lazy("What is chosen unless the author says otherwise"),
        [InputRequired(lazy("Choose one."))],
        coerce=int,
    )
    answer_hours = IntegerField(lazy("Hours in which moderators mean to answer"), _between(1, 168))
    resubmit_days = IntegerField(
        lazy("Days after the discussion in which returned texts can be sent again"), _between(0, 60)
    )
    text_limit = IntegerField(lazy("Characters a text can have"), _between(200, 10_000))
    follows_id = SelectField(lazy("It follows up"), coerce=lambda key: int(key or 0))
    files_limit = IntegerField(lazy("Files with each text"), _between(0, 10))
    file_limit = IntegerField(lazy("Megabytes for each file"), _between(1, 25))

    def __init__(self, earlier: Sequence[Consultation] = (), **more: object) -> None:
        super().__init__(**more)
        self.follows_id.choices = [(0, _("Nothing")), *((other.id, other.title) for other in earlier)]
        self.promises.choices = self.default_promise.choices = [
            (int(Promise.ALIAS), _("Everybody, under the author’s alias")),
            (int(Promise.NAMELESS), _("Everybody, without a name: profession and region only")),
            (int(Promise.MEMBERS), _("Members only")),
        ]

    def validate_default_promise(self, field: RadioField) -> None:
        if field.data not in (self.promises.data or []):
            raise ValidationError(_("Choose one of those that you offer."))


class QuestionForm(Form):
    """A key question."""

    seen = HiddenField()
    title = TextAreaField(
        lazy("Question"),
        [
            DataRequired(lazy("Enter the question.")),
            Length(max=500, message=lazy("The question is too long. Use at most %(max)d characters.")),
        ],
        filters=[one_line],
    )
    guidance = TextAreaField(lazy("Guidance"), [usable])
    kinds = Checks(lazy("What people can write"), [InputRequired(lazy("Choose at least one."))])
    number = IntegerField(lazy("Place among the questions"), [Optional(), NumberRange(1, 99)])

    def __init__(self, **more: object) -> None:
        super().__init__(**more)
        self.kinds.choices = [
            (Kind.IDEA.value, _("An idea: what should stop, start or change")),
            (Kind.EXPERIENCE.value, _("An experience: what happened to them")),
            (Kind.EXAMPLE.value, _("An example: a success story, with a card for its evidence")),
        ]


class ScheduleForm(Form):
    """The starts, a date and a time each; what is left empty does not take place."""

    seen = HiddenField()
    why = StringField(
        lazy("Why"),
        [Length(max=300, message=lazy("The reason is too long. Use at most %(max)d characters."))],
        filters=[one_line],
    )


for _phase in PHASES[1:]:
    setattr(ScheduleForm, f"{_phase}_day", Day(lazy("Date"), [Optional()]))
    setattr(ScheduleForm, f"{_phase}_time", Hour(lazy("Time"), [Optional()]))


class SwitchForm(Form):
    """The typed confirmation of "switch now"."""

    seen = HiddenField()
    slug = StringField(lazy("Short name of this consultation"), filters=[one_line])
    why = StringField(
        lazy("Why"),
        [
            DataRequired(lazy("Say why: the reason stands in the timeline.")),
            Length(max=300, message=lazy("The reason is too long. Use at most %(max)d characters.")),
        ],
        filters=[one_line],
    )
    skip = BooleanField(lazy("Begin in spite of what is amber"))


class UndoForm(Form):
    """One button."""

    seen = HiddenField()
