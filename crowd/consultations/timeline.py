"""What was, what is and what will be: a view of the schedule and of the log (P4, P19)."""

from datetime import datetime

from crowd import i18n, schedule
from crowd.i18n import _
from crowd.models import Consultation, Record
from crowd.schedule import phase_name
from crowd.states import PHASES, Phase

Event = tuple[str, str, str, str]  # as parts/phase.html takes it: datetime, when, text, state


def events(consultation: Consultation, moves: list[Record]) -> list[Event]:
    """The starts in order, and between them, when it was done, every date that was moved, with its reason."""
    zone, now = consultation.timezone, schedule.current(consultation)
    found: list[tuple[datetime, str, str]] = []
    for phase, start in schedule.starts(consultation).items():
        if phase == Phase.DRAFT and now != Phase.DRAFT:
            continue
        before = PHASES.index(phase) < PHASES.index(now)
        found.append((start, phase_name(phase), "now" if phase == now else "done" if before else "later"))
    found += [(line.at, _moved(line, zone), "done") for line in moves]
    return [
        (at.isoformat(), i18n.deadline(at, zone), words, state)
        for at, words, state in sorted(found, key=lambda e: e[0])
    ]


def _moved(line: Record, zone: str) -> str:
    facts = line.facts
    moments = [datetime.fromisoformat(facts[name]) if facts[name] else None for name in ("old", "new")]
    days = {i18n.day(moment, zone) for moment in moments if moment}
    told = i18n.day if len(days) == 2 else i18n.deadline  # the hour matters where it is the same day
    old, new = (told(moment, zone) if moment else "" for moment in moments)
    words = {"phase": phase_name(Phase(facts["phase"])), "old": old, "new": new, "why": facts.get("why", "")}
    if line.deed == "switched":
        return _("“%(phase)s” began earlier than planned (%(old)s): %(why)s", **words)
    if line.deed == "switch undone":
        return _("That was taken back. “%(phase)s” begins on %(new)s, as planned.", **words)
    if not new:
        return _("“%(phase)s”, planned for %(old)s, was taken off: %(why)s", **words)
    if not old:
        return _("“%(phase)s” was added, on %(new)s: %(why)s", **words)
    return _("“%(phase)s” moved from %(old)s to %(new)s: %(why)s", **words)
