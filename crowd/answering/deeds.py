"""Everything that changes what the host owes. Each change is a public line that stays (P19)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from crowd import clock, log, schedule
from crowd.answering.steps import ANSWERED, ENDED, Step
from crowd.db import Overtaken, db
from crowd.findings import deeds as findings
from crowd.findings.wording import mark_of, response_mark
from crowd.models import Consultation, Duty, Finding, Move, Support
from crowd.rules import Asker
from crowd.states import Phase, Standing


@dataclass(frozen=True)
class Answer:
    """What the host says of a finding, ready to be stored. `remind` is the host who is reminded; None: all of them."""

    source: str
    html: str
    step: Step
    owner: str = ""
    due_at: datetime | None = None
    remind: int | None = None


def mark(finding: Finding, duty: Duty | None) -> str:
    """Changes with everything that the form of an answer shows; the form carries it."""
    shown = (duty.step, duty.owner, duty.due_at, duty.remind_id) if duty else ()
    return mark_of(response_mark(finding), *shown)


def answer(finding: Finding, *, by: Asker, answer: Answer, seen: str) -> bool:
    """Say what the host does about a finding; False if nothing is new. Raises Overtaken if somebody has said something
    else since the form showed what `seen` is the mark of, and QuotesHidden."""
    duty = db.session.get(Duty, finding.id)
    if mark(finding, duty) != seen:
        raise Overtaken(finding)
    worded = finding.response != answer.source
    if worded:
        findings.respond(finding, by=by, source=answer.source, html=answer.html, seen=response_mark(finding))
    before = (duty.step, duty.owner, duty.due_at) if duty else (Step.NOT_ANSWERED, "", None)
    moved = worded or before != (answer.step, answer.owner, answer.due_at)
    if duty is None and (moved or answer.remind):
        duty = _begin(finding)
    if duty is None:
        return False
    duty.step, duty.owner, duty.due_at, duty.remind_id = answer.step, answer.owner, answer.due_at, answer.remind
    if moved:
        _move(finding, duty, by=by.id, cause="host", at=finding.responded_at if worded else None)  # one piece of news
    return moved


def _begin(finding: Finding) -> Duty:
    duty = Duty(
        finding_id=finding.id,
        consultation_id=finding.consultation_id,
        step=Step.NOT_ANSWERED,
        owner="",
        moved_at=clock.now(),
    )
    db.session.add(duty)
    return duty


def _move(finding: Finding, duty: Duty, *, by: int | None, cause: str, at: datetime | None = None) -> None:
    """Add a line to the history: those who follow, and those whose texts the finding rests on, read it as news."""
    duty.moved_at = at or clock.now()
    db.session.add(
        Move(
            finding_id=finding.id,
            consultation_id=finding.consultation_id,
            at=duty.moved_at,
            cause=cause,
            step=duty.step,
            owner=duty.owner,
            due_at=duty.due_at,
            html=finding.response_html,
        )
    )
    due = duty.due_at.isoformat() if duty.due_at else None
    log.record(
        "answer moved",
        by=by,
        consultation=finding.consultation,
        finding=finding.id,
        step=str(duty.step),
        due=due,
        cause=cause,
    )


def set_support(consultation: Consultation, *, by: Asker, members: int, stakeholders: int, days: int) -> bool:
    """Promise to answer what enough people agree with; 0 promises nothing. Raising it or taking it away later takes no
    duty away that has begun; lowering it can only add some. False if nothing is new."""
    support = db.session.get(Support, consultation.id)
    if support is None:
        if not members and not stakeholders:
            return False
        support = Support(consultation_id=consultation.id, members=0, stakeholders=0, days=0)
        db.session.add(support)
    if (support.members, support.stakeholders, support.days) == (members, stakeholders, days):
        return False
    support.members, support.stakeholders, support.days = members, stakeholders, days
    log.record(
        "support set", by=by.id, consultation=consultation, members=members, stakeholders=stakeholders, days=days
    )
    return True


def oblige(finding: Finding, support: Support) -> Duty | None:
    """Make an answer due because enough people agree; None where it is due for that already, or nobody answers yet.

    A date that the host has set already stays if it is earlier; an answer that was given needs no other."""
    duty = db.session.get(Duty, finding.id)
    reached = reached_by(finding, support)
    if (duty and duty.obliged_at) or not reached or schedule.current(finding.consultation) not in ANSWERING:
        return None
    duty = duty or _begin(finding)
    standing, number = reached
    duty.obliged_at, duty.obliged_by, duty.obliged_number = clock.now(), standing, number
    due = clock.now() + timedelta(days=support.days)
    if duty.step not in ANSWERED | ENDED and (duty.due_at is None or due < duty.due_at):
        duty.due_at = due
    _move(finding, duty, by=None, cause="support")
    return duty


ANSWERING = (Phase.OPEN, Phase.CLOSED)


def reached_by(finding: Finding, support: Support) -> tuple[Standing, int] | None:
    """Of whom enough agree, and how many that is: members and stakeholders each by themselves, never as a sum (P14)."""
    if support.stakeholders and finding.agree >= support.stakeholders:
        return Standing.STAKEHOLDER, support.stakeholders
    if support.members and finding.member_agree >= support.members:
        return Standing.MEMBER, support.members
    return None
