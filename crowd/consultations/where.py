"""Where we are: which phase, what you may do now, until when, what comes next (P7)."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from crowd import clock, i18n, schedule
from crowd.i18n import _, ngettext
from crowd.models import Consultation
from crowd.rules import TABLE, Asker, standings
from crowd.states import Phase, Standing

WARNED = 15  # days before the bell from which the time left is told
JOINING = {"ask to join", "join as a stakeholder"}
Begins = tuple[tuple[Phase, datetime], ...]


@dataclass(frozen=True)
class Step:
    name: str
    when: str
    datetime: str
    state: str


@dataclass(frozen=True)
class Here:
    """What parts/phase.html shows; `late` says on the front page that a start was missed (P6)."""

    name: str
    until: str
    days_left: str
    can: str
    next: str
    step: int
    steps: list[Step]
    late: str = ""


def here(consultation: Consultation, person: Asker) -> Here:
    """Costs no query, and next to nothing once made: it is kept by everything that it depends on."""
    phase = schedule.current(consultation)
    return _made(
        tuple(schedule.starts(consultation).items()),
        consultation.timezone,
        phase,
        letters=standings(person, consultation),
        suspended=person.suspended,
        left=days_left(consultation, phase),
        missed=schedule.missed(consultation),
        language=i18n.language(),
    )


@lru_cache(maxsize=512)
def _made(
    begins: Begins,
    zone: str,
    phase: Phase,
    *,
    letters: frozenset[str],
    suspended: bool,
    left: str,
    missed: Phase | None,
    language: str,
) -> Here:
    steps = _steps(begins, zone, phase, missed)
    later = [(p, start) for p, start in begins if list(Phase).index(p) > list(Phase).index(phase)]
    following = _next(phase, later, zone, missed)
    return Here(
        schedule.phase_name(phase),
        _("until %(end)s", end=i18n.deadline(later[0][1], zone)) if later and not missed else "",
        left,
        _can(frozenset(p for p, _start in begins), phase, letters, suspended),
        following,
        next(n for n, s in enumerate(steps, 1) if s.state == "now"),
        steps,
        following if missed else "",
    )


def days_left(consultation: Consultation, phase: Phase) -> str:
    """Told for the last two weeks, in hours on the last day."""
    end = schedule.bell(consultation, phase)
    if end is None or phase == Phase.DRAFT or end <= clock.now():
        return ""
    left = end - clock.now()
    if left.days >= WARNED:
        return ""
    if left.days >= 1:
        return ngettext("%(n)s day left", "%(n)s days left", left.days)
    hours = left.seconds // 3600
    return ngettext("%(n)s hour left", "%(n)s hours left", hours) if hours else _("less than an hour left")


def can(consultation: Consultation, person: Asker) -> str:
    """ "You can answer the questions, comment and vote.", made from the table alone."""
    return here(consultation, person).can


OF_HOST = {"shown to members"}  # what a host may open besides; its own page says so where it is open


def _can(planned: frozenset[Phase], phase: Phase, letters: frozenset[str], suspended: bool) -> str:
    has = {
        act
        for act, rows in TABLE.items()
        if any(row.who[phase] & letters and not OF_HOST & {*row.only_if} for row in rows)
    }
    if Standing.ANALYST in letters:
        has -= JOINING  # who works here is not asked to join, though nothing forbids it
    told = [_closed_to_most(planned)] if phase in (Phase.MEMBERS, Phase.ANALYSIS) else []
    if "enter the discussion" in has:
        told = []
    if suspended:
        return " ".join([*told, _("Your account is suspended: you can read what you could read before, and no more.")])
    if acts := _acts(has, phase)[:3]:
        listed = acts[0] if len(acts) == 1 else _("%(some)s and %(last)s", some=", ".join(acts[:-1]), last=acts[-1])
        told.append(_("You can %(acts)s.", acts=listed))
    if "join as a stakeholder" in has:
        told.append(_("Join to comment and vote on them."))
    return " ".join(told) or _("You can see what it is about, when it takes place and how many take part.")


def _closed_to_most(planned: frozenset[Phase]) -> str:
    if planned & {Phase.OPEN, Phase.CLOSED}:
        return _("Only registered members can read this until findings are published.")
    return _("Only registered members can read this.")


def _acts(has: set[str], phase: Phase) -> list[str]:
    """What a reader most wants to know, the most important first, in words that follow "You can"."""
    on_findings = {"comment on a finding", "vote on a finding"}
    both, joins = on_findings <= has, "join as a stakeholder" in has  # joining has a sentence of its own after these
    words = [
        (phase == Phase.DRAFT and "set up" in has, _("set it up; members and the public do not see it yet")),
        ("decide" in has, _("decide on what waits")),
        ("contribute" in has, _("answer the questions")),
        ("comment" in has and "contribute" in has, _("comment")),
        ("vote" in has, _("vote")),
        ("write findings" in has, _("write findings")),
        ("read a finding" in has and "write findings" not in has, _("read the findings")),
        (both, _("comment and vote on them")),
        ("comment on a finding" in has and not both, _("comment on the findings")),
        ("ask to join" in has and not on_findings & has and not joins, _("ask to join")),
        (phase != Phase.DRAFT and "enter the discussion" in has and not joins, _("read the members’ discussion")),
    ]
    return [phrase for so, phrase in words if so]


def _next(phase: Phase, later: list[tuple[Phase, datetime]], zone: str, missed: Phase | None) -> str:
    if not later:
        return _("The dates are not set yet.") if phase == Phase.DRAFT else ""
    after, start = later[0]
    if missed:
        return _(
            "“%(name)s” was to begin on %(start)s. The host is not ready yet, and will give a new date.",
            name=schedule.phase_name(after),
            start=i18n.deadline(start, zone),
        )
    return _("Next: %(name)s, from %(start)s.", name=schedule.phase_name(after), start=i18n.day(start, zone))


def _steps(begins: Begins, zone: str, phase: Phase, missed: Phase | None) -> list[Step]:
    """The whole way; the preparation is left out once it is over, because nobody took part in it."""
    order = [p for p, _start in begins]
    late = order.index(missed) if missed else len(order)
    return [
        Step(
            schedule.phase_name(p),
            _when(order.index(p) - late, i18n.day(start, zone)),
            start.isoformat(),
            "now" if p == phase else "done" if order.index(p) < order.index(phase) else "later",
        )
        for p, start in begins
        if p != Phase.DRAFT or phase == Phase.DRAFT
    ]


def _when(after_late: int, day: str) -> str:
    """What is late has no date, nor has what comes after it; the one that was given is told as what it was."""
    if after_late > 0:
        return _("later")
    return _("was to begin on %(day)s", day=day) if after_late == 0 else _("from %(day)s", day=day)
