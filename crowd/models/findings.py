"""What the host concludes, what it rests on, and what the host will do about it."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crowd.db import Model, UTCTime
from crowd.models.consultations import Consultation


class Finding(Model):
    """`state` is draft or published; published ones are read by everybody from the open phase on. Votes are kept by
    standing, never as one sum (P14). `edited_at` is when its edition was published, from the second one on."""

    __tablename__ = "findings"
    __table_args__ = (UniqueConstraint("consultation_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations.id", ondelete="CASCADE"))
    number: Mapped[int]
    section: Mapped[str] = mapped_column(String(100), default="")
    title: Mapped[str] = mapped_column(String(300))
    source: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10))
    edition: Mapped[int] = mapped_column(default=1)
    change_note: Mapped[str] = mapped_column(Text, default="")
    edited_at: Mapped[datetime | None] = mapped_column(UTCTime)
    response: Mapped[str] = mapped_column(Text, default="")
    response_html: Mapped[str] = mapped_column(Text, default="")
    responded_at: Mapped[datetime | None] = mapped_column(UTCTime)
    created_at: Mapped[datetime] = mapped_column(UTCTime)
    published_at: Mapped[datetime | None] = mapped_column(UTCTime)
    agree: Mapped[int] = mapped_column(default=0)
    disagree: Mapped[int] = mapped_column(default=0)
    passed: Mapped[int] = mapped_column(default=0)
    member_agree: Mapped[int] = mapped_column(default=0)
    member_disagree: Mapped[int] = mapped_column(default=0)
    member_passed: Mapped[int] = mapped_column(default=0)
    comments: Mapped[int] = mapped_column(default=0)
    consultation: Mapped[Consultation] = relationship()


class Evidence(Model):
    """A contribution that a finding rests on."""

    __tablename__ = "evidence"
    __table_args__ = (Index("ix_evidence_contribution", "contribution_id"),)
    finding_id: Mapped[int] = mapped_column(ForeignKey("findings.id", ondelete="CASCADE"), primary_key=True)
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id"), primary_key=True)
    added_at: Mapped[datetime] = mapped_column(UTCTime)
