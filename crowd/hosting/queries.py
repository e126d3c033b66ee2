"""What the pages of hosting read."""

from typing import Any

from sqlalchemy import ColumnElement, exists, func, select

from crowd.db import db
from crowd.models import Consultation, Invitation, JoinRequest, Mail, Membership, Person, Registered, Sanction
from crowd.models.people import FORMER_MEMBER, bounces
from crowd.sanctions.queries import in_force

PAGE = 50


def consultations() -> list[Consultation]:
    return list(db.session.scalars(select(Consultation).order_by(Consultation.id.desc())))


def waiting_requests() -> dict[int, int]:
    """How many requests wait, by consultation."""
    rows = db.session.execute(
        select(JoinRequest.consultation_id, func.count())
        .where(JoinRequest.state == "waiting")
        .group_by(JoinRequest.consultation_id)
    )
    return {row[0]: row[1] for row in rows}


def mails_by_state() -> dict[str, int]:
    rows = db.session.execute(select(Mail.state, func.count()).group_by(Mail.state))
    return {row[0]: row[1] for row in rows}


def register_size() -> int:
    """How many are on it; those who have left are not."""
    return int(db.session.scalar(select(func.count(Registered.id)).where(Registered.left_at.is_(None))) or 0)


def professions() -> list[str]:
    """Every profession that some consultation knows."""
    return sorted({name for names in db.session.scalars(select(Consultation.professions)) for name in names})


def zone() -> str:
    """The host's time zone: that of the newest consultation."""
    return db.session.scalar(select(Consultation.timezone).order_by(Consultation.id.desc()).limit(1)) or "Europe/London"


def consultation(consultation_id: int) -> Consultation | None:
    return db.session.get(Consultation, consultation_id)


def people(
    start: str, role: str, after: int, *, standing: str = "", sanction: str = "", mail: str = ""
) -> tuple[list[Person], int]:
    """A page of accounts whose address begins so, by id, and the id after which the next goes on (0: none). `standing`
    is B or S anywhere, `sanction` a kind in force or "any"; `mail` leaves those to whom one "failed", or whose address
    "bounces"."""
    query = select(Person).where(Person.id > after, Person.email != FORMER_MEMBER).order_by(Person.id)
    if start:
        query = query.where(Person.email.startswith(start.casefold(), autoescape=True))
    if role:
        query = query.where(Person.roles.contains(role) if role != "any" else Person.roles != "")
    if standing:
        theirs = Membership.person_id == Person.id, Membership.standing == standing, Membership.left_at.is_(None)
        query = query.where(exists().where(*theirs))
    if sanction:
        query = query.where(_sanctioned(sanction))
    if mail == "failed":
        query = query.where(exists().where(Mail.person_id == Person.id, Mail.state == "failed"))
    elif mail:
        query = query.where(bounces())
    found = list(db.session.scalars(query.limit(PAGE + 1)))
    return found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else 0


def _sanctioned(kind: str) -> ColumnElement[bool]:
    """Against whom something of this kind, or of any, is in force now."""
    there = exists().where(Sanction.person_id == Person.id, in_force())
    return there if kind == "any" else there.where(Sanction.kind == kind)


def mails_to(person_id: int, before: int = 0) -> tuple[list[Mail], int]:
    """What one account was sent, the newest first; never the texts, which of some kinds are not even kept."""
    query = select(Mail).where(Mail.person_id == person_id).order_by(Mail.id.desc()).limit(PAGE + 1)
    found = list(db.session.scalars(query.where(Mail.id < before) if before else query))
    return found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else 0


def person(person_id: int) -> Person | None:
    return db.session.scalar(select(Person).where(Person.id == person_id, Person.email != FORMER_MEMBER))


def masked(address: str) -> str:
    """m…@example.org: enough to recognise, too little to learn."""
    name, _at, host = address.partition("@")
    return f"{name[:1]}…@{host}" if host else ""


def invitations(consultation_id: int) -> list[Invitation]:
    return list(
        db.session.scalars(
            select(Invitation).where(Invitation.consultation_id == consultation_id).order_by(Invitation.id.desc())
        )
    )


def invitation(consultation_id: int, invitation_id: int) -> Invitation | None:
    return db.session.scalar(
        select(Invitation).where(Invitation.consultation_id == consultation_id, Invitation.id == invitation_id)
    )


def requests(consultation_id: int, after: int = 0) -> tuple[list[Any], int]:
    """Waiting requests with the address they came from, the oldest first."""
    rows = db.session.execute(
        select(JoinRequest, Person.email)
        .join(Person, Person.id == JoinRequest.person_id)
        .where(JoinRequest.consultation_id == consultation_id, JoinRequest.state == "waiting", JoinRequest.id > after)
        .order_by(JoinRequest.id)
        .limit(PAGE + 1)
    ).all()
    return list(rows[:PAGE]), rows[PAGE - 1][0].id if len(rows) > PAGE else 0


def request(consultation_id: int, request_id: int) -> JoinRequest | None:
    return db.session.scalar(
        select(JoinRequest).where(JoinRequest.consultation_id == consultation_id, JoinRequest.id == request_id)
    )
