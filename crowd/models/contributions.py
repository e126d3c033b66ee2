"""What people write and vote. One table for ideas, experiences, examples and comments: one queue, one set of rules."""

from datetime import datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crowd.db import Model, UTCTime
from crowd.models.consultations import Consultation, Question
from crowd.models.findings import Finding

EVIDENCE = text("kind = 'example' OR files > 0")  # what the evidence library lists


class Contribution(Model):
    """`state` is its public one; a version may wait beside it (M17). `path` sorts a whole thread: six letters a level.

    `serial` is the citable number within its consultation, given when it is first published. `closed` stands on every
    text of a thread that a facilitator has closed, `closed_why` and `closed_at` on its first one.
    `stamp` grows with everything its fragment shows. `public_since` stays when it is taken away again, so that a mark
    can stand there (M19). `parent_author_id` is 0 without a parent (M24). `replies` is kept on a thread's first text
    and counts all comments below it. `files` counts those of the public version."""

    __tablename__ = "contributions"
    __table_args__ = (
        UniqueConstraint("author_id", "once"),
        CheckConstraint("(question_id IS NULL) <> (finding_id IS NULL)", name="one_place"),
        Index("ix_contributions_question_list", "question_id", "parent_id", "state", "id"),
        Index("ix_contributions_thread", "thread_id", "path"),
        Index("ix_contributions_finding", "finding_id", "path"),
        Index("ix_contributions_serial", "consultation_id", "serial", unique=True),
        Index("ix_contributions_list", "consultation_id", "state", "id"),
        Index("ix_contributions_author", "author_id", "consultation_id"),
        Index(
            "ix_contributions_waiting",
            "author_id",
            sqlite_where=text("public_since IS NULL"),
            postgresql_where=text("public_since IS NULL"),
        ),
        Index(
            "ix_contributions_evidence",
            "consultation_id",
            text("(kind = 'example' OR files > 0)"),  # a column of it, so that SQLite's planner prefers this index
            "state",
            "id",
            *("kind", "profession", "region", "question_id", "files"),  # so that filters are read in it too
            sqlite_where=EVIDENCE,
            postgresql_where=EVIDENCE,
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations.id", ondelete="CASCADE"))
    question_id: Mapped[int | None] = mapped_column(ForeignKey("questions.id"))
    finding_id: Mapped[int | None] = mapped_column(ForeignKey("findings.id"))
    place: Mapped[str] = mapped_column(String(10))
    kind: Mapped[str] = mapped_column(String(10))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("contributions.id"), index=True)
    parent_author_id: Mapped[int] = mapped_column(default=0)
    thread_id: Mapped[int | None] = mapped_column()
    path: Mapped[str] = mapped_column(Text, default="")
    level: Mapped[int] = mapped_column(default=1)
    author_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    alias: Mapped[str] = mapped_column(String(200))
    profession: Mapped[str] = mapped_column(String(100), default="")
    region: Mapped[str] = mapped_column(String(100), default="")
    group: Mapped[str] = mapped_column(String(100), default="")
    facilitator: Mapped[bool] = mapped_column(default=False)
    best_practice: Mapped[bool] = mapped_column(default=False)
    expert: Mapped[bool] = mapped_column(default=False)
    serial: Mapped[int | None] = mapped_column()
    closed: Mapped[bool] = mapped_column(default=False)
    closed_why: Mapped[str] = mapped_column(Text, default="")
    closed_at: Mapped[datetime | None] = mapped_column(UTCTime)
    state: Mapped[str] = mapped_column(String(10))
    promise: Mapped[int] = mapped_column(SmallInteger)
    phase: Mapped[str] = mapped_column(String(12))
    version_id: Mapped[int | None] = mapped_column(BigInteger)
    once: Mapped[str] = mapped_column(String(40))
    submitted_at: Mapped[datetime] = mapped_column(UTCTime)
    public_since: Mapped[datetime | None] = mapped_column(UTCTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCTime)
    ended_why: Mapped[str] = mapped_column(Text, default="")  # the reason on the mark of what was removed (M19)
    resubmit_by: Mapped[datetime | None] = mapped_column(UTCTime)
    appeal_by: Mapped[datetime | None] = mapped_column(UTCTime)  # until when the last decision can be appealed (M20)
    merged: Mapped[bool] = mapped_column(default=False)  # it says the same as its parent, which has its votes (M15)
    stamp: Mapped[int] = mapped_column(default=1)
    agree: Mapped[int] = mapped_column(default=0)
    disagree: Mapped[int] = mapped_column(default=0)
    passed: Mapped[int] = mapped_column(default=0)
    replies: Mapped[int] = mapped_column(default=0)
    files: Mapped[int] = mapped_column(default=0)
    consultation: Mapped[Consultation] = relationship()
    question: Mapped[Question | None] = relationship()
    finding: Mapped[Finding | None] = relationship()
    parent: Mapped["Contribution | None"] = relationship(remote_side="Contribution.id")


class Version(Model):
    """One wording: what was typed and the safe HTML made from it then. A decision is on a version (M10).

    `first_at` is the time of the first submission, which stays through every resubmission: it orders the queue (M6) and
    decides into which phase the text belongs (P9)."""

    __tablename__ = "versions"
    __table_args__ = (
        UniqueConstraint("contribution_id", "number"),
        Index("ix_versions_queue", "state", "first_at", "id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"))
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(10))
    source: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    card: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    files: Mapped[list[int]] = mapped_column(JSON, default=list)  # the attachments handed in with this wording
    renderer: Mapped[int] = mapped_column(SmallInteger)
    held_for: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)  # every reason, not only the first (M2)
    warned: Mapped[list[str]] = mapped_column(JSON, default=list)  # what its author sent it on in spite of (M3)
    sealed: Mapped[bool] = mapped_column(default=False)  # the wording before a redaction: hosts alone, with a reason
    language: Mapped[str] = mapped_column(String(20), default="")  # as its author said
    created_at: Mapped[datetime] = mapped_column(UTCTime)
    first_at: Mapped[datetime] = mapped_column(UTCTime)
    contribution: Mapped[Contribution] = relationship()


