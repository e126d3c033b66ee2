"""Texts that name others by their citable number. Below such a text its readers see what each of them is, as far as all
who read it from the same view may read that. Only of its own consultation: what a reader may read in another one, the
view does not say. What is kept is the number, which may be given only later."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, delete, false, insert, or_, select, update
from sqlalchemy.orm import aliased, joinedload

from crowd.db import db, write
from crowd.models import Contribution, Mention, Version
from crowd.states import Place, Promise, State
from crowd.threads import numbers

MOST = 10  # of one text; the links stand in the text anyway
_LINKED = re.compile(r'<a href="/p/([A-Z0-9-]+)-(\d{4,7})"')

Named = aliased(Contribution)

_DROP = delete(Mention).where(Mention.contribution_id == bindparam("by"))
_NAME = insert(Mention).inline()
_NAMING = (
    select(Mention.contribution_id)
    .join(Named, and_(Named.consultation_id == Mention.consultation_id, Named.serial == Mention.serial))
    .where(Named.id == bindparam("key"))
)
_ANEW = (
    update(Contribution)
    .where(or_(Contribution.parent_id == bindparam("key"), Contribution.id.in_(_NAMING)))
    .values(stamp=Contribution.stamp + 1)
)


def cited_in(html: str) -> list[tuple[str, int]]:
    """The numbers that a safe text links to, as codes and serials, each once, the first ten."""
    found = dict.fromkeys((match[1], int(match[2])) for match in _LINKED.finditer(html))
    return list(found)[:MOST]


def replace(contribution: Contribution, html: str) -> None:
    """Note whom the wording that is now public names, in place of whom the one before named."""
    drop(contribution.id)
    of = contribution.consultation
    for code, serial in cited_in(html):
        if code == of.code:
            write(_NAME, contribution_id=contribution.id, consultation_id=of.id, serial=serial)


def drop(contribution_id: int) -> None:
    write(_DROP, by=contribution_id)


def show_anew(contribution_id: int) -> None:
    """What answers a text says whom it answers, and what names it says what it is: both show it as it is now. Those
    that named its number before it had one begin to show it."""
    write(_ANEW, key=contribution_id)


def of(ids: Iterable[int], consultation_id: int, view: Any) -> dict[int, list[Any]]:
    """What these texts name, as far as every reader of this view may read it: one query."""
    found: dict[int, list[Any]] = {}
    for row in db.session.execute(
        select(
            Mention.contribution_id.label("by"),
            Contribution.id,
            Contribution.serial,
            Contribution.kind,
            Contribution.alias,
            Contribution.promise,
            Version.html,
        )
        .join(
            Contribution,
            and_(Contribution.serial == Mention.serial, Contribution.consultation_id == Mention.consultation_id),
        )
        .join(Version, Version.id == Contribution.version_id)
        .where(
            Mention.contribution_id.in_(list(ids)),
            Mention.consultation_id + 0 == consultation_id,
            Mention.contribution_id != Contribution.id,
            Contribution.state == State.PUBLISHED,
            _readable(view),
        )
        .order_by(Mention.serial)
    ):
        found.setdefault(row.by, []).append(row)
    return found


def _readable(view: Any) -> ColumnElement[bool]:
    """What the table has said of this view, text by text, as a WHERE."""
    discussion = Contribution.place == Place.DISCUSSION
    said = [
        (view.reads_members, discussion),
        (view.reads_promised, and_(discussion, Contribution.promise > Promise.MEMBERS)),
        (view.reads_comments, Contribution.place == Place.FINDING),
    ]
    return or_(false(), *(which for so, which in said if so))


def linked(html: str) -> Sequence[Any]:
    """The published texts that a wording links to, with all that the table asks of one: for its author to see what they
    are before it is sent."""
    found = [numbers.find(numbers.written(*cited)) for cited in cited_in(html)]
    rows = db.session.execute(
        select(Contribution, Version.html)
        .join(Version, Version.id == Contribution.version_id)
        .where(Contribution.id.in_([number for number in found if number]), Contribution.state == State.PUBLISHED)
        .options(joinedload(Contribution.consultation))
        .order_by(Contribution.consultation_id, Contribution.serial)
    )
    return [(contribution, html) for contribution, html in rows]
