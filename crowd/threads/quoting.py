"""Quoting what one answers: as lines that begin with >, in the words that stand there and without what they quote."""

import re

from crowd.text import opening, plain

MOST = 1_000  # characters of a whole text that is quoted; of a longer one its beginning
_QUOTE = re.compile(r"<blockquote>(?:(?!</?blockquote>).)*+</blockquote>", re.DOTALL)  # an innermost one
_BULLET = re.compile(r"^[ ]*(?:- |\d+\. )", re.MULTILINE)


def quoted(html: str, passage: str = "") -> str:
    """A text, or the passage of it if it stands there, as lines of a quotation. Nothing if it only quotes others."""
    words = _own_words(html)
    chosen = passage.strip() if passage and _squeezed(passage) in _squeezed(words) else _beginning(words)
    return "\n".join(f"> {line}".rstrip() for line in chosen.splitlines())


def added(typed: str, quote: str) -> str:
    """What was typed with a quotation after it, unless it is there already."""
    if not quote or quote in typed.replace("\r\n", "\n"):
        return typed
    return "\n\n".join(part for part in (typed.rstrip(), quote) if part) + "\n\n"


def _own_words(html: str) -> str:
    found = 1
    while found:
        html, found = _QUOTE.subn("", html)
    return plain(html)


def _squeezed(text: str) -> str:
    """Without white space and the marks of lists: what a browser selects has others."""
    return "".join(_BULLET.sub("", text).split())


def _beginning(words: str) -> str:
    if len(words) <= MOST:
        return words
    end = words.rfind("\n\n", 0, MOST)
    return words[:end] + "\n\n…" if end > 0 else opening(words, MOST)
