"""What the worker does for the coding desk: learning suggestions, looking for duplicate pairs."""

from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, select

from crowd import clock
from crowd.analysis import alike, extra
from crowd.analysis import deeds as runs
from crowd.analysis import queries as done
from crowd.analysis.jobs import Done, analysis
from crowd.coding import queries, suggesting
from crowd.coding.hands import FIRST
from crowd.db import db, insert_many
from crowd.models import Coding, Consultation, Contribution, Pair, Run, Suggested, Theme, Themed
from crowd.states import Place, State
from crowd.text import plain


def _published(consultation_id: int) -> ColumnElement[bool]:
    """What the worker reads for the desk: the texts that every analyst may read. It shows none of them."""
    return and_(
        Contribution.consultation_id == consultation_id,
        Contribution.state == State.PUBLISHED,
        Contribution.facilitator.is_(False),
    )


@analysis("suggestions")
def suggest(run: Run) -> Done:
    """Learn from the newest codings, and keep the likeliest themes of every text."""
    key = run.consultation_id
    texts = {row.id: plain(row.html) for row in queries.texts(_published(key))}
    given: dict[int, list[int]] = {}
    rows = select(Themed.contribution_id, Theme.number).join(Theme, Theme.id == Themed.theme_id)
    for number, theme in db.session.execute(rows.where(Theme.consultation_id == key, Theme.retired_at.is_(None))):
        given.setdefault(number, []).append(theme)
    newest = select(Coding.contribution_id).where(Coding.consultation_id == key, Coding.hand == FIRST)
    coded = [n for n in db.session.scalars(newest.order_by(Coding.at.desc(), Coding.id.desc())) if n in texts]
    learnt = sorted(coded[: suggesting.LEARNT])
    sample = [(texts[number], sorted(given.get(number, []))) for number in learnt]
    db.session.rollback()
    found = suggesting.likely(sample, texts)
    digest = runs.digest([[number, texts[number], themes] for number, (_t, themes) in zip(learnt, sample, strict=True)])
    result = {"coded": len(coded), "learnt": len(learnt), "texts": len(found)}

    def keep() -> None:
        db.session.execute(delete(Suggested).where(Suggested.consultation_id == key))
        insert_many(Suggested, [{"contribution_id": n, "consultation_id": key, "themes": t} for n, t in found.items()])

    return Done(result, digest, extra.versions(suggesting.VERSION), keeps=keep)


@analysis("pairs")
def look_for_pairs(run: Run) -> Done:
    """Compare what begins a thread with each other; what a person has said of a pair stays."""
    key = run.consultation_id
    stands = and_(
        _published(key),
        Contribution.place == Place.DISCUSSION,
        Contribution.parent_id.is_(None),
        Contribution.merged.is_(False),
    )
    texts = {row.id: plain(row.html) for row in queries.texts(stands)}
    db.session.rollback()
    found = alike.pairs(texts)
    digest = runs.digest([[number, texts[number]] for number in sorted(texts)])

    def keep() -> None:
        db.session.execute(delete(Pair).where(Pair.consultation_id == key, Pair.state == "open"))
        said = select(Pair.one_id, Pair.other_id).where(Pair.consultation_id == key)
        there = {(one, other) for one, other in db.session.execute(said)}
        insert_many(Pair, [_pair(key, *pair) for pair in found if pair[:2] not in there])

    return Done({"texts": len(texts), "pairs": len(found)}, digest, extra.versions(alike.VERSION), keeps=keep)


def _pair(key: int, one: int, other: int, likeness: float) -> dict[str, Any]:
    percent = round(likeness * 100)
    return {
        "consultation_id": key,
        "one_id": one,
        "other_id": other,
        "likeness": percent,
        "state": "open",
        "person_id": None,
        "at": clock.now(),
    }


def learn_when_due(consultation: Consultation, *, by: int | None) -> None:
    """After every so many newly coded texts, have the suggestions learnt anew; called after a coding."""
    if extra.missing():
        return
    coded = db.session.scalar(
        select(func.count()).where(Coding.consultation_id == consultation.id, Coding.hand == FIRST)
    )
    last = done.latest(consultation, "suggestions")
    before = int(last.result.get("coded", 0)) if last else 0
    if (coded or 0) >= max(suggesting.FEWEST, before + (suggesting.AGAIN if before else 0)):
        runs.ask_once(consultation, "suggestions", by=by)
