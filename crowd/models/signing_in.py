"""How somebody shows who they are beside a password and a phone: at the host's own sign-on, and by passkey."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crowd.db import Model, UTCTime


class Provider(Model):
    """Where the host's people sign in (OpenID Connect): one row at most. The client's secret is kept sealed."""

    __tablename__ = "providers"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    issuer: Mapped[str] = mapped_column(String(300))
    client: Mapped[str] = mapped_column(String(300))
    secret: Mapped[str] = mapped_column(Text, default="")


class ClaimRule(Model):
    """What follows from a claim of the provider that has a value: a standing, a group or a profession."""

    __tablename__ = "claim_rules"
    id: Mapped[int] = mapped_column(primary_key=True)
    claim: Mapped[str] = mapped_column(String(100))
    value: Mapped[str] = mapped_column(String(200))
    gives: Mapped[str] = mapped_column(String(12))  # member, stakeholder, profession
    name: Mapped[str] = mapped_column(String(100), default="")  # of the group or the profession


class Identity(Model):
    """Whom a provider calls `subject`, and what its claims made of them when they last came from there."""

    __tablename__ = "identities"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    issuer: Mapped[str] = mapped_column(String(300))
    subject: Mapped[str] = mapped_column(String(255))
    standing: Mapped[str] = mapped_column(String(1), default="")
    group: Mapped[str] = mapped_column(String(100), default="")
    profession: Mapped[str] = mapped_column(String(100), default="")
    seen_at: Mapped[datetime] = mapped_column(UTCTime)


class Passkey(Model):
    """A credential of WebAuthn: the public half of a key that never leaves its device or its keeper."""

    __tablename__ = "passkeys"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    credential: Mapped[str] = mapped_column(String(1400), unique=True)  # its id, base64url
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    counter: Mapped[int] = mapped_column(BigInteger, default=0)  # of its uses, where the device counts them
    name: Mapped[str] = mapped_column(String(60))
    added_at: Mapped[datetime] = mapped_column(UTCTime)
    used_at: Mapped[datetime | None] = mapped_column(UTCTime)
