"""A text as the words that are looked for. We cut, fold and stem them ourselves, so that SQLite and PostgreSQL find
exactly the same; what other words a text has, neither of them ever sees."""

import re
import threading
import unicodedata
from collections import Counter
from functools import lru_cache

from snowballstemmer.english_stemmer import EnglishStemmer

LONGEST = 64  # letters of a word; what is longer is cut
MOST = 16_000  # words of a text: PostgreSQL counts places to 16,383
OFTEN = 255  # places of one word in a text, of which PostgreSQL keeps no more
FILLER = "\ue001"  # stands at the places that are too many; no text has it as a word, because it is no letter

# Said so often that a search without them finds what was meant; inside quotes they count.
COMMON = frozenset(
    """
    a an and are as at be been but by can for from had has have how i if in into is it its more not of
    on or our so that the their them there they this to was we were what when where which who why will
    with would you your
    """.split()  # noqa: SIM905  # a paragraph is read more easily than a column
)

# Accents of Latin, Greek and Cyrillic, points of Hebrew and Arabic, and what cannot be seen.
_MARKS = re.compile(
    "[\u00ad\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f"
    "\u0670\u1ab0-\u1aff\u1dc0-\u1dff\u200b-\u200d\u2060\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f\U000e0100-\U000e01ef]"
)
_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"})
_APOSTROPHES = str.maketrans("‘’ʼ", "'''")

# Scripts that put no space between words (and Korean, which puts its particles behind them): cut into pairs of letters.
UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u1100-\u11ff\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3031-\u3035"
    "\u3038-\u303c\u3041-\u3096\u3099-\u309f\u30a1-\u30fa\u30fc-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f"
    "\uac00-\ud7ff\uf900-\ufaff"
)
_BEYOND = "\U0001aff0-\U0001b16f\U00020000-\U0003ffff"  # apart, because a pattern without them is much faster
_WORD = re.compile(rf"[{UNSPACED}{_BEYOND}]+|[^\s'{UNSPACED}{_BEYOND}]+(?:'(?:s|t|re|ve|ll|d|m)(?![^\s']))?")
_PAIRED = re.compile(f"[{UNSPACED}{_BEYOND}]")

_stemmer, _one_at_a_time = EnglishStemmer(), threading.Lock()


def fold(text: str) -> str:
    """Without case, accents and invisible characters. Doing it twice is doing it once."""
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return unicodedata.normalize("NFC", _MARKS.sub("", text).translate(_LETTERS).translate(_APOSTROPHES))


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """An English word's stem. Other languages' words are left alone unless they look English."""
    if not word.isascii():
        return word.replace("'", "")
    with _one_at_a_time:  # it keeps its place in the word in itself
        return str(_stemmer.stemWord(word)).replace("'", "")


def _pieces(text: str) -> list[str]:
    """Words as they stand, folded; letters, digits and marks of any script, nothing else."""
    folded = fold(text)
    return _WORD.findall(
        "".join(c if c == "'" or unicodedata.category(c)[0] in "LNM" else " " for c in folded)
        if not folded.isascii()
        else _ASCII.sub(" ", folded)
    )


_ASCII = re.compile("[^a-z0-9']+")


def tokens(text: str) -> list[str]:
    """What stands in the index, in order. A run of unspaced script gives a pair of letters at each place and its last
    letter alone, so that any part of it is found as a phrase."""
    found: list[str] = []
    for piece in _pieces(text):
        if _PAIRED.match(piece):
            found += (piece[n : n + 2] for n in range(len(piece)))
        elif token := stem(piece[:LONGEST]):
            found.append(token)
        if len(found) >= MOST:
            break
    times: Counter[str] = Counter()
    for n, token in enumerate(found[:MOST]):
        times[token] += 1
        if times[token] > OFTEN:
            found[n] = FILLER
    return found[:MOST]


def sought(text: str) -> list[str]:
    """What has to follow one another where this is found. A lone letter of an unspaced script at the end stands for
    every pair that begins with it, marked with a star."""
    pieces, found = _pieces(text), list[str]()
    for n, piece in enumerate(pieces, 1):
        if not _PAIRED.match(piece):
            found += [token for token in [stem(piece[:LONGEST])] if token]
        elif n < len(pieces):
            found += (piece[k : k + 2] for k in range(len(piece)))
        elif len(piece) == 1:
            found.append(piece + "*")
        else:
            found += (piece[k : k + 2] for k in range(len(piece) - 1))
    return found
