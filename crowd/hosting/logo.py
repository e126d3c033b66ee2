"""The host's logo: made anew from its dots, small, and kept in the database, so that every copy of that has it."""

from hashlib import sha256
from io import BytesIO
from typing import IO, NamedTuple

from PIL import Image
from sqlalchemy import delete, select

from crowd.db import db
from crowd.evidence import pictures
from crowd.evidence.sorts import NotTaken
from crowd.i18n import _
from crowd.models import Logo

MOST_BYTES = 2_000_000
MOST_DOTS = 10_000_000
LONGEST = 480  # dots of the longer side: twice what is shown, for fine screens
HIGH, WIDE = 48, 240  # as it is shown, in CSS pixels


class Made(NamedTuple):
    body: bytes
    media: str
    width: int
    height: int


def made(file: IO[bytes]) -> Made:
    """The picture as it will be shown. Raises NotTaken, whose words say what to send in its place."""
    body = file.read(MOST_BYTES + 1)
    if not body:
        raise NotTaken(_("Choose a picture."))
    if len(body) > MOST_BYTES:
        raise NotTaken(_("The file has more than 2 MB. A logo 480 pixels wide is enough: save it smaller."))
    sort, anew = pictures.made_anew(BytesIO(body), _("The logo"), _sent_as(body), most_dots=MOST_DOTS, longest=LONGEST)
    with anew:
        again = anew.read()
    with Image.open(BytesIO(again)) as picture:
        width, height = picture.size
    shrunk = min(1, HIGH / height, WIDE / width)
    return Made(again, sort.media, max(1, round(width * shrunk)), max(1, round(height * shrunk)))


def _sent_as(body: bytes) -> str:
    """By what the file is, whatever its name says."""
    if body.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if body.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if body[:4] == b"RIFF" and body[8:12] == b"WEBP":
        return "WEBP"
    if body.startswith(b"GIF8"):
        raise NotTaken(_("This is a GIF. Save the logo as PNG, JPEG or WebP, and choose that."))
    if b"<svg" in body[:4096].lower() or body.lstrip()[:5] == b"<?xml":
        raise NotTaken(_("This is an SVG, which can hold programs. Save the logo as PNG, and choose that."))
    raise NotTaken(_("This is no PNG, JPEG or WebP picture. Save the logo as one of these, and choose that."))


def keep(of: Made) -> str:
    """Its SHA-256, by which it is found. Part of the caller's transaction."""
    name = sha256(of.body).hexdigest()
    db.session.add(Logo(sha256=name, media=of.media, body=of.body))
    return name


def remove() -> None:
    db.session.execute(delete(Logo))


def found(name: str) -> Logo | None:
    return db.session.scalar(select(Logo).where(Logo.sha256 == name))
