"""Kinds and states of runs as people read them, and why one has no result."""

from crowd.analysis.reasons import sentence
from crowd.i18n import lazy

__all__ = ["AGAIN", "STATES", "kind", "place", "sentence"]

KINDS = {
    "groups": lazy("Opinion groups"),
    "people": lazy("Who took part"),
    "over time": lazy("Over time"),
    "ideas": lazy("What the votes say"),
    "participation": lazy("Who took part"),
    "kappa": lazy("Agreement of two coders"),
    "pairs": lazy("Duplicates"),
    "suggestions": lazy("Suggestions"),
}
AGAIN = ("groups",)  # what can be done again from the page of a run
PLACES = {  # the page on which a result stands, where it is not that of its run
    "participation": "figures.participation",
    "kappa": "coding.two",
    "pairs": "coding.duplicates",
    "suggestions": "coding.desk",
}
AUDIENCES = {"members": lazy("Members"), "stakeholders": lazy("Stakeholders")}
STATES = {
    "waiting": lazy("Waiting"),
    "working": lazy("Being worked on"),
    "done": lazy("Done"),
    "refused": lazy("No result"),
    "failed": lazy("Failed"),
}


def kind(name: str) -> str:
    """A kind that has no words yet is its own name."""
    return str(KINDS.get(name, name))


def place(name: str) -> str:
    """The page on which a result of this kind stands, where it is not that of the run."""
    return PLACES.get(name, "")
