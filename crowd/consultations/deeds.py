"""Everything that changes a consultation, its questions and its schedule."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from crowd import clock, log, schedule, text
from crowd.consultations import queries, times
from crowd.db import Overtaken, db
from crowd.evidence.deeds import remove_documents
from crowd.i18n import _, deadline
from crowd.models import Consultation, Question, Record
from crowd.moderation.returning import follow_the_bell
from crowd.moderation.targets import follow_the_hours
from crowd.rules import Asker, standings
from crowd.schedule import GATES, BadSchedule, phase_name
from crowd.states import PHASES, Phase
from crowd.switching import beginning, checklist
from crowd.threads import numbers

UNDO_FOR = timedelta(minutes=15)  # P4
TEXTS = ["title", "summary", "timezone", "code"]
FIGURES = ["target", "answer_hours", "resubmit_days", "text_limit", "counts_hidden", "file_limit", "files_limit"]
LISTS = ["professions", "regions", "groups", "promises", "default_promise"]
SET_UP = [*TEXTS, *FIGURES, *LISTS, "follows_id", "words"]
QUESTION = ["number", "title", "guidance", "kinds", "words"]


class Loosened(ValueError):
    """The promise would be made wider after people relied on it (P12)."""


class Answered(ValueError):
    """Somebody has written under the question already."""


class Taken(ValueError):
    """Another consultation has this short name, or this code."""


class Cited(ValueError):
    """Numbers that begin with the code have been given, and people may have cited them."""


def as_it_stands(thing: Consultation | Question, names: list[str] | tuple[str, ...]) -> str:
    """A short mark of what a form shows; another mark at saving means that somebody else changed it meanwhile."""
    return sha256(repr([getattr(thing, name) for name in names]).encode()).hexdigest()[:20]


def phase_as_it_stands(consultation: Consultation) -> str:
    """The same mark for the schedule and the phase that is current by it: a bell changes it too."""
    return f"{schedule.current(consultation)}-{as_it_stands(consultation, PHASES[1:])}"


def _unchanged(thing: Consultation | Question, names: list[str] | tuple[str, ...], seen: str) -> None:
    if as_it_stands(thing, names) != seen:
        raise Overtaken(thing)


def begin(*, by: Asker, slug: str, title: str, summary: str, html: str, timezone: str) -> Consultation:
    """Make a consultation; it rests in preparation until its dates are set. `html` is the summary made safe."""
    if queries.slug_is_taken(slug):
        raise Taken(slug)
    code = numbers.proposed(slug, clock.now().year)
    made = Consultation(
        slug=slug, code=code, title=title, summary=summary, summary_html=html, timezone=timezone, created_at=clock.now()
    )
    db.session.add(made)
    db.session.flush()
    log.record("consultation created", by=by.id, consultation=made, slug=slug)
    return made


def set_up(consultation: Consultation, *, by: Asker, seen: str, html: str, values: Mapping[str, Any]) -> None:
    """Change what the host says about it. Raises Overtaken if another host did meanwhile, Loosened (P12), and Cited or
    Taken where its citable numbers would change or become another's."""
    _unchanged(consultation, SET_UP, seen)
    values = {**values, "follows_id": values["follows_id"] or None}
    changed = [name for name in SET_UP if getattr(consultation, name) != values[name]]
    if schedule.current(consultation) not in (Phase.DRAFT, Phase.REGISTRATION):
        _keep_the_promise(consultation, values["promises"], values["default_promise"])
    if not changed:
        return
    if "code" in changed:
        _free_code(consultation, values["code"])
    for name in changed:
        setattr(consultation, name, values[name])
    if "resubmit_days" in changed:
        follow_the_bell(consultation)
    if {"answer_hours", "timezone"} & set(changed):
        follow_the_hours(consultation)
    consultation.summary_html = html
    log.record("consultation changed", by=by.id, consultation=consultation, what=changed)


def _free_code(consultation: Consultation, code: str) -> None:
    if consultation.serial:
        raise Cited
    if numbers.is_taken(code, but=consultation.id):
        raise Taken(code)


