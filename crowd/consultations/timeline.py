"""What was, what is and what will be: a view of the schedule and of the log (P4, P18, P19)."""

from datetime import datetime
from typing import NamedTuple

from crowd import i18n, schedule
from crowd.i18n import _
from crowd.models import Consultation, Record
from crowd.schedule import phase_name
from crowd.states import PHASES, Phase


class Event(NamedTuple):
    """As parts/phase.html takes it; `stamp` is the SHA-256 of the record that was made then, of this phase, which is
    empty where the reader may not have it."""

    datetime: str
    when: str
    text: str
    state: str
    phase: str = ""
    stamp: str = ""


def events(consultation: Consultation, lines: list[Record], *, ahead: bool = False) -> list[Event]:
    """The starts in order, and between them, when it was done, every date that was moved, with its reason, every start
    that met red, and every record; `ahead`: the reader may have that of a phase whose beginning was undone, too."""
    zone, now = consultation.timezone, schedule.current(consultation)
    late = schedule.missed(consultation)
    found: list[tuple[datetime, str, str, str, str]] = []
    for phase, start in schedule.starts(consultation).items():
        if phase == Phase.DRAFT and now != Phase.DRAFT:
            continue
        before = PHASES.index(phase) < PHASES.index(now)
        words = phase_name(phase) if phase != late else _("%(phase)s (late)", phase=phase_name(phase))
        found.append((start, words, "now" if phase == now else "done" if before else "later", "", ""))
    undone = {line.facts["old"] for line in lines if line.deed == "switch undone"}
    switched = {line.at: line.facts["new"] for line in lines if line.deed == "switched"}
    for line in lines:
        if line.deed == "phase recorded":
            back, of = switched.get(line.at) in undone, line.facts["phase"]
            has = ahead or PHASES.index(Phase(of)) <= PHASES.index(now)
            found.append((line.at, _recorded(line, back), "done", of if has else "", line.facts["sha256"]))
        else:
            found.append((line.at, told_move(line, zone), "done", "", ""))
    return [
        Event(at.isoformat(), i18n.deadline(at, zone), words, state, phase, stamp)
        for at, words, state, phase, stamp in sorted(found, key=lambda e: e[0])
    ]


def _recorded(line: Record, back: bool) -> str:
    name = phase_name(Phase(line.facts["phase"]))
    if back:
        return _("Record of “%(phase)s”, whose beginning was taken back. SHA-256:", phase=name)
    return _("Record of what stood when “%(phase)s” began. SHA-256:", phase=name)


def told_move(line: Record, zone: str) -> str:
    """What the log says of one date, in words."""
    facts = line.facts
    if line.deed == "start missed":
        return _("“%(phase)s” did not begin: the host was not ready.", phase=phase_name(Phase(facts["phase"])))
    moments = [datetime.fromisoformat(facts[name]) if facts[name] else None for name in ("old", "new")]
    days = {i18n.day(moment, zone) for moment in moments if moment}
    told = i18n.day if len(days) == 2 else i18n.deadline  # the hour matters where it is the same day
    old, new = (told(moment, zone) if moment else "" for moment in moments)
    words = {"phase": phase_name(Phase(facts["phase"])), "old": old, "new": new, "why": facts.get("why", "")}
    if line.deed == "switched" and moments[0] and moments[1] and moments[0] < moments[1]:
        return _("“%(phase)s” began later than planned (%(old)s): %(why)s", **words)
    if line.deed == "switched":
        return _("“%(phase)s” began earlier than planned (%(old)s): %(why)s", **words)
    if line.deed == "switch undone" and moments[1] and moments[1] <= line.at:
        return _("That was taken back. “%(phase)s” has no date yet.", **words)
    if line.deed == "switch undone":
        return _("That was taken back. “%(phase)s” begins on %(new)s, as planned.", **words)
    if not new:
        return _("“%(phase)s”, planned for %(old)s, was taken off: %(why)s", **words)
    if not old:
        return _("“%(phase)s” was added, on %(new)s: %(why)s", **words)
    return _("“%(phase)s” moved from %(old)s to %(new)s: %(why)s", **words)
