"""How far the answer to a finding is."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from crowd import clock
from crowd.i18n import _, day


class Step(StrEnum):
    """In the order in which pages list them."""

    NOT_ANSWERED = "not answered"
    CONSIDERING = "considering"
    ANSWERED = "answered"  # with a text alone: how far it is, the host has not said
    ACCEPTED = "accepted"
    IN_PART = "accepted in part"
    UNDER_WAY = "under way"
    DONE = "done"
    NOT_ACCEPTED = "not accepted"


ENDED = frozenset({Step.DONE, Step.NOT_ACCEPTED})  # nothing is owed any more
ANSWERED = frozenset(Step) - {Step.NOT_ANSWERED, Step.CONSIDERING}


def words(step: str) -> str:
    return {
        Step.NOT_ANSWERED: _("Not answered yet"),
        Step.CONSIDERING: _("Being considered"),
        Step.ANSWERED: _("Answered"),
        Step.ACCEPTED: _("Accepted"),
        Step.IN_PART: _("Accepted in part"),
        Step.UNDER_WAY: _("Under way"),
        Step.DONE: _("Done"),
        Step.NOT_ACCEPTED: _("Not accepted"),
    }[Step(step)]


def told(owed: Any, zone: str) -> str:
    """Where the answer stands, in one line: "Accepted, due on 4 December 2026"."""
    said = words(owed.step)
    if owed.due_at is None or owed.step in ENDED:
        return said
    return _("%(step)s, due on %(day)s", step=said, day=day(owed.due_at, zone))


def is_late(step: str, due_at: datetime | None) -> bool:
    """Whether what is still owed was due before now."""
    return due_at is not None and due_at <= clock.now() and step not in ENDED
