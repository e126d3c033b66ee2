"""What happened and what is to be sent: rows that stand and fall with their cause."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, SmallInteger, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crowd.db import Model, UTCTime


class Record(Model):
    """A line of the append-only log (P19, M27). `person_id` is who did it; none is the clock."""

    __tablename__ = "records"
    __table_args__ = (Index("ix_records_consultation", "consultation_id", "deed", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCTime)
    deed: Mapped[str] = mapped_column(String(40))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    consultation_id: Mapped[int | None] = mapped_column(ForeignKey("consultations.id", ondelete="CASCADE"))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class Mail(Model):
    """A mail in the outbox (P17). `once` makes a second one of the same kind impossible."""

    __tablename__ = "mails"
    __table_args__ = (Index("ix_mails_due", "state", "rank", "due_at", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    once: Mapped[str | None] = mapped_column(String(120), unique=True)
    kind: Mapped[str] = mapped_column(String(40))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    address: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    # waiting, sending, then sent, kept (as a file, where there is no mail server), failed or dropped
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    tries: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(Text, default="")
    trouble: Mapped[str] = mapped_column(String(20), default="")  # why, as one word of troubles.py
    rank: Mapped[int] = mapped_column(SmallInteger, default=1)  # the least goes first: 0 somebody waits, 2 to all
    language: Mapped[str] = mapped_column(String(20), default="")  # its reader's
    thread: Mapped[str] = mapped_column(String(60), default="")  # mails of one thread stand together
    created_at: Mapped[datetime] = mapped_column(UTCTime)
    due_at: Mapped[datetime] = mapped_column(UTCTime)
    sent_at: Mapped[datetime | None] = mapped_column(UTCTime)


class PhaseRecord(Model):
    """What stood in a consultation when a phase began (P18): canonical JSON and its SHA-256, never changed."""

    __tablename__ = "phase_records"
    __table_args__ = (UniqueConstraint("consultation_id", "phase", "began_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations.id", ondelete="CASCADE"))
    phase: Mapped[str] = mapped_column(String(12))
    began_at: Mapped[datetime] = mapped_column(UTCTime)
    at: Mapped[datetime] = mapped_column(UTCTime)
    body: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
