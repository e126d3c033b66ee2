"""Files as pages show them: plain rows, one query for all that a page holds."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select

from crowd.db import rows
from crowd.evidence.sorts import sort_words
from crowd.i18n import _, number
from crowd.models import Attachment
from crowd.statements import Statement


class File(NamedTuple):
    """A file as it stands in a list. Plain values: it is part of the keys of kept pages."""

    id: int
    name: str
    media: str
    size: int

    @property
    def words(self) -> str:
        """Its sort and size, such as "PDF, 1.2 MB"."""
        return f"{sort_words(self.media)}, {size_words(self.size)}"


def size_words(size: int) -> str:
    if size < 1000:
        return _("%(n)s B", n=size)
    if size < 1_000_000:
        return _("%(n)s kB", n=number(size // 1000))
    return _("%(n)s MB", n=number(round(size / 1_000_000, 1)))


_FILE = select(Attachment.id, Attachment.name, Attachment.media, Attachment.size).order_by(Attachment.id)
_THESE = _FILE.where(Attachment.id.in_(bindparam("ids", expanding=True)))
_WAITING = Statement(_FILE.where(Attachment.person_id == bindparam("person"), Attachment.place == bindparam("place")))
_DOCUMENTS = _FILE.where(Attachment.question_id == bindparam("question"))


def these(ids: Iterable[int]) -> list[File]:
    """The files with these numbers; nothing is asked for none."""
    wanted = list(ids)
    return [File(*tuple(row)) for row in rows(_THESE, ids=wanted)] if wanted else []


def of_versions(versions: Iterable[tuple[Any, Sequence[int] | None]]) -> dict[Any, list[File]]:
    """The files of many wordings in one query, from pairs of a key and the numbers that its wording lists."""
    listed = {key: ids for key, ids in versions if ids}
    found = {file.id: file for file in these({number for ids in listed.values() for number in ids})}
    return {key: [found[number] for number in ids if number in found] for key, ids in listed.items()}


def waiting(place: str, by: int) -> list[File]:
    """A person's files that wait to be sent from here."""
    return [File(*tuple(row)) for row in _WAITING.all(person=by, place=place)]


def documents(question_id: int) -> list[File]:
    """What the host has attached to a question."""
    return [File(*tuple(row)) for row in rows(_DOCUMENTS, question=question_id)]
