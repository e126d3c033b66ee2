"""What the moderation desk asks for, with the words people read."""

from collections.abc import Sequence
from typing import Any

from wtforms import (
    BooleanField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)

from crowd import text
from crowd.forms import Form
from crowd.i18n import _, lazy, told
from crowd.models import Contribution, Question, Reason
from crowd.moderation.queries import reason_titled

NOTE, ASIDE = 2000, 1000  # characters
DECISIONS = ("approve", "return", "reject")


def _tidy(value: str | None) -> str:
    return text.tidy(value or "")


def _tidy_line(value: str | None) -> str:
    return text.tidy_line(value or "")


class DecisionForm(Form):
    """One decision. The version is in the form's address; `phase` is the one it was shown in (M10)."""

    phase = HiddenField()
    best_practice = BooleanField(lazy("Mark as best practice"))
    reason = SelectField(lazy("Reason"), validate_choice=False)
    note = TextAreaField(lazy("Note to the author"), filters=[_tidy])
    marks = SelectMultipleField(lazy("Mark passages"), validate_choice=False, choices=[], default=())
    decision = StringField()  # the button that was pressed

    def __init__(self, reasons: Sequence[Reason], *, returnable: bool) -> None:
        super().__init__()
        self._reasons = {str(reason.id): reason for reason in reasons}
        self._returnable = returnable
        groups = (("return", _("Usually returned")), ("reject", _("Usually rejected")))
        self.reason.choices = {"": [("", _("Choose a reason"))]} | {
            title: [(str(r.id), told(r.title)) for r in reasons if r.decision == kind] for kind, title in groups
        }

    @property
    def chosen(self) -> Reason | None:
        return self._reasons.get(self.reason.data or "")

    def validate_decision(self, field: Any) -> None:
        if field.data not in DECISIONS or (field.data == "return" and not self._returnable):
            raise ValidationError(_("Press one of the buttons to decide."))

    def validate_reason(self, field: Any) -> None:
        if self.decision.data in DECISIONS[1:] and self.chosen is None:
            raise ValidationError(_("Choose a reason. The author is told it."))

    def validate_note(self, field: Any) -> None:
        if len(field.data) > NOTE:
            raise ValidationError(_("The note can have %(most)s characters at most. Make it shorter.", most=NOTE))
        wanted = self.decision.data in DECISIONS[1:] and self.chosen
        if wanted and wanted.note_needed and not field.data:
            raise ValidationError(
                _("Write a note: “%(reason)s” alone does not tell the author what is meant.", reason=wanted.title)
            )


class AskForm(Form):
    """A second opinion (M11)."""

    phase = HiddenField()
    asked = TextAreaField(lazy("What do you want to know?"), filters=[_tidy])

    def validate_asked(self, field: Any) -> None:
        if not 0 < len(field.data) <= ASIDE:
            raise ValidationError(_("Ask in at most %(most)s characters.", most=ASIDE))


class NoteForm(Form):
    """A note for colleagues (M23)."""

    remark = TextAreaField(lazy("Note for colleagues"), filters=[_tidy])

    def validate_remark(self, field: Any) -> None:
        if not 0 < len(field.data) <= ASIDE:
            raise ValidationError(
                _("Write at most %(most)s characters. Only moderators and hosts read it.", most=ASIDE)
            )


class MoveForm(Form):
    """Another question, or another kind, for a text that waits (M11)."""

    phase = HiddenField()
    to_question = SelectField(lazy("Question"), validate_choice=False)
    sort = SelectField(lazy("Kind"), validate_choice=False)

    def __init__(self, contribution: Contribution) -> None:
        super().__init__(data={"to_question": str(contribution.question_id), "sort": contribution.kind})
        self._questions = {str(question.id): question for question in contribution.consultation.questions}
        self.to_question.choices = [(key, f"{one.number}. {one.title}") for key, one in self._questions.items()]
        words = {"idea": _("Idea"), "experience": _("Experience"), "example": _("Example")}
        offered = {kind for question in self._questions.values() for kind in question.kinds}
        self.sort.choices = [(kind, word) for kind, word in words.items() if kind in offered]

    @property
    def question(self) -> Question:
        return self._questions[self.to_question.data]

    @property
    def chosen(self) -> str:
        """The place in words, also if no text can be moved there."""
        named = [dict(field.choices).get(field.data, "") for field in (self.to_question, self.sort)]
        return ", ".join(filter(None, named))

    def validate_to_question(self, field: Any) -> None:
        if field.data not in self._questions:
            raise ValidationError(_("Choose one of the questions."))

    def validate_sort(self, field: Any) -> None:
        if self.to_question.data in self._questions and field.data not in self.question.kinds:
            raise ValidationError(_("This question does not take texts of this kind. Choose another kind."))


class ReasonForm(Form):
    """A reason for returning or rejecting (M12)."""

    title = StringField(lazy("Title"), filters=[_tidy_line])
    text = TextAreaField(lazy("What the author is told"), filters=[_tidy])
    rule = StringField(lazy("The rule behind it"), filters=[_tidy_line])
    decision = RadioField(lazy("What moderators usually do"), default="return", validate_choice=False)
    note_needed = BooleanField(lazy("A note to the author is needed with it"))
    appeal = BooleanField(lazy("The author can appeal"), default=True)

    def __init__(self, reason: Reason | None = None) -> None:
        super().__init__(obj=reason)
        self._reason = reason
        self.decision.choices = [("return", _("Return the text")), ("reject", _("Reject the text"))]

    def validate_title(self, field: Any) -> None:
        if not 0 < len(field.data) <= 100:
            raise ValidationError(_("Give the reason a title of at most 100 characters."))
        found = reason_titled(field.data)
        if found is not None and found is not self._reason:
            raise ValidationError(_("There is a reason with this title already. Choose another title."))

    def validate_text(self, field: Any) -> None:
        if not 0 < len(field.data) <= NOTE:
            raise ValidationError(_("Say in at most %(most)s characters what the author is told.", most=NOTE))

    def validate_rule(self, field: Any) -> None:
        if len(field.data) > 200:
            raise ValidationError(_("The rule can have 200 characters at most. Make it shorter."))

    def validate_decision(self, field: Any) -> None:
        if field.data not in DECISIONS[1:]:
            raise ValidationError(_("Choose what moderators usually do with such a text."))

    def fields(self) -> dict[str, object]:
        """What was filled in, by the names of the columns."""
        return {f.name: f.data for f in self if f.name != "csrf_token"}
