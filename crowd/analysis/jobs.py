"""Analyses that take their time: done beside the requests, in a process of their own that gives way to readers.

One process at a time has a run in hand (leases.py). One that ends without a result gives it back at once, and after a
few times the run has failed, in a sentence."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from flask import current_app
from sqlalchemy import select, update

from crowd import chores, clock, config
from crowd.analysis import deeds, extra
from crowd.db import changed, db, transaction
from crowd.leases import Claim, Work
from crowd.models import Run

# The process lives for seconds: looking for garbage, of which there is little, would be a tenth of its time.
ALONE = "import gc; gc.disable(); from crowd.analysis.alone import main; main()"
BEAT = 5.0  # seconds
NICE = 5
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")  # one each: readers need the processors too


class Done(NamedTuple):
    """What an analysis comes back with; `refused` is the reason why its result may not be shown (reasons.py), `keeps`
    writes the rows that stand beside the result, in the same transaction."""

    result: dict[str, Any]
    input_sha256: str
    versions: dict[str, Any]
    refused: str = ""
    keeps: Callable[[], None] = lambda: None


_kinds: dict[str, Callable[[Run], Done]] = {}


def analysis(kind: str) -> Callable[[Callable[[Run], Done]], Callable[[Run], Done]]:
    """Have runs of this kind done by this function. It reads and computes; it changes nothing."""

    def kept(does: Callable[[Run], Done]) -> Callable[[Run], Done]:
        _kinds[kind] = does
        return does

    return kept


def _given_up(_row: Any) -> dict[str, Any]:
    return {"state": "failed", "said": f"tries {WORK.tries}", "ended_at": clock.now()}


def _taken() -> dict[str, Any]:
    return {"state": "working", "begun_at": clock.now()}


WORK = Work(Run, ("waiting", "working"), _given_up, taken=_taken, only=lambda: Run.kind.in_(_kinds))


def _each_in_a_process() -> None:
    def does(job: Claim) -> None:
        in_a_process(job).wait()
        give_back(job)

    WORK.do_all(does)


chores.job("analysis", WORK.waits, _each_in_a_process)


def give_back(job: Claim) -> None:
    """Let it wait again, if its process has ended without a word."""
    WORK.end(job, state="waiting", beat_at=None)


def in_a_process(job: Claim) -> "subprocess.Popen[bytes]":
    """Have a claimed run done by a process of its own."""
    own = {"CROWD_INSTANCE": str(current_app.config["INSTANCE"])} | dict.fromkeys(THREADS, "1")
    line = [sys.executable, "-c", ALONE, str(job.id), job.token]
    return subprocess.Popen(line, cwd=config.ROOT, env=os.environ | own, stdin=subprocess.DEVNULL)


def run_due() -> int:
    """Do what waits in this process, until nothing does; how many runs."""
    return WORK.do_all(work)


def work(job: Claim) -> None:
    """Do a claimed run. What goes wrong stands in the log, and it is tried again."""
    try:
        run = db.session.get_one(Run, job.id)
        if extra.missing():
            _end(job, None, "lacking")
            return
        with _beating(job):
            done = _kinds[run.kind](run)
        db.session.rollback()  # nothing that was read before the work is held
        _end(job, done)
    except Exception:  # whatever it is: the run is taken up again, and after a few times its reader is told
        current_app.logger.exception("the analysis %s failed", job.id)
        db.session.remove()
        give_back(job)


def _end(job: Claim, done: Done | None, failed: str = "") -> None:
    """Keep what came of it, unless another has the run by now."""
    with transaction():
        run = db.session.scalar(select(Run).where(WORK.mine(job)).execution_options(populate_existing=True))
        if run is None:
            return
        run.claim, run.beat_at = "", None
        if done is None:
            run.state, run.said, run.ended_at = "failed", failed, clock.now()
            return
        done.keeps()
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
                changed(update(Run).where(WORK.mine(job)).values(beat_at=clock.now()))

    thread = threading.Thread(target=beat, daemon=True, name="beat")
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
