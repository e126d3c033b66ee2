"""How the tests of invited experts ask, and what they read of the mail."""

import re

from sqlalchemy import select

from crowd.db import db
from crowd.models import ExpertRequest, Mail
from tests.actors import Actor, Page

PAGE = "/host/ahp/experts"
ANN = "ann@example.com"


def ask(host: Actor, people: str = f"Dr Ann Berg, {ANN}", **fields: str) -> Page:
    return host.post(PAGE, people=people, **({"note": "You wrote the review.", "minutes": "30"} | fields))


def mails(address: str = ANN) -> list[Mail]:
    db.session.rollback()
    return list(db.session.scalars(select(Mail).where(Mail.address == address).order_by(Mail.id)))


def link(address: str = ANN) -> str:
    """The path of the private link in the newest mail."""
    return re.search(r"http://localhost(/x/\S+)", mails(address)[-1].body)[1]


def request(address: str = ANN) -> ExpertRequest:
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(
        select(ExpertRequest).where(ExpertRequest.email == address).order_by(ExpertRequest.id.desc())
    ).first()


def answers(expert: Actor, path: str, **fields: str) -> Page:
    """Open the link, press its button, fill in the form that follows, and send it."""
    expert.post(path, having="csrf_token")
    said = {"text": "The exposure is underestimated.", "interests": "Paid by a mill in 2019.", "promise": "2"}
    return expert.post("/c/ahp/q/1/new", having="text", **(said | {"do": "send"} | fields))
