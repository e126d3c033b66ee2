"""What moderators have before them, decide, and are asked to look at again; and the reasons they may give."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, Index, SmallInteger, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crowd.db import Model, UTCTime
from crowd.models.contributions import Contribution, Version

OPEN = text("closed_at IS NULL")
STANDS = text("undone_at IS NULL")
WAITED = text("undone_at IS NULL AND decision != 'remove'")


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
    """A moderator's act on one version, as its author hears of it (M13). `marks` are passages of the source, each
    [start, end] and for a strike its reason (M11, M14); `shown` is what the moderator had shown to them (M23, M27)."""

    __tablename__ = "decisions"
    __table_args__ = (
        Index(
            "ix_decisions_figures",
            *("consultation_id", "decision", "reason_id"),
            sqlite_where=STANDS,
            postgresql_where=STANDS,
        ),
        Index("ix_decisions_waited", "consultation_id", "waited", sqlite_where=WAITED, postgresql_where=WAITED),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("versions.id", ondelete="CASCADE"), index=True)
    consultation_id: Mapped[int | None] = mapped_column()  # for the public figures (M28)
    moderator_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    decision: Mapped[str] = mapped_column(String(10))
    reason_id: Mapped[int | None] = mapped_column(ForeignKey("reasons.id"))
    note: Mapped[str] = mapped_column(Text, default="")
    marks: Mapped[list[list[int | str]]] = mapped_column(JSON, default=list)
    shown: Mapped[list[str]] = mapped_column(JSON, default=list)
    at: Mapped[datetime] = mapped_column(UTCTime)
    waited: Mapped[int]  # seconds from the first submission
    was: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # what undoing has to put back (M22)
    undone_at: Mapped[datetime | None] = mapped_column(UTCTime)  # the only thing about it that ever changes (M22)
    reason: Mapped[Reason | None] = relationship()


class Case(Model):
    """Something that waits for a moderator: a held text, reports of a published one, an appeal, a second reading (M29).

    `urgency` and `since` are its order (M6), `due_at` the target (M7). Claims are on it (M9); a newer wording takes the
    case over and ends the claim. Nobody but somebody else than `not_by_id` handles it by "Next"; an appeal or a
    reading they cannot handle at all (M20, M29)."""

    __tablename__ = "cases"
    __table_args__ = (
        Index("ix_cases_queue", "kind", "urgency", "since", "id", sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_cases_next", "urgency", "since", "id", sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_cases_due", "due_at", "id", sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_cases_claimed", "claimed_by_id", sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_cases_contribution", "contribution_id", "kind"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations.id", ondelete="CASCADE"))
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"))
    version_id: Mapped[int] = mapped_column(ForeignKey("versions.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(10))  # text, report, appeal, reading
    urgency: Mapped[int] = mapped_column(SmallInteger)  # the smaller, the sooner (M6)
    since: Mapped[datetime] = mapped_column(UTCTime)
    due_at: Mapped[datetime] = mapped_column(UTCTime)
    claimed_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    claimed_until: Mapped[datetime | None] = mapped_column(UTCTime)
    not_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    asked: Mapped[str] = mapped_column(Text, default="")  # what whoever wants a second opinion asks
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decisions.id"))  # what is appealed or read again
    overdue_at: Mapped[datetime | None] = mapped_column(UTCTime)  # when moderators were told that it is late (M7)
    closed_at: Mapped[datetime | None] = mapped_column(UTCTime)
    contribution: Mapped[Contribution] = relationship()
    version: Mapped[Version] = relationship()


class Report(Model):
    """A reader's word that a published text breaks the rules (M18); one for each reader and text."""

    __tablename__ = "reports"
    __table_args__ = (UniqueConstraint("contribution_id", "reporter"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    reporter: Mapped[str] = mapped_column(String(64))  # "person-12", or a keyed hash of a visitor's address and day
    reason: Mapped[str] = mapped_column(String(20))
    words: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(UTCTime)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    outcome: Mapped[str] = mapped_column(String(10), default="")  # fine, removed, redacted
    closed_at: Mapped[datetime | None] = mapped_column(UTCTime)


class Appeal(Model):
    """An author's word that a decision was wrong: one for each decision, decided by somebody else (M20)."""

    __tablename__ = "appeals"
    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations.id", ondelete="CASCADE"), index=True)
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"), index=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decisions.id"), unique=True)
    words: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UTCTime)
    outcome: Mapped[str] = mapped_column(String(10), default="")  # upheld, changed, returned
    by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    note: Mapped[str] = mapped_column(Text, default="")
    decided_at: Mapped[datetime | None] = mapped_column(UTCTime)


