"""Everything that changes contributions and votes. Counts are kept in the same transaction as what they count."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, select, update

from crowd import clock, log, text
from crowd.db import Overtaken, db, move
from crowd.evidence.deeds import attach
from crowd.holding import personal
from crowd.holding.judging import Looked, Verdict, judge, look
from crowd.models import Consultation, Contribution, Finding, Question, Version
from crowd.moderation import cases
from crowd.rules import Asker
from crowd.statements import Statement, inserting
from crowd.states import Kind, Phase, Place, Promise, Standing, State
from crowd.threads import drafts, facilitating, mentions
from crowd.threads.appearing import appear
from crowd.threads.counts import count_published, tally
from crowd.threads.nesting import path_step
from crowd.threads.prepared import Writing, prepare  # noqa: F401  # preparing is asked for beside submitting

# Writing and voting are most of what people do: these are made once, and no objects are made of their rows.
_SENT = Statement(
    select(Contribution.id).where(Contribution.author_id == bindparam("person"), Contribution.once == bindparam("key"))
)
_SUBMIT = inserting(
    Contribution,
    *("consultation_id", "kind", "author_id", "state", "once", "submitted_at", "promise", "phase"),
    *("question_id", "finding_id", "place", "parent_id", "parent_author_id", "level", "closed"),
    *("alias", "profession", "region", "group", "expert", "facilitator"),
)
_WORD = inserting(
    Version,
    *("contribution_id", "number", "state", "source", "html", "card", "files"),
    *("renderer", "held_for", "warned", "language", "created_at", "first_at"),
)
_FROM_MEMBERSHIP = ("alias", "profession", "region", "group", "expert")
_TOP = {"parent_id": None, "parent_author_id": 0, "level": 1, "closed": False}
_PLACE = Statement(
    update(Contribution)
    .where(Contribution.id == bindparam("key"))
    .values(thread_id=bindparam("thread"), path=bindparam("at"))
)


def submit(
    under: Question | Contribution | Finding,
    *,
    by: Asker,
    writing: Writing,
    once: str,
    kind: Kind = Kind.COMMENT,
    promise: Promise = Promise.ALIAS,
    files: Sequence[int] = (),
    shown: dict[str, Any] | None = None,
    looked: Looked | None = None,
) -> int:
    """Take a text, whose id is returned; what the rules and the mode of the phase hold waits for a moderator and causes
    nothing until then (M1, M2, M5). Sent twice, it is one. Raises Refused.

    Facilitators' texts are marked and wait like any other (M24). `shown` is another name than the person's own here,
    `looked` what the rules of the text said when they were asked outside of the transaction."""
    if sent := _SENT.scalar(person=by.id, key=once):
        drafts.drop(drafts.place_of(under), by=by.id)
        return int(sent)
    now, consultation, place, phase = clock.now(), under.consultation, _place(under), phase_of(under)
    looked = looked or look(consultation, writing.source, writing.html, writing.card)
    verdict = judge(looked, by=by.id, phase=phase, place=place)
    number = _SUBMIT.insert(
        consultation_id=consultation.id,
        kind=kind,
        author_id=by.id,
        state=State.HELD,
        once=once,
        submitted_at=now,
        promise=promise,
        phase=phase,
        **place,
        **(shown or shown_as(by, consultation)),
    )
    parent = under if isinstance(under, Contribution) else None
    path = (parent.path if parent else "") + path_step(number)
    _PLACE.write(key=number, thread=parent.thread_id if parent else number, at=path)
    attached = attach(files, to=number, place=drafts.place_of(under), by=by.id)
    version = _new_version(number, consultation.id, writing, verdict, number=1, first_at=now, files=attached)
    drafts.drop(drafts.place_of(under), by=by.id)
    log.record("submitted", by=by.id, consultation=consultation, contribution=number, version=version)
    if verdict.held:
        cases.wait(consultation, place["place"], contribution=number, version=version, since=now)
    else:
        _publish_at_once(version, consultation, by=by)
    return number


def _publish_at_once(version: int, consultation: Consultation, *, by: Asker) -> None:
    """Let a text appear that nothing holds; a moderator reads it afterwards (M1)."""
    made = db.session.get_one(Version, version)
    appear(made)
    tally(Consultation, consultation.id, held=-1)
    number = made.contribution_id
    cases.review(consultation, contribution=number, version=version, since=made.created_at)
    log.record("published at once", by=by.id, consultation=consultation, contribution=number, version=version)


def _place(under: Question | Contribution | Finding) -> dict[str, Any]:
    if isinstance(under, Contribution):
        return {
            "question_id": under.question_id,
            "finding_id": under.finding_id,
            "place": under.place,
            "parent_id": under.id,
            "parent_author_id": under.author_id,
            "level": under.level + 1,
            "closed": under.closed,
        }
    if isinstance(under, Question):
        return {"question_id": under.id, "finding_id": None, "place": Place.DISCUSSION} | _TOP
    return {"question_id": None, "finding_id": under.id, "place": Place.FINDING} | _TOP


def phase_of(under: Question | Contribution | Finding) -> Phase:
    """The phase a text belongs to: that of its place, also when it arrives within the grace after the bell (P8, P9)."""
    discussion = isinstance(under, Question) or (isinstance(under, Contribution) and under.place == Place.DISCUSSION)
    return Phase.MEMBERS if discussion else Phase.OPEN


def shown_as(by: Asker, consultation: Consultation) -> dict[str, Any]:
    """Under which name a text stands; kept with it, so that it never changes under its readers."""
    if facilitates(by):
        return shown_by_name(by.name) | {"facilitator": True}
    own = by.memberships[consultation.id]
    return {name: getattr(own, name) for name in _FROM_MEMBERSHIP} | {"facilitator": False}


def facilitates(by: Asker) -> bool:
    """Whether the person writes as a facilitator, by name, and not as a member under an alias."""
    return bool(by.roles & {Standing.MODERATOR, Standing.HOST})


def shown_by_name(name: str) -> dict[str, Any]:
    """A text that stands under a person's own name, without what an alias says."""
    return {"alias": name, "profession": "", "region": "", "group": "", "expert": False, "facilitator": False}


