"""What figures are held against, and which of them the public may see."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crowd.db import Model, UTCTime
from crowd.models.analysis import Run
from crowd.models.consultations import Consultation


class Baseline(Model):
    """How many there are of each profession or region outside, as the host has it from a source.

    `rows` are {"names": the professions or regions that it counts as one, "count", "date" as ISO, "source"}."""

    __tablename__ = "baselines"
    __table_args__ = (UniqueConstraint("consultation_id", "attribute"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations.id", ondelete="CASCADE"))
    attribute: Mapped[str] = mapped_column(String(10))  # profession or region
    rows: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    loaded_at: Mapped[datetime] = mapped_column(UTCTime)
    consultation: Mapped[Consultation] = relationship()


class PublishedFigures(Model):
    """The run whose figures the public sees of one audience, members or stakeholders, or whose opinion groups
    ("groups"). There is one, once and for ever: a second table of the same people would tell by its difference what the
    first one keeps back."""

    __tablename__ = "published_figures"
    __table_args__ = (UniqueConstraint("consultation_id", "audience"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations.id", ondelete="CASCADE"))
    audience: Mapped[str] = mapped_column(String(12))
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"))
    run: Mapped[Run] = relationship()
