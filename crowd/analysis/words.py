"""Kinds and states of runs as people read them, and why one has no result."""

from collections.abc import Sequence

from crowd.analysis.reasons import sentence
from crowd.i18n import lazy

__all__ = ["AGAIN", "AUDIENCES", "STATES", "columns", "kind", "place", "sentence"]

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


COLUMNS = {  # of kept figures (figures/tables.py), by their names in files
    "profession": lazy("Profession"),
    "region": lazy("Region"),
    "group": lazy("Group"),
    "took_part": lazy("Took part"),
    "joined": lazy("Joined"),
    "share": lazy("Share"),
    "baseline_share": lazy("Share in the baseline"),
    "expected": lazy("Expected"),
    "ratio": lazy("Ratio"),
    "judged": lazy("Represented"),
    "from": lazy("From"),
    "contributions": lazy("Contributions"),
    "comments": lazy("Comments"),
    "votes": lazy("Votes"),
    "votes_of_members": lazy("Votes of members"),
    "votes_of_stakeholders": lazy("Votes of stakeholders"),
    "bell": lazy("Bell"),
    "what": lazy("What"),
    "number": lazy("Number"),
    "people": lazy("People"),
    "people_in_the_tenth": lazy("People in the tenth"),
    "share_of_the_tenth": lazy("Share of the tenth"),
    "gini": lazy("Gini"),
    "agree": lazy("Agree"),
    "disagree": lazy("Disagree"),
    "passed": lazy("Passed"),
    "seen_by": lazy("Seen by"),
    "agree_share": lazy("Share that agrees"),
    "agree_share_weighted": lazy("Share that agrees, weighted"),
    "low": lazy("Lower end"),
    "high": lazy("Upper end"),
    "lowest_agreement_percent": lazy("Least agreement, per cent"),
    "professions": lazy("Professions"),
}


def columns(names: Sequence[str]) -> list[str]:
    """The heads of kept figures."""
    return [str(COLUMNS.get(name, name)) for name in names]


def kind(name: str) -> str:
    """A kind that has no words yet is its own name."""
    return str(KINDS.get(name, name))


def place(name: str) -> str:
    """The page on which a result of this kind stands, where it is not that of the run."""
    return PLACES.get(name, "")
