"""A consultation, its schedule, its counts, and its questions."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crowd.db import Model, UTCTime


class Consultation(Model):
    """One exercise. `change` grows with everything that a page could show; the counts are kept, not counted (M30)."""

    __tablename__ = "consultations"
    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str] = mapped_column(Text, default="")
    summary_html: Mapped[str] = mapped_column(Text, default="")
    words: Mapped[dict[str, Any]] = mapped_column(
        JSON, default=dict
    )  # title and summary in other languages (wordings.py)
    timezone: Mapped[str] = mapped_column(String(60), default="Europe/London")
    created_at: Mapped[datetime] = mapped_column(UTCTime)
    # when each phase starts; the phase is computed from these (P2), missing ones are left out
    registration: Mapped[datetime | None] = mapped_column(UTCTime)
    members: Mapped[datetime | None] = mapped_column(UTCTime)
    analysis: Mapped[datetime | None] = mapped_column(UTCTime)
    open: Mapped[datetime | None] = mapped_column(UTCTime)
    closed: Mapped[datetime | None] = mapped_column(UTCTime)
    target: Mapped[int] = mapped_column(default=0)  # members hoped for; 0: not said
    answer_hours: Mapped[int] = mapped_column(default=4)
    resubmit_days: Mapped[int] = mapped_column(default=3)
    professions: Mapped[list[str]] = mapped_column(JSON, default=list)
    regions: Mapped[list[str]] = mapped_column(JSON, default=list)
    groups: Mapped[list[str]] = mapped_column(JSON, default=list)
    promises: Mapped[list[int]] = mapped_column(JSON, default=lambda: [2, 1, 0])
    default_promise: Mapped[int] = mapped_column(default=2)
    code: Mapped[str] = mapped_column(String(20), default="")  # begins the citable numbers: AHP-2016
    serial: Mapped[int] = mapped_column(default=0)  # the last citable number that was given
    text_limit: Mapped[int] = mapped_column(default=10_000)  # characters
    file_limit: Mapped[int] = mapped_column(default=10)  # megabytes for each file
    files_limit: Mapped[int] = mapped_column(default=5)  # files for each contribution
    counts_hidden: Mapped[bool] = mapped_column(default=False)  # until the bell of the members' discussion
    # moderation: how texts are taken in each phase (M1), what the rules of holding ask (M2), when the desk works (M7)
    mode_members: Mapped[str] = mapped_column(String(10), default="before")  # before, risk, after
    mode_open: Mapped[str] = mapped_column(String(10), default="risk")
    first_texts: Mapped[int] = mapped_column(default=2)  # how many of a person's texts must be approved before "risk"
    most_links: Mapped[int] = mapped_column(default=3)
    watched: Mapped[list[str]] = mapped_column(JSON, default=list)  # words that hold a text
    blocked: Mapped[list[str]] = mapped_column(JSON, default=list)  # words that no text may have
    work_days: Mapped[list[int]] = mapped_column(JSON, default=lambda: [0, 1, 2, 3, 4])  # Monday is 0
    work_from: Mapped[int] = mapped_column(default=9 * 60)  # minutes after midnight, in the consultation's zone
    work_until: Mapped[int] = mapped_column(default=17 * 60)
    holidays: Mapped[list[str]] = mapped_column(JSON, default=list)  # ISO dates
    policy: Mapped[str] = mapped_column(Text, default="")  # what the host says on "How we moderate" (M28)
    policy_html: Mapped[str] = mapped_column(Text, default="")
    # the switch (P5, P6): since when nothing red stands before a phase; the phase begins by itself only if that is so
    members_ready_at: Mapped[datetime | None] = mapped_column(UTCTime)
    open_ready_at: Mapped[datetime | None] = mapped_column(UTCTime)
    reached: Mapped[str] = mapped_column(String(12), default="draft")  # no clock that jumps back reopens it (P20)
    reasons_at: Mapped[datetime | None] = mapped_column(UTCTime)  # when the host confirmed the reasons of moderation
    promises_at: Mapped[datetime | None] = mapped_column(UTCTime)  # when the host read the promise report (P12)
    handed_to_id: Mapped[int | None] = mapped_column(Integer)  # the moderator who takes over what is still undecided
    retention: Mapped[int] = mapped_column(default=0)  # months after the end for which personal data is kept
    drafts_shown: Mapped[bool] = mapped_column(default=False)  # members read the findings before they are opened
    follows_id: Mapped[int | None] = mapped_column(Integer)  # what it is the follow-up of (P20)
    change: Mapped[int] = mapped_column(BigInteger, default=1)
    people: Mapped[int] = mapped_column(default=0)
    stakeholders: Mapped[int] = mapped_column(default=0)
    contributions: Mapped[int] = mapped_column(default=0)
    comments: Mapped[int] = mapped_column(default=0)
    votes: Mapped[int] = mapped_column(default=0)
    finding_comments: Mapped[int] = mapped_column(default=0)
    finding_votes: Mapped[int] = mapped_column(default=0)
    held: Mapped[int] = mapped_column(default=0)
    questions: Mapped[list["Question"]] = relationship(back_populates="consultation", order_by="Question.number")

    @property
    def consultation(self) -> "Consultation":
        return self


class Question(Model):
    __tablename__ = "questions"
    __table_args__ = (UniqueConstraint("consultation_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations.id", ondelete="CASCADE"))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(Text)
    guidance: Mapped[str] = mapped_column(Text, default="")
    guidance_html: Mapped[str] = mapped_column(Text, default="")
    words: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # title and guidance in other languages
    prompt_id: Mapped[int | None] = mapped_column()  # the facilitator's contribution that stands first
    kinds: Mapped[list[str]] = mapped_column(JSON, default=lambda: ["idea", "experience"])
    contributions: Mapped[int] = mapped_column(default=0)
    comments: Mapped[int] = mapped_column(default=0)
    votes: Mapped[int] = mapped_column(default=0)
    consultation: Mapped[Consultation] = relationship(back_populates="questions")
