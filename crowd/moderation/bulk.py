"""Many decisions in one press (M21): each is its own, with its line, its mail and its reason; whatever is not any more
as the moderator saw it is left out, and named afterwards."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import func, select

from crowd import schedule
from crowd.db import db
from crowd.i18n import _
from crowd.models import Contribution, Person, Reason, Version
from crowd.models.people import NOWHERE
from crowd.moderation import claims, deeds, queries
from crowd.moderation.overtaken import since_opened
from crowd.moderation.queue import MOST
from crowd.rules import Asker, may
from crowd.states import PHASES, State
from crowd.why import why_not

REASONS = {"spam": "Spam", "duplicate": "Duplicate", "off topic": "Off topic"}


class Seen(NamedTuple):
    """A version on the moderator's page, and the phase it was shown in (M10)."""

    version: int
    phase: str

    @classmethod
    def of(cls, sent: Sequence[str]) -> list["Seen"]:
        """What was ticked, at most fifty, each once; what has not the shape is nobody's tick."""
        parts = (value.partition(".") for value in dict.fromkeys(sent))
        found = [
            cls(int(key), phase if phase in PHASES else "")
            for key, _dot, phase in parts
            if key.isascii() and key.isdigit() and len(key) < 10
        ]
        return found[:MOST]


def reasons() -> dict[str, Reason]:
    """What can be rejected in bulk, as far as the host still has these reasons under their names."""
    found = {name: queries.reason_titled(title) for name, title in REASONS.items()}
    return {name: reason for name, reason in found.items() if reason is not None and not reason.retired}


def decide(seen: Sequence[Seen], *, by: Asker, reason: Reason | None = None) -> list[Seen]:
    """Approve all of these, or reject them for a reason; those that were left out are returned."""
    left = []
    for one in seen:
        version = db.session.get(Version, one.version)
        if version is None or not _as_seen(version, one.phase, by):
            left.append(one)
        elif reason is None:
            deeds.approve(version, by=by)
        else:
            deeds.reject(version, by=by, reason=reason)
    return left


def by_nobody_here(seen: Sequence[Seen]) -> int:
    """How many of these are by somebody without an address here: taken in from elsewhere, or erased since."""
    query = select(func.count()).select_from(Version).join(Version.contribution)
    query = query.join(Person, Person.id == Contribution.author_id)
    keys = [one.version for one in seen]
    return db.session.scalar(query.where(Version.id.in_(keys), Person.email.endswith(NOWHERE))) or 0


def left_out(seen: Sequence[Seen], by: Asker) -> list[tuple[Version, str]]:
    """Versions that were left out, as far as the person may know of them, and why (M21)."""
    found = []
    for one in seen:
        version = db.session.get(Version, one.version)
        if version is None or not may(by, "see", version.contribution):
            continue
        reader = claims.reader(claims.case_of(version.contribution_id), by.id)
        why = why_not(by, "decide", version.contribution)
        read = _("%(name)s is reading it.", name=reader) if reader else _("It changed while you were looking.")
        found.append((version, since_opened(version, by.id, one.phase) or why or read))
    return found


def _as_seen(version: Version, phase: str, by: Asker) -> bool:
    """Whether it still waits, nobody else reads it, and it is theirs to decide (M9, M10, M24)."""
    of = version.contribution
    reader = claims.holder(claims.case_of(of.id))
    return (
        version.state == State.HELD
        and reader in (None, by.id)
        and schedule.current(of.consultation) == phase
        and may(by, "decide", of)
    )
