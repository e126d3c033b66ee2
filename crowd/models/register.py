"""The register beside its entries: lists on their way into it, and what its numbers look like."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from crowd.db import Model, UTCTime


class UploadedList(Model):
    """A list between its upload and its end. What it says of people is sealed (`keyed.sealed`), and erased when it is
    loaded or dropped, after 24 hours at the latest."""

    __tablename__ = "uploaded_lists"
    __table_args__ = {"sqlite_autoincrement": True}  # a preview that was left open must not be another's
    id: Mapped[int] = mapped_column(primary_key=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    digest: Mapped[str] = mapped_column(String(64), index=True)  # keyed hash of its bytes: the same list is one job
    state: Mapped[str] = mapped_column(String(10), index=True)  # waiting, read, bad, loading, loaded, stopped
    pasted: Mapped[bool] = mapped_column(default=False)
    accept: Mapped[bool] = mapped_column(default=False)
    columns: Mapped[list[str]] = mapped_column(JSON, default=list)  # as the host has chosen; empty: guessed
    headed: Mapped[bool] = mapped_column(default=True)  # whether the first row names them, where they were chosen
    invite_id: Mapped[int | None] = mapped_column(ForeignKey("consultations.id", ondelete="SET NULL"))
    leave: Mapped[bool] = mapped_column(default=False)  # whether those it leaves out have left
    body: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    found: Mapped[bytes] = mapped_column(LargeBinary, default=b"")  # what the preview shows
    bad: Mapped[bytes] = mapped_column(LargeBinary, default=b"")  # the rows with problems, as a file
    said: Mapped[str] = mapped_column(Text, default="")  # a sentence for the host
    done: Mapped[int] = mapped_column(default=0)  # rows
    whole: Mapped[int] = mapped_column(default=0)  # rows in all; 0 where that is not known yet
    line: Mapped[int] = mapped_column(default=0)  # up to which line of the list it is loaded
    rows: Mapped[int] = mapped_column(default=0)  # good ones
    wrong: Mapped[int] = mapped_column(default=0)
    new: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    same: Mapped[int] = mapped_column(default=0)
    left: Mapped[int] = mapped_column(default=0)
    invited: Mapped[int] = mapped_column(default=0)
    claim: Mapped[str] = mapped_column(String(32), default="")  # of the worker that has it in hand
    beat_at: Mapped[datetime | None] = mapped_column(UTCTime)  # its last sign of life
    tries: Mapped[int] = mapped_column(default=0)  # claims without a step forward
    created_at: Mapped[datetime] = mapped_column(UTCTime)


class NumberFormat(Model):
    """What the registration numbers of a profession look like; one without a row takes any."""

    __tablename__ = "number_formats"
    id: Mapped[int] = mapped_column(primary_key=True)
    profession: Mapped[str] = mapped_column(String(100), unique=True)
    pattern: Mapped[str] = mapped_column(String(100))
    fewer: Mapped[bool] = mapped_column(default=False)  # whether the digits at the end may be fewer
