"""Whether words are those of a published text, to the letter, and which words those are if they are not."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import NamedTuple

LEFT_OUT = re.compile(r"\s*\[\s*(?:\.\.\.|\u2026)\s*\]\s*")  # [...], the only thing that a quote may leave out with
MARK = " [...] "
LEAST = 3  # words; fewer are nobody's in particular
RUN = 8  # words on end that nobody writes twice by chance
WORD = re.compile(r"\w+")
Run = tuple[str, ...]


class Checked(NamedTuple):
    """`fits` says that every part stands in the text, in this order; `words` is the quote as it would be true."""

    fits: bool
    words: str


def checked(quote: str, text: str) -> Checked:
    """Compare character by character; only line breaks and runs of spaces count as one space. A part begins and ends
    where words do: "able" is no quote of "unable"."""
    text = " ".join(text.split())
    parts = [" ".join(part.split()) for part in LEFT_OUT.split(quote)]
    true, fits, after = [], True, 0
    for part in filter(None, parts):
        at = _place(part, text, after)
        if at is None:
            fits = False
            true.append(_nearest(part, text))
        else:
            true.append(part)
            after = at + len(part)
    ends = (MARK.lstrip() if not parts[0] else "", MARK.rstrip() if len(parts) > 1 and not parts[-1] else "")
    return Checked(fits and bool(true), ends[0] + MARK.join(true) + ends[1])


def enough(quote: str, text: str) -> bool:
    """Whether a quote says something: three words, or all of a text that is shorter."""
    return len(WORD.findall(quote)) >= min(LEAST, len(WORD.findall(text)))


def runs(text: str) -> set[Run]:
    """Every eight words on end, whatever stands between them. Cheap, for thousands of texts."""
    return set(_runs(text))


def passages(text: str, wanted: set[Run]) -> Iterator[tuple[Run, str]]:
    """Each of these runs that stands in a text, and how it stands there."""
    each = _runs(text)
    if wanted.isdisjoint(each):
        return
    places = list(WORD.finditer(text))
    for n, run in enumerate(each):
        if run in wanted:
            yield run, " ".join(text[places[n].start() : places[n + RUN - 1].end()].split())


def _runs(text: str) -> list[Run]:
    words = [word.casefold() for word in WORD.findall(text)]
    return list(zip(*(words[n:] for n in range(RUN)), strict=False))


def _place(part: str, text: str, after: int) -> int | None:
    """Where a part stands as whole words, after this place."""
    at = text.find(part, after)
    while at >= 0:
        before, behind = text[at - 1 : at] if at else "", text[at + len(part) : at + len(part) + 1]
        inside = (before.isalnum() and part[0].isalnum()) or (behind.isalnum() and part[-1].isalnum())
        if not inside:
            return at
        at = text.find(part, at + 1)
    return None


def _nearest(part: str, text: str) -> str:
    """The passage most like a part that does not stand there: as many words, around the longest that agree."""
    words, there = part.split(), text.split()
    match = SequenceMatcher(None, _bare(words), _bare(there), autojunk=False).find_longest_match()
    if not match.size:
        return ""
    start = max(0, match.b - match.a)
    return " ".join(there[start : max(match.b + match.size, start + len(words))])


def _bare(words: list[str]) -> list[str]:
    return [re.sub(r"\W", "", word).casefold() for word in words]