def _keep_the_promise(consultation: Consultation, promises: list[int], default: int) -> None:
    old = consultation.promises
    if default > consultation.default_promise or max(promises) > max(old) or min(promises) > min(old):
        raise Loosened


def ask(consultation: Consultation, *, by: Asker, guidance: str, html: str, **values: Any) -> Question:
    """Add a question after the others: its title, kinds, and words in other languages."""
    number = max((q.number for q in queries.questions(consultation)), default=0) + 1
    made = Question(consultation_id=consultation.id, number=number, guidance=guidance, guidance_html=html, **values)
    db.session.add(made)
    db.session.flush()
    log.record("question changed", by=by.id, consultation=consultation, number=number)
    return made


def reword(question: Question, *, by: Asker, seen: str, html: str, values: Mapping[str, Any]) -> None:
    """Change a question. Raises Overtaken if another host did meanwhile, and Answered where its number would change
    after people wrote: addresses and findings name it."""
    _unchanged(question, QUESTION, seen)
    number, others = values["number"], queries.questions(question.consultation)
    if number != question.number:
        if any(q.contributions or queries.is_answered(q) for q in others):
            raise Answered
        _put(question, number, others)
    question.title, question.guidance, question.kinds = values["title"], values["guidance"], values["kinds"]
    question.guidance_html, question.words = html, values.get("words", question.words)
    log.record("question changed", by=by.id, consultation=question.consultation, number=question.number)


def _put(question: Question, number: int, all_of_them: list[Question]) -> None:
    """Give the question this number and the others the ones that are left, in two steps: numbers are unique."""
    rest = [q for q in all_of_them if q.id != question.id]
    order = [*rest[: number - 1], question, *rest[number - 1 :]]
    for shift in (len(order) + max(q.number for q in order), 0):
        for n, q in enumerate(order, 1):
            q.number = n + shift
        db.session.flush()


def drop(question: Question, *, by: Asker) -> list[str]:
    """Take a question away with its documents, which `storing.let_go` then removes from the disk. Raises Answered if
    anybody has written under it."""
    if queries.is_answered(question):
        raise Answered
    consultation, number = question.consultation, question.number
    gone = remove_documents(question)
    db.session.delete(question)
    db.session.flush()
    log.record("question changed", by=by.id, consultation=consultation, number=number)
    return gone


def plan(
    consultation: Consultation, *, by: Asker, seen: str, starts: dict[Phase, datetime | None], why: str
) -> list[Phase]:
    """Set the starts; the phases whose start is another one now. In preparation that is the host's own business; later
    each is logged with its reason and stands in the timeline (P4). Raises BadSchedule, and Overtaken if another host
    moved one meanwhile or a bell rang."""
    _unchanged(consultation, PHASES[1:], seen)
    times.check_moves(consultation, starts)
    moved = [phase for phase, start in starts.items() if start != getattr(consultation, phase)]
    preparing = schedule.current(consultation) == Phase.DRAFT
    if moved and not preparing and not why:
        raise BadSchedule(_("Say why: people have relied on these dates, and the reason stands in the timeline."))
    for phase in moved:
        old, new = getattr(consultation, phase), starts[phase]
        setattr(consultation, phase, new)
        if not preparing:
            log.record(
                "start moved", by=by.id, consultation=consultation, phase=phase, old=_iso(old), new=_iso(new), why=why
            )
    if moved and preparing:
        log.record(
            "schedule set",
            by=by.id,
            consultation=consultation,
            starts={p: start.isoformat() for p, start in schedule.starts(consultation).items()},
        )
    if moved:
        follow_the_bell(consultation)
    return moved


def _iso(start: datetime | None) -> str:
    return start.isoformat() if start else ""


