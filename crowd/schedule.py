"""Where we are: the phase computed from the clock and the schedule (P2), and what a schedule may look like (P3)."""

from datetime import datetime
from itertools import pairwise

from crowd import clock
from crowd.i18n import _, deadline
from crowd.models import Consultation
from crowd.states import OPTIONAL_PHASES, PHASES, Phase

Starts = dict[Phase, datetime]


class BadSchedule(ValueError):
    """A schedule that cannot be; the message names what is wrong (P3)."""


def starts(consultation: Consultation) -> Starts:
    """When each phase begins that this consultation has, in order; draft begins with the consultation."""
    found = {Phase.DRAFT: consultation.created_at}
    for phase in PHASES[1:]:
        if start := getattr(consultation, phase):
            found[phase] = start
    return found


# Phases that do not begin while something red stands before them (P5), and the column that says since when none does.
GATES = {Phase.MEMBERS: "members_ready_at", Phase.OPEN: "open_ready_at"}
_ORDER = {phase: n for n, phase in enumerate(PHASES)}


def current(consultation: Consultation, at: datetime | None = None) -> Phase:
    """The last phase whose start has come (P2) and met nothing red (P6). Now, not at another time that is asked for,
    it is never one before what was reached: a clock that jumps back reopens nothing (P20)."""
    phase = _at(consultation, at or clock.now())
    reached = Phase(consultation.reached or Phase.DRAFT)
    return reached if at is None and _ORDER[phase] < _ORDER[reached] and _jumped(consultation, reached) else phase


def until_now(consultation: Consultation) -> tuple[Phase, ...]:
    """Every phase that has come here or was left out, the current one last."""
    return PHASES[: PHASES.index(current(consultation)) + 1]


def _jumped(consultation: Consultation, reached: Phase) -> bool:
    """Whether the clock itself says that what was reached is still to come. If it does not, this request was received
    before the start and is only slow: the time of its receipt decides (P8)."""
    start = getattr(consultation, reached, None)
    return start is None or start > clock.present()


def _at(consultation: Consultation, at: datetime) -> Phase:
    phase = Phase.DRAFT
    for name in PHASES[1:]:
        start = getattr(consultation, name)
        if start is None:
            continue
        if start > at or not met_nothing_red(consultation, name, start):
            break
        phase = name
    return phase


def met_nothing_red(consultation: Consultation, phase: Phase, start: datetime) -> bool:
    """Whether the phase could begin at its start (P6). What becomes ready later than that waits for a host: nothing
    opens by itself at a time that nobody was told."""
    gate = GATES.get(phase)
    if gate is None:
        return True
    ready = getattr(consultation, gate)
    return ready is not None and ready <= start


def missed(consultation: Consultation) -> Phase | None:
    """The phase whose start has come and met red: the one before it goes on to rest (P6)."""
    after = following(consultation, current(consultation))
    start = getattr(consultation, after) if after else None
    return after if start is not None and start <= clock.now() else None


def following(consultation: Consultation, phase: Phase) -> Phase | None:
    """The phase that comes after this one here, if any is planned."""
    later = PHASES[PHASES.index(phase) + 1 :]
    return next((p for p in later if getattr(consultation, p) is not None), None)


def bell(consultation: Consultation, phase: Phase) -> datetime | None:
    """When the phase ends: the start of the next one."""
    after = following(consultation, phase)
    return getattr(consultation, after) if after else None


def check(planned: Starts, zone: str) -> None:
    """Refuse starts that are not strictly in order, and a missing phase that may not be missing (P3)."""
    for phase in PHASES[1:]:
        if (
            phase not in planned
            and phase not in OPTIONAL_PHASES
            and any(PHASES.index(p) > PHASES.index(phase) for p in planned)
        ):
            raise BadSchedule(
                _(
                    "Give a start for “%(phase)s”: only registration, the open phase and closing may be left out.",
                    phase=phase_name(phase),
                )
            )
    ordered = [(p, planned[p]) for p in PHASES if p in planned]
    for (earlier, start), (later, after) in pairwise(ordered):
        if after <= start:
            raise BadSchedule(
                _(
                    "“%(later)s” would start on %(after)s, which is not after “%(earlier)s” on %(start)s. "
                    "Choose a later time for the one or an earlier one for the other.",
                    later=phase_name(later),
                    after=deadline(after, zone),
                    earlier=phase_name(earlier),
                    start=deadline(start, zone),
                )
            )


def phase_name(phase: Phase) -> str:
    """The phase in the words people see; they do not say "phase"."""
    return {
        Phase.DRAFT: _("Preparation"),
        Phase.REGISTRATION: _("Registration"),
        Phase.MEMBERS: _("Members’ discussion"),
        Phase.ANALYSIS: _("Writing up findings"),
        Phase.OPEN: _("Findings open for comment"),
        Phase.CLOSED: _("Closed"),
    }[phase]
