"""Who people are: accounts, how they prove themselves, and what they are in a consultation."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ColumnElement, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crowd.db import Model, UTCTime
from crowd.models.consultations import Consultation, Question

NOWHERE = "@invalid"  # how addresses end of people who came with their consultation from elsewhere: no mail goes there
FORMER_MEMBER = "former-member@invalid"  # who takes over what erased people wrote, so that an author is never missing


class Person(Model):
    """An account. `roles` holds the letters of the staff roles: M, A, H."""

    __tablename__ = "people"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(100), default="")
    password: Mapped[str] = mapped_column(String(200), default="")
    roles: Mapped[str] = mapped_column(String(3), default="")
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCTime)
    suspended_until: Mapped[datetime | None] = mapped_column(UTCTime)
    created_at: Mapped[datetime] = mapped_column(UTCTime)
    feed_serial: Mapped[int] = mapped_column(default=0)  # grows when the private addresses of feeds are revoked
    notices_seen_at: Mapped[datetime | None] = mapped_column(UTCTime)
    approval_mails: Mapped[bool] = mapped_column(
        default=True
    )  # the other mails of decisions cannot be turned off (M13)
    news_mails: Mapped[bool] = mapped_column(default=True)  # opening, reminders, findings; never decisions (P17)
    bounced_address: Mapped[str] = mapped_column(String(254), default="")  # what a mail server said does not exist
    bounced_at: Mapped[datetime | None] = mapped_column(UTCTime)
    bounced_why: Mapped[str] = mapped_column(Text, default="")
    follow_mails: Mapped[str] = mapped_column(String(10), default="none", index=True)  # each, daily or none
    follow_mails_until: Mapped[datetime | None] = mapped_column(UTCTime)  # up to when they have been told by mail
    language: Mapped[str] = mapped_column(String(20), default="")  # which they read; empty is not known
    desk_keys: Mapped[bool] = mapped_column(default=True)  # M22
    factor: Mapped[str] = mapped_column(String(32), default="")  # what the second factor's secret is made from
    factor_step: Mapped[int] = mapped_column(default=0)  # the last that was used: none is taken twice
    passkeys: Mapped[int] = mapped_column(default=0)  # how many rows there are, so that asking who asks is one query
    factor_by: Mapped[datetime | None] = mapped_column(UTCTime)  # without one, a role rests from then on
    memberships: Mapped[list["Membership"]] = relationship(back_populates="person")

    @property
    def two(self) -> bool:
        """Whether there is a second factor: an app's codes, or a passkey."""
        return bool(self.factor or self.passkeys)

    @property
    def bounces(self) -> bool:
        return self.bounced_address == self.email


def bounces() -> ColumnElement[bool]:
    """Whose address no mailbox belongs to: no letters to all go there until it is confirmed anew, or another one."""
    return Person.bounced_address == Person.email


def reachable() -> ColumnElement[bool]:
    """To whom letters to all can go."""
    return ~bounces() & Person.email.not_like(f"%{NOWHERE}")


class SignIn(Model):
    """One signed-in browser. The cookie holds the secret, the row its hash: deleting the row ends it everywhere."""

    __tablename__ = "sign_ins"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    secret: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UTCTime)
    expires_at: Mapped[datetime] = mapped_column(UTCTime)
    pending: Mapped[bool] = mapped_column(default=False)  # opens nothing before the second factor


class RecoveryCode(Model):
    """What lets somebody in whose phone is gone: kept as a keyed hash, deleted when used."""

    __tablename__ = "recovery_codes"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    code: Mapped[str] = mapped_column(String(64), unique=True)


class Token(Model):
    """A single-use secret sent by mail, kept as a hash, for one purpose; `code` is its short form for typing."""

    __tablename__ = "tokens"
    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[str] = mapped_column(String(20))
    secret: Mapped[str] = mapped_column(String(64), unique=True)
    code: Mapped[str] = mapped_column(String(64), default="")
    email: Mapped[str] = mapped_column(String(254), default="", index=True)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UTCTime)
    expires_at: Mapped[datetime] = mapped_column(UTCTime)
    used_at: Mapped[datetime | None] = mapped_column(UTCTime)


