"""A text as rules read it: full-width digits, odd dashes and invisible characters are what they stand for, and every
place in it leads back to the place in what was typed."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

_WORD = re.compile(r"\w+(?:['-]\w+)*")
_APOSTROPHES = dict.fromkeys("\u2018\u2019\u02bc\uff07\u00b4`", "'")


MOST = 4  # letters that one character may stand for: a few stand for eighteen


class Span(NamedTuple):
    """A passage of what was typed, and what it was found as."""

    kind: str
    start: int
    end: int


class Word(NamedTuple):
    """One word of a folded text, with its places there."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Folded:
    """`text` is for reading; `at[n]` is the place in the source of its character n, and of its end."""

    text: str
    at: Sequence[int] = field(repr=False)

    def span(self, kind: str, start: int, end: int) -> Span:
        return Span(kind, self.at[start], self.at[end - 1] + 1)

    @cached_property
    def low(self) -> str:
        return self.text.lower()

    @cached_property
    def words(self) -> list[Word]:
        return [Word(found[0], found.start(), found.end()) for found in _WORD.finditer(self.text)]


def fold(source: str) -> Folded:
    """Costs nothing for ASCII, else some 100 ns a character; linear in both cases."""
    if source.isascii():
        return Folded(source, range(len(source) + 1))
    letters: list[str] = []
    at: list[int] = []
    for n, char in enumerate(source):
        for letter in char if char.isascii() else _plain(char):
            letters.append(letter)
            at.append(n)
    return Folded("".join(letters), [*at, len(source)])


def _plain(char: str) -> str:
    """What one character stands for; nothing for one that cannot be seen."""
    kind = unicodedata.category(char)
    if kind in ("Cf", "Mn", "Me") or char in "\u115f\u1160\u3164\uffa0":
        return ""
    if kind == "Nd":
        return str(unicodedata.digit(char))
    if kind == "Pd" or char == "\u2212":
        return "-"
    if kind == "Zs":
        return " "
    plain = _APOSTROPHES.get(char) or unicodedata.normalize("NFKC", char)
    return plain if len(plain) <= MOST else char


def bare(word: str) -> str:
    """A word for comparing: without case and accents."""
    lower = word.casefold()
    if lower.isascii():
        return lower
    return "".join(c for c in unicodedata.normalize("NFKD", lower) if not unicodedata.combining(c))