class Draft(Model):
    """A text not sent yet, one for each person and place; gone in the transaction that posts it."""

    __tablename__ = "drafts"
    __table_args__ = (UniqueConstraint("person_id", "place"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations.id", ondelete="CASCADE"))
    place: Mapped[str] = mapped_column(String(40))  # "question-7", "reply-31", "finding-2", "edit-31"
    fields: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    saved_at: Mapped[datetime] = mapped_column(UTCTime)


class Mention(Model):
    """A published text that names another one of its consultation by its citable number, which need not exist yet."""

    __tablename__ = "mentions"
    __table_args__ = (Index("ix_mentions_named", "consultation_id", "serial"),)
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"), primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations.id", ondelete="CASCADE"))
    serial: Mapped[int] = mapped_column(primary_key=True)


class Attachment(Model):
    """A file. First it belongs to a draft (person and place), then to what was sent from it; a host's document
    belongs to a question, or to what is deposited in the library. Its bytes lie in the instance under its SHA-256."""

    __tablename__ = "attachments"
    __table_args__ = (
        Index("ix_attachments_contribution", "contribution_id"),
        Index("ix_attachments_draft", "person_id", "place"),
        Index("ix_attachments_question", "question_id"),
        Index("ix_attachments_deposit", "deposit_id"),
        Index("ix_attachments_sha256", "sha256"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    place: Mapped[str] = mapped_column(String(40), default="")  # that of its draft; empty once it is sent
    contribution_id: Mapped[int | None] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"))
    question_id: Mapped[int | None] = mapped_column(ForeignKey("questions.id"))
    deposit_id: Mapped[int | None] = mapped_column()  # no foreign key: SQLite adds none to a table that is there
    name: Mapped[str] = mapped_column(String(200))
    media: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]  # bytes
    sha256: Mapped[str] = mapped_column(String(64))
    added_at: Mapped[datetime] = mapped_column(UTCTime)
    contribution: Mapped[Contribution | None] = relationship()
    question: Mapped[Question | None] = relationship()
    consultation: Mapped[Consultation] = relationship()


class Visit(Model):
    """What a person has read of a thread, a question or a finding. What was published after `seen_at` is new to them;
    `upto` is what this visit has shown, and becomes `seen_at` with the next one."""

    __tablename__ = "visits"
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    place: Mapped[str] = mapped_column(String(20), primary_key=True)  # "thread-31", "question-7", "finding-2"
    seen_at: Mapped[datetime] = mapped_column(UTCTime)
    upto: Mapped[datetime] = mapped_column(UTCTime)
    at: Mapped[datetime] = mapped_column(UTCTime)


class VoteNow(Model):
    """The current vote of a person on a contribution or a finding; the standing keeps two publics apart (P14)."""

    __tablename__ = "votes"
    __table_args__ = (
        UniqueConstraint("person_id", "contribution_id"),
        UniqueConstraint("person_id", "finding_id"),
        CheckConstraint("(contribution_id IS NULL) <> (finding_id IS NULL)", name="one_thing"),
        Index("ix_votes_contribution", "contribution_id"),
        Index("ix_votes_finding", "finding_id"),
        Index("ix_votes_thread", "person_id", "thread_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    contribution_id: Mapped[int | None] = mapped_column(ForeignKey("contributions.id"))
    finding_id: Mapped[int | None] = mapped_column(ForeignKey("findings.id"))
    thread_id: Mapped[int | None] = mapped_column()
    standing: Mapped[str] = mapped_column(String(1))
    value: Mapped[int] = mapped_column(SmallInteger)


class VoteEvent(Model):
    """The history of votes: every value given; None is taking it back."""

    __tablename__ = "vote_events"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    contribution_id: Mapped[int | None] = mapped_column(ForeignKey("contributions.id"), index=True)
    finding_id: Mapped[int | None] = mapped_column(ForeignKey("findings.id"), index=True)
    standing: Mapped[str] = mapped_column(String(1))
    value: Mapped[int | None] = mapped_column(SmallInteger)
    at: Mapped[datetime] = mapped_column(UTCTime)


class ProfessionVotes(Model):
    """The current votes of one profession on a contribution: for ranking what unites, and for hosts."""

    __tablename__ = "profession_votes"
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"), primary_key=True)
    profession: Mapped[str] = mapped_column(String(100), primary_key=True)
    agree: Mapped[int] = mapped_column(default=0)
    disagree: Mapped[int] = mapped_column(default=0)
    passed: Mapped[int] = mapped_column(default=0)
