"""Everything that changes contributions and votes. Counts are kept in the same transaction as what they count."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, select, update

from crowd import clock, log, text
from crowd.db import Overtaken, db, move
from crowd.evidence.deeds import attach
from crowd.models import Consultation, Contribution, Finding, Question, Version
from crowd.moderation import cases
from crowd.rules import Asker
from crowd.search import deeds as index
from crowd.statements import Statement, inserting
from crowd.states import Kind, Phase, Place, Promise, Standing, State
from crowd.threads import drafts, facilitating, mentions
from crowd.threads.counts import tally
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
    *("renderer", "held_for", "created_at", "first_at"),
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
) -> int:
    """Take a text, whose id is returned; it waits for a moderator and causes nothing until then (M1, M5). Sent twice,
    it is one.

    Facilitators' texts are marked and wait like any other (M24). `shown` is another name than the person's own here."""
    if sent := _SENT.scalar(person=by.id, key=once):
        drafts.drop(drafts.place_of(under), by=by.id)
        return int(sent)
    now, consultation, place = clock.now(), under.consultation, _place(under)
    number = _SUBMIT.insert(
        consultation_id=consultation.id,
        kind=kind,
        author_id=by.id,
        state=State.HELD,
        once=once,
        submitted_at=now,
        promise=promise,
        phase=_phase(under),
        **place,
        **(shown or shown_as(by, consultation)),
    )
    parent = under if isinstance(under, Contribution) else None
    path = (parent.path if parent else "") + path_step(number)
    _PLACE.write(key=number, thread=parent.thread_id if parent else number, at=path)
    attached = attach(files, to=number, place=drafts.place_of(under), by=by.id)
    version = _new_version(number, consultation.id, writing, number=1, first_at=now, files=attached)
    cases.wait(consultation, place["place"], contribution=number, version=version, since=now)
    drafts.drop(drafts.place_of(under), by=by.id)
    log.record("submitted", by=by.id, consultation=consultation, contribution=number, version=version)
    return number


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


def _phase(under: Question | Contribution | Finding) -> str:
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
    contribution: int, consultation: int, writing: Writing, *, number: int, first_at: Any, files: Sequence[int]
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
        held_for=[{"rule": "mode"}],
        created_at=clock.now(),
        first_at=first_at,
    )
    tally(Consultation, consultation, held=1)
    return version


def edit(contribution: Contribution, *, by: Asker, writing: Writing, files: Sequence[int] | None = None) -> None:
    """Hand in a new wording. What waited is replaced, what is published stays until the new one is approved (M4, M17);
    the time of the first submission is kept (P9), and so are the files unless others are named."""
    last = db.session.scalars(
        select(Version).where(Version.contribution_id == contribution.id).order_by(Version.number.desc())
    ).first()
    assert last is not None, "a contribution has at least one version"
    first_at = last.first_at if last.state in (State.HELD, State.RETURNED) else clock.now()
    if last.state == State.HELD:
        move(last, State.HELD, State.REPLACED)
        tally(Consultation, contribution.consultation_id, held=-1)
    elif last.state == State.RETURNED:
        move(last, State.RETURNED, State.REPLACED)
        if contribution.state == State.RETURNED:
            move(contribution, State.RETURNED, State.HELD, resubmit_by=None)
    place = drafts.place_of(contribution, editing=True)
    version = _new_version(
        contribution.id,
        contribution.consultation_id,
        writing,
        number=last.number + 1,
        first_at=first_at,
        files=attach(last.files if files is None else files, to=contribution.id, place=place, by=by.id),
    )
    cases.wait(
        contribution.consultation, contribution.place, contribution=contribution.id, version=version, since=first_at
    )
    drafts.drop(place, by=by.id)
    log.record(
        "edited", by=by.id, consultation=contribution.consultation, contribution=contribution.id, version=version
    )


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


def count_published(contribution: Contribution, by: int) -> None:
    """Keep the counts that appearing or vanishing changes (M5: nothing else counts), and what search finds. A new text
    is put into the index with its wording, by whoever approves that."""
    what = {"comments": by} if contribution.kind == Kind.COMMENT else {"contributions": by}
    if contribution.finding_id:
        tally(Finding, contribution.finding_id, comments=by)
        tally(Consultation, contribution.consultation_id, finding_comments=by)
    else:
        tally(Question, contribution.question_id, **what)
        tally(Consultation, contribution.consultation_id, **what)
    if contribution.parent_id:
        tally(Contribution, contribution.thread_id, replies=by, stamp=1)
    if by < 0:
        index.drop(contribution.id)
    elif contribution.version_id:
        index.put_again(contribution)
