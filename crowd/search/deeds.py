"""Keeping the index: it holds what is published and nothing else, and changes in the transaction of what it holds (M5).

It is made of the texts and can be made anew from them at any time, so it leaves no line in the log."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import bindparam, cast, delete, insert
from sqlalchemy.dialects.postgresql import TSVECTOR

from crowd.db import db, engine_is_postgres, write
from crowd.evidence import card
from crowd.models import Contribution, Finding, Version
from crowd.search import index, queries
from crowd.states import State

CHUNK = 1_000  # texts that are held in memory before they are written

_FTS = insert(index.FTS).values(rowid=bindparam("key"), words=bindparam("text"))
_TSV = insert(index.TSV).values(id=bindparam("key"), words=cast(bindparam("text"), TSVECTOR))
_DROP_FTS = delete(index.FTS).where(index.FTS.c.rowid == bindparam("key"))
_DROP_TSV = delete(index.TSV).where(index.TSV.c.id == bindparam("key"))


def put(contribution: Contribution, version: Version) -> None:
    """Let a published wording be found, in place of an older one."""
    _put(contribution.id, index.words_of(contribution.consultation_id, version.html, *card.words(version.card)))


def put_again(contribution: Contribution) -> None:
    """Let what was taken away and is shown again be found in the wording that it had."""
    put(contribution, db.session.get_one(Version, contribution.version_id))


def put_finding(finding: Finding) -> None:
    """Let a published finding be found in its newest words; a draft is not."""
    if finding.state == State.PUBLISHED:
        _put(-finding.id, index.words_of(finding.consultation_id, finding.html, finding.title, finding.response))


def drop(contribution_id: int) -> None:
    """Let a text be found no longer."""
    _drop(contribution_id)


def empty() -> None:
    """Let nothing be found."""
    write(delete(index.there()))


def _put(key: int, words: list[str]) -> None:
    _drop(key)
    write(_TSV if engine_is_postgres() else _FTS, key=key, text=index.stored(words))


def _drop(key: int) -> None:
    write(_DROP_TSV if engine_is_postgres() else _DROP_FTS, key=key)


def mend() -> int:
    """Put in what is published and missing, and take out what should not be there; how many of both. For rows that were
    written in bulk, and for `recount`."""
    wrong = queries.stray()
    for key in wrong:
        _drop(key)
    return len(wrong) + sum(_add(some) for some in _chunks(queries.missing()))


def _add(keys: Sequence[int]) -> int:
    texts: list[dict[str, Any]] = []
    for row in queries.texts(keys):
        more = card.words(row.card) if row.id > 0 and row.card else (row.title, row.response) if row.id < 0 else ()
        texts.append({"key": row.id, "text": index.stored(index.words_of(row.consultation_id, row.html, *more))})
    db.session.connection().execute(_TSV if engine_is_postgres() else _FTS, texts)
    return len(texts)


def _chunks(keys: Iterable[int]) -> Iterator[list[int]]:
    keys = iter(keys)
    while some := list(islice(keys, CHUNK)):
        yield some
