"""What a reader can report a text for (M18). A ground of harm hides the text while it is checked."""

from crowd.i18n import _
from crowd.moderation.cases import Urgency

HARM = {
    "identifies": Urgency.PERSONAL_DATA,
    "personal": Urgency.PERSONAL_DATA,
    "threat": Urgency.HARM,
    "danger": Urgency.HARM,
}
OTHERS = ("off topic", "duplicate", "advertising", "rule")
GROUNDS = (*HARM, *OTHERS)


def ground_words(ground: str) -> str:
    """A ground as a reader chooses it and a moderator reads it."""
    return {
        "identifies": _("It identifies a patient or somebody else"),
        "personal": _("It has personal data in it, such as an address or a number"),
        "threat": _("It threatens or harasses somebody"),
        "danger": _("Somebody may be in danger"),
        "off topic": _("It has nothing to do with the question"),
        "duplicate": _("It says the same as another text"),
        "advertising": _("It is advertising"),
        "rule": _("It breaks another rule"),
    }.get(ground, ground)


def mark_words(ground: str) -> str:
    """What stands on the mark while the text is hidden (M19): what was reported, not what is so."""
    return {
        "identifies": _("it was reported for identifying somebody"),
        "personal": _("it was reported for having personal data in it"),
        "threat": _("it was reported as a threat or harassment"),
        "danger": _("it was reported because somebody may be in danger"),
    }[ground]


def urgency(ground: str) -> Urgency:
    return HARM.get(ground, Urgency.USUAL)
