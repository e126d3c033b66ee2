"""What falls due by the clock alone: done by a worker beside the mails, once a round however many workers there are."""

import threading
from collections.abc import Callable
from datetime import timedelta

from flask import current_app
from sqlalchemy import or_, select, update

from crowd import clock
from crowd.db import changed, db, transaction
from crowd.models import Site

ROUND = timedelta(seconds=30)
_chores: list[Callable[[], None]] = []
_errands: list[Callable[[], None]] = []


def chore(deed: Callable[[], None]) -> Callable[[], None]:
    """Have this done in every round, in a transaction of its own that it opens itself if it finds something to do.
    Done twice, it must be as if done once."""
    _chores.append(deed)
    return deed


def errand(deed: Callable[[], None]) -> Callable[[], None]:
    """Have this looked for every few seconds by every worker: one small SELECT where nothing waits, and what takes long
    is done `beside`. For what somebody waits for before a page."""
    _errands.append(deed)
    return deed


def beside(name: str, deed: Callable[[], None]) -> None:
    """Do this in a thread of its own, of this name: neither mails nor chores wait for it. It ends with the process."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # what another thread can be given

    def work() -> None:
        with app.app_context():
            _done(deed)
            db.session.remove()

    threading.Thread(target=work, daemon=True, name=name).start()


def job(name: str, waits: Callable[[], bool], run_due: Callable[[], object]) -> Callable[[], None]:
    """Have what waits done beside everything else, by one thread of this process at a time. `waits` is one small
    SELECT; `run_due` does what waits until nothing does. Returns what begins it if something waits."""
    busy = threading.Lock()

    def work() -> None:
        try:
            run_due()
        finally:
            busy.release()

    def start() -> None:
        if waits() and busy.acquire(blocking=False):
            beside(name, work)

    return errand(start)


def look() -> None:
    """Look once for every errand."""
    for deed in _errands:
        _done(deed)


def run() -> int:
    """A round, unless another worker has just done one; how many chores went through."""
    due = or_(Site.chores_at.is_(None), Site.chores_at <= clock.now() - ROUND, Site.chores_at > clock.now() + ROUND)
    if db.session.scalar(select(Site.id).where(due)) is None:
        db.session.rollback()
        return 0
    with transaction():
        taken = changed(update(Site).where(due).values(chores_at=clock.now()))
    if not taken:
        return 0
    return sum(_done(deed) for deed in _chores)


def _done(deed: Callable[[], None]) -> bool:
    """Whether it went through. One that fails is written to the log and comes again in the next round: neither the
    others nor the mails wait for it."""
    try:
        deed()
    except Exception:  # whatever it is: this is the thread that sends the mails, and nobody stands above it
        current_app.logger.exception("the chore %s failed", deed.__qualname__)
        db.session.remove()
        return False
    db.session.rollback()
    return True
