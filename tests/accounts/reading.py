"""What a mail says: the newest one to an address, its link and its code."""

import re

from sqlalchemy import select

from crowd.db import db
from crowd.models import Mail


def newest(address: str) -> Mail:
    db.session.rollback()
    found = db.session.scalar(select(Mail).where(Mail.address == address).order_by(Mail.id.desc()).limit(1))
    assert found is not None, f"no mail to {address}"
    return found


def link(address: str) -> str:
    """The path of the link in the newest mail."""
    return re.search(r"http://localhost(/(?:confirm|i)/\S+)", newest(address).body)[1]


def code(address: str) -> str:
    return re.search(r"\b\d{6}\b", newest(address).body)[0]
