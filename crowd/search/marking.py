"""Shows in a card of the results where the words are that were looked for, by the same words as the index holds.

Nothing is asked of the database and nothing parsed: a card's HTML is safe already, and marks are laid only between its
tags and entities, so that no text can break them."""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import islice, product, zip_longest
from typing import NamedTuple

from markupsafe import escape

from crowd.i18n import _
from crowd.search.asked import Term
from crowd.search.words import LONGEST, UNSPACED, fold, tokens
from crowd.text import plain

LONG = 700  # characters of a text that is shown as it is; of a longer one, the passage around the first hit
BEFORE, PASSAGE = 120, 360  # characters of that passage, the first of them before the hit
LOOKED_AT = 300  # words of a text for each form that is found in it: that bounds the cost

# The text, and the lines of its evidence card; each may be in another language than the page.
_SEARCHED = re.compile(
    r'(<div class="prose"(?: lang="[^"]*")?>)(.*?)(</div>)|(<dd(?: lang="[^"]*")?>)(.*?)(</dd>)', re.DOTALL
)
_END = '<div class="acts">'
_WITHIN_WORDS = re.compile(r'(</?(?:em|strong|s|code|a)(?: (?:[^<>"]|"[^"]*")*+)?>)')
_NO_TEXT = re.compile(r'<(?:[^<>"]|"[^"]*")*+>|&#?\w+;')
# What stands between words; spaces one by one, because a class within a class is slow.
_SPACES = r"\t-\r\x1c- \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_APART = (
    _SPACES + r"!-&(-/:-@\[-`{-~\xa1-\xa9\xab-\xb1\xb4\xb6\xb7\xbb\u2010-\u2017\u201a-\u201f\u2022\u2026" + UNSPACED
)
_RUN = re.compile(rf"[{UNSPACED}]+|[^'‘’ʼ{_APART}](?:[^{_APART}]*[^'‘’ʼ{_APART}])?")
_LETTER = re.compile(f"[{UNSPACED}]")
_WITHIN, _WITHIN_PAIRS = re.compile(rf"[^'‘’ʼ{_APART}]['‘’ʼ]*$"), re.compile(rf"[{UNSPACED}]$")  # what goes on


class Spot(NamedTuple):
    """A word of the index, and where it stands."""

    word: str
    start: int
    end: int


def marked(card: str, terms: Sequence[Term]) -> str:
    """The card with what was found marked; of a long text the passage around the first hit, the whole one folded."""
    if not terms:
        return card
    shown, end, acts = str(card).partition(_END)  # Markup would escape what is put in
    return _SEARCHED.sub(lambda found: _part(found, terms), shown) + end + acts


def _part(found: re.Match[str], terms: Sequence[Term]) -> str:
    if found[4]:
        return found[4] + _in_html(found[5], terms) + found[6]
    whole = found[1] + _in_html(found[2], terms) + found[3]
    if len(found[2]) <= LONG or not (words := _passage(" ".join(plain(found[2]).split()), terms)):
        return whole
    return f'<p class="found">{words}</p>\n<details><summary>{_("Show the whole text")}</summary>{whole}</details>'


def _in_html(html: str, terms: Sequence[Term]) -> str:
    """Marks between tags and entities. Emphasis and links do not end a word, as they do not in the index, so a mark may
    be laid in parts; every other tag and entity is blank to the search and keeps its place."""
    parts = _WITHIN_WORDS.split(html)
    text = _NO_TEXT.sub(lambda no_text: " " * len(no_text[0]), "".join(parts[::2]))
    found, start, pieces = spans(text, terms), 0, []
    for words, tag in zip_longest(parts[::2], parts[1::2], fillvalue=""):
        end = start + len(words)
        here = [
            (max(first - start, 0), min(last, end) - start) for first, last in found if first < end and start < last
        ]
        pieces += [_with_marks(words, 0, len(words), here if words else [], str), tag]
        start = end
    return "".join(pieces)


