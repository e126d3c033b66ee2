"""Everything that appeals change: asking, and what is decided on them by somebody else (M20)."""

from datetime import datetime

from crowd import clock, log, outbox, schedule
from crowd.appeals import queries
from crowd.db import Overtaken, db, move
from crowd.models import Appeal, Case, Decision, Person, Version
from crowd.models import Contribution as Text
from crowd.moderation import cases
from crowd.moderation.cases import About, Urgency
from crowd.moderation.returning import resubmit_until
from crowd.rules import Asker
from crowd.states import State
from crowd.threads.appearing import appear

OUTCOMES = ("upheld", "changed", "returned")


class OwnDecision(Exception):
    """Somebody would decide on an appeal about a decision of their own."""


class NotReturnable(Exception):
    """The text cannot go back to its author any more, or never could."""


def appeal(contribution: Text, *, by: Asker, words: str) -> Appeal:
    """Ask that somebody else looks at the last decision on one's text: once for each decision. Raises Overtaken where
    there is none that can be appealed, or it was before."""
    decision = queries.appealable(contribution)
    if decision is None or contribution.appeal_by is None:
        raise Overtaken(contribution)
    made = Appeal(
        consultation_id=contribution.consultation_id,
        contribution_id=contribution.id,
        decision_id=decision.id,
        words=words,
        at=clock.now(),
    )
    db.session.add(made)
    contribution.appeal_by = None
    db.session.flush()
    cases.begin(
        About.APPEAL,
        contribution.consultation,
        contribution=contribution.id,
        version=decision.version_id,
        urgency=Urgency.USUAL,
        since=clock.now(),
        not_by=decision.moderator_id,
        decision=decision.id,
    )
    log.record(
        "appealed",
        by=by.id,
        consultation=contribution.consultation,
        contribution=contribution.id,
        appeal=made.id,
    )
    return made


def back_until(contribution: Text) -> datetime | None:
    """Until when its author could send the text again if it went back now; None where it cannot. What was public and
    removed never does: its mark would become a text again that others see (M19)."""
    return None if contribution.state == State.REMOVED else resubmit_until(contribution)


def as_shown(case: Case) -> str:
    """What a decision on an appeal has to know of (M10)."""
    contribution = case.contribution
    return f"{case.version.state}-{contribution.state}-{schedule.current(contribution.consultation)}"


def decide(case: Case, *, by: Asker, outcome: str, note: str, seen: str) -> None:
    """Uphold the decision, change it (the text is published), or return the text to its author (M20), who hears it.

    Raises OwnDecision for whoever made the decision, Overtaken if somebody was faster (M10), NotReturnable."""
    if by.id == case.not_by_id:
        raise OwnDecision
    if case.closed_at is not None or as_shown(case) != seen:
        raise Overtaken(case)
    asked, decision = queries.about(case)
    contribution, version = case.contribution, case.version
    until = None
    if outcome == "changed":
        appear(version, was=State(version.state))
        _leave("published", "approve", version, case, decision, by=by, note=note)
    elif outcome == "returned":
        until = _send_back(contribution, version)
        _leave("returned", "return", version, case, decision, by=by, note=note)
    cases.end(contribution, About.APPEAL)
    asked.outcome, asked.by_id, asked.note, asked.decided_at = outcome, by.id, note, clock.now()
    log.record(
        "appeal decided",
        by=by.id,
        consultation=contribution.consultation,
        contribution=contribution.id,
        appeal=asked.id,
        outcome=outcome,
    )
    outbox.queue(
        "appeal_decided",
        to=db.session.get(Person, contribution.author_id),
        once=f"appeal-{asked.id}",
        contribution=contribution,
        version=version,
        outcome=outcome,
        note=note,
        until=until,
    )


def _send_back(contribution: Text, version: Version) -> datetime:
    until = back_until(contribution)
    if until is None:
        raise NotReturnable
    move(version, State.REJECTED, State.RETURNED)
    if contribution.state == State.REJECTED:
        move(contribution, State.REJECTED, State.RETURNED, resubmit_by=until, ended_at=None)
    return until


def _leave(deed: str, decision: str, version: Version, case: Case, old: Decision, *, by: Asker, note: str) -> None:
    """A decision of its own, which stands beside the one that it changes."""
    waited = max(0, int((clock.now() - case.since).total_seconds()))
    made = Decision(
        version_id=version.id,
        consultation_id=case.consultation_id,
        moderator_id=by.id,
        decision=decision,
        reason_id=old.reason_id if decision == "return" else None,
        note=note,
        at=clock.now(),
        waited=waited,
    )
    db.session.add(made)
    db.session.flush()
    consultation, number = case.contribution.consultation, case.contribution_id
    log.record(
        deed,
        by=by.id,
        consultation=consultation,
        contribution=number,
        version=version.id,
        decision=made.id,
        waited=waited,
    )
