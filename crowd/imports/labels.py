"""Themes that were given elsewhere: made where the codebook lacks them, and given to what is published, which counts as
coded by that."""

from collections import Counter
from collections.abc import Mapping, Sequence

from sqlalchemy import func, select

from crowd import clock
from crowd.bulk import Bulk
from crowd.coding.hands import FIRST
from crowd.db import db
from crowd.imports.shape import Said
from crowd.models import Coding, Consultation, Theme, Themed
from crowd.states import State
from crowd.themes.codebook import same


def give(
    texts: Sequence[Said], ids: Mapping[str, int], consultation: Consultation, bulk: Bulk, took: Counter[str]
) -> None:
    """Names that the codebook takes for one are one theme, in the words that are there or came first. The coding is
    nobody's: whoever codes such a text here, in a drawn share, is its second coder."""
    themed = [one for one in texts if one.themes and one.state == State.PUBLISHED]
    rows = db.session.execute(
        select(Theme.name, Theme.id, Theme.number).where(Theme.consultation_id == consultation.id).order_by(Theme.id)
    )
    known = {same(row.name): (row.id, row.number) for row in rows} if themed else {}
    last = db.session.scalar(select(func.max(Theme.number)).where(Theme.consultation_id == consultation.id)) or 0
    for one in themed:
        given: dict[str, tuple[int, int]] = {}
        for name in one.themes:
            if same(name) not in known:
                last += 1
                made = bulk.add(Theme, consultation_id=consultation.id, number=last, name=name)
                known[same(name)] = made, last
                took["themes"] += 1
            given.setdefault(same(name), known[same(name)])
        at, number = clock.now(), ids[one.key]
        for theme, _number in given.values():
            bulk.add(Themed, contribution_id=number, theme_id=theme, given_at=at)
        took["themes given"] += len(given)
        numbers = sorted(number for _theme, number in given.values())
        row = {"consultation_id": consultation.id, "contribution_id": number, "hand": FIRST, "themes": numbers}
        bulk.add(Coding, **row, person_id=None, before=None, at=at)
