"""What the checklist asks: everything about one consultation in one statement, whatever its size."""

from typing import Any

from sqlalchemy import Select, and_, exists, func, or_, select

from crowd import clock
from crowd.db import db
from crowd.models import (
    Appeal,
    Case,
    Consultation,
    Contribution,
    Finding,
    Invitation,
    Person,
    Question,
    Reason,
    Record,
    Registered,
    Site,
)
from crowd.moderation.cases import About
from crowd.states import Phase, Place, Standing, State

# What changes what the promise report says (P12): after one of these it is to be read again.
CHANGES_PROMISES = (
    *("published", "published at once", "redacted", "withdrawn", "removed", "hidden", "report closed", "moved"),
    *("promise widened", "evidence changed", "finding written", "merged", "merge undone", "appeal decided"),
    "decision undone",
)


def asked_of(consultation: Consultation, phase: Phase) -> Any:
    """The facts behind the checklist before this phase, as one row."""
    made = _before_members(consultation) if phase == Phase.MEMBERS else _before_open(consultation)
    return db.session.execute(made).one()


def _staff(role: Standing) -> Any:
    able = or_(Person.suspended_until.is_(None), Person.suspended_until <= clock.now())
    return select(func.count(Person.id)).where(Person.roles.contains(role.value), able).scalar_subquery()


def _last(consultation: Consultation | None, deed: str) -> Any:
    """The number of the last line of the log of this deed: numbers are in order even where a clock jumped back."""
    of = Record.consultation_id == consultation.id if consultation else Record.consultation_id.is_(None)
    return select(func.max(Record.id)).where(of, Record.deed == deed).scalar_subquery()


def _before_members(of: Consultation) -> Select[Any]:
    its = Question.consultation_id == of.id
    bare = and_(its, or_(Question.guidance_html == "", Question.title == ""))
    until = max(clock.now(), of.members) if of.members else clock.now()
    invited = and_(
        Invitation.consultation_id == of.id,
        Invitation.standing == Standing.MEMBER.value,
        Invitation.expires_at > until,
        Invitation.used < Invitation.most,
    )
    return select(
        select(func.count(Question.id)).where(its).scalar_subquery().label("questions"),
        select(func.min(Question.number)).where(bare).scalar_subquery().label("bare"),
        exists().where(Registered.left_at.is_(None)).label("registered"),
        exists().where(invited).label("invited"),
        exists().where(Site.mail_domains != "", Site.mail_domains_do == "join").label("by_domain"),
        exists().where(Reason.retired.is_(False)).label("reasons"),
        _last(None, "reason changed").label("reasons_changed"),
        _last(of, "reasons confirmed").label("reasons_confirmed"),
        _staff(Standing.MODERATOR).label("moderators"),
        _staff(Standing.HOST).label("hosts"),
        exists().where(Record.deed == "test mail sent", Record.consultation_id.is_(None)).label("mailed"),
        select(func.max(Site.contact)).scalar_subquery().label("contact"),
    )


def _before_open(of: Consultation) -> Select[Any]:
    """Asked again at every decision while findings are written: what can be ten thousand is kept and not counted, what
    the log says is looked up at its end."""
    waits = and_(Case.contribution_id == Contribution.id, Case.closed_at.is_(None))
    here = and_(Contribution.consultation_id == of.id, Contribution.place == Place.DISCUSSION)
    able = or_(Person.suspended_until.is_(None), Person.suspended_until <= clock.now())
    still = and_(
        Contribution.consultation_id == of.id,
        Contribution.state == State.RETURNED,
        Contribution.resubmit_by > clock.now(),
    )
    findings, read = Finding.consultation_id == of.id, _last(of, "promise report read")
    changed = exists().where(
        Record.consultation_id == of.id, Record.deed.in_(CHANGES_PROMISES), Record.id > func.coalesce(read, 0)
    )
    return select(
        select(Consultation.held).where(Consultation.id == of.id).scalar_subquery().label("undecided"),
        select(Person.name)
        .where(Person.id == (of.handed_to_id or 0), able, Person.roles.contains(Standing.MODERATOR.value))
        .scalar_subquery()
        .label("handed_to"),
        _number(findings, Finding.state == State.PUBLISHED).label("ready"),
        _number(findings, Finding.state == State.DRAFT).label("drafts"),
        read.label("promises_read"),
        changed.label("promises_changed"),
        exists().where(waits, here, Case.kind == About.REPORT).label("reports"),
        exists().where(Appeal.consultation_id == of.id, Appeal.outcome == "").label("appeals"),
        select(func.count(Contribution.id)).where(still).scalar_subquery().label("returned"),
    )


def _number(*where: Any) -> Any:
    return select(func.count(Finding.id)).where(*where).scalar_subquery()


def moderators() -> list[Person]:
    """Who can take over what is still undecided."""
    able = or_(Person.suspended_until.is_(None), Person.suspended_until <= clock.now())
    found = select(Person).where(Person.roles.contains(Standing.MODERATOR.value), able).order_by(Person.name, Person.id)
    return list(db.session.scalars(found))


def moderator(person_id: int) -> Person | None:
    return next((who for who in moderators() if who.id == person_id), None)


def account(person_id: int) -> Person:
    return db.session.get_one(Person, person_id)
