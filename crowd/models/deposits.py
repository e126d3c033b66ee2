"""What is deposited in the evidence library: documents, data sets, links and protocols with their authors."""

from datetime import datetime

from sqlalchemy import ForeignKey, SmallInteger, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crowd.db import Model, UTCTime
from crowd.models.consultations import Consultation


class Deposit(Model):
    """`authors` has one a line, as "Family, Given" or a body's name. `licence` is a word of licences.py; "other" has
    its words in `licence_words`. `doi` is bare, without an address before it."""

    __tablename__ = "deposits"
    __table_args__ = (UniqueConstraint("consultation_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations.id", ondelete="CASCADE"))
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(10))  # document, data, link, protocol
    title: Mapped[str] = mapped_column(String(300))
    authors: Mapped[str] = mapped_column(Text, default="")
    year: Mapped[int | None] = mapped_column(SmallInteger)
    publisher: Mapped[str] = mapped_column(String(200), default="")
    doi: Mapped[str] = mapped_column(String(250), default="")
    href: Mapped[str] = mapped_column(String(500), default="")
    licence: Mapped[str] = mapped_column(String(20), default="reserved")
    licence_words: Mapped[str] = mapped_column(String(300), default="")
    interests: Mapped[str] = mapped_column(Text, default="")
    about: Mapped[str] = mapped_column(Text, default="")
    edition: Mapped[int] = mapped_column(default=1)
    added_at: Mapped[datetime] = mapped_column(UTCTime)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    consultation: Mapped[Consultation] = relationship()


class DepositTheme(Model):
    """What a deposit is about."""

    __tablename__ = "deposit_themes"
    deposit_id: Mapped[int] = mapped_column(ForeignKey("deposits.id", ondelete="CASCADE"), primary_key=True)
    theme_id: Mapped[int] = mapped_column(ForeignKey("themes.id", ondelete="CASCADE"), primary_key=True, index=True)


class DepositFinding(Model):
    """A finding that a deposit stands behind."""

    __tablename__ = "deposit_findings"
    deposit_id: Mapped[int] = mapped_column(ForeignKey("deposits.id", ondelete="CASCADE"), primary_key=True)
    finding_id: Mapped[int] = mapped_column(ForeignKey("findings.id", ondelete="CASCADE"), primary_key=True, index=True)
