"""Who codes what: a first coder, on the drawn share a second one who does not see what the first one gave, and what was
settled between them. What counts as given (Themed) is the settled coding, else the first one's."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import select

from crowd import clock, log
from crowd.db import db
from crowd.i18n import _
from crowd.models import Coding, Contribution, Drawn, Theme
from crowd.rules import Asker
from crowd.themes import deeds as themes_
from crowd.themes import queries as themes_read

FIRST, SECOND, SETTLED = 1, 2, 3


class NotNow(ValueError):
    """Its str is the sentence that says why a coding cannot be undone."""


def of(contribution_id: int) -> dict[int, Coding]:
    """The codings of a contribution, by hand."""
    found = db.session.scalars(select(Coding).where(Coding.contribution_id == contribution_id))
    return {coding.hand: coding for coding in found}


def undoable(person: Asker, contribution_id: int) -> bool:
    """Whether this person's last coding of it, as whichever hand, can be taken back."""
    return _last(of(contribution_id), person) is not None


def _last(there: Mapping[int, Coding], person: Asker) -> Coding | None:
    own = [coding for coding in there.values() if coding.person_id == person.id and coding.before is not None]
    return max(own, key=lambda coding: (coding.at, coding.hand), default=None)


def drawn(contribution_id: int) -> bool:
    """Whether two people are to code it."""
    return db.session.scalar(select(Drawn.draw_id).where(Drawn.contribution_id == contribution_id).limit(1)) is not None


def hand_of(contribution: Contribution, person: Asker) -> int:
    """As which hand this person would code it now."""
    there = of(contribution.id)
    if SETTLED in there or SECOND in there:
        return SETTLED
    first = there.get(FIRST)
    return SECOND if first and first.person_id != person.id and drawn(contribution.id) else FIRST


def stamp(contribution: Contribution, person: Asker) -> str:
    """In which state this person finds the coding: another one on sending means that a colleague was quicker."""
    hand = hand_of(contribution, person)
    had = of(contribution.id).get(hand)
    return f"{hand}.{had.at.isoformat() if had else ''}"


def shown_to(contribution: Contribution, person: Asker) -> list[int]:
    """The ids of the themes that a coder finds given: nothing for the second coder, who is to judge alone."""
    return [] if hand_of(contribution, person) == SECOND else themes_read.given_to(contribution)


def code(contribution: Contribution, *, by: Asker, themes: Collection[int]) -> bool:
    """Give a contribution these themes, of none "nothing fits"; whether that was a change."""
    hand, numbers = hand_of(contribution, by), _numbers(contribution.consultation_id, themes)
    coding = of(contribution.id).get(hand)
    if coding is not None and coding.themes == numbers:
        return False
    if coding is None:
        coding = Coding(consultation_id=contribution.consultation_id, contribution_id=contribution.id, hand=hand)
        db.session.add(coding)
    write(coding, numbers, by=by)
    if hand == SECOND or not _count(contribution, numbers, by):
        facts = {"contribution": contribution.id, "hand": hand, "codes": numbers}
        log.record("coded", by=by.id, consultation=contribution.consultation, **facts)
    return True


def write(coding: Coding, numbers: list[int], *, by: Asker) -> None:
    """Let a coding, an old or a new one, hold these themes, and remember what stood there before."""
    was = {"themes": coding.themes, "person": coding.person_id, "at": coding.at.isoformat()} if coding.at else {}
    coding.themes, coding.person_id, coding.at, coding.before = numbers, by.id, clock.now(), was


def undo(contribution: Contribution, *, by: Asker) -> None:
    """Let one's last coding of a contribution be as it was before: whose it was, what and when. Once: what was before
    that is not remembered. Raises NotNow."""
    there = of(contribution.id)
    last = _last(there, by)
    if last is None:
        raise NotNow(_("There is nothing of yours to undo here."))
    if (last.hand == FIRST and SECOND in there) or (last.hand == SECOND and SETTLED in there):
        raise NotNow(_("A colleague has gone on from it meanwhile. Settle it between you instead."))
    facts = {"contribution": contribution.id, "hand": last.hand, "codes": last.themes}
    if was := last.before:
        last.themes, last.person_id, last.at = was["themes"], was["person"], datetime.fromisoformat(was["at"])
        last.before = None
    else:
        db.session.delete(last)
        there.pop(last.hand)
    log.record("coding undone", by=by.id, consultation=contribution.consultation, **facts)
    counts = there.get(SETTLED) or there.get(FIRST)
    if last.hand != SECOND:
        _count(contribution, counts.themes if counts else [], by)


def _count(contribution: Contribution, numbers: Collection[int], by: Asker) -> bool:
    """Let these themes be what counts; whether that was a change."""
    ids = db.session.scalars(
        select(Theme.id).where(Theme.consultation_id == contribution.consultation_id, Theme.number.in_(numbers))
    )
    return themes_.give_themes(contribution, by=by, themes=list(ids))


def _numbers(consultation_id: int, themes: Collection[int]) -> list[int]:
    """The numbers of these themes, without those that are not the consultation's."""
    known = select(Theme.number).where(Theme.consultation_id == consultation_id, Theme.id.in_(themes))
    return list(db.session.scalars(known.order_by(Theme.number)))
