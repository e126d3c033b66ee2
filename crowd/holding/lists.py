"""A host's words, one a line: whole words or phrases, without case and accents; a * at the end takes any ending."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from crowd.holding.folding import Folded, Span, bare, fold

_WORD = re.compile(r"[^\W_]+")

Entry = tuple[str, tuple[str, ...], bool]  # as the host wrote it, its words, whether the last one may go on


class Words:
    """A list made ready: entries by their first word, so that a text is read once however many there are."""

    def __init__(self, lines: Iterable[str]):
        self.whole: dict[str, list[Entry]] = {}
        self.begun: dict[str, list[Entry]] = {}
        for line in lines:
            words = tuple(bare(word) for word in _WORD.findall(fold(line).text))
            if words:
                beginning = line.rstrip().endswith("*")
                where = self.begun if beginning and len(words) == 1 else self.whole
                where.setdefault(words[0], []).append((line, words, beginning))
        self.lengths = sorted({len(word) for word in self.begun})

    def __bool__(self) -> bool:
        return bool(self.whole or self.begun)

    def found(self, text: Folded) -> list[tuple[str, Span]]:
        """Each place where one of them stands, with the line of the host."""
        places = list(_WORD.finditer(text.text)) if self else []
        words = [bare(place[0]) for place in places]
        return [
            (line, text.span("word", places[n].start(), places[n + size - 1].end()))
            for n, word in enumerate(words)
            for line, size in self._at(words, n, word)
        ]

    def _at(self, words: Sequence[str], n: int, word: str) -> list[tuple[str, int]]:
        here = [
            (line, len(entry))
            for line, entry, beginning in self.whole.get(word, ())
            if _same(words[n : n + len(entry)], entry, beginning)
        ]
        beginnings = (word[:length] for length in self.lengths if length <= len(word))
        return here + [(line, 1) for begun in beginnings for line, _entry, _beginning in self.begun.get(begun, ())]


def _same(words: Sequence[str], entry: Sequence[str], beginning: bool) -> bool:
    if len(words) != len(entry) or words[:-1] != list(entry[:-1]):
        return False
    return words[-1].startswith(entry[-1]) if beginning else words[-1] == entry[-1]


@lru_cache(maxsize=64)
def ready(lines: tuple[str, ...]) -> Words:
    return Words(lines)
