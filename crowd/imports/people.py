"""Everybody who wrote or voted elsewhere, as members whose address cannot exist: nobody of them can sign in."""

from datetime import datetime

from sqlalchemy import select

from crowd import clock
from crowd.bulk import Bulk
from crowd.db import db
from crowd.i18n import _
from crowd.imports.shape import BadExport, Gathered, Refusal
from crowd.keyed import keyed
from crowd.models import Consultation, Membership, Person, Reason
from crowd.models.people import NOWHERE
from crowd.moderation.deeds import ship_reasons
from crowd.states import Standing


def address(source: str, slug: str, key: str) -> str:
    """What somebody of there is known by here. A name is hashed with the instance's key and not kept."""
    name = key if key.isascii() and key.isdecimal() else f"h{keyed('imported author', f'{slug} {key}')[:32]}"
    return f"{source}-{slug}-{name}{NOWHERE}"


def take(
    found: Gathered, consultation: Consultation, bulk: Bulk, start: datetime, *, again: bool
) -> tuple[dict[str, tuple[int, str]], int]:
    """The id and the alias of each, by their key there, and how many are new. Who is here stays as they are. Raises
    BadExport where the consultation has texts of this source (`again`) and none of its people: they would all be taken
    twice."""
    prefix = f"{found.source}-{consultation.slug}-"
    asked = select(Person.email, Person.id, Membership.alias).join(Membership, Membership.person_id == Person.id)
    here = Membership.consultation_id == consultation.id, Person.email.startswith(prefix, autoescape=True)
    there = {row.email: (row.id, row.alias) for row in db.session.execute(asked.where(*here))}
    if again and not there and found.people:
        raise BadExport(
            _(
                "“%(title)s” came here from another instance, and the people of this export are not recognised in it. "
                "Take it in under another short name.",
                title=consultation.title,
            )
        )
    came, known, before = _came(found), {}, len(there)
    for key in sorted(found.people, key=lambda key: (len(key), key)):
        email = address(found.source, consultation.slug, key)
        if email not in there:
            at, alias = came.get(key, start), found.people[key] or _("Participant %(n)s", n=len(there) + 1)
            number = bulk.add(Person, email=email, created_at=at, confirmed_at=None)
            bulk.add(
                Membership,
                person_id=number,
                consultation_id=consultation.id,
                standing=Standing.MEMBER,
                alias=alias,
                joined_at=at,
            )
            there[email] = number, alias
        known[key] = there[email]
    return known, len(there) - before


def _came(found: Gathered) -> dict[str, datetime]:
    """When each person is first seen."""
    seen = [(one.at, one.author) for one in found.texts.values()]
    seen += [(event.at, event.person) for event in found.events or ()]
    return {person: at for at, person in sorted(seen, reverse=True)}


def unknown(source: str, slug: str) -> int:
    """Who wrote what is gone: nobody tells. No member, so that no figure counts them."""
    return _account(f"{source}-{slug}-unknown{NOWHERE}", _("Unknown"))


def _account(email: str, name: str) -> int:
    found = db.session.scalar(select(Person).where(Person.email == email))
    if found is None:
        found = Person(email=email, name=name, created_at=clock.now())
        db.session.add(found)
        db.session.flush()
    return found.id


def refused_by(source: str, refusal: Refusal) -> tuple[int, int]:
    """Who did not approve it there, as far as one knows, and why; no moderator here can choose that reason."""
    ship_reasons()  # which it does not once there is any other
    who = _account(f"{source}-moderators{NOWHERE}", refusal.who)
    why = db.session.scalar(select(Reason).where(Reason.title == refusal.title))
    if why is None:
        why = Reason(title=refusal.title, text=refusal.text, decision="reject", appeal=False, retired=True)
        db.session.add(why)
        db.session.flush()
    return who, why.id
