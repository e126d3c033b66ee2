"""A text cut at the passages that rules have found, for showing them marked (M3)."""

from collections.abc import Sequence
from typing import NamedTuple

from crowd.holding import reasons
from crowd.holding.folding import Span


class Piece(NamedTuple):
    """A passage of a text, and the sentence about it where there is one."""

    words: str
    why: str = ""


def pieces(whole: str, spans: Sequence[Span]) -> list[Piece]:
    """A text cut at its marks; of marks that overlap the first one stands."""
    cut, at = list[Piece](), 0
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        if span.start < at:
            continue
        cut += [Piece(whole[at : span.start]), Piece(whole[span.start : span.end], reasons.warning(span.kind))]
        at = span.end
    return [piece for piece in [*cut, Piece(whole[at:])] if piece.words]
