"""A text sentence by sentence, so that passages of it can be marked without a script (M11). Marks are [start, end] in
the source, and only whole sentences of it."""

import re
from collections.abc import Iterable, Sequence

Passage = tuple[int, int]

_END = re.compile(r"(?<=[.!?…])\s++|(?<=[。！？])|\n++")


def passages(source: str) -> list[Passage]:
    """The sentences of a text as it was typed, in order; a line ends one too. In linear time."""
    found, start = [], 0
    for end in _END.finditer(source):
        found.append((start, end.start()))
        start = end.end()
    found.append((start, len(source)))
    tight = ((a + len(words) - len(words.lstrip()), b, words) for a, b in found for words in (source[a:b],))
    return [(a, b) for a, b, words in tight if any(letter.isalnum() for letter in words)]


def offered(source: str) -> list[tuple[str, str]]:
    """The same for a form: what each box sends, and the words beside it."""
    return [(f"{a}-{b}", source[a:b]) for a, b in passages(source)]


def chosen(source: str, sent: Iterable[str]) -> list[Passage]:
    """The passages that were marked; what is none of this text is left out."""
    wanted = set(sent)
    return [(a, b) for a, b in passages(source) if f"{a}-{b}" in wanted]


def quoted(source: str, marks: Iterable[Sequence[int | str]]) -> list[str]:
    """The words of the marks, for their author."""
    return [source[int(mark[0]) : int(mark[1])] for mark in marks]
