"""What the host owes on a finding and what became of it, and the reports that were made."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crowd.db import Model, UTCTime
from crowd.models.consultations import Consultation
from crowd.models.findings import Finding


class Duty(Model):
    """Where the answer to one finding stands; the text of the answer is the finding's response. `obliged_at` is when
    enough votes of one standing, `obliged_number` of `obliged_by`, made an answer due."""

    __tablename__ = "duties"
    __table_args__ = (Index("ix_duties_due", "due_at"),)
    finding_id: Mapped[int] = mapped_column(ForeignKey("findings.id", ondelete="CASCADE"), primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations.id", ondelete="CASCADE"), index=True)
    step: Mapped[str] = mapped_column(String(20))
    owner: Mapped[str] = mapped_column(String(200), default="")
    remind_id: Mapped[int | None] = mapped_column(
        ForeignKey("people.id")
    )  # the host who is reminded; none: all of them
    due_at: Mapped[datetime | None] = mapped_column(UTCTime)
    moved_at: Mapped[datetime] = mapped_column(UTCTime)
    obliged_at: Mapped[datetime | None] = mapped_column(UTCTime)
    obliged_by: Mapped[str] = mapped_column(String(1), default="")
    obliged_number: Mapped[int] = mapped_column(default=0)
    finding: Mapped[Finding] = relationship()


class Move(Model):
    """A line of a finding's history, public and never changed: how things stood from then on. `cause` is host or
    support; `html` the answer as it was worded then."""

    __tablename__ = "moves"
    __table_args__ = (Index("ix_moves_consultation", "consultation_id", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    finding_id: Mapped[int] = mapped_column(ForeignKey("findings.id", ondelete="CASCADE"), index=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(UTCTime)
    cause: Mapped[str] = mapped_column(String(10))
    step: Mapped[str] = mapped_column(String(20))
    owner: Mapped[str] = mapped_column(String(200), default="")
    due_at: Mapped[datetime | None] = mapped_column(UTCTime)
    html: Mapped[str] = mapped_column(Text, default="")
    finding: Mapped[Finding] = relationship()


class Support(Model):
    """How many agreeing votes oblige the host to answer a finding, and within how many days; 0 is never."""

    __tablename__ = "supports"
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations.id", ondelete="CASCADE"), primary_key=True)
    members: Mapped[int] = mapped_column(default=0)
    stakeholders: Mapped[int] = mapped_column(default=0)
    days: Mapped[int] = mapped_column(default=28)


class MadeReport(Model):
    """One report on the findings as it was made: never changed, so that it can be cited. `state` is draft for one that
    was made before findings opened; `sha256` is over `facts` as canonical JSON."""

    __tablename__ = "made_reports"
    __table_args__ = (UniqueConstraint("consultation_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations.id", ondelete="CASCADE"))
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(10))
    language: Mapped[str] = mapped_column(String(20), default="")
    made_at: Mapped[datetime] = mapped_column(UTCTime)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    sha256: Mapped[str] = mapped_column(String(64))
    consultation: Mapped[Consultation] = relationship()
    shown = False  # to members before the opening, as the drafts of findings can be: a report is not


class ReportFile(Model):
    """A report as PDF. `state` is waiting, working, done or failed; `of` says what it was made of: where that has
    changed, because somebody took their words back, it is made anew and the old one is not given out."""

    __tablename__ = "report_files"
    report_id: Mapped[int] = mapped_column(ForeignKey("made_reports.id", ondelete="CASCADE"), primary_key=True)
    state: Mapped[str] = mapped_column(String(10))
    said: Mapped[str] = mapped_column(Text, default="")
    of: Mapped[str] = mapped_column(String(64), default="")
    body: Mapped[bytes] = mapped_column(LargeBinary, default=b"", deferred=True)
    tries: Mapped[int] = mapped_column(default=0)
    claim: Mapped[str] = mapped_column(String(32), default="")  # of the worker that has it in hand
    beat_at: Mapped[datetime | None] = mapped_column(UTCTime)  # its last sign of life
    report: Mapped[MadeReport] = relationship()
