"""The rules by which a text is taken, one small function each, in the one order in which they are asked (M2).

Each gets what is asked about a text and says nothing, which is pass, or what it wants and why. All are asked, so that
all reasons are kept; the strictest counts. Those of the text alone are asked outside of the transaction."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from crowd.holding import identifying, lists, naming
from crowd.holding.folding import Folded, Span
from crowd.models import Consultation
from crowd.text import has_words

FEW = 3  # decided texts from which a share says something
SHORT = 30  # characters: "Yes, we do this too" may be said in several places


class Mode(StrEnum):
    """How the texts of a phase are taken (M1)."""

    BEFORE = "before"
    RISK = "risk"
    AFTER = "after"


class Wants(StrEnum):
    WARN = "warn"
    HOLD = "hold"
    REFUSE = "refuse"


class Said(NamedTuple):
    """What a rule wants, and the detail of its reason (`reasons.sentence`). In the mode "after" only what is `firm`
    holds: what would do harm that taking it away later does not undo, and what was set on a person."""

    rule: str
    wants: Wants
    words: str = ""
    spans: tuple[Span, ...] = ()
    firm: bool = False


class Past(NamedTuple):
    """What is known of a person's texts here, the newest `history.RECENT` of them."""

    sent: int = 0  # in the last ten minutes
    same_here: int = 0
    same: int = 0
    approved: int = 0
    decided: int = 0
    rejected: int = 0
    always: bool = False


@dataclass(frozen=True)
class Asked:
    """A text with all that rules ask about. What is not known yet is not judged."""

    consultation: Consultation
    source: str
    html: str
    whole: str  # with the words of an example's card: what `folded` is of, and spans lead back to
    folded: Folded = field(repr=False)
    past: Past | None = None
    mode: Mode = Mode.BEFORE
    again: bool = False  # an earlier wording waits, or was returned
    most_texts: int = 0  # in ten minutes; 0 is no limit


Rule = Callable[[Asked], Said | None]


def too_long_or_empty(asked: Asked) -> Said | None:
    fine = len(asked.source) <= asked.consultation.text_limit and has_words(asked.html)
    return None if fine else Said("length", Wants.REFUSE)


def rate(asked: Asked) -> Said | None:
    many = asked.past and asked.most_texts and asked.past.sent >= asked.most_texts
    return Said("rate", Wants.REFUSE) if many else None


def same_text_again(asked: Asked) -> Said | None:
    """Twice in one place it is refused; in several places somebody should look."""
    if asked.past and asked.past.same_here:
        return Said("same", Wants.REFUSE)
    return Said("same", Wants.HOLD) if asked.past and asked.past.same and len(asked.source) >= SHORT else None


def blocked_words(asked: Asked) -> Said | None:
    return _listed("blocked", asked.consultation.blocked, Wants.REFUSE, asked.folded)


def watched_words(asked: Asked) -> Said | None:
    return _listed("watched", asked.consultation.watched, Wants.HOLD, asked.folded)


def _listed(rule: str, lines: Sequence[str], wants: Wants, text: Folded) -> Said | None:
    found = lists.ready(tuple(lines)).found(text) if lines else []
    words = ", ".join(dict.fromkeys(line for line, _span in found))
    return Said(rule, wants, words, tuple(span for _line, span in found), firm=True) if found else None


def personal_data(asked: Asked) -> Said | None:
    """Its author is warned first; kept, it holds."""
    spans = identifying.personal_data(asked.folded)
    kinds = ",".join(dict.fromkeys(span.kind for span in spans))
    return Said("personal data", Wants.WARN, kinds, tuple(spans), firm=True) if spans else None


def named_individual(asked: Asked) -> Said | None:
    spans = naming.named(asked.folded)
    return Said("named", Wants.HOLD, "", tuple(spans), firm=True) if spans else None


def many_links(asked: Asked) -> Said | None:
    number = max(asked.html.count('href="http'), len(_ADDRESS.findall(asked.source)))
    return Said("links", Wants.HOLD, str(number)) if number > asked.consultation.most_links else None


def first_texts(asked: Asked) -> Said | None:
    few = asked.past and asked.past.approved < asked.consultation.first_texts
    return Said("first texts", Wants.HOLD, str(asked.past.approved)) if asked.past and few else None


def often_rejected(asked: Asked) -> Said | None:
    """A third of what was decided lately."""
    past = asked.past
    if past and past.decided >= FEW and past.rejected * 3 >= past.decided:
        return Said("rejected", Wants.HOLD, f"{past.rejected}/{past.decided}")
    return None


def always_held(asked: Asked) -> Said | None:
    return Said("always", Wants.HOLD, firm=True) if asked.past and asked.past.always else None


def mode_of_the_phase(asked: Asked) -> Said | None:
    """What waits already, or came back, is read by somebody also where other texts appear at once."""
    if asked.again and asked.mode != Mode.BEFORE:
        return Said("mode", Wants.HOLD, "again", firm=True)
    return Said("mode", Wants.HOLD, firm=True) if asked.mode == Mode.BEFORE else None


RULES: dict[str, Rule] = {
    "length": too_long_or_empty,
    "rate": rate,
    "same": same_text_again,
    "blocked": blocked_words,
    "watched": watched_words,
    "personal data": personal_data,
    "named": named_individual,
    "links": many_links,
    "first texts": first_texts,
    "rejected": often_rejected,
    "always": always_held,
    "mode": mode_of_the_phase,
}
OF_THE_TEXT = ("length", "blocked", "watched", "personal data", "named", "links")
OF_ITS_AUTHOR = ("rate", "same", "first texts", "rejected", "always")  # asked under the lock, as is the mode
_ADDRESS = re.compile(r"https?://|\bwww\.", re.IGNORECASE)
