"""What moderators do with a text beside deciding on it: ask a colleague, move it, note something, have more shown."""

from sqlalchemy import select

from crowd import clock, log, outbox, schedule
from crowd.db import Overtaken, db
from crowd.models import Case, Contribution, Note, Person, Question, Record, Version
from crowd.moderation import claims
from crowd.rules import Asker
from crowd.states import Place, State

SHOWN = ("author", "votes")  # what the desk shows on demand alone (M23)
LOOKED_BACK = 50  # lines of what somebody had shown


def as_opened(version: Version, phase: str) -> None:
    """Raises Overtaken unless this version still waits, in the phase it was shown in (M10). Under the lock."""
    state = db.session.scalar(select(Version.state).where(Version.id == version.id))
    if state != State.HELD or schedule.current(version.contribution.consultation) != phase:
        raise Overtaken(version)


def ask_second_opinion(version: Version, *, by: Asker, question: str, phase: str) -> Case:
    """Let a colleague decide (M11): the question stands on the page of the case, which is returned, and Next passes
    over it for whoever asked. Who else reads it goes on reading it. Raises Overtaken if it is not as it was shown."""
    as_opened(version, phase)
    case = claims.case_of(version.contribution_id)
    if case is None or case.version_id != version.id:
        raise Overtaken(version)
    case.asked, case.not_by_id = question, by.id
    claims.leave(case, by=by)
    about = {"contribution": case.contribution_id, "version": case.version_id, "asked": question}
    log.record("second opinion asked", by=by.id, consultation=case.contribution.consultation, **about)
    return case


def may_move(contribution: Contribution) -> bool:
    """Whether it can stand elsewhere: it answers a question, and was never public."""
    return contribution.state == State.HELD and contribution.place == Place.DISCUSSION and contribution.level == 1


def move_to(version: Version, question: Question, kind: str, *, by: Asker, phase: str) -> bool:
    """Let a waiting text answer another question, or be of another kind (M11); its author hears of it. False if that is
    what it does already. Raises Overtaken if it is not as it was shown, ValueError if that question takes no such
    texts."""
    as_opened(version, phase)
    contribution: Contribution = version.contribution
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
    """Tell colleagues something about a text; nobody else ever reads it (M23). The same again at once is one note."""
    newest = select(Note).where(Note.contribution_id == contribution.id).order_by(Note.id.desc()).limit(1)
    last = db.session.scalar(newest)
    if last and (last.person_id, last.words) == (by.id, words):
        return
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
