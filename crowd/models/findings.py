"""What the host concludes, what it rests on, and what the host will do about it."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crowd.db import Model, UTCTime
from crowd.models.consultations import Consultation


class Section(Model):
    """A part of the document that the findings are together. `number` is its address and never changes, `position` is
    where it stands."""

    __tablename__ = "sections"
    __table_args__ = (UniqueConstraint("consultation_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations.id", ondelete="CASCADE"))
    number: Mapped[int]
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(100))
    source: Mapped[str] = mapped_column(Text, default="")
    html: Mapped[str] = mapped_column(Text, default="")
    changed_at: Mapped[datetime] = mapped_column(UTCTime)
    consultation: Mapped[Consultation] = relationship()


class Finding(Model):
    """`state` is draft or published; published ones are read by everybody from the open phase on. Votes are kept by
    standing, never as one sum (P14). `edited_at` is when its edition was published, from the second one on. `number` is
    cited and never changes; `position` is where it stands in its section. `shown` says that members read it before."""

    __tablename__ = "findings"
    __table_args__ = (UniqueConstraint("consultation_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations.id", ondelete="CASCADE"))
    number: Mapped[int]
    section_id: Mapped[int | None] = mapped_column(ForeignKey("sections.id"))
    position: Mapped[int] = mapped_column(default=0)
    title: Mapped[str] = mapped_column(String(300))
    source: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10))
    shown: Mapped[bool] = mapped_column(default=False)
    edition: Mapped[int] = mapped_column(default=1)
    change_note: Mapped[str] = mapped_column(Text, default="")
    edited_at: Mapped[datetime | None] = mapped_column(UTCTime)
    response: Mapped[str] = mapped_column(Text, default="")
    response_html: Mapped[str] = mapped_column(Text, default="")
    responded_at: Mapped[datetime | None] = mapped_column(UTCTime)
    created_at: Mapped[datetime] = mapped_column(UTCTime)
    published_at: Mapped[datetime | None] = mapped_column(UTCTime)
    agree: Mapped[int] = mapped_column(default=0)
    disagree: Mapped[int] = mapped_column(default=0)
    passed: Mapped[int] = mapped_column(default=0)
    member_agree: Mapped[int] = mapped_column(default=0)
    member_disagree: Mapped[int] = mapped_column(default=0)
    member_passed: Mapped[int] = mapped_column(default=0)
    comments: Mapped[int] = mapped_column(default=0)
    consultation: Mapped[Consultation] = relationship()
    part: Mapped[Section | None] = relationship()

    @property
    def section(self) -> str:
        """The title of its section, or nothing."""
        return self.part.title if self.part else ""


class FindingVersion(Model):
    """One saved wording of a finding, as its writers see it: who, when, and what. `edition` is the one that it was
    published as, 0 for none; `taken_from` the number of the older version that it brings back, 0 for none."""

    __tablename__ = "finding_versions"
    __table_args__ = (UniqueConstraint("finding_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    finding_id: Mapped[int] = mapped_column(ForeignKey("findings.id", ondelete="CASCADE"))
    number: Mapped[int]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime] = mapped_column(UTCTime)
    section: Mapped[str] = mapped_column(String(100), default="")
    title: Mapped[str] = mapped_column(String(300))
    source: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    edition: Mapped[int] = mapped_column(default=0)
    taken_from: Mapped[int] = mapped_column(default=0)


class Edition(Model):
    """A finding as it was published, with the figures of that moment; never changed. `contributions` and `people` are
    what supports it, `against` and `people_against` what dissents."""

    __tablename__ = "editions"
    __table_args__ = (UniqueConstraint("finding_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    finding_id: Mapped[int] = mapped_column(ForeignKey("findings.id", ondelete="CASCADE"))
    number: Mapped[int]
    published_at: Mapped[datetime] = mapped_column(UTCTime)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    section: Mapped[str] = mapped_column(String(100), default="")
    title: Mapped[str] = mapped_column(String(300))
    source: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text, default="")
    contributions: Mapped[int] = mapped_column(default=0)
    people: Mapped[int] = mapped_column(default=0)
    against: Mapped[int] = mapped_column(default=0)
    people_against: Mapped[int] = mapped_column(default=0)
    finding: Mapped[Finding] = relationship()


class EditionEvidence(Model):
    """What an edition rested on, with the votes of that moment."""

    __tablename__ = "edition_evidence"
    __table_args__ = (Index("ix_edition_evidence_contribution", "contribution_id"),)
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id", ondelete="CASCADE"), primary_key=True)
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id"), primary_key=True)
    stance: Mapped[str] = mapped_column(String(10))
    agree: Mapped[int] = mapped_column(default=0)
    disagree: Mapped[int] = mapped_column(default=0)
    passed: Mapped[int] = mapped_column(default=0)


class Evidence(Model):
    """A contribution that a finding rests on, or that dissents from it: `stance` is supports or dissents."""

    __tablename__ = "evidence"
    __table_args__ = (Index("ix_evidence_contribution", "contribution_id"),)
    finding_id: Mapped[int] = mapped_column(ForeignKey("findings.id", ondelete="CASCADE"), primary_key=True)
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id"), primary_key=True)
    added_at: Mapped[datetime] = mapped_column(UTCTime)
    stance: Mapped[str] = mapped_column(String(10), default="supports")


class Quote(Model):
    """Words of a contribution, to the letter, beside a finding. `version_id` is the wording they were checked against:
    it stands no longer when another one is public. `shown_as` is nothing, alias, profession, region or group.

    A host confirms each; it appears from the edition `first_edition` on, and nowhere once it is taken away."""

    __tablename__ = "quotes"
    __table_args__ = (Index("ix_quotes_finding", "finding_id"), Index("ix_quotes_contribution", "contribution_id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    finding_id: Mapped[int] = mapped_column(ForeignKey("findings.id", ondelete="CASCADE"))
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id"))
    version_id: Mapped[int] = mapped_column(BigInteger)
    words: Mapped[str] = mapped_column(Text)
    shown_as: Mapped[str] = mapped_column(String(10), default="nothing")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime] = mapped_column(UTCTime)
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCTime)
    first_edition: Mapped[int | None]
    ended_at: Mapped[datetime | None] = mapped_column(UTCTime)
    finding: Mapped[Finding] = relationship()


class Remark(Model):
    """What writers of findings say to each other about one; nobody else ever reads it. A reply has `answers_id`; the
    first one of a thread is open until somebody resolves it. `version` is the draft that it was said of."""

    __tablename__ = "remarks"
    __table_args__ = (Index("ix_remarks_finding", "finding_id", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    finding_id: Mapped[int] = mapped_column(ForeignKey("findings.id", ondelete="CASCADE"))
    answers_id: Mapped[int | None] = mapped_column(ForeignKey("remarks.id"))
    version: Mapped[int] = mapped_column(default=0)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime] = mapped_column(UTCTime)
    words: Mapped[str] = mapped_column(Text)
    resolved_at: Mapped[datetime | None] = mapped_column(UTCTime)
    resolved_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))


class Considered(Model):
    """What became of a contribution that no finding rests on: covered by a finding, or not pursued because of `why`."""

    __tablename__ = "considered"
    __table_args__ = (Index("ix_considered_finding", "finding_id"),)
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"), primary_key=True)
    finding_id: Mapped[int | None] = mapped_column(ForeignKey("findings.id"))
    why: Mapped[str] = mapped_column(Text, default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime] = mapped_column(UTCTime)


class FindingRun(Model):
    """A stored analysis that a finding cites."""

    __tablename__ = "finding_runs"
    __table_args__ = (Index("ix_finding_runs_run", "run_id"),)
    finding_id: Mapped[int] = mapped_column(ForeignKey("findings.id", ondelete="CASCADE"), primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"), primary_key=True)
    added_at: Mapped[datetime] = mapped_column(UTCTime)
