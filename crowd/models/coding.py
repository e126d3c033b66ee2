"""What each coder has given, the share that two people code, duplicate pairs, and what is kept for the coding desk."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, SmallInteger, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crowd.db import Model, UTCTime


class Codebook(Model):
    """A version of the codebook: every theme in its words, by number, as it was after one change."""

    __tablename__ = "codebooks"
    __table_args__ = (UniqueConstraint("consultation_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations.id", ondelete="CASCADE"))
    number: Mapped[int]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    note: Mapped[str] = mapped_column(Text, default="")
    themes: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(UTCTime)


class Coding(Model):
    """The themes that one hand gave to a contribution, by their numbers, in order; none is "nothing fits". `hand` is 1
    the first coder, 2 the second one, 3 what was settled between them. `before` is what it was before the last change,
    for undoing: its themes, whose it was and when, or empty where it was not there; without it nothing can be undone.
    Nobody's is what was given elsewhere and taken in."""

    __tablename__ = "codings"
    __table_args__ = (
        UniqueConstraint("contribution_id", "hand"),
        Index("ix_codings_consultation", "consultation_id", "hand", "person_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations.id", ondelete="CASCADE"))
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"))
    hand: Mapped[int] = mapped_column(SmallInteger)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    themes: Mapped[list[int]] = mapped_column(JSON)
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    at: Mapped[datetime] = mapped_column(UTCTime)


class Draw(Model):
    """A share of the contributions, drawn for two coders: with the seed it can be drawn again."""

    __tablename__ = "draws"
    __table_args__ = (Index("ix_draws_consultation", "consultation_id", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations.id", ondelete="CASCADE"))
    percent: Mapped[int]
    seed: Mapped[int]
    whole: Mapped[int]  # of how many it was drawn
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime] = mapped_column(UTCTime)


class Drawn(Model):
    """A contribution that two people are to code, each for themselves."""

    __tablename__ = "drawn"
    draw_id: Mapped[int] = mapped_column(ForeignKey("draws.id", ondelete="CASCADE"), primary_key=True)
    contribution_id: Mapped[int] = mapped_column(
        ForeignKey("contributions.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class SavedView(Model):
    """A name for a filter of the desk, one analyst's own."""

    __tablename__ = "saved_views"
    __table_args__ = (UniqueConstraint("consultation_id", "person_id", "name"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(60))
    filters: Mapped[dict[str, Any]] = mapped_column(JSON)


class Suggested(Model):
    """The themes that a contribution is likely to get, by number, the likeliest first. They order a list and count
    nowhere."""

    __tablename__ = "suggested"
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"), primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations.id", ondelete="CASCADE"), index=True)
    themes: Mapped[list[int]] = mapped_column(JSON)


class Pair(Model):
    """Two contributions that say nearly the same (M15). `state` is open, apart (a person says they are not the same) or
    proposed (a person says that they are, for somebody who may merge)."""

    __tablename__ = "pairs"
    __table_args__ = (
        UniqueConstraint("one_id", "other_id"),
        Index("ix_pairs_consultation", "consultation_id", "state", "likeness"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations.id", ondelete="CASCADE"))
    one_id: Mapped[int] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"))
    other_id: Mapped[int] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"), index=True)
    likeness: Mapped[int] = mapped_column(SmallInteger)  # per cent
    state: Mapped[str] = mapped_column(String(10), default="open")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime] = mapped_column(UTCTime)
