"""What a person typed into a form that leads no further: shown again, so that it can be copied."""

from collections.abc import Iterable

from crowd import resuming
from crowd.i18n import _

Typed = tuple[str, str, str]

# Fields that a page fills in, secrets, and choices that are made again with one press.
MARKS = {"csrf_token", "rendered", "once", "seen", "phase", "list", "next", "start", "theme", "viewport"}
SECRETS = {"password", "new", "old", "code", "username", "secret", "answer"}
CHOICES = {
    *("do", "vote", "kind", "promise", "decision", "role", "part", "invite", "expert", "none"),
    *("files", "remove", "keep", "licence", "contact", "consent", "target", "key", "skip"),
    *("ground", "marks", "best_practice", "to_question", "sort"),
}
NOT_TYPED = MARKS | SECRETS | CHOICES


def described(fields: Iterable[tuple[str, str]]) -> list[Typed]:
    """What a person typed, field by field: the name, its words, and the text."""
    words = _field_words()
    typed = [(name.removeprefix(resuming.PREFIX), text) for name, text in fields if text.strip()]
    return [(n, words.get(n) or _("Field “%(name)s”", name=n), text) for n, text in typed if n not in NOT_TYPED]


def _field_words() -> dict[str, str]:
    return {
        "text": _("Your text"),
        "title": _("Title"),
        "slug": _("Short name"),
        "section": _("Section"),
        "note": _("Note"),
        "why": _("Why"),
        "words": _("What you wrote"),
        "remark": _("Note for colleagues"),
        "asked": _("Your question"),
        "reason": _("Reason"),
        "setting": _("Where was it?"),
        "change": _("What changed?"),
        "effect": _("What did it do?"),
        "source": _("How do we know?"),
        "interests": _("Declared interests"),
        "people": _("Whom do you ask?"),
        "branch": _("Name of the branch or group"),
        "present": _("How many people were present?"),
        "agreed": _("How did you agree?"),
        "summary": _("Summary"),
        "guidance": _("Guidance"),
        "welcome": _("Welcome"),
        "name": _("Name"),
        "email": _("Email address"),
    }
