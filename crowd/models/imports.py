"""What was gathered elsewhere: where a text came from, and files on their way in."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from crowd.db import Model, UTCTime


class Imported(Model):
    """Where a contribution came from. `agree`, `disagree` and `passed` are totals as they were counted there, None
    where nobody counted: they stand beside the text and are never added to our tallies, which count votes that can be
    counted again. `facts` is what else its row said (an address, a code), and nothing of its wording, which a redaction
    would miss here."""

    __tablename__ = "imported"
    __table_args__ = (Index("ix_imported_key", "source", "key"),)
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"), primary_key=True)
    source: Mapped[str] = mapped_column(String(20))  # polis, csv, decide-madrid
    key: Mapped[str] = mapped_column(String(200))  # its number there
    agree: Mapped[int | None] = mapped_column()
    disagree: Mapped[int | None] = mapped_column()
    passed: Mapped[int | None] = mapped_column()
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class ImportFile(Model):
    """Files between their upload and their end, sealed, and erased when they are taken in or dropped, after 24 hours at
    the latest. `report` is what a dry run or the import said."""

    __tablename__ = "import_files"
    __table_args__ = {"sqlite_autoincrement": True}  # a page that was left open must not be another's
    id: Mapped[int] = mapped_column(primary_key=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    source: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(60))  # the short name of the consultation that it goes into
    title: Mapped[str] = mapped_column(String(200), default="")
    state: Mapped[str] = mapped_column(String(10), index=True)  # waiting, read, bad, taking, taken
    body: Mapped[bytes] = mapped_column(LargeBinary, default=b"")  # a zip of the files
    report: Mapped[bytes] = mapped_column(LargeBinary, default=b"")  # JSON: sentences, and those about rows
    said: Mapped[str] = mapped_column(Text, default="")  # where the work is, or why it ended
    claim: Mapped[str] = mapped_column(String(32), default="")  # of the worker that has it in hand
    beat_at: Mapped[datetime | None] = mapped_column(UTCTime)  # its last sign of life
    tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UTCTime)
