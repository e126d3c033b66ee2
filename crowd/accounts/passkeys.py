"""Passkeys, whose they are and where there can be any; `ceremonies` makes and believes them. A passkey is two factors
at once, the device and what unlocks it, because verification of the user is always required."""

from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy import delete, select

from crowd import log, outbox
from crowd.accounts import factors
from crowd.config import is_loopback
from crowd.db import changed, db
from crowd.models import Passkey, Person

MOST = 10  # of one person


class NotTaken(Exception):
    """Its text is the sentence that says why."""


def site() -> str:
    """The name that passkeys are made for, which is the host of the site's address; empty where there can be none:
    browsers want a name and https, or this machine."""
    parts = urlsplit(str(current_app.config["BASE_URL"]))
    name = parts.hostname or ""
    named = not (name.replace(".", "").isdigit() or ":" in name)
    return name if named and (parts.scheme == "https" or is_loopback(name)) else ""


def origin() -> str:
    parts = urlsplit(str(current_app.config["BASE_URL"]))
    return f"{parts.scheme}://{parts.netloc}"


def of(person_id: int) -> list[Passkey]:
    return list(db.session.scalars(select(Passkey).where(Passkey.person_id == person_id).order_by(Passkey.id)))


def remove(who: Person, number: int) -> None:
    """Take one away; whoever then has no second factor but must have one has the time again that everybody had."""
    if not changed(delete(Passkey).where(Passkey.id == number, Passkey.person_id == who.id)):
        return
    who.passkeys -= 1
    if not who.two:
        factors.end(who)
    log.record("passkey removed", by=who.id, passkey=number)
    outbox.queue("factor", to=who, what="no passkey")
