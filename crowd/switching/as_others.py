"""Looking at the real pages as somebody else would see them at another time: who that is, and the cookie that says so.

Nobody is signed in by it and nothing can be sent. The table of rules is asked as for that standing at that time, of
what is there today."""

from datetime import datetime, timedelta
from typing import NamedTuple

from flask import current_app
from itsdangerous import BadData, URLSafeTimedSerializer

from crowd import clock
from crowd.models import Consultation, Membership
from crowd.rules import VISITOR, Asker, may
from crowd.states import Standing

COOKIE = "crowd_as"
LASTS = timedelta(hours=1)
STANDINGS = (Standing.VISITOR, Standing.STAKEHOLDER, Standing.MEMBER)
NOBODY = -1  # whose texts, drafts and votes are nobody's


class Look(NamedTuple):
    """What a host looks at: one consultation, as this standing, at this time."""

    slug: str
    standing: Standing
    at: datetime


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="see it as")


def signed(look: Look, by: Asker) -> str:
    """The cookie's value: of use to this host alone, for an hour."""
    until = clock.now() + LASTS
    return str(_serializer().dumps([by.id, look.slug, look.standing, look.at.isoformat(), until.isoformat()]))


def read(cookie: str, by: Asker) -> Look | None:
    """What the cookie asks for; None if it is no host's, another's, or older than an hour."""
    try:
        key, slug, standing, at, until = _serializer().loads(cookie)
    except (BadData, ValueError, TypeError):
        return None
    over = datetime.fromisoformat(until) <= clock.now()
    if over or key != by.id or not may(by, "host", None):
        return None
    return Look(slug, Standing(standing), datetime.fromisoformat(at))


def somebody(look: Look, consultation: Consultation) -> Asker:
    """Who would see it so: somebody of this standing who has written nothing, joined nothing else and has no name."""
    if look.standing == Standing.VISITOR:
        return VISITOR
    membership = Membership(
        person_id=NOBODY, consultation_id=consultation.id, standing=look.standing, alias="…", joined_at=look.at
    )
    for name in ("profession", "region", "group"):
        setattr(membership, name, "")
    return Asker(id=NOBODY, name="…", memberships={consultation.id: membership})
