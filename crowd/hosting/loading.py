"""The register as the host's list says it should be: what would change, changing it, and inviting those on it.

All of it takes a part of a list at a time, so that others can write in between, and done twice is as if done once."""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import or_, select, update

from crowd import clock, outbox
from crowd.accounts.queries import hashed
from crowd.accounts.register import email_key, name_key, number_key
from crowd.db import db, insert_many
from crowd.hosting.lists import Row
from crowd.models import Consultation, Membership, Registered, Token

KEYS = ("email_key", "number_key", "name_key", "profession", "region")
INVITED_FOR = timedelta(days=60)
Entry = dict[str, Any]


@dataclass(frozen=True)
class Difference:
    new: list[Entry]
    changed: list[Entry]  # with the id of the row
    same: int
    before: list[Any]  # the rows of `changed` as they are


def entries(rows: Sequence[Row]) -> list[Entry]:
    """The rows as they are kept: keyed hashes. Costs 20 microseconds a row: not inside a transaction."""
    return [
        {
            "email_key": email_key(row.email),
            "number_key": number_key(row.number),
            "name_key": name_key(row.name),
            "profession": row.profession,
            "region": row.region,
        }
        for row in rows
    ]


def compare(wanted: Sequence[Entry], listed: Collection[str]) -> Difference:
    """What loading these would do; those whom they leave out stay. `listed` are the address keys of the whole list:
    whose number is there with an address that the list does not have any more has changed the address."""
    emails = [entry["email_key"] for entry in wanted]
    numbers = [entry["number_key"] for entry in wanted if entry["number_key"]]
    columns = [Registered.id, *(getattr(Registered, key) for key in KEYS), Registered.left_at]
    asked = or_(Registered.email_key.in_(emails), Registered.number_key.in_(numbers))
    rows = db.session.execute(select(*columns).where(asked)).all()
    by_email = {row.email_key: row for row in rows}
    by_number = {row.number_key: row for row in rows if row.number_key and row.email_key not in listed}
    new, changed, before, same = [], [], [], 0
    for entry in wanted:
        row = by_email.get(entry["email_key"]) or by_number.get(entry["number_key"])
        if row is None:
            new.append(entry)
        elif tuple(row[1:]) == (*(entry[key] for key in KEYS), None):
            same += 1
        else:
            changed.append(entry | {"id": row.id, "left_at": None})
            before.append(row)
    return Difference(new, changed, same, before)


def load(wanted: Sequence[Entry], listed: Collection[str]) -> Difference:
    """Write a part of a list into the register; the same part twice changes nothing."""
    found = compare(wanted, listed)
    insert_many(Registered, [entry | {"added_at": clock.now()} for entry in found.new])
    if found.changed:
        db.session.execute(update(Registered), found.changed)
        _follow(found)
    return found


def _follow(found: Difference) -> None:
    """Let memberships follow their entries: to another number or address, and back in with one that had left."""
    now = {key: entry for entry, row in zip(found.changed, found.before, strict=True) for key in _keys(row)}
    columns = (Membership.id, Membership.consultation_id, Membership.eligibility, Membership.left_at)
    held = db.session.execute(select(*columns).where(Membership.eligibility.in_(list(now)))).all()
    wanted = [key for entry in found.changed for key in (entry["number_key"], entry["email_key"]) if key]
    pair = select(Membership.consultation_id, Membership.eligibility).where(Membership.eligibility.in_(wanted))
    taken = {tuple(row) for row in db.session.execute(pair)}
    for row in held:
        entry = now[row.eligibility]
        key = entry["number_key"] or entry["email_key"]
        if (row.consultation_id, key) in taken:
            key = row.eligibility
        if key != row.eligibility or row.left_at is not None:
            there = update(Membership).where(Membership.id == row.id).values(eligibility=key, left_at=None)
            db.session.execute(there.execution_options(synchronize_session=False))


def _keys(row: Any) -> list[str]:
    return [key for key in (row.number_key, row.email_key) if key]


def invite(
    consultation: Consultation,
    rows: Sequence[Row],
    keys: Sequence[str],
    *,
    host: str,
    made: dict[Any, str] | None = None,
) -> int:
    """Queue a personal invitation for each of these on the register, once ever; how many are new. `made` keeps the
    words that many have in common from one part of a list to the next.

    The link is bound to the entry, the address stands in the mail alone and goes when it is sent."""
    there = {
        row.email_key: (row.id, row.number_key)
        for row in db.session.execute(
            select(Registered.id, Registered.email_key, Registered.number_key).where(Registered.email_key.in_(keys))
        )
    }
    its = [key for key in (*keys, *(number for _id, number in there.values())) if key]
    joined = set(
        db.session.scalars(
            select(Membership.eligibility).where(
                Membership.consultation_id == consultation.id, Membership.eligibility.in_(its)
            )
        )
    )
    once = {key: f"invited-{consultation.id}-{key}" for key in keys}
    before = outbox.queued_before(list(once.values()))
    letters, tokens = [], []
    for row, key in zip(rows, keys, strict=True):
        entry_id, number = there.get(key, (0, ""))
        if not entry_id or once[key] in before or joined & {number, key}:
            continue
        secret = secrets.token_urlsafe(32)
        who = ", ".join(filter(None, (row.profession, row.region)))
        letters.append((row.email, once[key], secret, {"title": consultation.title, "host": host, "who": who}))
        tokens.append(_token(secret, consultation.id, entry_id))
    if tokens:
        insert_many(Token, tokens)
        outbox.queue_many("invited", letters, made)
    return len(tokens)


def _token(secret: str, consultation_id: int, entry_id: int) -> dict[str, Any]:
    return {
        "purpose": "invited",
        "secret": hashed(secret),
        "facts": {"consultation": consultation_id, "registered": entry_id},
        "created_at": clock.now(),
        "expires_at": clock.now() + INVITED_FOR,
    }
