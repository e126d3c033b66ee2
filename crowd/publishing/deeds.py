"""Everything that changes reports: making one, and wanting it as PDF. What was made is never changed."""

import json
from hashlib import sha256
from typing import Any

from crowd import clock, i18n, log, schedule
from crowd.db import db
from crowd.models import Consultation, MadeReport, ReportFile
from crowd.publishing import contents, queries
from crowd.rules import Asker
from crowd.states import Phase, State


class NothingToReport(Exception):
    """There is no finding that a report could hold."""


def canonical(facts: dict[str, Any]) -> bytes:
    """The one way to write what a report says; its hash is of these bytes."""
    return json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def make_report(consultation: Consultation, *, by: Asker) -> MadeReport:
    """Keep a report on the findings as they are now, under the next number, in the language of whoever makes it. Until
    findings open it is a draft and stays one. Raises NothingToReport."""
    opened = schedule.current(consultation) in (Phase.OPEN, Phase.CLOSED)
    state = State.PUBLISHED if opened else State.DRAFT
    number = queries.last_number(consultation) + 1
    facts = contents.gathered(consultation, by=by, number=number, state=state)
    if not facts["sections"]:
        raise NothingToReport
    made = MadeReport(
        consultation_id=consultation.id,
        number=number,
        state=state,
        language=i18n.language(),
        made_at=clock.now(),
        made_by_id=by.id,
        facts=facts,
        sha256=sha256(canonical(facts)).hexdigest(),
    )
    db.session.add(made)
    db.session.flush()
    log.record("report made", by=by.id, consultation=consultation, made=made.id, number=number, sha256=made.sha256)
    return made


def want_file(report: MadeReport, *, by: Asker) -> None:
    """Have a report made as PDF beside the requests; what is waiting already is not asked for twice."""
    file = queries.file_of(report)
    if file is None:
        file = ReportFile(report_id=report.id, state="failed", said="", of="", body=b"", tries=0)
        db.session.add(file)
    if file.state not in ("waiting", "working"):
        file.state, file.said, file.tries = "waiting", "", 0
        log.record("report printed", by=by.id, consultation=report.consultation, made=report.id)
