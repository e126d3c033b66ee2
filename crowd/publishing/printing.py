"""Reports as PDF, made beside the requests by a program that may take two minutes and 1.5 GB and no more."""

import json
import subprocess  # our own program, with no words of anybody in its arguments
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import update

from crowd import chores, i18n, outbox, schedule
from crowd.analysis import words as kinds
from crowd.answering import steps
from crowd.config import ROOT
from crowd.db import db, transaction
from crowd.findings.quotes import attributed
from crowd.leases import Claim, Work
from crowd.models import MadeReport, ReportFile
from crowd.publishing import queries
from crowd.states import Phase

PATIENCE = 180  # seconds
LEASE = timedelta(minutes=10)  # what is worked on for longer belonged to a process that ended


class NotPrinted(Exception):
    """It did not become a PDF; the message is of the program that failed."""


def available() -> bool:
    """Whether this instance has what makes PDFs."""
    try:
        return find_spec("weasyprint") is not None
    except ImportError:
        return False


def stamp(report: MadeReport) -> str:
    """Changes with everything in a report that is not the host's own: with every quote that is taken back."""
    found = queries.standing_quotes(report)
    told = {n: [[row.id, row.words, attributed(row), row.stance] for row in rows] for n, rows in found.items()}
    return sha256(json.dumps([report.sha256, told], sort_keys=True).encode()).hexdigest()


def pdf(html: str) -> bytes:
    """Raises NotPrinted."""
    program = Path(__file__).with_name("printer.py")
    try:
        done = subprocess.run(  # our own file under our own Python
            [sys.executable, str(program), str(ROOT / "static")],
            input=html.encode(),
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise NotPrinted("it took too long") from None
    if done.returncode or not done.stdout.startswith(b"%PDF"):
        raise NotPrinted(done.stderr.decode("utf-8", "replace")[-2000:])
    return done.stdout


def document(report: MadeReport) -> str:
    """A report as a page of its own for paper, in its own language."""
    with i18n.speaking(report.language):
        template = current_app.jinja_env.get_template("publishing/paper.html")
        return template.render(**page_of(report, outbox.link), lang=i18n.language(), dir=i18n.direction())


def page_of(report: MadeReport, address: Callable[..., str]) -> dict[str, Any]:
    """What the templates of a report show. `address` makes the links in it; one that is read needs to be whole."""
    return {
        "address": address,
        "whole_address": outbox.link,
        "at": datetime.fromisoformat,
        "step_words": steps.words,
        "kind_words": kinds.kind,
        "phase_words": lambda name: schedule.phase_name(Phase(name)),
        "duration": i18n.duration,
        "report": report,
        "facts": report.facts,
        "quotes": queries.standing_quotes(report),
        "attributed": attributed,
        "zone": report.consultation.timezone,
    }


@chores.chore
def print_again() -> None:
    """Have anew what holds a quote that stands no longer. Until then the old one is not given out."""
    for file in queries.files():
        if file.state == "done" and file.of != stamp(file.report):
            with transaction() as session:
                again = update(ReportFile).where(ReportFile.report_id == file.report_id, ReportFile.of == file.of)
                session.execute(again.values(state="waiting", tries=0))


def _given_up(row: Any) -> dict[str, Any]:
    return {"state": "failed", "said": row.said}


WORK = Work(ReportFile, ("waiting", "working"), _given_up, lease=LEASE, taken=lambda: {"state": "working"})


def run_due() -> int:
    """Make what waits, one after the other; how often that was tried."""
    return WORK.do_all(_make)


chores.job("reports", WORK.waits, run_due)


def _make(job: Claim) -> None:
    """Read, print with nothing held open, and keep it with what it was made of."""
    report = db.session.get_one(MadeReport, job.id)
    of, html = stamp(report), document(report)
    db.session.rollback()
    try:
        body, said = pdf(html), ""
    except NotPrinted as why:
        current_app.logger.warning("a report could not be printed: %s", why)
        body, said = b"", str(why)[-500:]
    if body:
        WORK.end(job, state="done", body=body, of=of, said="")
    else:
        WORK.end(job, state="waiting", said=said, beat_at=None)