class Reading(Model):
    """What a second moderator, who did not know the decision, would have decided (M29)."""

    __tablename__ = "readings"
    id: Mapped[int] = mapped_column(primary_key=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decisions.id"), unique=True)
    moderator_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    decision: Mapped[str] = mapped_column(String(10))
    reason_id: Mapped[int | None] = mapped_column(ForeignKey("reasons.id"))
    agrees: Mapped[bool]
    at: Mapped[datetime] = mapped_column(UTCTime)


class Note(Model):
    """What moderators tell each other about a text; nobody else ever reads it (M23)."""

    __tablename__ = "notes"
    id: Mapped[int] = mapped_column(primary_key=True)
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    words: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UTCTime)


class Merge(Model):
    """One text put under another that says the same (M15), with what it takes to part them again."""

    __tablename__ = "merges"
    id: Mapped[int] = mapped_column(primary_key=True)
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"), index=True)
    target_id: Mapped[int] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"), index=True)
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decisions.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    votes: Mapped[list[list[int]]] = mapped_column(JSON, default=list)  # person, value, and 1 if it went over
    was: Mapped[dict[str, int | str | None]] = mapped_column(JSON, default=dict)  # where the text had stood
    at: Mapped[datetime] = mapped_column(UTCTime)
    undone_at: Mapped[datetime | None] = mapped_column(UTCTime)


class Seal(Model):
    """A wording before passages were struck out of it (M14). It lies here and no longer with the version, so that
    whatever lists, compares or shows versions can only find what is left. `version_id` is the version it was,
    `clean_id` the one that was published instead, `before_id` the one that was public until then, `was` the state of
    the contribution."""

    __tablename__ = "seals"
    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("versions.id", ondelete="CASCADE"), index=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decisions.id", ondelete="CASCADE"), index=True)
    clean_id: Mapped[int]
    before_id: Mapped[int | None]
    was: Mapped[str] = mapped_column(String(10))
    source: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    card: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)


class Sanction(Model):
    """What somebody is told or kept from, with reason and end (M26); without a consultation it is the whole site."""

    __tablename__ = "sanctions"
    __table_args__ = (Index("ix_sanctions_person", "person_id", "kind"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    consultation_id: Mapped[int | None] = mapped_column(ForeignKey("consultations.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(10))  # warning, hold, suspended, blocked
    words: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime] = mapped_column(UTCTime)
    until: Mapped[datetime | None] = mapped_column(UTCTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCTime)


class Unveiling(Model):
    """A wish to know who is behind an alias (M25): asked with a reason, granted by a second person, told to the author
    unless safety forbids it."""

    __tablename__ = "unveilings"
    id: Mapped[int] = mapped_column(primary_key=True)
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"), index=True)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    reason: Mapped[str] = mapped_column(Text)
    untold: Mapped[str] = mapped_column(Text, default="")  # why the author must not be told
    at: Mapped[datetime] = mapped_column(UTCTime)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    granted: Mapped[bool | None] = mapped_column()
    decided_at: Mapped[datetime | None] = mapped_column(UTCTime)
    contribution: Mapped[Contribution] = relationship()


class Shift(Model):
    """A day on which somebody is on duty at the desk; on a day without anybody, all moderators are."""

    __tablename__ = "shifts"
    __table_args__ = (UniqueConstraint("day", "person_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(Date)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
