"""What the host says about itself, once for the instance."""

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from crowd.db import Model, UTCTime


class Site(Model):
    """One row. `demonstration` marks data that nobody real wrote; every page then says so."""

    __tablename__ = "site"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), default="Crowd")
    colour: Mapped[str] = mapped_column(String(7), default="#0f5c6e")
    welcome: Mapped[str] = mapped_column(Text, default="")
    contact: Mapped[str] = mapped_column(String(254), default="")
    demonstration: Mapped[bool] = mapped_column(default=False)
    two_factor: Mapped[bool] = mapped_column(default=True)  # hosts and moderators must have a second factor
    chores_at: Mapped[datetime | None] = mapped_column(UTCTime)  # when a worker last looked what falls due by the clock
