"""What reports are made of and how they are found."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager, defer

from crowd.db import db
from crowd.findings import quotes
from crowd.findings.sections import ORDER
from crowd.models import Consultation, Contribution, Evidence, Finding, MadeReport, Quote, ReportFile
from crowd.rules import Asker, visible
from crowd.states import Promise, Stance, State


def findings(person: Asker, consultation: Consultation, *, drafts: bool) -> Sequence[Finding]:
    """In the order of the document; the published ones, or all that the person may read."""
    found = (
        select(Finding)
        .outerjoin(Finding.part)
        .options(contains_eager(Finding.part))
        .where(visible(person, "read a finding", Finding, consultation))
        .order_by(*ORDER)
    )
    return db.session.scalars(found if drafts else found.where(Finding.state == State.PUBLISHED)).all()


def open_evidence(finding: Finding, stance: Stance) -> list[list[int]]:
    """Address and number of what a finding names and its author promised to all: nothing of the others (P12)."""
    rows = db.session.execute(
        select(Contribution.id, Contribution.serial)
        .join(Evidence, Evidence.contribution_id == Contribution.id)
        .where(
            Evidence.finding_id == finding.id,
            Evidence.stance == stance,
            Contribution.state == State.PUBLISHED,
            Contribution.promise > Promise.MEMBERS,
        )
        .order_by(Contribution.serial)
    )
    return [[key, serial or 0] for key, serial in rows]


def standing_quotes(report: MadeReport) -> dict[int, list[Any]]:
    """The quotes that stand now, by the number of the finding, of the editions that the report has."""
    said = {f["number"]: f["edition"] for part in report.facts["sections"] for f in part["findings"]}
    query = quotes.public().add_columns(Finding.number).join(Finding, Finding.id == Quote.finding_id)
    rows = db.session.execute(query.where(Finding.consultation_id == report.consultation_id))
    found: dict[int, list[Any]] = {}
    for row in rows:
        if row.first_edition <= said.get(row.number, 0):
            found.setdefault(row.number, []).append(row)
    return found


def newest(person: Asker, consultation: Consultation) -> MadeReport | None:
    """The last one that the person may read."""
    return db.session.scalars(_reports(person, consultation).limit(1)).first()


def reports(person: Asker, consultation: Consultation) -> Sequence[MadeReport]:
    """Those that the person may read, the newest first, without what they say."""
    return db.session.scalars(_reports(person, consultation).options(defer(MadeReport.facts))).all()


def _reports(person: Asker, consultation: Consultation) -> Select[MadeReport]:
    readable = visible(person, "read a finding", MadeReport, consultation)
    return select(MadeReport).where(readable).order_by(MadeReport.number.desc())


def last_number(consultation: Consultation) -> int:
    its = MadeReport.consultation_id == consultation.id
    return db.session.scalar(select(func.max(MadeReport.number)).where(its)) or 0


def file_of(report: MadeReport) -> ReportFile | None:
    return db.session.get(ReportFile, report.id)


def body(report: MadeReport) -> bytes:
    return db.session.scalar(select(ReportFile.body).where(ReportFile.report_id == report.id)) or b""


def files() -> Sequence[ReportFile]:
    """Every report that somebody wanted as PDF, with what it was made of."""
    return db.session.scalars(select(ReportFile).where(ReportFile.state.in_(("waiting", "working", "done")))).all()
