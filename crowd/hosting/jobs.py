"""Reading a list and loading it, beside the requests: in a worker's own thread, or at once where it is short."""

import json
import secrets
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from flask import current_app

from crowd import chores, clock, log, outbox
from crowd.accounts import numbers
from crowd.db import db, transaction
from crowd.hosting import leaving, lists, loading, queries, sheets, uploads
from crowd.hosting.columns import Columns
from crowd.hosting.lists import BadList, Known, Read
from crowd.hosting.uploads import SEAL
from crowd.i18n import _
from crowd.keyed import Broken, opened, sealed
from crowd.leases import Claim, TakenOver
from crowd.models import Consultation
from crowd.spreadsheet import csv_lines

PART = 500  # rows that are compared or written together
SHOWN = 200  # problems that the preview lists
BEAT = timedelta(seconds=1)
SHORT, SHORT_BYTES, SHORT_UNPACKED = 500, 200_000, 1_000_000  # rows, bytes: read while the host waits


def run_due() -> int:
    """Do what waits, until nothing does; how many lists."""
    return uploads.WORK.do_all(work)


chores.job("register", uploads.WORK.waits, run_due)


def is_short(data: bytes) -> bool:
    """Whether it is read and loaded while its host waits for the page."""
    if sheets.is_packed(data):
        return sheets.unpacked(data) <= SHORT_UNPACKED
    return len(data) <= SHORT_BYTES and data.count(b"\n") <= SHORT


def claim_at_once() -> str:
    """A token for a list that the request itself will work on."""
    return secrets.token_hex(16)


def work(job: Claim) -> None:
    """Read or load a list in hand. What goes wrong is said on its page, or in the log, and then tried again."""
    try:
        if job.row.state == "waiting":
            _read(job)
        else:
            _load(job)
    except TakenOver:
        db.session.rollback()
    except (BadList, Broken) as wrong:
        uploads.WORK.end(job, state="bad", said=str(wrong) or _("The list is damaged. Choose it once more."))
    except Exception:  # whatever it is: the list is taken up again, and after a few times its host is told
        current_app.logger.exception("a list of the register could not be worked on")
        db.session.remove()


def _beats(job: Claim) -> Any:
    """A function that writes down how many rows are done, once a second at most."""
    last = clock.present()

    def beat(done: int) -> None:
        nonlocal last
        if clock.present() - last >= BEAT:
            last = clock.present()
            with transaction():
                uploads.WORK.note(job, done=done)

    return beat


def _taken_apart(job: Claim, beat: Any) -> Read:
    known = Known(queries.professions(), numbers.formats(), job.row.accept)
    db.session.rollback()  # nothing is held open while a long list is read
    data = opened(SEAL, job.row.body)
    if sheets.is_packed(data):
        data = sheets.as_text(data, lists.MOST, beat)
        job.row.body = sealed(SEAL, data)
    plain = data.startswith(sheets.PLAIN)
    rows = lists.lines(data[len(sheets.PLAIN) :], "\t") if plain else lists.lines(data)
    chosen = Columns(tuple(job.row.columns), job.row.headed) if job.row.columns else None
    return lists.read_lines(rows, known, chosen, beat)


def _parts(found: Read, after: int = 0) -> Iterator[tuple[int, int, Sequence[lists.Row]]]:
    """The good rows below a line, some at a time: (how many are done then, the last line, the rows)."""
    begin = next((n for n, line in enumerate(found.lines) if line > after), len(found.rows))
    for start_ in range(begin, len(found.rows), PART):
        rows = found.rows[start_ : start_ + PART]
        yield start_ + len(rows), found.lines[start_ + len(rows) - 1], rows


def _listed(found: Read) -> tuple[set[str], set[str]]:
    """The keys of all addresses and numbers of the list."""
    emails = {loading.email_key(row.email) for row in found.rows}
    return emails, {loading.number_key(row.number) for row in found.rows if row.number}


