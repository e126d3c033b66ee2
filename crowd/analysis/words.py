"""Kinds and states of runs as people read them, and why one has no result."""

from crowd.analysis.reasons import sentence
from crowd.i18n import lazy

__all__ = ["ANSWERS", "KINDS", "STATES", "kind", "sentence"]

KINDS = {
    "groups": lazy("Opinion groups"),
}
ELSEWHERE = {  # kinds whose result stands on a page of another desk: what they are called, and the page
    "people": (lazy("Who took part"), "figures.kept"),
    "over time": (lazy("Over time"), "figures.kept"),
    "ideas": (lazy("What the votes say"), "figures.kept"),
    "participation": (lazy("Who took part"), "figures.participation"),
    "kappa": (lazy("Agreement of two coders"), "coding.two"),
    "pairs": (lazy("Duplicates"), "coding.duplicates"),
    "suggestions": (lazy("Suggestions"), "coding.desk"),
}
STATES = {
    "waiting": lazy("Waiting"),
    "working": lazy("Being worked on"),
    "done": lazy("Done"),
    "refused": lazy("No result"),
    "failed": lazy("Failed"),
}
ANSWERS = {"agree": lazy("agrees"), "disagree": lazy("disagrees")}


def kind(name: str) -> str:
    """A kind that has no words yet is its own name."""
    elsewhere = ELSEWHERE.get(name)
    return str(elsewhere[0] if elsewhere else KINDS.get(name, name))


def place(name: str) -> str:
    """The page on which a result of this kind stands, where it is not that of the run."""
    return ELSEWHERE[name][1] if name in ELSEWHERE else ""
