"""Analyses that take their time: done beside the requests, in a process of their own that gives way to readers.

A run is claimed by one process at a time, which signs that it lives; whoever was killed loses it, and it waits again.
A process that ends without a result gives it back at once, and after a few times the run has failed, in a sentence."""

import os
import secrets
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, NamedTuple

from flask import current_app
from sqlalchemy import and_, or_, select, update

from crowd import chores, clock, config
from crowd.analysis import deeds, extra
from crowd.db import changed, db, transaction
from crowd.models import Run

LEASE = timedelta(seconds=60)  # without a sign of life for so long, a worker is dead
BEAT = 5.0  # seconds
TRIES = 3
NICE = 15
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")  # one each: readers need the processors too


class Done(NamedTuple):
    """What an analysis comes back with; `refused` is the reason why its result may not be shown
    (reasons.py)."""

    result: dict[str, Any]
    input_sha256: str
    versions: dict[str, Any]
    refused: str = ""


class Claim(NamedTuple):
    number: int
    token: str


_kinds: dict[str, Callable[[Run], Done]] = {}


def analysis(kind: str) -> Callable[[Callable[[Run], Done]], Callable[[Run], Done]]:
    """Have runs of this kind done by this function. It reads and computes; it changes nothing."""

    def kept(does: Callable[[Run], Done]) -> Callable[[Run], Done]:
        _kinds[kind] = does
        return does

    return kept


def _each_in_a_process() -> None:
    while (job := claim()) is not None:
        in_a_process(job).wait()
        give_back(job)


def _free() -> Any:
    quiet = or_(Run.beat_at.is_(None), Run.beat_at < clock.now() - LEASE)
    return and_(Run.kind.in_(_kinds), or_(Run.state == "waiting", and_(Run.state == "working", quiet)))


def waits() -> bool:
    """Whether some run waits for a worker. One small SELECT."""
    found = db.session.scalar(select(Run.id).where(_free()).limit(1)) is not None
    db.session.rollback()
    return found


chores.job("analysis", waits, _each_in_a_process)


def claim() -> Claim | None:
    """Take the next run that waits; one that was tried too often has failed. Opens its own transactions."""
    while waits():
        with transaction():
            found = db.session.execute(select(Run.id, Run.tries).where(_free()).order_by(Run.id).limit(1)).first()
            if found is None:
                return None
            job = Claim(found.id, secrets.token_hex(16))
            now = clock.now()
            took = {"state": "working", "claim": job.token, "tries": found.tries + 1, "begun_at": now, "beat_at": now}
            over = {"state": "failed", "claim": "", "said": f"tries {TRIES}", "ended_at": now}
            gone = found.tries >= TRIES
            changed(update(Run).where(Run.id == found.id).values(**(over if gone else took)))
        if not gone:
            return job
    return None


def _still(job: Claim) -> Any:
    return and_(Run.id == job.number, Run.state == "working", Run.claim == job.token)


def give_back(job: Claim) -> None:
    """Let it wait again, if its process has ended without a word."""
    with transaction():
        changed(update(Run).where(_still(job)).values(state="waiting", claim="", beat_at=None))


def in_a_process(job: Claim) -> "subprocess.Popen[bytes]":
    """Have a claimed run done by a process of its own."""
    own = {"CROWD_INSTANCE": str(current_app.config["INSTANCE"])} | dict.fromkeys(THREADS, "1")
    line = [sys.executable, "-c", "from crowd.analysis.alone import main; main()", str(job.number), job.token]
    return subprocess.Popen(line, cwd=config.ROOT, env=os.environ | own, stdin=subprocess.DEVNULL)


def run_due() -> int:
    """Do what waits in this process, until nothing does; how many runs."""
    done = 0
    while (job := claim()) is not None:
        work(job)
        done += 1
    return done


def work(job: Claim) -> None:
    """Do a claimed run. What goes wrong stands in the log, and it is tried again."""
    try:
        run = db.session.get_one(Run, job.number)
        if extra.missing():
            _end(job, None, "lacking")
            return
        with _beating(job):
            done = _kinds[run.kind](run)
        db.session.rollback()  # nothing that was read before the work is held
        _end(job, done)
    except Exception:  # whatever it is: the run is taken up again, and after a few times its reader is told
        current_app.logger.exception("the analysis %s failed", job.number)
        db.session.remove()
        give_back(job)


def _end(job: Claim, done: Done | None, failed: str = "") -> None:
    """Keep what came of it, unless another has the run by now."""
    with transaction():
        run = db.session.scalar(select(Run).where(_still(job)).execution_options(populate_existing=True))
        if run is None:
            return
        run.claim, run.beat_at = "", None
        if done is None:
            run.state, run.said, run.ended_at = "failed", failed, clock.now()
            return
        deeds.end(run, done.result, input_sha256=done.input_sha256, versions=done.versions, refused=done.refused)


@contextmanager
def _beating(job: Claim) -> Iterator[None]:
    """Sign every few seconds that this process lives. A process whose starter is gone ends: the run waits again."""
    app, over, parent = current_app._get_current_object(), threading.Event(), os.getppid()  # type: ignore[attr-defined]  # what another thread can be given

    def beat() -> None:
        while not over.wait(BEAT):
            if os.getppid() != parent:
                os._exit(1)
            with app.app_context(), transaction():
                changed(update(Run).where(_still(job)).values(beat_at=clock.now()))

    thread = threading.Thread(target=beat, daemon=True, name="beat")
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
