"""Work that one worker at a time has in hand: rows with the columns `state`, `claim`, `beat_at` and `tries`.

Whoever has a row in hand signs that it lives; whoever was killed loses it when the lease has run out, and it waits
again. Every step holds its claim in the WHERE: a worker that was away too long finds its work taken over."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, true, update

from crowd import clock
from crowd.db import Model, changed, db, transaction


class TakenOver(Exception):
    """Another worker has it, or it was dropped."""


@dataclass(frozen=True)
class Claim:
    """Work that this worker alone has in hand. `row` is as it was when it was claimed, bytes and all."""

    id: int
    token: str
    row: Any = None


@dataclass(frozen=True)
class Work:
    """The rows of a table that are worked on while they are in one of these states. `gives_up` says what a row becomes
    that was claimed so often without an end; `taken` what else changes when one is claimed; `only` which rows."""

    table: type[Model]
    states: tuple[str, ...]
    gives_up: Callable[[Any], dict[str, Any]]
    lease: timedelta = timedelta(seconds=60)
    tries: int = 3
    taken: Callable[[], dict[str, Any]] = field(default=dict)
    only: Callable[[], ColumnElement[bool]] = field(default=true)

    @property
    def key(self) -> Any:
        return next(iter(self.table.__table__.primary_key))

    def free(self) -> ColumnElement[bool]:
        of: Any = self.table
        quiet = or_(of.claim == "", of.beat_at.is_(None), of.beat_at < clock.now() - self.lease)
        return and_(of.state.in_(self.states), quiet, self.only())

    def waits(self) -> bool:
        """Whether something waits for a worker. One small SELECT."""
        found = db.session.scalar(select(self.key).where(self.free()).limit(1)) is not None
        db.session.rollback()
        return found

    def claim(self, number: int = 0, token: str = "") -> Claim | None:
        """Take what has waited longest, or this one if it waits, or this one that was kept with this token. What was
        tried too often is given up. Opens its own transactions."""
        if token:
            row = self._row(self.mine(Claim(number, token)))
            db.session.rollback()
            return Claim(number, token, row) if row else None
        which = self.key == number if number else true()
        while number or self.waits():
            with transaction():
                row = self._row(and_(which, self.free()))
                if row is None:
                    return None
                key, token = getattr(row, self.key.name), secrets.token_hex(16)
                values = self.gives_up(row) | {"claim": ""} if row.tries >= self.tries else self._took(row, token)
                mine = changed(update(self.table).where(self.key == key, self.free()).values(**values))
            if mine and values["claim"]:
                return Claim(key, token, row)
        return None

    def do_all(self, does: Callable[[Claim], None]) -> int:
        """Do what waits, until nothing does; how many."""
        done = 0
        while (job := self.claim()) is not None:
            does(job)
            done += 1
        return done

    def _row(self, which: ColumnElement[bool]) -> Any:
        found = db.session.execute(select(self.table.__table__).where(which).order_by(self.key).limit(1)).first()
        return SimpleNamespace(**found._mapping) if found else None

    def _took(self, row: Any, token: str) -> dict[str, Any]:
        return self.taken() | {"claim": token, "beat_at": clock.now(), "tries": row.tries + 1}

    def mine(self, job: Claim) -> ColumnElement[bool]:
        of: Any = self.table
        return and_(self.key == job.id, of.claim == job.token)

    def note(self, job: Claim, **values: Any) -> None:
        """Write something down about work in hand, inside a transaction. Raises TakenOver."""
        if not changed(update(self.table).where(self.mine(job)).values(**{"beat_at": clock.now()} | values)):
            raise TakenOver

    def end(self, job: Claim, **values: Any) -> None:
        """The same in a transaction of its own, as the last step; nothing where another worker has it."""
        try:
            with transaction():
                self.note(job, claim="", **values)
        except TakenOver:
            db.session.rollback()
