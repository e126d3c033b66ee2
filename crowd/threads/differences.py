"""What changed between two plain texts, word by word, for authors and moderators (M10, M16, M17)."""

import re
from collections import Counter
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Any, Literal, NamedTuple

from crowd.evidence import card
from crowd.threads import branches

Kind = Literal["same", "added", "removed"]

# SequenceMatcher compares every place of each word with every other: what it costs is the number of equal
# pairs.
MOST_PAIRS = 100_000

# A word with the space after it; each Chinese, Japanese or Korean character is a word, they are written
# without spaces.
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]\s*|[^\s\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+\s*|\s+")
_PARAGRAPH = re.compile(r"[^\n]*\n+|[^\n]+")


class Piece(NamedTuple):
    kind: Kind
    words: str


def wording(version: Any) -> str:
    """All that an author can change in a text, as it was typed."""
    told = (f"{line.word}: {line.value}" for line in card.lines(version.card))
    return "\n\n".join(part for part in (version.source, branches.words(version.card), *told) if part)


def _equal_pairs(old: list[str], new: list[str]) -> int:
    counts = Counter(new)
    return sum(counts[part] for part in old)


def _compared(old: list[str], new: list[str]) -> Iterator[Piece]:
    # autojunk would take the frequent words of a long text for noise, and show them as changed
    for _, start, end, new_start, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        before, after = "".join(old[start:end]), "".join(new[new_start:new_end])
        if before == after:
            yield Piece("same", before)
        else:
            if before:
                yield Piece("removed", before)
            if after:
                yield Piece("added", after)


def differences(old: str, new: str) -> list[Piece]:
    """What is the same, removed and added, in reading order; what was removed stands before what took its
    place.

    "same" and "removed" together are `old`, "same" and "added" are `new`, to the letter. By words; by
    paragraphs, or as a whole, where that would take more than about 0.1 s.
    """
    for parts in (_WORD, _PARAGRAPH):
        before, after = parts.findall(old), parts.findall(new)
        if _equal_pairs(before, after) <= MOST_PAIRS:
            return list(_compared(before, after))
    return [Piece("removed", old), Piece("added", new)]
