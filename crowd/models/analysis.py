"""What analyses have found, kept so that a finding can cite it and somebody else can do it again."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crowd.db import Model, UTCTime
from crowd.models.consultations import Consultation


class Run(Model):
    """One analysis of a consultation. `state` is waiting, working, done, refused or failed; `said` is why there
    is no result, as a word and figures that crowd/analysis/reasons.py says. `input_sha256` is over what went in,
    `versions` names the method and the libraries."""

    __tablename__ = "runs"
    __table_args__ = (Index("ix_runs_consultation", "consultation_id", "kind", "id"), Index("ix_runs_state", "state"))
    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    said: Mapped[str] = mapped_column(Text, default="")
    parameters: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    versions: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    seed: Mapped[int | None]
    input_sha256: Mapped[str] = mapped_column(String(64), default="")
    result: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    asked_at: Mapped[datetime] = mapped_column(UTCTime)
    begun_at: Mapped[datetime | None] = mapped_column(UTCTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCTime)
    claim: Mapped[str] = mapped_column(String(32), default="")  # of the worker that has it in hand
    tries: Mapped[int] = mapped_column(default=0)
    beat_at: Mapped[datetime | None] = mapped_column(UTCTime)  # the worker's last sign of life
    consultation: Mapped[Consultation] = relationship()
