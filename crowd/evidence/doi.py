"""Digital object identifiers as people paste them, and as they are kept: bare, by ISO 26324."""

import re
from urllib.parse import quote, unquote

from wtforms.validators import ValidationError

from crowd.i18n import _

_BEFORE = re.compile(r"(?:https?://(?:dx\.|www\.)?doi\.org/|doi\.org/|doi:\s*|doi\s+)", re.IGNORECASE)
_BARE = re.compile(r"10\.\d{4,9}(?:\.\d+)*/[^\s\x00-\x1f\x7f\"{}|\\^`]{1,200}")  # those of the nineties have < and >
LIKE_ONE = re.compile(r"\s*(?:doi\b|https?://(?:dx\.|www\.)?doi\.org|doi\.org|10\.\d)", re.IGNORECASE)


def bare(typed: str) -> str:
    """The DOI without what people put before it, in small letters, as two that differ in case alone are one; empty if
    it is none."""
    typed = typed.strip()
    cut = _BEFORE.sub("", typed, count=1) if _BEFORE.match(typed) else typed
    cut = unquote(cut) if cut != typed else cut
    cut = cut.rstrip(".,;")
    return cut.lower() if _BARE.fullmatch(cut) and cut.isprintable() else ""


def checked(typed: str) -> str:
    """The same for a form, where nothing is fine. Raises ValidationError with what one looks like."""
    if not typed.strip():
        return ""
    if not (found := bare(typed)):
        raise ValidationError(wrong())
    return found


def wrong() -> str:
    return _(
        "This is no DOI. One begins with 10., then a number of the publisher, a slash and more, such as 10.1000/xyz. "
        "Copy it from where the work was published, or leave it out."
    )


def href(found: str) -> str:
    """Where it leads."""
    return "https://doi.org/" + quote(found, safe="/:;()._-") if found else ""
