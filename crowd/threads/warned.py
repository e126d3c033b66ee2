"""Before a text is sent: its author sees which words give personal data, and changes them or sends it on (M3)."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any, NamedTuple

from crowd.holding import reasons
from crowd.holding.folding import Span
from crowd.holding.judging import Looked, look
from crowd.holding.marking import Piece, pieces
from crowd.i18n import _
from crowd.models import Consultation
from crowd.threads.prepared import Writing


class Look(NamedTuple):
    """What the rules say of a form's text. With pieces its author is warned, and they are the whole text, marked."""

    looked: Looked
    stopped: bool = False
    pieces: Sequence[Piece] = ()


def look_at(form: Any, writing: Writing, consultation: Consultation) -> Look:
    """Ask the rules of the text; what they say stands at the form's box. A passage is warned of once: the form carries
    what its author has seen."""
    looked = look(consultation, writing.source, writing.html, writing.card)
    if looked.refused:
        form.text.errors = looked.refused
        return Look(looked, stopped=True)
    whole = looked.asked.whole
    now = {_mark(whole, span) for span in looked.warned_spans}
    seen = set((form.warned.data or "").split())
    form.warned.data = " ".join(sorted(seen | now))
    if now <= seen:
        return Look(looked.sent_on())
    form.text.errors = [_told(looked)]
    return Look(looked, stopped=True, pieces=pieces(whole, looked.warned_spans))


def _told(looked: Looked) -> str:
    kinds = reasons.kinds(",".join(said.words for said in looked.warnings))
    return _(
        "Your text has not been sent yet. It seems to give personal data: %(kinds)s. Look at the marked words, and "
        "change them or send it as it is.",
        kinds=kinds,
    )


def _mark(whole: str, span: Span) -> str:
    """A passage as the form carries it: nothing that could be read again."""
    return sha256(f"{span.kind}\0{whole[span.start : span.end]}".encode("utf-8", "surrogatepass")).hexdigest()[:12]
