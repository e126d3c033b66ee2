"""Whether anybody hosts this instance, and how far its first steps have come."""

from collections.abc import Callable
from typing import NamedTuple

from flask import current_app
from sqlalchemy import exists, or_, select

from crowd.db import db
from crowd.i18n import _
from crowd.models import Consultation, Invitation, Membership, Person, Question, Record, Registered, Site
from crowd.states import Standing


class Step(NamedTuple):
    """One of the seven. It is done by what there is and not by a tick, so that it cannot be wrong."""

    name: str
    title: str
    done: bool


def hosted() -> bool:
    return bool(db.session.scalar(select(exists().where(Person.roles.contains(Standing.HOST)))))


def _steps() -> list[tuple[str, str, Callable[[], object]]]:
    mailed = exists().where(Record.deed == "test mail sent")
    planned = exists().where(or_(Consultation.members.is_not(None), Consultation.open.is_not(None)))
    people = or_(
        exists().where(Registered.id > 0), exists().where(Membership.id > 0), exists().where(Invitation.id > 0)
    )
    safe = exists().where(Person.roles.contains(Standing.HOST), or_(Person.factor != "", Person.passkeys > 0))
    waived = ~exists().where(Site.two_factor)
    return [
        ("account", _("Your account"), hosted),
        ("look", _("Name and look"), lambda: db.session.scalar(select(Site.name)) not in (None, "Crowd")),
        ("mail", _("Mail"), lambda: current_app.config["SMTP_HOST"] and db.session.scalar(select(mailed))),
        (
            "questions",
            _("A first consultation and its questions"),
            lambda: db.session.scalar(select(Question.id).limit(1)),
        ),
        ("dates", _("Dates"), lambda: db.session.scalar(select(planned))),
        ("members", _("Members"), lambda: db.session.scalar(select(people))),
        ("two-factor", _("Two-factor sign-in"), lambda: db.session.scalar(select(or_(waived, safe)))),
    ]


def steps() -> list[Step]:
    return [Step(name, title, bool(done())) for name, title, done in _steps()]


def newest() -> Consultation | None:
    """The consultation that is being set up."""
    return db.session.scalar(select(Consultation).order_by(Consultation.id.desc()).limit(1))


def first_question() -> bool:
    """Whether the newest consultation asks anything yet."""
    of = newest()
    return of is not None and bool(db.session.scalar(select(exists().where(Question.consultation_id == of.id))))
