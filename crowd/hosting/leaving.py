"""Who is on the register and no longer in a list: counted, and on a host's word marked as having left."""

from collections import Counter
from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import select, update

from crowd import clock
from crowd.db import changed, db
from crowd.models import Membership, Registered
from crowd.states import Standing

STEP = 500  # entries that are looked at together
SUSPICIOUS = 5  # where more than one in so many would leave, it is perhaps part of a list


def left_out(listed: Collection[str], numbers: Collection[str], after: int = 0) -> Iterator[list[Any]]:
    """The entries that a list leaves out, some at a time. `listed` are the keys of its addresses, `numbers` those of
    its numbers: whose number it has is on it, under another address."""
    columns = (Registered.id, Registered.email_key, Registered.number_key, Registered.profession, Registered.region)
    asked = select(*columns).where(Registered.left_at.is_(None)).order_by(Registered.id).limit(STEP)
    while rows := db.session.execute(asked.where(Registered.id > after)).all():
        after = rows[-1].id
        yield [row for row in rows if row.email_key not in listed and row.number_key not in numbers]


def told(listed: Collection[str], numbers: Collection[str]) -> dict[str, Any]:
    """What the preview says of them: how many, of how many, and by profession and region how many of them take part."""
    out, inside = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for rows in left_out(listed, numbers):
        keys = [key for row in rows for key in (row.number_key, row.email_key) if key]
        held = set(db.session.scalars(select(Membership.eligibility).where(Membership.eligibility.in_(keys))))
        for row in rows:
            out[row.profession, row.region] += 1
            inside[row.profession, row.region] += bool(held & {row.number_key, row.email_key})
    table = [[profession, region, n, inside[profession, region]] for (profession, region), n in sorted(out.items())]
    return {"number": out.total(), "groups": table}


def leave(rows: Collection[Any]) -> int:
    """Mark these entries as having left, and let the memberships that rest on them lapse; how many were marked. What
    they wrote stays, and a later list that has them again lets them back in."""
    its = [row.id for row in rows]
    now = clock.now()
    done = changed(update(Registered).where(Registered.id.in_(its), Registered.left_at.is_(None)).values(left_at=now))
    keys = [key for row in rows for key in (row.number_key, row.email_key) if key]
    changed(
        update(Membership)
        .where(
            Membership.eligibility.in_(keys),
            Membership.standing == Standing.MEMBER.value,
            Membership.left_at.is_(None),
            Membership.expert.is_(False),
        )
        .values(left_at=now)
    )
    return done
