"""Everything that reports change: the reports themselves, and what becomes of the text (M18, M19)."""

from collections.abc import Sequence
from typing import Any

from crowd import clock, i18n, log, outbox, schedule
from crowd.db import Overtaken, change_if, db, move
from crowd.models import Case, Consultation, Contribution, Person, Reason, Report, Version
from crowd.moderation import cases
from crowd.moderation.cases import About, Urgency
from crowd.moderation.outcome import decided
from crowd.reports import queries
from crowd.reports.grounds import HARM, ground_words, mark_words, urgency
from crowd.rules import Asker, standings
from crowd.states import Standing, State
from crowd.threads import facilitating
from crowd.threads.appearing import show_again, vanish
from crowd.threads.counts import tally

NEEDED_AGAIN = 3  # new reporters, before moderators look again for a reason that they have found to be none
NEEDED_TO_HIDE = 2  # reports of harm by people who are not members


def report(contribution: Contribution, *, by: Asker, reporter: str, ground: str, words: str = "") -> Report | None:
    """Take a reader's word that a published text breaks the rules (M18); None if this reader has said so before.

    It opens a case or joins the open one. After a "fine" on the same wording the same reason opens one only with the
    third new reporter. Harm hides the text at once: on a member's first report, on the second by others."""
    if queries.report_by(contribution.id, reporter):
        return None
    made = Report(contribution_id=contribution.id, reporter=reporter, reason=ground, words=words, at=clock.now())
    made.person_id = by.id or None
    db.session.add(made)
    db.session.flush()
    consultation = contribution.consultation
    log.record(
        "reported",
        by=by.id or None,
        consultation=consultation,
        contribution=contribution.id,
        report=made.id,
        reason=ground,
    )
    if (case := _case_for(contribution, ground)) is None:
        return made
    for one in queries.open_reports(contribution.id):
        one.case_id = case.id
    db.session.flush()
    if ground in HARM and contribution.state == State.PUBLISHED and _enough_to_hide(case.id, by, consultation):
        _hide(contribution, case, ground)
    return made


def _case_for(contribution: Contribution, ground: str) -> Case | None:
    """The case that a new report of this reason belongs to; None while it takes more reporters to open one."""
    case = queries.open_case(contribution.id)
    if case is not None:
        case.urgency = min(case.urgency, int(urgency(ground)))
        return case
    again = [one for one in queries.open_reports(contribution.id) if one.reason == ground]
    if queries.found_fine(contribution, ground) and len(again) < NEEDED_AGAIN:
        return None
    return _begin(contribution, urgency(ground))


def _begin(contribution: Contribution, how_urgent: Urgency) -> Case:
    number = cases.begin(
        About.REPORT,
        contribution.consultation,
        contribution=contribution.id,
        version=contribution.version_id or 0,
        urgency=how_urgent,
        since=clock.now(),
    )
    return db.session.get_one(Case, number)


def _enough_to_hide(case: int, by: Asker, consultation: Consultation) -> bool:
    member = Standing.MEMBER in standings(by, consultation)
    return member or queries.harm_reports(case) >= NEEDED_TO_HIDE


def _hide(contribution: Contribution, case: Case, ground: str) -> None:
    """Take the text away while it is checked, and tell its author at once; the rule does that, not a person."""
    with i18n.speaking(i18n.FIRST):  # as it is stored; whoever reads it gets it in their language (i18n.told)
        why = mark_words(ground)
    vanish(contribution, State.HIDDEN, why=why)
    log.record("hidden", by=None, consultation=contribution.consultation, contribution=contribution.id, reason=ground)
    _tell_author("hidden", contribution, once=f"hidden-{case.id}", why=i18n.later(mark_words, ground))


def look_at(contribution: Contribution, *, by: Asker) -> int:
    """Open a case about a published text that a moderator wants to check, or find the one that is open; its number."""
    if (found := queries.open_case(contribution.id)) is not None:
        return found.id
    if contribution.state not in (State.PUBLISHED, State.HIDDEN):
        raise Overtaken(contribution)
    made = _begin(contribution, Urgency.USUAL)
    log.record(
        "reported",
        by=by.id,
        consultation=contribution.consultation,
        contribution=contribution.id,
        report=None,
        reason="check",
    )
    return made.id


def as_shown(case: Case) -> str:
    """What a decision has to know of: the wording and its state, the newest report, the phase (M10)."""
    contribution, found = case.contribution, queries.reports_of(case.id)
    newest = found[-1].id if found else 0
    return f"{contribution.version_id}-{contribution.state}-{newest}-{schedule.current(contribution.consultation)}"


def fine(case: Case, *, by: Asker, seen: str) -> None:
    """Leave the text, or show it again if it was hidden; whoever reported it hears so, or that passages were struck
    out meanwhile (M14). Raises Overtaken (M10)."""
    contribution = case.contribution
    _close(case, seen)
    cases.end(contribution, About.REVIEW)
    cases.end(contribution, About.REPORT)
    if contribution.state == State.HIDDEN:
        show_again(contribution)
        _tell_author("shown_again", contribution, once=f"shown-again-{case.id}")
    settle(contribution, outcome="redacted" if queries.redacted_since(case) else "fine", by=by.id)


def remove(case: Case, *, by: Asker, seen: str, reason: Reason, note: str = "") -> None:
    """Take a published text away for good, with a reason on its mark; replies stay (M19). Its author hears it and can
    appeal if the reason allows it (M20). What waited beside it is not decided any more. Raises Overtaken (M10)."""
    contribution = case.contribution
    _close(case, seen)
    for kind in About:
        cases.end(contribution, kind)
    vanish(contribution, State.REMOVED, why=reason.title)
    version = queries.public_version(contribution)
    move(version, State.PUBLISHED, State.REMOVED)
    _drop_unfinished(contribution)
    facilitating.unpin(contribution, by=by)
    decided("removed", version, by=by, decision="remove", reason=reason, note=note, held=False)
    settle(contribution, outcome="removed", by=by.id)


def _drop_unfinished(contribution: Contribution) -> None:
    for version in queries.unfinished(contribution.id):
        if version.state == State.HELD:
            tally(Consultation, contribution.consultation_id, held=-1)
        move(version, State(version.state), State.REPLACED)


def _close(case: Case, seen: str) -> None:
    if as_shown(case) != seen:
        raise Overtaken(case)
    change_if(case, Case.closed_at.is_(None), closed_at=clock.now(), claimed_by_id=None, claimed_until=None)


def settle(contribution: Contribution, *, outcome: str, by: int | None) -> int:
    """Close all reports of a text and tell those who made them; how many. Part of whatever decided on the text."""
    found = queries.open_reports(contribution.id)
    _settle(contribution, found, outcome)
    log.record(
        "report closed",
        by=by,
        consultation=contribution.consultation,
        contribution=contribution.id,
        outcome=outcome,
        reports=len(found),
    )
    return len(found)


def _settle(contribution: Contribution, found: Sequence[Report], outcome: str) -> None:
    for one in found:
        one.outcome, one.closed_at = outcome, clock.now()
        if one.person_id:
            outbox.queue(
                "report_outcome",
                to=db.session.get(Person, one.person_id),
                once=f"report-{one.id}",
                contribution=contribution,
                report=one,
                ground=i18n.later(ground_words, one.reason),
            )
    db.session.flush()


def _tell_author(kind: str, contribution: Contribution, *, once: str, why: Any = "") -> None:
    author, version = db.session.get(Person, contribution.author_id), db.session.get(Version, contribution.version_id)
    outbox.queue(kind, to=author, once=once, contribution=contribution, version=version, why=why)
