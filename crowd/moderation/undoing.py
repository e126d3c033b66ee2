"""Taking a decision back for half a minute (M22): its mail waits that long in the outbox, so nobody was written to.

Refused as soon as anybody has built on it: replied, voted, or, being the author, done anything."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Exists, delete, exists, or_, select

from crowd import clock, log
from crowd.db import Overtaken, change_if, db, move
from crowd.i18n import _
from crowd.mending import uniting
from crowd.mending.deeds import unredact
from crowd.models import (
    Appeal,
    Case,
    Consultation,
    Contribution,
    Decision,
    Evidence,
    Mail,
    Merge,
    Question,
    Report,
    Themed,
    Version,
    VoteEvent,
)
from crowd.moderation import cases, claims
from crowd.moderation.cases import About
from crowd.moderation.outcome import UNDO_FOR
from crowd.rules import Asker
from crowd.states import State
from crowd.threads.appearing import unappear
from crowd.threads.counts import tally

BECAME = {
    "approve": State.PUBLISHED,
    "return": State.RETURNED,
    "reject": State.REJECTED,
    "redact": State.REPLACED,
    "merge": State.PUBLISHED,
}


class TooLate(Exception):
    """Its str is the sentence that says why the decision stands."""


def undoable(by: int) -> Any:
    """The moderator's newest decision, while it can still be taken back: its id and text, or None."""
    return db.session.execute(
        select(Decision.id, Decision.decision, Decision.version_id, Version.html)
        .join(Version, Version.id == Decision.version_id)
        .where(_of(by), Decision.undone_at.is_(None))
        .order_by(Decision.id.desc())
        .limit(1)
    ).first()


def _of(by: int) -> ColumnElement[bool]:
    began = clock.now() - timedelta(seconds=UNDO_FOR)
    return (Decision.moderator_id == by) & (Decision.at > began) & Decision.decision.in_(BECAME)


def undo(decision: Decision, *, by: Asker) -> Case | None:
    """Put everything back as it was before the decision, whose case, opened again and claimed, is returned; none where
    the text did not wait. What they went on to is free again. The decision stays in the log, with a line that it was
    undone. Raises TooLate; Overtaken if it is undone already."""
    version = db.session.get_one(Version, decision.version_id)
    contribution: Contribution = version.contribution
    _refuse(decision, version, contribution, by)
    _reverse(decision, version, contribution, by)
    until = decision.was["appeal_by"]
    contribution.appeal_by = datetime.fromisoformat(until) if until else None
    contribution.stamp += 1
    if decision.decision != "redact" and uniting.had_waited(decision):
        tally(Consultation, contribution.consultation_id, held=1)
    # past the guard of the log, which knows objects alone: that it was undone is all that ever changes about one
    change_if(decision, Decision.undone_at.is_(None), undone_at=clock.now())
    db.session.execute(delete(Mail).where(Mail.once.in_(_mails(decision))))
    about = {"contribution": contribution.id, "version": version.id, "decision": decision.id}
    log.record("decision undone", by=by.id, consultation=contribution.consultation, **about)
    claims.leave_since(decision.at, by=by)
    return _open_again(version, by)


def _reverse(decision: Decision, version: Version, contribution: Contribution, by: Asker) -> None:
    was = decision.was
    if decision.decision == "redact":
        unredact(decision)
        return
    if decision.decision == "merge":
        try:
            uniting.part(db.session.scalars(select(Merge).where(Merge.decision_id == decision.id)).one(), by=by)
        except uniting.NotTogether as why:
            raise TooLate(str(why)) from why
        if not uniting.had_waited(decision):
            return
    if decision.decision in ("approve", "merge"):
        before = db.session.get(Version, was["version"]) if was["version"] else None
        unappear(version, before, State(was["state"]))
        contribution.best_practice = was["best_practice"]
        return
    move(version, State(version.state), State.HELD)
    if was["state"] == State.HELD:
        move(contribution, State(contribution.state), State.HELD, resubmit_by=None, ended_at=None)


def _mails(decision: Decision) -> tuple[str, str]:
    """What the authors would hear of it."""
    return f"decision-{decision.id}", uniting.hears_of_it(decision.id)


def _open_again(version: Version, by: Asker) -> Case | None:
    """The case that the decision had closed, if the text waits again; a second reading that came of it ends."""
    cases.end(version.contribution_id, About.READING)
    if version.state != State.HELD:
        return None
    case = db.session.scalars(
        select(Case)
        .where(Case.contribution_id == version.contribution_id, Case.kind == About.TEXT)
        .order_by(Case.id.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    ).one()
    case.closed_at = None
    claims.claim(case, by=by)
    return case


def _refuse(decision: Decision, version: Version, contribution: Contribution, by: Asker) -> None:
    if decision.undone_at is not None:
        raise Overtaken(decision)
    over = clock.now() - decision.at >= timedelta(seconds=UNDO_FOR)
    if over or decision.moderator_id != by.id or not decision.was or decision.decision not in BECAME:
        raise TooLate(_("A decision can be undone for %(n)s seconds, by whoever took it.", n=UNDO_FOR))
    if db.session.scalar(select(Mail.id).where(Mail.once.in_(_mails(decision)), Mail.state != "waiting").limit(1)):
        raise TooLate(_("The author has been told already, so the decision stands."))
    merged_away = decision.decision == "merge" and contribution.state != State.PUBLISHED
    if version.state != BECAME[decision.decision] or merged_away or _newer(version, decision):
        raise TooLate(_("The author has done something with the text since, so the decision stands."))
    if db.session.scalar(select(or_(*_built_on(decision, contribution)))):
        raise TooLate(_("Somebody has answered, voted or built on it since, so the decision stands."))


def _newer(version: Version, decision: Decision) -> bool:
    """Whether there is another wording since; what a redaction has left of this one is none, nor what waited beside a
    public one before that was merged."""
    later = exists().where(Version.contribution_id == version.contribution_id, Version.number > version.number)
    if decision.decision == "redact" or not uniting.had_waited(decision):
        later = later.where(Version.created_at > decision.at)
    return bool(db.session.scalar(select(later)))


def _built_on(decision: Decision, contribution: Contribution) -> list[Exists]:
    """What others have done since, that would hang in the air without the decision. A vote that merging has taken off
    is nobody's deed."""
    key, since = contribution.id, decision.at
    voted = [VoteEvent.value.is_not(None)] if decision.decision == "merge" else []
    found = [
        exists().where(Contribution.parent_id == key, Contribution.submitted_at >= since),
        exists().where(VoteEvent.contribution_id == key, VoteEvent.at >= since, *voted),
        exists().where(Report.contribution_id == key, Report.at >= since),
        exists().where(Report.contribution_id == key, Report.closed_at >= since),
        exists().where(Appeal.decision_id == decision.id),
    ]
    if decision.was["version"] is None:
        found += [
            exists().where(Themed.contribution_id == key),
            exists().where(Evidence.contribution_id == key),
            exists().where(Question.prompt_id == key),
        ]
    return found
