"""Kinds and states of runs as people read them, and why one has no result."""

from crowd.analysis.reasons import sentence
from crowd.i18n import lazy

__all__ = ["ANSWERS", "KINDS", "STATES", "kind", "sentence"]

KINDS = {
    "groups": lazy("Opinion groups"),
    "alike": lazy("Ideas that say nearly the same"),
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
    return str(KINDS.get(name, name))
