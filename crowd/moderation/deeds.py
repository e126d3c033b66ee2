"""Everything moderators change. A decision is on one version: whoever comes second is told so (M10)."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select

from crowd import clock, log, schedule
from crowd.db import Overtaken, db, move
from crowd.models import Person, Reason, Version
from crowd.moderation.outcome import before, decided, may_write_until
from crowd.moderation.passages import Passage
from crowd.moderation.reasons import SHIPPED
from crowd.moderation.returning import NotReturnable, resubmit_until, why_not_return
from crowd.rules import Asker
from crowd.states import State
from crowd.threads.appearing import appear


def decide(
    version: Version,
    *,
    by: Asker,
    decision: str,
    phase: str,
    reason: Reason | None = None,
    note: str = "",
    best_practice: bool = False,
    marks: Sequence[Passage] = (),
) -> None:
    """Do what a moderator chose on a form shown in `phase`. Raises Overtaken if the version was decided or replaced, or
    the phase switched, since then (M10); NotReturnable where it cannot go back."""
    if schedule.current(version.contribution.consultation) != phase:
        raise Overtaken(version)
    if decision == "approve":
        approve(version, by=by, note=note, best_practice=best_practice)
        return
    if reason is None:
        raise ValueError("returning and rejecting need a reason")
    {"return": send_back, "reject": reject}[decision](version, by=by, reason=reason, note=note, marks=marks)


def approve(version: Version, *, by: Asker, note: str = "", best_practice: bool = False) -> None:
    """Let a held version appear, into its phase and with its original time (P9), and tell its author.

    Raises Overtaken."""
    contribution = version.contribution
    was = before(contribution)
    appear(version)
    contribution.best_practice = contribution.best_practice or best_practice
    decided("published", version, by=by, decision="approve", note=note, was=was)


def send_back(version: Version, *, by: Asker, reason: Reason, note: str = "", marks: Sequence[Passage] = ()) -> None:
    """Return a version to its author with a reason; there are seven days to send it again, or until some days after
    the bell (M16, P9). What was published before stays (M17). Raises Overtaken, and NotReturnable after two returns or
    where its author could not send it again."""
    contribution = version.contribution
    if why_not := why_not_return(contribution):
        raise NotReturnable(why_not)
    until, was = resubmit_until(contribution), before(contribution)
    move(version, State.HELD, State.RETURNED)
    if contribution.state == State.HELD:
        move(contribution, State.HELD, State.RETURNED, resubmit_by=until)
    told: dict[str, Any] = {"reason": reason, "note": note, "marks": marks, "until": until, "was": was}
    decided("returned", version, by=by, decision="return", **told)


def reject(version: Version, *, by: Asker, reason: Reason, note: str = "", marks: Sequence[Passage] = ()) -> None:
    """Refuse a version with a reason; what was published before stays. Raises Overtaken."""
    contribution = version.contribution
    was = before(contribution)
    move(version, State.HELD, State.REJECTED)
    if contribution.state == State.HELD:
        move(contribution, State.HELD, State.REJECTED, ended_at=clock.now())
    until = may_write_until(contribution)
    told: dict[str, Any] = {"reason": reason, "note": note, "marks": marks, "until": until, "was": was}
    decided("rejected", version, by=by, decision="reject", **told)


def ship_reasons() -> int:
    """Give a new instance the twelve reasons (M12); how many were added. Where there is any reason already, nothing is
    done, so that what a host has renamed does not come back."""
    if db.session.scalar(select(func.count()).select_from(Reason)):
        return 0
    db.session.add_all([Reason(**shipped._asdict()) for shipped in SHIPPED])
    db.session.flush()
    return len(SHIPPED)


def set_keys(on: bool, *, by: Asker) -> None:
    """Turn one's own keys of the desk on or off (M22); a matter of taste, and no line in the log."""
    db.session.get_one(Person, by.id).desk_keys = on


def add_reason(*, by: Asker, **fields: object) -> Reason:
    """A new reason that moderators can choose from now on."""
    reason = Reason(**fields)
    db.session.add(reason)
    db.session.flush()
    _log_reason(reason, {}, by)
    return reason


def change_reason(reason: Reason, *, by: Asker, **fields: object) -> None:
    """Change a reason, retire it or take it up again; the log keeps the words that authors were told before."""
    before = _words(reason)
    for name, value in fields.items():
        setattr(reason, name, value)
    if _words(reason) != before:
        _log_reason(reason, before, by)


def _words(reason: Reason) -> dict[str, object]:
    return {name: getattr(reason, name) for name in (*SHIPPED[0]._fields, "retired")}


def _log_reason(reason: Reason, before: dict[str, object], by: Asker) -> None:
    log.record("reason changed", by=by.id, reason=reason.id, before=before, after=_words(reason))
