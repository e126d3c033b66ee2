"""What the desk says of a case: why it was held, how urgent it is, until when it should be decided."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from crowd import schedule
from crowd.clock import now
from crowd.holding.reasons import titles
from crowd.i18n import _, duration
from crowd.moderation.cases import About, Urgency
from crowd.moderation.queue import NEARLY
from crowd.states import State
from crowd.threads.fragments import tombstone

Flag = tuple[str, str]  # the kind of a tag, and its words


def special(held_for: Iterable[Mapping[str, str]]) -> list[str]:
    """What fired of the rules, in a few words each, without what is true of every text."""
    named = titles()
    return [named.get(entry["rule"], entry["rule"]) for entry in held_for if entry["rule"] != "mode"]


def urgent(urgency: int) -> str:
    """Why it stands before others (M6); empty if it does not."""
    return {
        Urgency.HARM: _("Reported for harm"),
        Urgency.PERSONAL_DATA: _("Personal data in public"),
        Urgency.NEAR_A_BELL: _("Sent near the end"),
    }.get(Urgency(urgency), "")


def ago(moment: datetime) -> str:
    return duration((now() - moment).total_seconds())


def timing(due_at: datetime) -> Flag:
    """How it stands with the target (M7): the kind of a tag, and its words; no tag while there is time."""
    left = due_at - now()
    if left.total_seconds() <= 0:
        return "bad", _("Overdue for %(time)s", time=ago(due_at))
    words = _("Due in %(time)s", time=duration(left.total_seconds()))
    return ("warn" if left <= NEARLY else ""), words


def flags(row: Any) -> list[Flag]:
    """What is special about a case in the queue."""
    return flags_of(row, row, row.state, row.returned_before)


def flags_of(case: Any, version: Any, state: str, returned_before: bool) -> list[Flag]:
    """The same of a case and its version."""
    found = [("bad", urgent(case.urgency)), timing(case.due_at)]
    found += [("warn", words) for words in special(version.held_for)]
    found += [("note", _("Sent again"))] if returned_before else []
    found += [("note", _("Change to a published text"))] if state == State.PUBLISHED and case.kind == About.TEXT else []
    found += [("note", _("A second opinion is asked for"))] if case.asked else []
    return [flag for flag in found if flag[1]]


def shown(what: Iterable[str]) -> str:
    """What a moderator had shown before they decided (M27)."""
    return ", ".join({"author": _("who wrote it"), "votes": _("the votes")}[name] for name in what)


class Ended(NamedTuple):
    """How the text that is answered stands."""

    state: str
    ended_at: datetime | None
    ended_why: str


def answered_gone(row: Any) -> str:
    """What became of the text that a row of a list answers, where others do not read it any more (M19)."""
    return tombstone(Ended(row.parent_state, row.parent_ended_at, row.parent_ended_why), row.timezone)


def phase_of(row: Any) -> str:
    """The phase a text is shown in, which the form for deciding on many carries (M10)."""
    return schedule.current(row.Consultation)


def just(decision: str, words: str) -> str:
    """What a moderator has just done, with the first words of the text."""
    return {
        "approve": _("Published: “%(words)s”", words=words),
        "return": _("Returned: “%(words)s”", words=words),
        "reject": _("Rejected: “%(words)s”", words=words),
        "redact": _("Published without some passages: “%(words)s”", words=words),
        "merge": _("Put under a text that says the same: “%(words)s”", words=words),
    }[decision]
