"""Putting a text under another one that says the same, and parting them again (M15)."""

from datetime import timedelta
from typing import Any

from sqlalchemy import delete, func, literal, select, update

from crowd import clock, log, outbox, schedule
from crowd.db import Overtaken, db, insert_many
from crowd.i18n import _
from crowd.mending import queries, votes
from crowd.models import Consultation, Contribution, Decision, Follow, Mail, Merge, Version, VoteNow
from crowd.moderation import outcome
from crowd.rules import Asker, may
from crowd.states import State
from crowd.threads import facilitating, mentions, recount
from crowd.threads.appearing import appear
from crowd.threads.counts import tally
from crowd.threads.nesting import path_step

UNDO_MERGE_FOR = timedelta(days=7)
STOOD = ("parent_id", "parent_author_id", "question_id")


class NotTogether(ValueError):
    """Its str is the sentence that says why these two cannot be merged, or parted."""


def why_not(child: Contribution, target: Contribution | None, person: Asker) -> str:
    """Why a text cannot go under another one; empty if it can."""
    if target is None or target.consultation_id != child.consultation_id or not may(person, "see", target):
        return _("There is no such text in this consultation. Check its address or number.")
    same_place = target.place == child.place and target.finding_id == child.finding_id
    checks = (
        (target.id == child.id, _("This is the same text. Choose another one.")),
        (not same_place, _("They do not stand in the same place: under questions, or under one finding.")),
        (target.state != State.PUBLISHED, _("The text that stays has to be published, and this one is not.")),
        (target.merged, _("This text stands under another one itself. Choose that one.")),
        (target.parent_id is not None, _("This is a comment. Choose a text that begins a thread.")),
        (target.closed, _("The thread of that text is closed. Open it again first, or choose another one.")),
        (child.closed, _("The thread of this text is closed. Open it again first.")),
        (child.state == State.HIDDEN, _("This text is hidden while it is checked. Decide on that first.")),
        (child.merged, _("This text has been put under another one already. Undo that first.")),
        (
            target.promise < child.promise,
            _("That text was written for fewer readers: some who may read this one could not find it there."),
        ),
        (
            not may(person, "decide", target),
            _("You wrote the text that stays, or what it answers; another moderator can do this."),
        ),
    )
    return next((sentence for wrong, sentence in checks if wrong), "")


def merge(
    version: Version, target: Contribution, *, by: Asker, note: str = "", phase: str = "", state: str = ""
) -> Merge:
    """Let a text stand under another one that says the same, with all that stands below it; a held one is published
    there. It keeps its words, name, time and promise. Votes are united, both authors hear, and for seven days it can be
    undone (M15).

    Raises Overtaken if the version is not in the `state`, or the consultation not in the `phase`, in which the form was
    shown (M10); NotTogether."""
    child = version.contribution
    held = version.state == State.HELD
    public = child.state == State.PUBLISHED and child.version_id == version.id
    if (
        not (held or public)
        or state not in ("", version.state)
        or (phase and schedule.current(child.consultation) != phase)
    ):
        raise Overtaken(version)
    if why := why_not(child, target, by):
        raise NotTogether(why)
    facilitating.unpin(child, by=by)
    now, before, left = clock.now(), _number_of_votes(child, target), (child.thread_id, child.question_id)
    was, to_undo = {name: getattr(child, name) for name in STOOD}, outcome.before(child)
    _stand(child, under=target, question=target.question_id)
    child.merged = True
    db.session.flush()
    if held:
        appear(version)
    united = votes.unite(child, target)
    _follow_along(child, target, now)
    _count_anew(child, target, left, before)
    made = outcome.decided(
        "merged", version, by=by, decision="merge", note=note, was=to_undo, held=held, target=target.id
    )
    merged = Merge(
        contribution_id=child.id,
        target_id=target.id,
        decision_id=made.id,
        person_id=by.id,
        votes=united,
        was=was,
        at=now,
    )
    db.session.add(merged)
    db.session.flush()
    if target.author_id != child.author_id:
        to, once = queries.author_of(target), hears_of_it(made.id)
        outbox.queue("merged_into", to=to, once=once, wait=outcome.UNDO_FOR, contribution=target, child=child)
    return merged


def why_not_undo(merge: Merge) -> str:
    """Why two texts cannot be parted again; empty if they can."""
    child, target = (db.session.get_one(Contribution, key) for key in (merge.contribution_id, merge.target_id))
    checks = (
        (merge.undone_at is not None, _("This has been undone already.")),
        (not still_open(merge), _("Merging can be undone for seven days, and these are over.")),
        (target.merged, _("The text it stands under has been put under another one meanwhile. Undo that first.")),
        (not child.merged or child.parent_id != target.id, _("These two texts do not stand together any more.")),
    )
    return next((sentence for wrong, sentence in checks if wrong), "")


def still_open(merge: Any) -> bool:
    """Whether a list offers to undo it."""
    return merge.undone_at is None and clock.now() <= merge.at + UNDO_MERGE_FOR


def had_waited(decision: Decision) -> bool:
    """Whether what was decided on had waited; otherwise it was public before."""
    return bool(decision.was["version"] != decision.version_id)


def undo(merge: Merge, *, by: Asker) -> list[Contribution]:
    """Part two texts again. Both authors hear, if they had heard of the merging; the author of a text that had waited
    hears in any case, because that stays published, on its own. Returned is whose authors hear. Raises NotTogether."""
    part(merge, by=by)
    child, target = (db.session.get_one(Contribution, key) for key in (merge.contribution_id, merge.target_id))
    return _tell_of_the_undoing(merge, child, target)


