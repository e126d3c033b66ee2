"""What the pages of threads ask for."""

from collections.abc import Sequence

from flask import request
from wtforms import HiddenField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, Length

from crowd.evidence.forms import WithCard, WithFiles
from crowd.forms import Choice, Form, WritingForm
from crowd.i18n import KNOWN, _, best, language, lazy, number
from crowd.models import Consultation, Contribution
from crowd.states import Kind, Place, Promise
from crowd.threads.branches import BranchFields


class ReasonForm(Form):
    """Why a thread is closed: its readers are told."""

    reason = StringField(
        lazy("Why is this thread closed?"),
        [
            DataRequired(lazy("Say why: readers are told.")),
            Length(max=300, message=lazy("Say it in at most 300 characters.")),
        ],
    )


class TextForm(WritingForm):
    """A text in Markdown, at most `most` characters long: the host's limit, which is none of a form's own."""

    most = 10_000  # what text.safe_html takes
    warned = HiddenField()  # the marks of what its author has been warned of (M3)
    text = TextAreaField(lazy("Your text"), [DataRequired(lazy("Write something before you send it."))])
    language = SelectField(lazy("Language of your text"))

    def write_in(self, offered: Sequence[str]) -> None:
        """Ask for the language where more than one is offered; that of the page is chosen already."""
        if len(offered) < 2:
            del self.language
            return
        self.language.choices = [(code, KNOWN[code]) for code in offered]
        if self.language.data not in offered:
            self.language.data = best((language(),), offered)

    def written_in(self) -> str:
        return str(self.language.data) if self.language else ""

    def validate_text(self, field: TextAreaField) -> None:
        if len(field.data or "") > self.most:
            raise ValidationError(
                _(
                    "This is longer than %(most)s characters. Shorten it, or send it in two parts.",
                    most=number(self.most),
                )
            )


class PromisedForm(WithFiles, TextForm):
    """A text with the audience its author chooses (P12), among those that the host offers."""

    promise = Choice(lazy("Who will read this?"), coerce=int, wrong=lazy("Choose who will read this."))

    def offer(self, consultation: Consultation, by_name: bool = False) -> "PromisedForm":
        """Fill in the choices, for a person who stands under an alias or by name; the host's default is chosen unless
        the person has chosen."""
        self.promise.choices = [(p, promise_label(Promise(p), by_name)) for p in consultation.promises]
        if self.promise.data is None:
            self.promise.data = consultation.default_promise
        return self


class ContributionForm(WithCard, BranchFields, PromisedForm):
    """An answer to a key question; an example brings its evidence card."""

    kind = Choice(lazy("What is it?"), wrong=lazy("Choose what it is."))
    similar = HiddenField(default=lambda: request.args.get("similar", ""))  # said_already.SEEN once it was shown

    def ask(self, kinds: list[str]) -> "ContributionForm":
        """Offer the kinds this question takes; a single one is chosen already."""
        self.kind.choices = [(k, kind_label(k)) for k in kinds]
        if self.kind.data is None:
            self.kind.data = kinds[0]
        self.offer_card()
        return self

    def is_example(self) -> bool:
        return bool(self.kind.data == Kind.EXAMPLE)

    def card(self) -> dict[str, str]:
        return super().card() | self.branch_card()


class ChangeForm(WithFiles, TextForm):
    """A new wording, with other files."""


class ChangeAnswerForm(BranchFields, ChangeForm):
    """Another wording of an answer to a key question."""


class ChangeExampleForm(WithCard, ChangeAnswerForm):
    """A new wording of an example, with its card."""


def change_form(contribution: Contribution) -> type[TextForm]:
    """Which form a text is changed in: what stands under a finding has no files."""
    if contribution.place == Place.FINDING:
        return TextForm
    if contribution.kind == Kind.COMMENT:
        return ChangeForm
    return ChangeExampleForm if contribution.kind == Kind.EXAMPLE else ChangeAnswerForm


def kind_label(kind: str) -> str:
    return {
        Kind.IDEA: _("An idea"),
        Kind.EXPERIENCE: _("An experience"),
        Kind.EXAMPLE: _("An example of best practice"),
    }[Kind(kind)]


def kind_hints() -> dict[str, str]:
    """What each kind should tell."""
    return {
        Kind.IDEA: _("What should change, why, and how."),
        Kind.EXPERIENCE: _("What happened: where, to whom, and what came of it. Name nobody."),
        Kind.EXAMPLE: _("What was done and what it achieved. Give its evidence below, and files if you have them."),
    }


def promise_label(promise: Promise, by_name: bool = False) -> str:
    """In one line: who reads it and under which name (P12)."""
    alias = _("Everybody, once the findings are published, under your alias")
    nameless = _("Everybody, once the findings are published, without your alias: only profession and region")
    if by_name:
        alias = _("Everybody, once the findings are published, under your name")
        nameless = _("Everybody, once the findings are published, without your name")
    return {
        Promise.ALIAS: alias,
        Promise.NAMELESS: nameless,
        Promise.MEMBERS: _("Members only, for good"),
    }[promise]
