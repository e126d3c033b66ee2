"""Passages of a text and their places in it. Striking takes words away and puts a mark there, never other words
(M14)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from crowd import text
from crowd.i18n import _

REASONS = ("person", "patient", "personal", "confidential", "attack", "other")
FEWEST, MOST = 2, 20  # characters of a passage, and passages of a text
CHOSEN = frozenset({"licence", "contact", "consent", "present"})  # parts of a card that hold no words of its author

Mark = list[int | str]
_BETWEEN = r"[\s*_~`>#]+"  # what may stand between two words that are read beside each other


class Strike(NamedTuple):
    """A passage that is to go, as it stands in the text, and why."""

    passage: str
    reason: str


class Struck(NamedTuple):
    """What is left of a text, and where something went: [start, end, reason] in what was typed, and for a part of its
    card that part's name beside them."""

    source: str
    card: dict[str, str]
    marks: list[Mark]


class NotThere(ValueError):
    """A passage that does not occur. Its str is the passage."""


def reason_words(reason: str) -> str:
    """Why a passage was struck, as readers are told."""
    return {
        "person": _("names a person"),
        "patient": _("identifies a patient"),
        "personal": _("personal data"),
        "confidential": _("confidential"),
        "attack": _("attack"),
        "other": _("against the house rules"),
    }[reason]


def left_behind(reason: str) -> str:
    """What readers see where a passage stood, in the language in which the text is published."""
    return _("[removed: %(why)s]", why=reason_words(reason))


def places(passage: str, words: str) -> list[tuple[int, int]]:
    """Everywhere a passage occurs: as whole words, or else within words. How its lines are broken and what is
    emphasised in it does not matter."""
    parts = [re.escape(part) for part in re.split(_BETWEEN, text.tidy(passage)) if part]
    if not parts:
        return []
    loose = _BETWEEN.join(parts)
    whole = rf"(?<!\w){loose}(?!\w)"
    return [m.span() for m in re.finditer(whole, words)] or [m.span() for m in re.finditer(loose, words)]


def strike(source: str, card: Mapping[str, str], strikes: Sequence[Strike]) -> Struck:
    """The text and its card without these passages, wherever they occur in either."""
    left, marks = _without(source, strikes)
    parts: dict[str, str] = {}
    for name, value in card.items():
        parts[name], more = (value, []) if name in CHOSEN else _without(value, strikes)
        marks += [[*mark, name] for mark in more]
    return Struck(left, parts, marks)


def missing(source: str, card: Mapping[str, str], strikes: Sequence[Strike]) -> list[Strike]:
    """Those that occur nowhere."""
    told = [source, *(value for name, value in card.items() if name not in CHOSEN)]
    return [one for one in strikes if not any(places(one.passage, words) for words in told)]


def _without(words: str, strikes: Sequence[Strike]) -> tuple[str, list[Mark]]:
    found = sorted((*span, one.reason) for one in strikes for span in places(one.passage, words))
    joined = list(_joined(found))
    left, at = "", 0
    for start, end, reason in joined:
        left += words[at:start] + _safe(left_behind(reason), words[end : end + 1])
        at = end
    return left + words[at:], [[start, end, reason] for start, end, reason in joined]


def _joined(found: Sequence[tuple[int, int, str]]) -> Iterator[tuple[int, int, str]]:
    """Passages that overlap are one, for the reason of the first."""
    now: tuple[int, int, str] | None = None
    for start, end, reason in found:
        if now and start < now[1]:
            now = (now[0], max(now[1], end), now[2])
        else:
            if now:
                yield now
            now = (start, end, reason)
    if now:
        yield now


def _safe(mark: str, following: str) -> str:
    """What the author typed after a passage must not make a link of the mark."""
    return mark.replace("[", "\\[").replace("]", "\\]") if following in ("(", "[") and following else mark