def _passage(text: str, terms: Sequence[Term]) -> str:
    """The words around the first hit, escaped; nothing for a text that has none or is not long."""
    found = spans(text, terms)
    if not found or len(text) <= LONG:
        return ""
    first, last = found[0]
    start = max(0, first - BEFORE)
    if start:
        start = text.find(" ", start, first) + 1 or start
    end = max(start + PASSAGE, last)
    if end < len(text):
        end = max(text.rfind(" ", last, end), last)
    words = _with_marks(text, start, end, [span for span in found if span[1] <= end], lambda part: str(escape(part)))
    return ("… " if start else "") + words + (" …" if end < len(text) else "")


def _with_marks(
    text: str, start: int, end: int, found: Sequence[tuple[int, int]], written: Callable[[str], str]
) -> str:
    pieces = []
    for first, last in found:
        pieces += [written(text[start:first]), "<mark>", written(text[first:last]), "</mark>"]
        start = last
    return "".join([*pieces, written(text[start:end])])


def spans(text: str, terms: Sequence[Term]) -> list[tuple[int, int]]:
    """Where the words of these terms stand, in order; those of a phrase only where they follow one another. Only what
    is written like a first word of a term is looked at closely."""
    exact, longest = {term[0] for term in terms}, max(map(len, terms))
    starred = tuple(word[:-1] for word in exact if word.endswith("*"))
    most = LOOKED_AT // longest
    found: set[tuple[int, int]] = set()
    for written in _like(exact, text):
        own = _words(written)
        if longest == len(own) == 1 and own[0] in exact:  # as most often: the whole run is the word
            found |= {(start, start + len(written)) for start in islice(_starts(text, written), most)}
            continue
        begins = [n for n, word in enumerate(own) if word in exact or (starred and word.startswith(starred))][:most]
        for start in islice(_starts(text, written), most) if begins else ():
            spots = list(islice(_spots(text, start), begins[-1] + longest))
            for n, term in product(begins, terms):
                here = spots[n : n + len(term)]
                if len(here) == len(term) and all(_is(spot.word, word) for spot, word in zip(here, term, strict=True)):
                    found |= {_exactly(spot, word) for spot, word in zip(here, term, strict=True)}
    return _apart(sorted(found))


def _like(firsts: set[str], text: str) -> list[str]:
    """What is written here and may be one of these words: begins with the same letter, or is not plain English."""
    letters = {letter for word in firsts for letter in (word[0], word[0].upper())}
    return [w for w in set(_RUN.findall(text)) if w[0] in letters or "'" in w or not w.isascii()]


def _starts(text: str, written: str) -> Iterator[int]:
    """Where this stands as a run of its own and not as a part of one."""
    at, within = text.find(written), _WITHIN_PAIRS if _LETTER.match(written) else _WITHIN
    while at >= 0:
        run = _RUN.match(text, at)
        if run and run[0] == written and not (at and within.search(text, max(0, at - 4), at)):
            yield at
        at = text.find(written, at + len(written))


def _is(there: str, word: str) -> bool:
    return there == word or (word[-1] == "*" and there.startswith(word[:-1]))


def _exactly(spot: Spot, word: str) -> tuple[int, int]:
    """A starred letter is found as the first one of a pair, and is all that was asked for."""
    return spot.start, spot.start + 1 if word.endswith("*") else spot.end


def _apart(found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Pairs of letters overlap: one mark for each run of them."""
    joined: list[tuple[int, int]] = []
    for start, end in found:
        if joined and start < joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


def _spots(text: str, start: int) -> Iterator[Spot]:
    """The words of the index from here on."""
    for run in _RUN.finditer(text, start):
        start, end = run.span()
        written = run[0]
        pairs = bool(_LETTER.match(written)) and len(fold(written)) == len(written)
        for n, word in enumerate(_words(written)):  # a pair at each letter; but half-width letters may become one
            yield Spot(word, start + n, min(start + n + 2, end)) if pairs else Spot(word, start, end)


def _words(written: str) -> tuple[str, ...]:
    return _known_words(written) if len(written) <= LONGEST else tuple(tokens(written))


@lru_cache(maxsize=5_000)
def _known_words(written: str) -> tuple[str, ...]:
    return tuple(tokens(written))
