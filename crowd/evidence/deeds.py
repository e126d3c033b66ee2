"""Everything that changes which files there are. The bytes are on the disk before a row names them."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, delete, func, insert, select, update

from crowd import clock, log
from crowd.db import db, insert_one, rows, write
from crowd.evidence.sorts import NotTaken, Sort, clean_name
from crowd.evidence.storing import Aside, put_in_place
from crowd.i18n import _
from crowd.models import Attachment, Consultation, Question

MOST_WAITING = 50  # files of one person in all their drafts, so that a disk cannot be filled from drafts
MOST_DOCUMENTS = 20  # of one question


class Checked(NamedTuple):
    """A file that may be kept: checked, and synced to the disk."""

    name: str
    sort: Sort
    aside: Aside


_KEEP = insert(Attachment)
_SAME = select(Attachment.id).where(
    Attachment.person_id == bindparam("person"),
    Attachment.place == bindparam("at"),
    Attachment.sha256 == bindparam("bytes"),
)
_SAME_OF = select(Attachment.id).where(
    Attachment.id.in_(bindparam("ids", expanding=True)), Attachment.sha256 == bindparam("bytes")
)
_NUMBER = select(func.count()).select_from(Attachment)
_IN_ALL = _NUMBER.where(Attachment.person_id == bindparam("person"), Attachment.place != "")
_HERE = _NUMBER.where(Attachment.person_id == bindparam("person"), Attachment.place == bindparam("at"))


def keep(file: Checked, *, place: str, consultation: Consultation, by: int, beside: Sequence[int] = ()) -> None:
    """Let a file wait with the draft of a place. `beside` are those that the text has already. Raises NotTaken if one
    of them or of those that wait is the same, under whatever name, or if that would be too many."""
    waits = rows(_SAME, person=by, at=place, bytes=file.aside.sha256).first()
    if waits or (beside and rows(_SAME_OF, ids=list(beside), bytes=file.aside.sha256).first()):
        raise NotTaken(_("“%(name)s” was left out: this text has the same file already.", name=file.name))
    if rows(_HERE, person=by, at=place).scalar_one() + len(beside) >= consultation.files_limit:
        raise NotTaken(too_many(file.name, consultation))
    if rows(_IN_ALL, person=by).scalar_one() >= MOST_WAITING:
        raise NotTaken(_("Your drafts hold %(most)s files. Send or discard some of them first.", most=MOST_WAITING))
    enter(file, consultation, by, place=place)


def too_many(name: str, consultation: Consultation) -> str:
    most = consultation.files_limit
    if not most:
        return _("“%(name)s” was left out: no files are taken here.", name=name)
    return _("“%(name)s” was left out: a text can have %(most)s files at most.", name=name, most=most)


def enter(file: Checked, consultation: Consultation, by: int, *, place: str = "", question: int | None = None) -> int:
    """The row of a file whose bytes get their place with it."""
    put_in_place(file.aside)
    return insert_one(
        _KEEP,
        consultation_id=consultation.id,
        person_id=by,
        place=place,
        question_id=question,
        name=file.name,
        media=file.sort.media,
        size=file.aside.size,
        sha256=file.aside.sha256,
        added_at=clock.now(),
    )


_ATTACH = (
    update(Attachment)
    .where(
        Attachment.id.in_(bindparam("ids", expanding=True)),
        Attachment.person_id == bindparam("person"),
        Attachment.place == bindparam("at"),
    )
    .values(contribution_id=bindparam("to"), place="")
)
_ATTACHED = (
    select(Attachment.id)
    .where(
        Attachment.id.in_(bindparam("ids", expanding=True)),
        Attachment.contribution_id == bindparam("to"),
    )
    .order_by(Attachment.id)
)


def attach(ids: Sequence[int], *, to: int, place: str, by: int) -> list[int]:
    """Let waiting files go with the text that is sent; those of `ids` that are now its own. Others' are never."""
    if not ids:
        return []
    write(_ATTACH, ids=list(ids), person=by, at=place, to=to)
    return list(rows(_ATTACHED, ids=list(ids), to=to).scalars())


def drop_waiting(place: str, *, by: int, number: int | None = None) -> list[str]:
    """Forget the files that wait in a place, or one of them; the SHA-256 of what was dropped, for `storing.let_go`."""
    own = [Attachment.person_id == by, Attachment.place == place, Attachment.place != ""]
    if number is not None:
        own.append(Attachment.id == number)
    return drop(list(db.session.execute(select(Attachment.id, Attachment.sha256).where(*own)).all()))


def drop(found: Sequence[object]) -> list[str]:
    """Forget these files; the SHA-256 of each, for `storing.let_go`."""
    gone = {row.id: row.sha256 for row in found}  # type: ignore[attr-defined]  # rows of just these two columns
    if gone:
        write(delete(Attachment).where(Attachment.id.in_(gone)))
    return list(gone.values())


def add_document(question: Question, *, by: int, file: Checked, title: str = "") -> None:
    """Attach a document of the host to a question. Raises NotTaken if it has too many."""
    if rows(_NUMBER.where(Attachment.question_id == question.id)).scalar_one() >= MOST_DOCUMENTS:
        raise NotTaken(_("A question can have %(most)s documents at most.", most=MOST_DOCUMENTS))
    named = file._replace(name=clean_name(title, file.sort) if title else file.name)
    made = enter(named, question.consultation, by, question=question.id)
    log.record(
        "document added",
        by=by,
        consultation=question.consultation,
        question=question.id,
        attachment=made,
        name=named.name,
    )


def remove_document(question: Question, *, by: int, number: int) -> list[str]:
    """Take a document away from a question, for `storing.let_go`; nothing happens if it has no such document."""
    wanted = (Attachment.question_id == question.id, Attachment.id == number)
    found = db.session.execute(select(Attachment.id, Attachment.sha256, Attachment.name).where(*wanted)).all()
    for row in found:
        log.record(
            "document removed",
            by=by,
            consultation=question.consultation,
            question=question.id,
            attachment=row.id,
            name=row.name,
        )
    return drop(found)


def remove_documents(question: Question) -> list[str]:
    """The same for all of a question that is taken away itself."""
    wanted = select(Attachment.id, Attachment.sha256).where(Attachment.question_id == question.id)
    return drop(db.session.execute(wanted).all())