def _read(job: Claim) -> None:
    beat, before = _beats(job), job.row.body
    found = _taken_apart(job, beat)
    emails, with_number = _listed(found)
    new = changed = same = 0
    for done, _line, rows in _parts(found):
        differs = loading.compare(loading.entries(rows), emails)
        db.session.rollback()
        new, changed, same = new + len(differs.new), changed + len(differs.changed), same + differs.same
        beat(done)
    gone = leaving.told(emails, with_number) if found.rows else {"number": 0, "groups": []}
    whole = queries.register_size()
    db.session.rollback()
    shown = {
        "columns": found.columns.roles,
        "headed": found.columns.headed,
        "headings": found.headings,
        "examples": found.examples,
        "problems": found.problems[:SHOWN],
        "gone": gone | {"of": whole},
    }
    box, bad = sealed(SEAL, json.dumps(shown).encode()), sealed(SEAL, _bad_rows(found)) if found.bad else b""
    counts = {"new": new, "changed": changed, "same": same, "rows": len(found.rows), "wrong": len(found.problems)}
    with transaction():
        said = found.said or job.row.said
        if job.row.body is not before:
            uploads.WORK.note(job, body=job.row.body)
        uploads.WORK.note(job, state="read", found=box, bad=bad, said=said, claim="", tries=0, line=0, done=0, **counts)


def _bad_rows(found: Read) -> bytes:
    """The rows that would be left out, with what is wrong, under their own headings."""
    heads = [_("Row"), _("Problem"), *(found.headings or (found.columns.roles))]
    told = zip(found.problems, found.bad, strict=True)
    rows = [heads, *([str(line), wrong, *cells] for (line, wrong), cells in told)]
    return "".join(csv_lines(rows)).encode()


def _load(job: Claim) -> None:
    found = _taken_apart(job, _beats(job))
    row = job.row
    if not row.line and (len(found.rows), len(found.problems)) != (row.rows, row.wrong):
        said = _("The professions or the formats of numbers have changed since you looked. Look again.")
        with transaction():
            uploads.WORK.note(job, state="waiting", said=said, claim="", beat_at=None)
        return
    emails, with_number = _listed(found)
    to = queries.consultation(row.invite_id or 0)
    host, made = outbox.site_name(), dict[Any, str]()
    for done, line, rows in _parts(found, row.line):
        _load_part(job, rows, emails, to=to, host=host, made=made, done=done, line=line)
    if row.leave:
        for out in leaving.left_out(emails, with_number):
            if out:
                with transaction():
                    row.left += leaving.leave(out)
                    uploads.WORK.note(job, left=row.left, tries=0)
    _finish(job, to)


def _load_part(
    job: Claim,
    rows: Sequence[lists.Row],
    listed: set[str],
    *,
    to: Consultation | None,
    host: str,
    made: dict[Any, str],
    done: int,
    line: int,
) -> None:
    """One part, whole or not at all, together with how far the list is then and what it did so far."""
    row, entries = job.row, loading.entries(rows)
    with transaction():
        did = loading.load(entries, listed)
        invited = 0
        if to is not None:
            keys = [entry["email_key"] for entry in entries]
            invited = loading.invite(to, rows, keys, host=host, made=made)
        counts = {"new": row.new, "changed": row.changed, "same": row.same} if row.line else dict.fromkeys(COUNTED, 0)
        counts["new"] += len(did.new)
        counts["changed"] += len(did.changed)
        counts["same"] += did.same
        uploads.WORK.note(job, line=line, done=done, tries=0, invited=row.invited + invited, **counts)
    row.line, row.invited = line, row.invited + invited
    row.new, row.changed, row.same = counts["new"], counts["changed"], counts["same"]


COUNTED = ("new", "changed", "same")


def _finish(job: Claim, to: Consultation | None) -> None:
    """The lines of the log, and nothing left of the list but its counts."""
    row = job.row
    with transaction():
        uploads.WORK.note(job, state="loaded", body=b"", found=b"", bad=b"", claim="", done=row.rows)
        by = row.by_id
        log.record("register loaded", by=by, new=row.new, changed=row.changed, same=row.same, bad=row.wrong)
        if row.left:
            log.record("register left", by=by, number=row.left)
        if to is not None and row.invited:
            log.record("register invited", by=by, consultation=to, number=row.invited)
