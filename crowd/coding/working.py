"""What the worker does for the coding desk, beside the mails: learning suggestions, looking for duplicate pairs."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update

from crowd import chores, clock
from crowd.analysis import alike
from crowd.analysis import deeds as runs
from crowd.analysis import queries as done
from crowd.coding import deeds, queries, suggesting
from crowd.coding.hands import FIRST
from crowd.db import changed, db, insert_many, transaction
from crowd.i18n import _
from crowd.models import Coding, Consultation, Contribution, Pair, Run, Suggested, Theme, Themed
from crowd.states import Place, State
from crowd.text import plain

KINDS = ("suggestions", "pairs")
DEAD = timedelta(minutes=10)  # a worker that has not ended by then never will


def _due() -> ColumnElement[bool]:
    stopped = and_(Run.state == "working", Run.begun_at < clock.now() - DEAD)
    return and_(Run.kind.in_(KINDS), or_(Run.state == "waiting", stopped))


def run_due() -> int:
    """Do what waits, until nothing does; how many."""
    number = 0
    while (found := _claimed()) is not None:
        _work(found)
        number += 1
    return number


def _waits() -> bool:
    return db.session.scalar(select(Run.id).where(_due()).limit(1)) is not None


chores.job("coding", _waits, run_due)


def _claimed() -> int | None:
    with transaction():
        found = db.session.scalar(select(Run.id).where(_due()).order_by(Run.id).limit(1))
        if found is not None:
            changed(update(Run).where(Run.id == found).values(state="working", begun_at=clock.now()))
    return found


def _work(number: int) -> None:
    """Do one, and keep what came of it. What fails is kept as failed and not tried again by itself."""
    run = db.session.get_one(Run, number)
    works: dict[str, Callable[[Run], None]] = {"suggestions": _suggest, "pairs": _look_for_pairs}
    if not suggesting.available():
        _ended(number, "refused", "lacking")
        return
    try:
        works[run.kind](run)
    except Exception:
        _ended(number, "failed", "error")
        raise


def missing() -> str:
    """How to add what it needs."""
    return _(
        "This needs scikit-learn, which is not installed here. Whoever runs the server can add it with "
        "“python3 app.py install analysis”. Everything else works without it."
    )


def _ended(number: int, state: str, said: str) -> None:
    with transaction():
        changed(update(Run).where(Run.id == number).values(state=state, said=said, ended_at=clock.now()))


def _published(consultation_id: int) -> ColumnElement[bool]:
    """What the worker reads for the desk: the texts that every analyst may read. It shows none of them."""
    return and_(
        Contribution.consultation_id == consultation_id,
        Contribution.state == State.PUBLISHED,
        Contribution.facilitator.is_(False),
    )


def _suggest(run: Run) -> None:
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
    with transaction() as session:
        session.execute(delete(Suggested).where(Suggested.consultation_id == key))
        insert_many(Suggested, [{"contribution_id": n, "consultation_id": key, "themes": t} for n, t in found.items()])
        result = {"coded": len(coded), "learnt": len(learnt), "texts": len(found)}
        runs.end(session.get_one(Run, run.id), result, input_sha256=digest, versions=suggesting.versions())


def _look_for_pairs(run: Run) -> None:
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
    with transaction() as session:
        session.execute(delete(Pair).where(Pair.consultation_id == key, Pair.state == "open"))
        said = select(Pair.one_id, Pair.other_id).where(Pair.consultation_id == key)
        there = {(one, other) for one, other in session.execute(said)}
        insert_many(Pair, [_pair(key, *pair) for pair in found if pair[:2] not in there])
        digest = runs.digest([[number, texts[number]] for number in sorted(texts)])
        versions = suggesting.versions() | {"method": alike.VERSION}
        result = {"texts": len(texts), "pairs": len(found)}
        runs.end(session.get_one(Run, run.id), result, input_sha256=digest, versions=versions)


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
    if not suggesting.available():
        return
    coded = db.session.scalar(
        select(func.count()).where(Coding.consultation_id == consultation.id, Coding.hand == FIRST)
    )
    last = done.latest(consultation, "suggestions")
    before = int(last.result.get("coded", 0)) if last else 0
    if (coded or 0) >= max(suggesting.FEWEST, before + (suggesting.AGAIN if before else 0)):
        deeds.ask_once(consultation, "suggestions", by=by)
