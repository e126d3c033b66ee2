"""What became of the findings, in the order in which pages tell it."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from crowd.answering.steps import ENDED, Step, is_late, words
from crowd.i18n import ngettext
from crowd.models import Duty, Finding, Move
from crowd.states import Standing


class Line(NamedTuple):
    """A finding with what is owed on it."""

    finding: Finding
    duty: Duty | None
    late: bool
    owed: bool


class Now(NamedTuple):
    """Where one finding stands: for its page. `promise` says that enough agreed; the history is the oldest first."""

    step: str
    late: bool
    owed: bool
    promise: str
    duty: Duty | None
    history: list[tuple[Move, str, bool]]


def step_of(finding: Finding, duty: Duty | None) -> Step:
    """A finding that was answered before steps were kept is answered; how far it is, nobody has said."""
    if duty is not None:
        return Step(duty.step)
    return Step.ANSWERED if finding.response else Step.NOT_ANSWERED


def by_step(rows: Iterable[Any]) -> list[tuple[str, str, list[Line]]]:
    """(the step, its words, the findings) for each step that some finding is at; late ones first within each."""
    found: dict[Step, list[Line]] = {step: [] for step in Step}
    for finding, duty in rows:
        step = step_of(finding, duty)
        late = is_late(step, duty.due_at if duty else None)
        found[step].append(Line(finding, duty, late, step not in ENDED))
    return [
        (str(step), words(step), sorted(lines, key=lambda line: not line.late))
        for step, lines in found.items()
        if lines
    ]


def counted(rows: Sequence[Any]) -> list[tuple[str, float, int, str]]:
    """(words, per cent, number, "") of every step, for a table that is a chart."""
    steps = [step_of(finding, duty) for finding, duty in rows]
    each = [(words(step), steps.count(step)) for step in Step]
    return [(said, round(100 * n / len(steps), 1), n, "") for said, n in each if n] if steps else []


def now(finding: Finding, duty: Duty | None, moves: Sequence[Move]) -> Now:
    step = step_of(finding, duty)
    history, before = [], ""
    for move in moves:
        history.append((move, words(move.step), bool(move.html) and move.html != before))
        before = move.html
    late = is_late(step, duty.due_at if duty else None)
    return Now(words(step), late, step not in ENDED, promise(duty) if duty else "", duty, history)


def promise(duty: Duty) -> str:
    """That enough people agree, of whom, and nothing of how many more."""
    if not duty.obliged_at:
        return ""
    n = duty.obliged_number
    if duty.obliged_by == Standing.MEMBER:
        return ngettext("%(n)s member agreed.", "%(n)s members agreed.", n)
    return ngettext("%(n)s stakeholder agreed.", "%(n)s stakeholders agreed.", n)
