"""Which words of a text name one person: by a title, by who it is to somebody, by how it is introduced, by given names.

No model of the language and nothing that learns: what it finds a person can follow, and it misses names that nothing
announces. One pass over the words, each looking at a few neighbours."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from crowd.holding import names
from crowd.holding.folding import Folded, Span, Word, bare

LONGEST = 4  # words of a name
MOST = 50  # names of a text: nobody reads more


class Read(NamedTuple):
    """A word with what is asked of it again and again, and what stands between it and the one before."""

    text: str
    low: str  # without case, accents, possessive
    gap: str
    start: int
    end: int
    owning: bool
    capital: bool
    like_a_name: bool  # one capital and small letters after it, and no other word that begins so

    @property
    def initial(self) -> bool:
        return len(self.text) == 1 and self.capital


class Reading(Sequence[Read]):
    """The words of a text, looked at when they are asked for: most never are."""

    def __init__(self, text: Folded):
        self.text, self.words, self.seen = text, text.words, dict[int, Read]()

    def __len__(self) -> int:
        return len(self.words)

    def __getitem__(self, n: Any) -> Any:
        if (found := self.seen.get(n)) is None:
            before = self.words[n - 1].end if n else 0
            found = self.seen[n] = _read(self.words[n], self.text.text[before : self.words[n].start])
        return found

    def beginnings(self) -> list[int]:
        """Where a rule may begin: at a capital that may begin a name, one or two words before it, at a small title."""
        found: set[int] = set()
        for n, word in enumerate(self.words):
            first = word.text[0]
            if (first.isupper() and self[n].like_a_name) or (first in "dm" and word.text in names.SMALL_TITLES):
                found.update((n - 2, n - 1, n))
            elif first.isupper() and len(word.text) == 1:
                found.add(n - 1)
        return sorted(n for n in found if n >= 0)


def named(text: Folded) -> list[Span]:
    """The names, in the order of the text."""
    words, spans, done = Reading(text), list[Span](), 0
    for n in words.beginnings():
        if n < done:
            continue
        for rule in RULES:
            if (found := rule(words, n)) and not _of_a_thing(words, found):
                spans.append(text.span("name", words[found.start].start, words[found.stop - 1].end))
                done = found.stop
                break
        if len(spans) >= MOST:
            break
    return spans


def _read(word: Word, gap: str) -> Read:
    text, low = word.text, bare(word.text)
    owning = low.endswith("'s")
    low = low.removesuffix("'s")
    capital = text[0].isupper()
    body = text.removesuffix("'s")
    like = capital and len(body) > 1 and not body.isupper() and low not in names.OTHERS
    like = like and body.replace("-", "").replace("'", "").isalpha()
    return Read(text, low, gap, word.start, word.end, owning, capital, like)


def _gap(words: Sequence[Read], n: int, *gaps: str) -> bool:
    return n < len(words) and words[n].gap in gaps


def _whole(words: Sequence[Read], n: int) -> int:
    """Where the name that begins at `n` ends: initials and words like names, with nothing but a space between."""
    stop, any_word = n, False
    while stop < len(words) and stop - n < LONGEST and (stop == n or words[stop].gap in (" ", ". ", ".")):
        word = words[stop]
        if word.initial and not any_word:
            pass
        elif word.like_a_name and (not any_word or word.gap == " "):
            any_word = True
        else:
            break
        stop += 1
        if word.owning:
            break
    return stop if any_word else n


def _titled(words: Sequence[Read], n: int) -> range | None:
    """Dr Hargreaves, Mr. A. Rahman, Staff nurse Danuta, Mr and Mrs Kowalczyk; dr hussain."""
    if words[n].low not in names.TITLES:
        return None
    next_ = n + 1
    if not _gap(words, next_, " ", ". ", "."):
        return None
    if (stop := _whole(words, next_)) > next_ and (words[n].capital or words[n].low in names.PEOPLE | {"dr"}):
        return range(n, stop)
    small = words[next_]
    if words[n].low in names.SMALL_TITLES and words[n].text.islower() and small.text.islower():
        plain = len(small.low) > 2 and small.low not in names.OTHERS | names.PEOPLE | names.WORKS | names.PLACES
        return range(n, n + 2) if plain and small.text.isalpha() else None
    return None


def _related(words: Sequence[Read], n: int) -> range | None:
    """My patient Gladys; our manager, Karen Whitlock; Patient: Leonard Moss."""
    if words[n].low in names.PEOPLE and not words[n].owning and _gap(words, n + 1, " ", ", ", ": "):
        stop = _whole(words, n + 1)
        return range(n + 1, stop) if stop > n + 1 else None
    return None


def _introduced(words: Sequence[Read], n: int) -> range | None:
    """A man called Stan; my name is Oluwaseun; Name: Ann; I am Bethan Prosser."""
    low = words[n].low
    called = low in names.CALLED and n and words[n - 1].low in names.PEOPLE
    if called or (low == "name" and (words[n].owning or _gap(words, n + 1, ": "))):
        begin = n + 1
    elif low == "name" and n + 1 < len(words) and words[n + 1].low in ("is", "was"):
        begin = n + 2
    elif low == "i'm" or (low == "am" and n and words[n - 1].low == "i"):
        stop = _whole(words, n + 1)
        known = stop > n + 1 and words[n + 1].low in names.GIVEN
        return range(n + 1, stop) if _gap(words, n + 1, " ") and (known or stop > n + 2) else None
    else:
        return None
    stop = _whole(words, begin)
    return range(begin, stop) if _gap(words, begin, " ", ": ") and stop > begin else None


def _given(words: Sequence[Read], n: int) -> range | None:
    """Kevin; Karen Whitlock; Will Smith, but not Will."""
    word = words[n]
    if not word.capital or (n and words[n - 1].low in names.HONOURED):
        return None
    stop = _whole(words, n)
    if word.low in names.ALSO_WORDS:
        surname = n + 1 < len(words) and words[n + 1].like_a_name and words[n + 1].gap == " "
        return range(n, _whole(words, n + 1)) if surname and not word.owning else None
    return range(n, stop) if stop > n and word.low in names.GIVEN else None


def _spoken_to(words: Sequence[Read], n: int) -> range | None:
    """Ask Jenny Sowerby; thanks to Rajesh Patel: two words, because one may be anything."""
    if words[n].low not in names.SAYING:
        return None
    begin = n + 2 if n + 1 < len(words) and words[n + 1].low in names.JOINING else n + 1
    stop = _whole(words, begin)
    return range(begin, stop) if _gap(words, begin, " ") and stop > begin + 1 else None


RULES: tuple[Callable[[Sequence[Read], int], range | None], ...] = (
    _titled,
    _related,
    _introduced,
    _given,
    _spoken_to,
)


def _of_a_thing(words: Sequence[Read], found: range) -> bool:
    """Whether a name is that of a work, a place or a body: Lord Carter's review, Lady Windermere ward, Marie Curie."""
    last = words[found.stop - 1]
    after = words[found.stop] if _gap(words, found.stop, " ", "' ") else None
    if after and (after.low in names.WORKS or (after.low in names.PLACES and not last.owning)):
        return True
    lows = [words[n].low for n in found]
    return any(tuple(lows[k : k + 2]) in names.BODIES for k in range(len(lows)))
