"""Which texts say nearly the same: pairs for a person to look at. Nothing is merged by this alone.

Cosine of the texts' character n-grams, each weighed by its rarity (TF-IDF). It sees the same words, not the same
meaning: "more" and "less" stand close together, so a person confirms each pair (M15). Short standard answers ("None",
"Did not answer") are the same words by chance and are left out: of the coded NHS comments they would be every pair."""

from collections.abc import Mapping
from typing import Any

LEAST = 0.5  # from here on a pair is shown; from 0.8 on nearly all are doubles
WORDS = 4  # fewer say too little to be a double
LONG = 30  # letters that are enough in a script that does not part words
MOST = 500
ROWS = 256  # texts that are compared with all others at a time: that bounds the memory
VERSION = "alike 2"


def pairs(texts: Mapping[int, str], least: float = LEAST, most: int = MOST) -> list[tuple[int, int, float]]:
    """(lower id, higher id, likeness from 0 to 1), the most alike first and then by id; at most so many. `texts` are
    plain; those of fewer than WORDS words are in none. Needs scikit-learn: raises ImportError. The same texts are the
    same pairs."""
    import numpy  # extras: late, so that all else works without
    from sklearn.feature_extraction.text import TfidfVectorizer

    ids = sorted(number for number, text in texts.items() if _says_enough(text))
    if len(ids) < 2:
        return []
    grams = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True, dtype=numpy.float32)
    table = grams.fit_transform([" ".join(texts[number].casefold().split()) for number in ids])
    found: list[tuple[int, int, float]] = []
    for first in range(0, len(ids), ROWS):
        found += _of_rows(table, ids, first, least)
        found = sorted(found, key=lambda pair: (-pair[2], pair[0], pair[1]))[:most]
    return found


def _says_enough(text: str) -> bool:
    words = [word for word in text.split() if any(sign.isalnum() for sign in word)]
    return len(words) >= WORDS or sum(len(word) for word in words) >= LONG


def _of_rows(table: Any, ids: list[int], first: int, least: float) -> list[tuple[int, int, float]]:
    """The pairs of these rows with those below them."""
    likeness = (table[first : first + ROWS] @ table[first:].T).tocoo()
    near = (likeness.data >= least - 1e-6) & (likeness.col > likeness.row)
    cells = zip(likeness.row[near].tolist(), likeness.col[near].tolist(), likeness.data[near].tolist(), strict=True)
    return [(ids[first + row], ids[first + col], round(min(value, 1.0), 4)) for row, col, value in cells]
