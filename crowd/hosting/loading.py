"""The register as the host's list says it should be: what would change, changing it, and inviting those on it."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from crowd import clock, log, outbox
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


def compare(wanted: Sequence[Entry]) -> Difference:
    """What loading these would do; those whom the list leaves out stay."""
    there = {
        row[1]: row for row in db.session.execute(select(Registered.id, *(getattr(Registered, key) for key in KEYS)))
    }
    new, changed, same = [], [], 0
    for entry in wanted:
        row = there.get(entry["email_key"])
        if row is None:
            new.append(entry)
        elif tuple(row[1:]) != tuple(entry[key] for key in KEYS):
            changed.append(entry | {"id": row[0]})
        else:
            same += 1
    return Difference(new, changed, same)


def load(wanted: Sequence[Entry], *, by: int, bad: int) -> Difference:
    """Write a list into the register; the same list twice changes nothing."""
    found = compare(wanted)
    insert_many(Registered, [entry | {"added_at": clock.now()} for entry in found.new])
    if found.changed:
        db.session.execute(update(Registered), found.changed)
    log.record("register loaded", by=by, new=len(found.new), changed=len(found.changed), same=found.same, bad=bad)
    return found


def invite(consultation: Consultation, rows: Sequence[Row], keys: Sequence[str], *, by: int, host: str) -> int:
    """Queue a personal invitation for each of these on the register, once ever; how many are new.

    The link is bound to the entry, the address stands in the mail alone and goes when it is sent."""
    there = {
        key: (id_, number)
        for id_, key, number in db.session.execute(select(Registered.id, Registered.email_key, Registered.number_key))
    }
    joined = set(
        db.session.scalars(select(Membership.eligibility).where(Membership.consultation_id == consultation.id))
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
        outbox.queue_many("invited", letters)
        log.record("register invited", by=by, consultation=consultation, number=len(tokens))
    return len(tokens)


def _token(secret: str, consultation_id: int, entry_id: int) -> dict[str, Any]:
    return {
        "purpose": "invited",
        "secret": hashed(secret),
        "facts": {"consultation": consultation_id, "registered": entry_id},
        "created_at": clock.now(),
        "expires_at": clock.now() + INVITED_FOR,
    }
