"""Looking at files and taking them in, beside the requests in a thread of a worker, or at once where they are small."""

from datetime import timedelta

from flask import current_app

from crowd import chores, clock
from crowd.db import db, transaction
from crowd.i18n import _
from crowd.imports import deeds, running, sources
from crowd.imports.queries import SEAL
from crowd.imports.shape import BadExport, Tell
from crowd.keyed import Broken, opened, sealed
from crowd.leases import Claim, TakenOver

SMALL = 60_000  # bytes, packed: looked at while the host waits for the page
BEAT = timedelta(seconds=1)


def run_due() -> int:
    """Do what waits, until nothing does; how many steps."""
    return deeds.WORK.do_all(work)


chores.job("imports", deeds.WORK.waits, run_due)


def work(job: Claim) -> None:
    """Look at files or take them in. What goes wrong is said on their page, or in the log, and then tried again."""
    try:
        _work(job)
    except TakenOver:
        db.session.rollback()
    except (BadExport, Broken) as wrong:
        said = str(wrong) or _("The files are damaged. Choose them once more.")
        deeds.WORK.end(job, state="bad", said=said, body=b"")
    except Exception:  # whatever it is: it is taken up again, and after a few times the host is told
        current_app.logger.exception("files could not be taken in")
        db.session.remove()


def _work(job: Claim) -> None:
    files = sources.of_zip(opened(SEAL, job.row.body), job.row.name)
    dry = job.row.state == "waiting"
    how = {"into": job.row.name, "title": job.row.title, "tell": _teller(job), "by": job.row.by_id}
    if dry:
        report = running.run(job.row.source, files, dry=True, **how)
        deeds.WORK.end(job, state="read", said="", report=sealed(SEAL, report.as_json()), tries=0)
        return

    def ended(report: running.Report) -> None:
        """In the transaction of what was taken, so that a worker that is killed leaves no other report beside it."""
        deeds.WORK.note(job, claim="", state="taken", said="", body=b"", report=sealed(SEAL, report.as_json()))

    running.run(job.row.source, files, also=ended, **how)


def _teller(job: Claim) -> Tell:
    """Writes down where the work is, once a second at most, while it only reads: the writing itself is one
    transaction, which nobody can look into."""
    last = clock.present()

    def tell(sentence: str) -> None:
        nonlocal last
        if sentence and not db.session.info.get("writing") and clock.present() - last >= BEAT:
            last = clock.present()
            with transaction():
                deeds.WORK.note(job, said=sentence)

    return tell
