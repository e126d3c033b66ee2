"""What moderators decide, and the reasons they may give."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crowd.db import Model, UTCTime


class Reason(Model):
    """A reason for returning or rejecting (M12). A used one is retired, never deleted."""

    __tablename__ = "reasons"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(100), unique=True)
    text: Mapped[str] = mapped_column(Text)
    rule: Mapped[str] = mapped_column(String(200), default="")
    decision: Mapped[str] = mapped_column(String(10), default="return")
    appeal: Mapped[bool] = mapped_column(default=True)
    note_needed: Mapped[bool] = mapped_column(default=False)
    retired: Mapped[bool] = mapped_column(default=False)


class Decision(Model):
    """A moderator's act on one version, as its author hears of it (M13)."""

    __tablename__ = "decisions"
    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("versions.id", ondelete="CASCADE"), index=True)
    moderator_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    decision: Mapped[str] = mapped_column(String(10))
    reason_id: Mapped[int | None] = mapped_column(ForeignKey("reasons.id"))
    note: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(UTCTime)
    waited: Mapped[int]  # seconds from the first submission
    reason: Mapped[Reason | None] = relationship()
