"""Under which name somebody is shown in one consultation: drawn at random, so that neither the order of joining nor
another consultation tells who it is."""

import secrets

from sqlalchemy import func, or_, select

from crowd.db import db
from crowd.i18n import _
from crowd.models import Consultation, Contribution, Membership


def draw(consultation: Consultation, *, profession: str = "", region: str = "", group: str = "") -> str:
    """ "Dietitian 27, North West" or "Carer 14": a number that nobody of that profession or group has here."""
    what = profession or group or _("Member")
    taken = db.session.scalar(
        select(func.count())
        .select_from(Membership)
        .where(
            Membership.consultation_id == consultation.id,
            Membership.profession == profession,
            Membership.group == group,
        )
    )
    most = max(99, 3 * int(taken or 0))
    while True:
        name = f"{what} {secrets.randbelow(most) + 1}"
        if not _is_taken(consultation.id, name):
            return f"{name}, {region}" if region else name


def named(consultation: Consultation, name: str) -> str:
    """The name of somebody who takes part under it; with a number if somebody here has it already."""
    tried, number = name, 1
    while _is_taken(consultation.id, tried):
        number += 1
        tried = f"{name} {number}"
    return tried


def _is_taken(consultation_id: int, name: str) -> bool:
    """By somebody's membership, or by texts of somebody who has become a member since and is shown anew."""
    for kind in (Membership, Contribution):
        there = or_(kind.alias == name, kind.alias.startswith(f"{name}, ", autoescape=True))
        if db.session.scalar(select(kind.id).where(kind.consultation_id == consultation_id, there).limit(1)):
            return True
    return False