def _new_version(
    contribution: int,
    consultation: int,
    writing: Writing,
    verdict: Verdict,
    *,
    number: int,
    first_at: Any,
    files: Sequence[int],
) -> int:
    version = _WORD.insert(
        contribution_id=contribution,
        number=number,
        state=State.HELD,
        source=writing.source,
        html=writing.html,
        card=writing.card,
        files=list(files),
        renderer=text.RENDERER,
        held_for=verdict.held_for,
        warned=verdict.warned,
        language=writing.language,
        created_at=clock.now(),
        first_at=first_at,
    )
    tally(Consultation, consultation, held=1)
    return version


def edit(
    contribution: Contribution,
    *,
    by: Asker,
    writing: Writing,
    files: Sequence[int] | None = None,
    looked: Looked | None = None,
) -> None:
    """Hand in a new wording, which is taken like a new text. What waited is replaced, what is published stays until the
    new one is approved (M4, M17), or is replaced at once where nothing holds that; the time of the first submission is
    kept (P9), and so are the files unless others are named. Raises Refused."""
    consultation, here = contribution.consultation, contribution.id
    last = db.session.scalars(
        select(Version).where(Version.contribution_id == here).order_by(Version.number.desc())
    ).first()
    assert last is not None, "a contribution has at least one version"
    looked = looked or look(consultation, writing.source, writing.html, writing.card)
    waited = last.state in (State.HELD, State.RETURNED)
    place = {name: getattr(contribution, name) for name in ("question_id", "finding_id", "parent_id")}
    phase = Phase(contribution.phase)
    verdict = judge(looked, by=by.id, phase=phase, place=place, but=here, again=waited)
    first_at = last.first_at if waited else clock.now()
    _replace(contribution, last)
    draft = drafts.place_of(contribution, editing=True)
    attached = attach(last.files if files is None else files, to=here, place=draft, by=by.id)
    number = last.number + 1
    version = _new_version(here, consultation.id, writing, verdict, number=number, first_at=first_at, files=attached)
    drafts.drop(draft, by=by.id)
    log.record("edited", by=by.id, consultation=consultation, contribution=here, version=version)
    if not verdict.held:
        _publish_at_once(version, consultation, by=by)
        return
    cases.wait(consultation, contribution.place, contribution=here, version=version, since=first_at)
    if personal.is_public(contribution):
        cases.hurry(contribution, cases.Urgency.PERSONAL_DATA)


def _replace(contribution: Contribution, last: Version) -> None:
    """A newer wording takes the place of one that waited or came back."""
    if last.state == State.HELD:
        move(last, State.HELD, State.REPLACED)
        tally(Consultation, contribution.consultation_id, held=-1)
    elif last.state == State.RETURNED:
        move(last, State.RETURNED, State.REPLACED)
        if contribution.state == State.RETURNED:
            move(contribution, State.RETURNED, State.HELD, resubmit_by=None)


def withdraw(contribution: Contribution, *, by: Asker) -> None:
    """Take a text back, at any time (P11). Where it had been public a mark stays and so do its replies (M19)."""
    was = State(contribution.state)
    for version in db.session.scalars(
        select(Version).where(
            Version.contribution_id == contribution.id, Version.state.in_([State.HELD, State.RETURNED])
        )
    ):
        held = version.state == State.HELD
        move(version, State(version.state), State.WITHDRAWN)
        tally(Consultation, contribution.consultation_id, held=-1 if held else 0)
    for kind in cases.About:
        cases.end(contribution, kind)
    move(contribution, was, State.WITHDRAWN, ended_at=clock.now(), stamp=Contribution.stamp + 1)
    if was == State.PUBLISHED:
        count_published(contribution, -1)
        mentions.drop(contribution.id)
        mentions.show_anew(contribution.id)
    facilitating.unpin(contribution, by=by)
    log.record("withdrawn", by=by.id, consultation=contribution.consultation, contribution=contribution.id)


def widen(contribution: Contribution, *, by: Asker, promise: Promise) -> None:
    """Let more people read one's own text; nobody can make it fewer, and nobody else can do it (P12)."""
    old = contribution.promise
    if promise <= old:
        raise Overtaken(contribution)
    contribution.promise = promise
    contribution.stamp += 1
    mentions.show_anew(contribution.id)
    log.record(
        "promise widened",
        by=by.id,
        consultation=contribution.consultation,
        contribution=contribution.id,
        old=old,
        new=int(promise),
    )
