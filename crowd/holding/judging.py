"""What becomes of a text: the rules asked in their order, and the strictest of what they say (M1, M2)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from flask import current_app

from crowd.evidence.card import words as card_words
from crowd.holding import history, reasons
from crowd.holding.folding import Span, fold
from crowd.holding.rules import OF_ITS_AUTHOR, OF_THE_TEXT, RULES, Asked, Mode, Said, Wants
from crowd.models import Consultation
from crowd.states import Phase

CITING = "source"  # of a card: who wrote what is cited is meant to be named


class Refused(Exception):
    """A text that is not taken. Its str is a sentence for its author."""


class Verdict(NamedTuple):
    """What is kept with a version: whether it waits, every reason, and what its author was warned of and kept (M3)."""

    held: bool
    held_for: list[dict[str, str]]
    warned: list[str]


@dataclass(frozen=True)
class Looked:
    """A text that the rules of the text have been asked about. `kept` are the warnings its author has seen."""

    asked: Asked
    said: Mapping[str, Said]
    kept: frozenset[str] = frozenset()

    @property
    def refused(self) -> list[str]:
        return [refusal(one) for one in self.said.values() if one.wants == Wants.REFUSE]

    @property
    def warnings(self) -> list[Said]:
        return [one for one in self.said.values() if one.wants == Wants.WARN]

    @property
    def spans(self) -> list[Span]:
        """Every passage that a rule has found, for showing them marked (`marking.pieces`)."""
        return [span for one in self.said.values() for span in one.spans]

    @property
    def warned_spans(self) -> list[Span]:
        return [span for one in self.warnings for span in one.spans]

    def sent_on(self) -> "Looked":
        """The same, its author having seen what it was warned of."""
        return replace(self, kept=frozenset(one.rule for one in self.warnings))


def look(consultation: Consultation, source: str, html: str, card: Mapping[str, str]) -> Looked:
    """Ask the rules of the text alone: outside of the transaction, a few milliseconds at most."""
    whole = whole_of(source, card)
    asked = Asked(consultation, source, html, whole, fold(whole))
    return Looked(asked, _ask(asked, OF_THE_TEXT))


def whole_of(source: str, card: Mapping[str, str]) -> str:
    """All words that readers will see, the text first."""
    return "\n".join([source, *card_words({name: value for name, value in card.items() if name != CITING})])


def _ask(asked: Asked, rules: Iterable[str]) -> dict[str, Said]:
    return {name: said for name in rules if (said := RULES[name](asked))}


def judge(
    looked: Looked, *, by: int, phase: Phase, place: Mapping[str, Any], but: int = 0, again: bool = False
) -> Verdict:
    """Ask the rest, inside of the transaction: the person's past, and the mode of the phase as it is now. Raises
    Refused. `but` is the text whose wording is changed; `again` says that one waits or came back."""
    consultation = looked.asked.consultation
    asked = replace(
        looked.asked,
        past=history.past(by, consultation, looked.asked.source, **_where(place), but=but),
        mode=mode(consultation, phase),
        again=again,
        most_texts=0 if but else current_app.config["TEXTS_LIMIT"],
    )
    said = {**looked.said, **_ask(asked, (*OF_ITS_AUTHOR, "mode"))}
    if sentences := [refusal(one) for one in in_order(said) if one.wants == Wants.REFUSE]:
        raise Refused(" ".join(sentences))
    return verdict(in_order(said), asked.mode, looked.kept)


def _where(place: Mapping[str, Any]) -> dict[str, Any]:
    return {name: place[f"{name}_id"] for name in ("question", "finding", "parent")}


def in_order(said: Mapping[str, Said]) -> list[Said]:
    return [said[name] for name in RULES if name in said]


def verdict(said: Iterable[Said], mode: Mode, kept: frozenset[str] = frozenset()) -> Verdict:
    """All reasons are kept, also those that do not hold in this mode: whoever looks afterwards sees them."""
    found = list(said)
    held = any(one.firm or mode != Mode.AFTER for one in found)
    held_for = [{"rule": one.rule} | ({"words": one.words} if one.words else {}) for one in found]
    return Verdict(held, held_for, [one.rule for one in found if one.wants == Wants.WARN and one.rule in kept])


class Line(NamedTuple):
    """What one rule says of a text that is only tried; without a person, some cannot say anything."""

    rule: str
    says: str  # passes, warn, hold, refuse, or author: it depends on who writes
    why: str


def tried(looked: Looked) -> list[Line]:
    """Every rule in its order, but that of the mode, for a host who tries it on a text."""
    found = []
    for name in RULES:
        said = looked.said.get(name)
        if said:
            found.append(Line(name, said.wants, reasons.sentence(name, said.words)))
        elif name != "mode":
            found.append(Line(name, "author" if name in OF_ITS_AUTHOR else "passes", ""))
    return found


def outcome(looked: Looked, mode: Mode) -> str:
    """What would become of the text in this mode, by somebody whom nothing speaks against: refuse, hold or appear."""
    if looked.refused:
        return "refuse"
    return "hold" if mode == Mode.BEFORE or verdict(in_order(looked.said), mode).held else "appear"


def mode(consultation: Consultation, phase: Phase) -> Mode:
    """How texts of a phase are taken now; a change touches later ones alone (M1)."""
    return Mode(consultation.mode_open if phase == Phase.OPEN else consultation.mode_members)


def refusal(said: Said) -> str:
    """Why a text is not taken and how to mend that, for its author."""
    return reasons.refusal(said.rule, said.words)
