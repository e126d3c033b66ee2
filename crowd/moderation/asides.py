"""What moderators do with a text beside deciding on it: ask a colleague, move it, note something, have more shown."""

from sqlalchemy import select

from crowd import clock, log, outbox
from crowd.db import Overtaken, db
from crowd.models import Case, Contribution, Note, Person, Question, Record, Version
from crowd.rules import Asker
from crowd.states import Place, State

SHOWN = ("author", "votes")  # what the desk shows on demand alone (M23)
LOOKED_BACK = 50  # lines of what somebody had shown


def ask_second_opinion(case: Case, *, by: Asker, question: str) -> None:
    """Let a colleague decide (M11): the question stands on the page, and Next passes over it for whoever asked."""
    if case.closed_at is not None:
        raise Overtaken(case)
    case.asked, case.not_by_id = question, by.id
    case.claimed_by_id = case.claimed_until = None
    about = {"contribution": case.contribution_id, "version": case.version_id, "asked": question}
    log.record("second opinion asked", by=by.id, consultation=case.contribution.consultation, **about)


def may_move(contribution: Contribution) -> bool:
    """Whether it can stand elsewhere: it answers a question, and was never public."""
    return contribution.state == State.HELD and contribution.place == Place.DISCUSSION and contribution.level == 1


def move_to(contribution: Contribution, question: Question, kind: str, *, by: Asker) -> bool:
    """Let a waiting text answer another question, or be of another kind (M11); its author hears of it. False if that is
    what it does already. Raises Overtaken if it does not wait any more, ValueError if that question takes no such
    texts."""
    if not may_move(contribution):
        raise Overtaken(contribution)
    if question.consultation_id != contribution.consultation_id or kind not in question.kinds:
        raise ValueError("there is no such place for it")
    before = _place(contribution)
    contribution.question_id, contribution.kind = question.id, kind
    if (after := _place(contribution)) == before:
        return False
    contribution.stamp += 1
    about = {"contribution": contribution.id, "before": before, "after": after}
    line = log.record("moved", by=by.id, consultation=contribution.consultation, **about)
    author = db.session.get_one(Person, contribution.author_id)
    outbox.queue("moved", to=author, once=f"moved-{line}", contribution=contribution, question=question, sort=kind)
    return True


def _place(contribution: Contribution) -> dict[str, object]:
    return {"question": contribution.question_id, "kind": contribution.kind}


def add_note(contribution: Contribution, words: str, *, by: Asker) -> None:
    """Tell colleagues something about a text; nobody else ever reads it (M23)."""
    note = Note(contribution_id=contribution.id, person_id=by.id, words=words, at=clock.now())
    db.session.add(note)
    db.session.flush()
    log.record(
        "note added", by=by.id, consultation=contribution.consultation, contribution=contribution.id, note=note.id
    )


def show(version: Version, what: str, *, by: Asker) -> None:
    """Have the author's alias or the votes shown; the line in the log is what shows them (M23, M27)."""
    if what not in shown_to(version, by.id):
        about = {"contribution": version.contribution_id, "version": version.id, "what": what}
        log.record("shown", by=by.id, consultation=version.contribution.consultation, **about)


def shown_to(version: Version, person_id: int) -> list[str]:
    """What this person has had shown of this version, among the last things they had shown."""
    lines = db.session.scalars(
        select(Record.facts)
        .where(
            Record.consultation_id == version.contribution.consultation_id,
            Record.deed == "shown",
            Record.person_id == person_id,
        )
        .order_by(Record.id.desc())
        .limit(LOOKED_BACK)
    )
    return sorted({line["what"] for line in lines if line["version"] == version.id})
