"""What the pages of invited experts ask for."""

from wtforms import BooleanField, HiddenField, IntegerField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from crowd.accounts.forms import an_address
from crowd.accounts.register import plain_email
from crowd.forms import Form
from crowd.i18n import _, lazy
from crowd.models import Consultation, Contribution
from crowd.states import Kind, Promise
from crowd.threads.forms import ChangeAnswerForm, ChangeExampleForm, ContributionForm, TextForm, change_form

SHORT = Length(max=1000, message=lazy("Use at most 1,000 characters."))


class InviteForm(Form):
    question = SelectField(lazy("Question"), coerce=int)
    people = TextAreaField(
        lazy("Whom do you ask?"),
        [DataRequired(lazy("Name at least one person: a name, a comma, an e-mail address.")), Length(max=50_000)],
        render_kw={"spellcheck": "false"},
    )
    note = TextAreaField(lazy("Why you ask them"), [Optional(), SHORT])
    minutes = IntegerField(
        lazy("How many minutes will it take?"),
        [
            InputRequired(lazy("Enter how many minutes it will take, such as 30.")),
            NumberRange(5, 480, lazy("Enter a number from 5 to 480.")),
        ],
        default=30,
        render_kw={"class": "w-5", "inputmode": "numeric"},
    )


class PassOnForm(Form):
    name = StringField(
        lazy("Name of the person who can answer it"), [DataRequired(lazy("Enter their name.")), Length(max=100)]
    )
    email = StringField(
        lazy("Their e-mail address"),
        [InputRequired(lazy("Enter their e-mail address.")), Length(max=254), an_address],
        filters=[lambda typed: plain_email(typed) if typed else typed],
        render_kw={"type": "email", "autocomplete": "off", "spellcheck": "false"},
    )
    note = TextAreaField(lazy("A word to them"), [Optional(), SHORT], render_kw={"rows": 3})


class DeclineForm(Form):
    reason = TextAreaField(lazy("Why is it not yours?"), [Optional(), SHORT], render_kw={"rows": 3})


class WithInterests(Form):
    """The interests that an invited expert declares, or that there are none: one of the two."""

    interests = TextAreaField(lazy("Your interests in this question"), [SHORT], render_kw={"rows": 3})
    none = BooleanField(lazy("I have none to declare"))

    def validate_interests(self, field: TextAreaField) -> None:
        written = bool((field.data or "").strip())
        if written and self.none.data:
            raise ValidationError(_("You have written interests and ticked that you have none. Clear one of the two."))
        if not written and not self.none.data:
            raise ValidationError(_("Say which interests you have in this question, or tick that you have none."))

    def declared(self) -> dict[str, str]:
        """As they stand in the card."""
        return {"interests": _("None to declare") if self.none.data else self.interests.data or ""}


def declared_in(card: dict[str, str]) -> dict[str, str | bool]:
    """The fields of a card's interests."""
    none = card.get("interests") == _("None to declare")
    return {"none": none, "interests": "" if none else card.get("interests", "")}


class AnswerForm(WithInterests, ContributionForm):
    """An answer to a question that one was asked by name, with the interests that one declares."""

    expert = HiddenField()

    def offer(self, consultation: Consultation, by_name: bool = False) -> "AnswerForm":
        """The host's promises, in words that speak of a name and not of an alias."""
        super().offer(consultation, True)
        words = {
            Promise.NAMELESS: _(
                "Everybody, once the findings are published, without your name; your declared interests are shown"
            ),
        }
        self.promise.choices = [(p, words.get(Promise(p), label)) for p, label in self.promise.choices]
        return self

    def card(self) -> dict[str, str]:
        return super().card() | self.declared()


class ChangeDeclaredForm(WithInterests, ChangeAnswerForm):
    """A new wording of such an answer, with the interests as they are now."""


class ChangeDeclaredExampleForm(WithInterests, ChangeExampleForm):
    """The same for an example."""

    def card(self) -> dict[str, str]:
        return super().card() | self.declared()


def change_of(contribution: Contribution, card: dict[str, str]) -> type[TextForm]:
    """Which form a text is changed in: only what an expert was asked for has declared interests."""
    if not contribution.expert or not card.get("interests"):
        return change_form(contribution)
    return ChangeDeclaredExampleForm if contribution.kind == Kind.EXAMPLE else ChangeDeclaredForm
