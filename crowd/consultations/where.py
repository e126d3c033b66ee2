"""Where we are: which phase, what you may do now, until when, what comes next (P7)."""

from dataclasses import dataclass
from datetime import datetime

from crowd import clock, i18n, schedule
from crowd.i18n import _, ngettext
from crowd.models import Consultation
from crowd.rules import TABLE, Asker, standings
from crowd.states import Phase
from crowd.why import act_words

# What a reader most wants to know they can do, in the order of the sentence.
HEADLINE = (
    "join as a stakeholder",
    "ask to join",
    "contribute",
    "comment",
    "vote",
    "comment on a finding",
    "vote on a finding",
    "write findings",
    "decide",
    "read a finding",
    "enter the discussion",
)


@dataclass(frozen=True)
class Step:
    name: str
    when: str
    datetime: str
    state: str


@dataclass(frozen=True)
class Here:
    """What parts/phase.html shows."""

    name: str
    until: str
    days_left: str
    can: str
    next: str
    step: int
    steps: list[Step]


def here(consultation: Consultation, person: Asker) -> Here:
    phase = schedule.current(consultation)
    steps = _steps(consultation, phase)
    return Here(
        schedule.phase_name(phase),
        _until(consultation, phase),
        _days_left(consultation, phase),
        can(consultation, person),
        _next(consultation, phase),
        next(n for n, s in enumerate(steps, 1) if s.state == "now"),
        steps,
    )


def _until(consultation: Consultation, phase: Phase) -> str:
    end = schedule.bell(consultation, phase)
    return _("until %(end)s", end=i18n.deadline(end, consultation.timezone)) if end else ""


def _days_left(consultation: Consultation, phase: Phase) -> str:
    """Told for the last two weeks, in hours on the last day."""
    end = schedule.bell(consultation, phase)
    if end is None or phase == Phase.DRAFT:
        return ""
    left = end - clock.now()
    if left.days >= 15:
        return ""
    if left.days >= 1:
        return ngettext("%(n)s day left", "%(n)s days left", left.days)
    hours = left.seconds // 3600
    return ngettext("%(n)s hour left", "%(n)s hours left", hours) if hours else _("less than an hour left")


def can(consultation: Consultation, person: Asker) -> str:
    """ "You can answer the questions, comment and vote.", made from the table alone."""
    phase, letters = schedule.current(consultation), standings(person, consultation)
    acts = [act_words(act) for act in HEADLINE if any(row.who[phase] & letters for row in TABLE[act])][:3]
    if not acts:
        return _("You can see what it is about, when it takes place and how many take part.")
    listed = acts[0] if len(acts) == 1 else _("%(some)s and %(last)s", some=", ".join(acts[:-1]), last=acts[-1])
    return _("You can %(acts)s.", acts=listed)


def _next(consultation: Consultation, phase: Phase) -> str:
    after = schedule.following(consultation, phase)
    if after is None:
        return ""
    start: datetime = getattr(consultation, after)
    return _(
        "Next: %(name)s, from %(start)s",
        name=schedule.phase_name(after),
        start=i18n.day(start, consultation.timezone),
    )


def _steps(consultation: Consultation, phase: Phase) -> list[Step]:
    begins = schedule.starts(consultation)
    order = list(begins)
    return [
        Step(
            schedule.phase_name(p),
            _("from %(day)s", day=i18n.day(begins[p], consultation.timezone)),
            begins[p].isoformat(),
            "now" if p == phase else "done" if order.index(p) < order.index(phase) else "later",
        )
        for p in order
    ]