class Registered(Model):
    """Somebody on the register, as keyed hashes: the database alone does not tell who they are."""

    __tablename__ = "register"
    id: Mapped[int] = mapped_column(primary_key=True)
    email_key: Mapped[str] = mapped_column(String(64), unique=True)
    number_key: Mapped[str] = mapped_column(String(64), default="", index=True)
    name_key: Mapped[str] = mapped_column(String(64), default="")
    profession: Mapped[str] = mapped_column(String(100), default="")
    region: Mapped[str] = mapped_column(String(100), default="")
    added_at: Mapped[datetime] = mapped_column(UTCTime)
    left_at: Mapped[datetime | None] = mapped_column(UTCTime)  # from then on it lets nobody in


class Membership(Model):
    """What a person is in one consultation (P15), and under which alias they write there."""

    __tablename__ = "memberships"
    __table_args__ = (
        UniqueConstraint("person_id", "consultation_id"),
        UniqueConstraint("consultation_id", "eligibility"),
        UniqueConstraint("consultation_id", "alias"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations.id", ondelete="CASCADE"))
    standing: Mapped[str] = mapped_column(String(1))
    eligibility: Mapped[str | None] = mapped_column(String(64))
    profession: Mapped[str] = mapped_column(String(100), default="")
    region: Mapped[str] = mapped_column(String(100), default="")
    group: Mapped[str] = mapped_column(String(100), default="")
    alias: Mapped[str] = mapped_column(String(200))
    joined_at: Mapped[datetime] = mapped_column(UTCTime)
    left_at: Mapped[datetime | None] = mapped_column(UTCTime)  # lapsed: the person is a visitor here from then on
    expert: Mapped[bool] = mapped_column(default=False)  # invited to answer a named question
    person: Mapped[Person] = relationship(back_populates="memberships")


class Invitation(Model):
    """A link that lets people join without the register: how often, until when, and as what."""

    __tablename__ = "invitations"
    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations.id", ondelete="CASCADE"), index=True)
    secret: Mapped[str] = mapped_column(String(64), unique=True)
    standing: Mapped[str] = mapped_column(String(1))
    group: Mapped[str] = mapped_column(String(100), default="")
    code: Mapped[str] = mapped_column(String(20), default="")  # of one for stakeholders: printed, so kept in the clear
    note: Mapped[str] = mapped_column(String(200), default="")
    most: Mapped[int] = mapped_column(default=1)
    used: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UTCTime)
    expires_at: Mapped[datetime] = mapped_column(UTCTime)


class ExpertRequest(Model):
    """A named question to a listed person: sent, then answered, passed on to somebody else, or not theirs."""

    __tablename__ = "expert_requests"
    __table_args__ = (Index("ix_expert_requests_question", "question_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations.id", ondelete="CASCADE"))
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(100))
    email: Mapped[str] = mapped_column(String(254))
    secret: Mapped[str] = mapped_column(String(64), unique=True)
    note: Mapped[str] = mapped_column(Text, default="")
    minutes: Mapped[int] = mapped_column(default=30)
    state: Mapped[str] = mapped_column(String(10), default="sent")  # sent, accepted, answered, passed on, declined
    reason: Mapped[str] = mapped_column(Text, default="")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    contribution_id: Mapped[int | None] = mapped_column(ForeignKey("contributions.id"))
    passed_from_id: Mapped[int | None] = mapped_column(ForeignKey("expert_requests.id"))
    sent_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime] = mapped_column(UTCTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCTime)
    consultation: Mapped[Consultation] = relationship()
    question: Mapped[Question] = relationship()


class Follow(Model):
    """What a person follows: notices and feeds are read from what is published there from then on."""

    __tablename__ = "follows"
    __table_args__ = (UniqueConstraint("person_id", "target", "key"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations.id", ondelete="CASCADE"))
    target: Mapped[str] = mapped_column(String(12))  # contribution, question, finding, theme
    key: Mapped[int]  # its id
    created_at: Mapped[datetime] = mapped_column(UTCTime)


class JoinRequest(Model):
    """Somebody who is not found on the register asks the host; declined ones hear why and may ask again."""

    __tablename__ = "join_requests"
    __table_args__ = (Index("ix_join_requests_waiting", "consultation_id", "state", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    number: Mapped[str] = mapped_column(String(40), default="")
    profession: Mapped[str] = mapped_column(String(100))
    region: Mapped[str] = mapped_column(String(100))
    note: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(16), default="waiting")
    reason: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(UTCTime)
    person: Mapped[Person] = relationship()


class Attempt(Model):
    """Something that is limited (signing in, typing a code); as rows, limits hold across processes and restarts."""

    __tablename__ = "attempts"
    __table_args__ = (Index("ix_attempts_key", "key", "at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime] = mapped_column(UTCTime)
