"""Which exports hosts have made; the files themselves lie in the instance for a day."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, SmallInteger, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crowd.db import Model, UTCTime
from crowd.models.consultations import Consultation


class Export(Model):
    """One file that a host has asked for: public, research, host, or the whole consultation as `app.py export` writes
    it. `state` is waiting, working, done, gone (its file is erased), refused or failed; `said` is the sentence why
    there is no file. The row stays: who had what made, and for what."""

    __tablename__ = "exports"
    __table_args__ = (Index("ix_exports_consultation", "consultation_id", "id"), Index("ix_exports_state", "state"))
    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations.id", ondelete="CASCADE"))
    audience: Mapped[str] = mapped_column(String(10))
    form: Mapped[str] = mapped_column(String(10))
    purpose: Mapped[str] = mapped_column(Text, default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    said: Mapped[str] = mapped_column(Text, default="")
    asked_at: Mapped[datetime] = mapped_column(UTCTime)
    claim: Mapped[str] = mapped_column(String(32), default="")  # of the worker that has it in hand
    beat_at: Mapped[datetime | None] = mapped_column(UTCTime)  # its last sign of life
    ended_at: Mapped[datetime | None] = mapped_column(UTCTime)
    tries: Mapped[int] = mapped_column(SmallInteger, default=0)
    done: Mapped[int] = mapped_column(default=0)  # rows so far
    rows: Mapped[int] = mapped_column(default=0)
    k: Mapped[int | None]  # how many stand in the smallest group of people
    size: Mapped[int] = mapped_column(BigInteger, default=0)  # bytes
    sha256: Mapped[str] = mapped_column(String(64), default="")
    consultation: Mapped[Consultation] = relationship()
