"""Striking passages out of a text (M14), taking that back, and opening what it has sealed. Merging stands in
uniting.py."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, update

from crowd import clock, i18n, log, schedule, text
from crowd.db import Overtaken, changed, db, move
from crowd.mending import passages, queries
from crowd.mending.passages import Mark, NotThere, Strike
from crowd.models import Consultation, Contribution, Decision, Quote, Seal, Version
from crowd.moderation import cases, outcome
from crowd.rules import Asker
from crowd.states import State
from crowd.threads.appearing import appear, unappear, vanish
from crowd.threads.counts import tally
from crowd.threads.prepared import Writing, prepare

OPEN = frozenset({State.HELD, State.RETURNED})  # wordings that are still on their way; none of them is sealed


@dataclass(frozen=True)
class Redaction:
    """A redaction made ready outside of the transaction: what is left of the version and of every other wording in
    which one of the passages occurs, by their versions, and the state and the versions that there were."""

    writings: dict[int, Writing]
    marks: list[Mark]
    state: str
    seen: frozenset[int]


def redaction(version: Version, strikes: Sequence[Strike]) -> Redaction:
    """Strike these passages wherever they occur. Costs a millisecond or more for each wording: call it before the
    transaction. Raises NotThere for a passage that does not occur in this version, text.Unusable where the rest cannot
    be shown."""
    if absent := passages.missing(version.source, version.card, strikes):
        raise NotThere(absent[0].passage)
    everything = queries.versions_of(version.contribution_id)
    writings: dict[int, Writing] = {}
    for wording in everything:
        if wording.id != version.id and wording.state in OPEN:
            continue
        with i18n.speaking(wording.language):  # the mark that is left is part of the text
            struck = passages.strike(wording.source, wording.card or {}, strikes)
        if struck.marks:
            made = prepare(struck.source)
            writings[wording.id] = Writing(made.source, made.html, struck.card)
    marks = passages.strike(version.source, version.card or {}, strikes).marks
    return Redaction(writings, marks, version.state, frozenset(wording.id for wording in everything))


def redact(version: Version, *, by: Asker, redaction: Redaction, note: str = "", phase: str = "") -> Decision:
    """Publish what is left of a held or a published version, seal the wordings that held the passages, and tell the
    author (M14). What was hidden while it was checked is shown again.

    Raises Overtaken if the version was decided or replaced, or the phase that the form was shown in ended (M10)."""
    contribution = version.contribution
    _still_as_it_was(version, redaction, phase)
    held, before, was = version.state == State.HELD, contribution.version_id, contribution.state
    to_undo = outcome.before(contribution)
    clean = _clean(version, redaction.writings[version.id])
    move(version, State(version.state), State.REPLACED)
    appear(clean)
    made = outcome.decided(
        "redacted", version, by=by, decision="redact", note=note, marks=redaction.marks, held=held, was=to_undo
    )  # tells the author with the whole text (M13), which lies under the seal after that
    for number, writing in redaction.writings.items():
        _seal(db.session.get_one(Version, number), writing, decision=made.id, clean=clean.id, before=before, was=was)
    db.session.flush()
    return made


def can_be_redacted(version: Version) -> bool:
    """Whether a version waits, or is the one that is public or hidden while it is checked."""
    contribution = version.contribution
    public = version.state == State.PUBLISHED and contribution.version_id == version.id
    return version.state == State.HELD or (public and contribution.state in (State.PUBLISHED, State.HIDDEN))


def _still_as_it_was(version: Version, redaction: Redaction, phase: str) -> None:
    if phase and schedule.current(version.contribution.consultation) != phase:
        raise Overtaken(version)
    now = frozenset(wording.id for wording in queries.versions_of(version.contribution_id))
    if not can_be_redacted(version) or (version.state, now) != (redaction.state, redaction.seen):
        raise Overtaken(version)


def _clean(version: Version, writing: Writing) -> Version:
    """The next version, by the moderators. A change that waits beside a published text, or went back to its author,
    stays the newest one."""
    newest = queries.versions_of(version.contribution_id)[-1]
    number = newest.number + 1
    if newest.id != version.id and newest.state in OPEN:
        newest.number, number = number, newest.number
        db.session.flush()
    made = Version(
        contribution_id=version.contribution_id,
        number=number,
        state=State.HELD,
        source=writing.source,
        html=writing.html,
        card=writing.card,
        files=list(version.files or []),
        renderer=text.RENDERER,
        held_for=list(version.held_for or []),
        warned=[],
        language=version.language,
        created_at=clock.now(),
        first_at=version.first_at,
    )
    db.session.add(made)
    db.session.flush()
    return made


def _seal(wording: Version, writing: Writing, *, decision: int, clean: int, before: int | None, was: str) -> None:
    """Put a wording away and leave in its place what is left of it."""
    db.session.add(
        Seal(
            version_id=wording.id,
            decision_id=decision,
            clean_id=clean,
            before_id=before,
            was=was,
            source=wording.source,
            html=wording.html,
            card=wording.card or {},
        )
    )
    wording.source, wording.html, wording.card = writing.source, writing.html, writing.card
    wording.sealed = True
    _forget_quotes(wording)


def _forget_quotes(wording: Version) -> None:
    """What findings quoted of it may hold the passages: it is chosen again from what is left."""
    ended = func.coalesce(Quote.ended_at, clock.now())
    changed(update(Quote).where(Quote.version_id == wording.id).values(words="", ended_at=ended))


def unredact(decision: Decision) -> None:
    """Take a redaction back: every wording is what it was, and what was public or waited then is public or waits
    again. The row of the decision, its line in the log and its mail are the caller's.

    Raises Overtaken if its result is not what is public any more."""
    seals = queries.seals_of(decision.id)
    of = next(seal for seal in seals if seal.version_id == decision.version_id)
    version, clean = (db.session.get_one(Version, key) for key in (of.version_id, of.clean_id))
    contribution = version.contribution
    public = contribution.state == clean.state == State.PUBLISHED and contribution.version_id == clean.id
    if not public or clean.sealed:
        raise Overtaken(clean)
    for seal in seals:
        _open(seal)
    version.number, clean.number, numbers = -version.number, version.number, clean.number
    db.session.flush()
    version.number = numbers
    db.session.flush()
    if of.before_id is None:
        unappear(clean, None, State.HELD, State.REPLACED)
    else:
        appear(db.session.get_one(Version, of.before_id), State.REPLACED)
    if of.before_id != version.id:
        _wait_again(contribution, version)
    if of.was == State.HIDDEN:
        vanish(contribution, State.HIDDEN, why=contribution.ended_why)
    log.touch(contribution.consultation_id)


def _open(seal: Seal) -> None:
    wording = db.session.get_one(Version, seal.version_id)
    wording.source, wording.html, wording.card = seal.source, seal.html, seal.card
    db.session.delete(seal)
    db.session.flush()
    wording.sealed = queries.is_sealed(wording.id)


def _wait_again(contribution: Contribution, version: Version) -> None:
    move(version, State.REPLACED, State.HELD)
    tally(Consultation, contribution.consultation_id, held=1)
    cases.wait(
        contribution.consultation,
        contribution.place,
        contribution=contribution.id,
        version=version.id,
        since=version.first_at,
    )


def break_seal(version: Version, *, by: Asker, why: str) -> Seal:
    """The whole wording before anything was struck out of it, for a host who says why; the log keeps that for good.
    Raises Overtaken if nothing is sealed."""
    seal = queries.first_seal(version.id)
    if seal is None:
        raise Overtaken(version)
    contribution = version.contribution
    log.record(
        "seal broken",
        by=by.id,
        consultation=contribution.consultation,
        contribution=contribution.id,
        version=version.id,
        why=why,
    )
    return seal
