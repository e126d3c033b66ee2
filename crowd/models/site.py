"""What the host says about itself, once for the instance."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from crowd.db import Model, UTCTime


class Site(Model):
    """One row. `demonstration` marks data that nobody real wrote; every page then says so."""

    __tablename__ = "site"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), default="Crowd")
    colour: Mapped[str] = mapped_column(String(7), default="#0f5c6e")
    welcome: Mapped[str] = mapped_column(Text, default="")
    welcome_html: Mapped[str] = mapped_column(Text, default="")  # made safe when it was saved
    logo: Mapped[str] = mapped_column(String(64), default="")  # the SHA-256 of its row; empty without one
    logo_alt: Mapped[str] = mapped_column(String(100), default="")
    logo_width: Mapped[int] = mapped_column(default=0)  # as it is shown, in CSS pixels
    logo_height: Mapped[int] = mapped_column(default=0)
    languages: Mapped[list[str]] = mapped_column(JSON, default=lambda: ["en"])  # those offered, its own first
    words: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # the welcome in the other ones
    contact: Mapped[str] = mapped_column(String(254), default="")
    demonstration: Mapped[bool] = mapped_column(default=False)
    mails_free_at: Mapped[datetime | None] = mapped_column(UTCTime)  # when the mail server takes the next one
    mail_domains: Mapped[str] = mapped_column(Text, default="")  # nhs.net, *.nhs.uk: one a line
    mail_domains_do: Mapped[str] = mapped_column(String(10), default="join")  # what they are for: join or ask
    two_factor: Mapped[bool] = mapped_column(default=True)  # hosts and moderators must have a second factor
    chores_at: Mapped[datetime | None] = mapped_column(UTCTime)  # when a worker last looked what falls due by the clock


class Logo(Model):
    """The picture that stands for the host, made anew; the one that `Site.logo` names."""

    __tablename__ = "logos"
    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    media: Mapped[str] = mapped_column(String(20))
    body: Mapped[bytes] = mapped_column(LargeBinary)


class SitePage(Model):
    """A page in the host's words; one without a row stands with its first text. Earlier wordings are in the log.

    `name` ends in a language, such as about.cy, for all but English."""

    __tablename__ = "site_pages"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(20), unique=True)
    source: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    edition: Mapped[int]
    changed_at: Mapped[datetime] = mapped_column(UTCTime)


class MailWording(Model):
    """A mail in the host's words, its subject on the first line; one without a row has the standard words.

    `kind` ends in a language, such as invited.cy, for all but English."""

    __tablename__ = "mail_wordings"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), unique=True)
    words: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime] = mapped_column(UTCTime)
