"""What a person types into the search box: words that all have to be there, "phrases", and -what must not."""

import re
from typing import NamedTuple

from crowd.i18n import _
from crowd.search.words import COMMON, fold, sought

MOST = 500  # characters that are read; nobody types more, and programs need no more either
TERMS = 30  # words and phrases that are looked for, the first ones
TOKENS = 100  # words in all of them

_QUOTES = str.maketrans("“”„«»＂", '""""""')
_TERM = re.compile(r'([-\u2212]?)(?:"([^"]*)(?:"|$)|([^\s"]+))')

Term = tuple[str, ...]


class Asked(NamedTuple):
    """Terms as words of the index. `sentence` says to the person what was left out, or that nothing is left."""

    terms: tuple[Term, ...]
    without: tuple[Term, ...]
    sentence: str = ""

    @property
    def nothing(self) -> bool:
        return not self.terms


def parse(typed: str) -> Asked:
    """Whatever was typed, as something that can be looked for; never an error. Quotes that were not closed end at the
    end, a sign without a word is nothing."""
    wanted: list[Term] = []
    asides: list[Term] = []  # words that everybody uses, looked for where there is nothing else
    without: list[Term] = []
    left_out = len(typed) > MOST
    for minus, phrase, word in _TERM.findall(typed[:MOST].translate(_QUOTES)):
        term = tuple(sought(phrase or word))
        if not term:
            continue
        if sum(map(len, wanted + without)) + len(term) > TOKENS or len(wanted) + len(without) >= TERMS:
            left_out = True
            break
        if minus:
            without.append(term)
        elif word and fold(word) in COMMON:
            asides.append(term)
        else:
            wanted.append(term)
    terms = tuple(dict.fromkeys(wanted or asides[:TERMS]))
    return Asked(terms, tuple(dict.fromkeys(without)), _sentence(typed, bool(terms), bool(without), left_out))


def _sentence(typed: str, some: bool, without: bool, left_out: bool) -> str:
    if some:
        return _("Only the first words of this were looked for.") if left_out else ""
    if without:
        return _("Type at least one word to look for. A word after a minus sign only leaves things out.")
    return _("There is no word in this. Type at least one letter or number.") if typed.strip() else ""
