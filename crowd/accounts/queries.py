"""What the pages of accounts read."""

from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import and_, bindparam, false, literal, select

from crowd import clock
from crowd.accounts import codes
from crowd.accounts.register import email_key, name_key, number_key
from crowd.db import db
from crowd.models import Identity, Invitation, JoinRequest, Membership, Person, Provider, Registered, SignIn, Site
from crowd.rules import VISITOR, Asker
from crowd.statements import Statement
from crowd.states import Standing

_WHO = (
    Person.id,
    Person.email,
    Person.name,
    Person.roles,
    Person.suspended_until,
    Person.factor,
    Person.passkeys,
    Person.language,
    Person.factor_by,
    Membership.consultation_id,
    Membership.standing,
    Membership.alias,
    Membership.profession,
    Membership.region,
    Membership.group,
    Membership.expert,
)
_MEMBER = (Membership, and_(Membership.person_id == Person.id, Membership.left_at.is_(None)))
_ASKER = (
    select(SignIn.id.label("sign_in"), *_WHO)
    .select_from(SignIn)
    .join(Person, Person.id == SignIn.person_id)
    .outerjoin(*_MEMBER)
)
_BY_SECRET = Statement(
    _ASKER.where(SignIn.secret == bindparam("secret"), SignIn.expires_at > bindparam("now"), SignIn.pending == false())
)
_PRESENT = Registered.left_at.is_(None)
_PERSON = select(literal(0).label("sign_in"), *_WHO).select_from(Person).outerjoin(*_MEMBER)


VOUCHED_FOR = timedelta(days=30)  # as long as one sign-in
MUST_HAVE_TWO = frozenset({Standing.MODERATOR, Standing.HOST})


def hashed(secret: str) -> str:
    """How a secret with enough entropy is kept: its SHA-256. Never for passwords."""
    return sha256(secret.encode()).hexdigest()


def asker(secret: str) -> Asker:
    """Who holds this sign-in secret, with roles and memberships, in one query; a visitor if nobody does."""
    return _asker(_BY_SECRET.all(secret=hashed(secret), now=clock.now()))


def asker_for(person_id: int) -> Asker:
    """The same for somebody who is just signing in, or is not here now."""
    return _asker(db.session.execute(_PERSON.where(Person.id == person_id)).all())


def _asker(found: Sequence[Any]) -> Asker:
    if not found:
        return VISITOR
    first = found[0]
    late = not (first.factor or first.passkeys) and first.factor_by is not None and first.factor_by <= clock.now()
    roles = frozenset(first.roles)
    return Asker(
        id=first.id,
        email=first.email,
        name=first.name,
        language=first.language,
        roles=roles - MUST_HAVE_TWO if late else roles,
        sign_in=first.sign_in,
        late=late and bool(roles & MUST_HAVE_TWO),
        suspended=first.suspended_until is not None and first.suspended_until > clock.now(),
        memberships={row.consultation_id: row for row in found if row.consultation_id},
    )


def begun(secret: str) -> tuple[SignIn, Person] | None:
    """A sign-in that may still wait for the second factor, and whose it is."""
    found = db.session.execute(
        select(SignIn, Person)
        .join(Person, Person.id == SignIn.person_id)
        .where(SignIn.secret == hashed(secret), SignIn.expires_at > clock.now())
    ).one_or_none()
    return (found[0], found[1]) if found else None


def language_of(person_id: int) -> str:
    return db.session.scalar(select(Person.language).where(Person.id == person_id)) or ""


def two_factor_required() -> bool:
    return bool(db.session.scalar(select(Site.two_factor)))


def person_at(email: str) -> Person | None:
    return db.session.scalar(select(Person).where(Person.email == email))


def in_use(who: Person) -> bool:
    """Whether an account opens anything: it has a password, a role or a membership."""
    joined = select(Membership.id).where(Membership.person_id == who.id).limit(1)
    return bool(who.password or who.roles or db.session.scalar(joined))


def provider() -> Provider | None:
    """The host's own sign-on, where there is one."""
    return db.session.scalar(select(Provider).limit(1))


def identities(person_id: int) -> Sequence[Identity]:
    """By which the provider there is now opens an account."""
    now = select(Identity).join(Provider, Provider.issuer == Identity.issuer)
    return db.session.scalars(now.where(Identity.person_id == person_id)).all()


def vouched(person_id: int) -> Identity | None:
    """What the provider said of somebody who has come from there within a month."""
    since = clock.now() - VOUCHED_FOR
    found = [one for one in identities(person_id) if one.standing and one.seen_at > since]
    return max(found, key=lambda one: one.seen_at, default=None)


def registered_at(email: str) -> Registered | None:
    """The entry of the register for an address."""
    return db.session.scalar(select(Registered).where(Registered.email_key == email_key(email), _PRESENT))


def registered_as(number: str, name: str) -> Registered | None:
    """The one entry that has both this number and this name."""
    if not (number_key(number) and name_key(name)):
        return None
    theirs = Registered.number_key == number_key(number), Registered.name_key == name_key(name)
    found = db.session.scalars(select(Registered).where(*theirs, _PRESENT)).all()
    return found[0] if len(found) == 1 else None


def email_keys_of(key: str) -> Sequence[str]:
    """Those of the entries that have a number, by the number's key."""
    return db.session.scalars(select(Registered.email_key).where(Registered.number_key == key)).all()


def registered_by_id(entry_id: int) -> Registered | None:
    return db.session.scalar(select(Registered).where(Registered.id == entry_id, _PRESENT))


def invitation(secret: str) -> Invitation | None:
    """By its secret, or by its code however somebody has typed it."""
    typed = [hashed(secret), hashed(codes.tidied(secret))]
    return db.session.scalar(select(Invitation).where(Invitation.secret.in_(typed)).limit(1))


def newest_request(person_id: int, consultation_id: int) -> JoinRequest | None:
    return db.session.scalar(
        select(JoinRequest)
        .where(JoinRequest.person_id == person_id, JoinRequest.consultation_id == consultation_id)
        .order_by(JoinRequest.id.desc())
        .limit(1)
    )