def part(merge: Merge, *, by: Asker) -> None:
    """Let each of two texts stand where it stood, with all that was written below it since, and everybody's vote be
    where they gave it. A text that had waited stays published, and nobody hears: both are the caller's. Raises
    NotTogether."""
    if why := why_not_undo(merge):
        raise NotTogether(why)
    child, target = (db.session.get_one(Contribution, key) for key in (merge.contribution_id, merge.target_id))
    before, left = _number_of_votes(child, target), (child.thread_id, child.question_id)
    parent = db.session.get(Contribution, merge.was["parent_id"]) if merge.was["parent_id"] else None
    question = parent.question_id if parent else merge.was["question_id"]
    _stand(child, under=parent, question=question)
    child.merged = False
    db.session.flush()
    votes.part(child, target, merge.votes)
    _follow_no_longer(child, target, merge.at)
    _count_anew(child, target, left, before)
    merge.undone_at = clock.now()
    log.record("merge undone", by=by.id, consultation=child.consultation, contribution=child.id, target=target.id)


# ---- places ----------------------------------------------------------------------------------------------------------


def _stand(child: Contribution, *, under: Contribution | None, question: Any) -> None:
    """Let a text and all below it stand under another one, or begin a thread."""
    thread = under.thread_id if under else child.id
    path = (under.path if under else "") + path_step(child.id)
    level = under.level + 1 if under else 1
    below = func.substr(Contribution.path, 1, len(child.path)) == child.path
    _write(
        update(Contribution)
        .where(Contribution.thread_id == child.thread_id, below)
        .values(
            path=literal(path).concat(func.substr(Contribution.path, len(child.path) + 1)),
            level=Contribution.level + (level - child.level),
            thread_id=thread,
            question_id=question,
            closed=bool(under and under.closed),
            stamp=Contribution.stamp + 1,
        )
    )
    moved = select(Contribution.id).where(
        Contribution.thread_id == thread, func.substr(Contribution.path, 1, len(path)) == path
    )
    _write(update(VoteNow).where(VoteNow.contribution_id.in_(moved)).values(thread_id=thread))
    db.session.refresh(child)
    child.parent_id, child.parent_author_id = (under.id, under.author_id) if under else (None, 0)
    db.session.flush()
    mentions.show_anew(child.id)


def _number_of_votes(child: Contribution, target: Contribution) -> int:
    on = VoteNow.contribution_id.in_((child.id, target.id))
    return db.session.scalar(select(func.count()).select_from(VoteNow).where(on)) or 0


def _count_anew(child: Contribution, target: Contribution, left: tuple[Any, Any], before: int) -> None:
    """Bring every count to what is there now; `left` are the thread and the question that the text has left, `before`
    how many votes the two had."""
    thread, question = left
    db.session.flush()
    texts = {child.id, target.id, child.thread_id, thread} - {None}
    questions = {child.question_id, target.question_id, question} - {None}
    recount.follow(contributions=sorted(texts), questions=sorted(questions))
    tally(Consultation, child.consultation_id, votes=_number_of_votes(child, target) - before)
    _write(update(Contribution).where(Contribution.id.in_(texts)).values(stamp=Contribution.stamp + 1))
    for thing in (child, target):
        db.session.refresh(thing)


# ---- followers and mails ---------------------------------------------------------------------------------------------


def _following(key: int) -> Any:
    return select(Follow.person_id).where(Follow.target == "contribution", Follow.key == key)


def _follow_along(child: Contribution, target: Contribution, now: Any) -> None:
    """Who followed the text that went under another one goes on hearing of what is said there."""
    there = set(db.session.scalars(_following(target.id)))
    more = [person for person in db.session.scalars(_following(child.id)) if person not in there]
    rows = [
        {
            "person_id": person,
            "consultation_id": target.consultation_id,
            "target": "contribution",
            "key": target.id,
            "created_at": now,
        }
        for person in more
    ]
    insert_many(Follow, rows)


def _follow_no_longer(child: Contribution, target: Contribution, since: Any) -> None:
    """Who began to follow by the merging, and by nothing else, ends with it."""
    begun = (Follow.target == "contribution", Follow.key == target.id, Follow.created_at == since)
    _write(delete(Follow).where(*begun, Follow.person_id.in_(_following(child.id))))


def hears_of_it(decision: int) -> str:
    """The name of the mail to the author of the text that stays."""
    return f"merged-into-{decision}"


def _tell_of_the_undoing(merge: Merge, child: Contribution, target: Contribution) -> list[Contribution]:
    """A mail that waits is not sent at all; who had one hears that it holds no longer, and the author of a text that
    was published by the merging hears where it stands. Returned is whose authors hear."""
    decision = db.session.get(Decision, merge.decision_id) if merge.decision_id else None
    published_by_it = bool(decision and decision.was and had_waited(decision))
    told = []
    for text, other, once, always in (
        (child, target, f"decision-{merge.decision_id}", published_by_it),
        (target, child, hears_of_it(merge.decision_id or 0), False),
    ):
        mail = db.session.scalar(select(Mail).where(Mail.once == once))
        heard = mail is not None and not (mail.state == "waiting" and mail.due_at > clock.now())
        if mail is not None and not heard:
            db.session.delete(mail)
        if heard or always:
            key = f"merge-undone-{merge.id}-{text.id}"
            alone = text is child and child.state == State.PUBLISHED
            to = queries.author_of(text)
            if outbox.queue("merge_undone", to=to, once=key, contribution=text, other=other, alone=alone):
                told.append(text)
    return told


def _write(statement: Any) -> None:
    db.session.execute(statement.execution_options(synchronize_session=False))
