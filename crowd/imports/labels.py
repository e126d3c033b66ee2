"""Themes that were given elsewhere: made where the codebook lacks them, and given to what is published."""

from collections import Counter
from collections.abc import Mapping, Sequence

from sqlalchemy import func, select

from crowd import clock
from crowd.bulk import Bulk
from crowd.db import db
from crowd.imports.shape import Said
from crowd.models import Consultation, Theme, Themed
from crowd.states import State


def give(
    texts: Sequence[Said], ids: Mapping[str, int], consultation: Consultation, bulk: Bulk, took: Counter[str]
) -> None:
    """Names are compared without case, as the codebook does; one line of the log says how many there are."""
    themed = [one for one in texts if one.themes and one.state == State.PUBLISHED]
    rows = db.session.execute(select(Theme.name, Theme.id).where(Theme.consultation_id == consultation.id))
    known = {name.casefold(): number for name, number in rows} if themed else {}
    last = db.session.scalar(select(func.max(Theme.number)).where(Theme.consultation_id == consultation.id)) or 0
    for one in themed:
        for name in {name.casefold(): name for name in one.themes}.values():
            if name.casefold() not in known:
                last += 1
                made = bulk.add(Theme, consultation_id=consultation.id, number=last, name=name)
                known[name.casefold()] = made
                took["themes"] += 1
            row = {"contribution_id": ids[one.key], "theme_id": known[name.casefold()]}
            bulk.add(Themed, given_at=clock.now(), **row)
            took["themes given"] += 1