def switch(consultation: Consultation, *, by: Asker, seen: str, why: str, skip: bool = False) -> Phase:
    """Let the next phase begin now (P4). Raises Overtaken if the schedule is not the one that the host saw: of two
    hosts who switch at once, one does. Raises Red and Skipped by the checklist (P5), and BadSchedule.

    The start is the time under the lock, not that of receipt: what was written until then came before it."""
    with clock.receiving() as now:
        if phase_as_it_stands(consultation) != seen:
            raise Overtaken(consultation)
        after = schedule.following(consultation, schedule.current(consultation))
        if after is None:
            raise BadSchedule(_("No phase comes after this one. Set its date first."))
        _pass_the_checklist(consultation, after, by=by, skip=skip)
        old = getattr(consultation, after)
        setattr(consultation, after, now)
        if gate := GATES.get(after):
            setattr(consultation, gate, getattr(consultation, gate) or now)
        schedule.check(schedule.starts(consultation), consultation.timezone)
        follow_the_bell(consultation)
        log.record(
            "switched",
            by=by.id,
            consultation=consultation,
            phase=after,
            old=_iso(old),
            new=_iso(now),
            why=why,
            standing="".join(sorted(standings(by, consultation))),
        )
        beginning.reach(consultation, after, now, by=by)
    return after


def _pass_the_checklist(consultation: Consultation, phase: Phase, *, by: Asker, skip: bool) -> None:
    """Red stops it; amber needs the host's word and is logged with it (P5)."""
    found = checklist.items(consultation, phase)
    red, amber = ([i for i in found if i.colour == colour] for colour in (checklist.Colour.RED, checklist.Colour.AMBER))
    if red:
        raise checklist.Red(red)
    if amber and not skip:
        raise checklist.Skipped
    if found:
        names = [item.name for item in amber]
        log.record("checklist", by=by.id, consultation=consultation, phase=phase, red=[], amber=names)


def undo(consultation: Consultation, *, by: Asker, seen: str) -> Phase:
    """Take the last "switch now" back, the only way in which a phase returns (P20). Raises BadSchedule with why not."""
    if phase_as_it_stands(consultation) != seen:
        raise Overtaken(consultation)
    line = queries.last_switch(consultation)
    refused = undo_refused(consultation, line)
    if line is None or refused:
        raise BadSchedule(refused)
    phase = Phase(line.facts["phase"])
    setattr(consultation, phase, datetime.fromisoformat(line.facts["old"]))
    consultation.reached = schedule.current(consultation, clock.now())
    follow_the_bell(consultation)
    log.record(
        "switch undone",
        by=by.id,
        consultation=consultation,
        phase=phase,
        old=line.facts["new"],
        new=line.facts["old"],
        standing="".join(sorted(standings(by, consultation))),
    )
    return phase


def undo_refused(consultation: Consultation, line: Record | None) -> str:
    """Why the switch in this line of the log cannot be undone; empty if it can."""
    if line is None:
        return _("There is no switch to undo: what is current began at its planned time.")
    phase = Phase(line.facts["phase"])
    start, planned = (datetime.fromisoformat(line.facts[name]) for name in ("new", "old"))
    words = {"phase": phase_name(phase), "start": deadline(start, consultation.timezone)}
    if schedule.current(consultation) != phase or getattr(consultation, phase) != start:
        return _("“%(phase)s”, which a host began on %(start)s, is over. Phases are never reopened.", **words)
    if clock.now() > start + UNDO_FOR:
        return _("“%(phase)s” began on %(start)s. A switch can be undone for 15 minutes only.", **words)
    if planned <= clock.now() and schedule.met_nothing_red(consultation, phase, planned):
        return _(
            "“%(phase)s” would have begun by itself by now, on %(planned)s.",
            **words | {"planned": deadline(planned, consultation.timezone)},
        )
    if done := queries.written_since(consultation, start):
        return _("Since “%(phase)s” began on %(start)s: %(done)s. So it stays.", **words, done=", ".join(done))
    return ""


def made_safe(source: str) -> tuple[str, str]:
    """A Markdown text and its safe HTML. Costs a millisecond or more: before the transaction. Raises text.Unusable."""
    source = text.tidy(source)
    return source, text.safe_html(source) if source else ""
