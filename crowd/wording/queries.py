"""The pages in the host's words, or with the texts that every instance begins with."""

from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import select

from crowd import i18n
from crowd.db import db
from crowd.i18n import _
from crowd.models import Record, Site, SitePage
from crowd.text import safe_html, tidy

FIRST = Path(__file__).with_name("first")
NAMES = ("about", "privacy", "terms", "house-rules", "accessibility", "help")
MOST = 40_000  # characters


class Page(NamedTuple):
    """`edition` 0 is the first text, which nobody has read over yet."""

    name: str
    title: str
    source: str
    html: str
    edition: int


def titles() -> dict[str, str]:
    return {
        "about": _("About this site"),
        "privacy": _("Privacy notice"),
        "terms": _("Terms of use"),
        "house-rules": _("House rules"),
        "accessibility": _("Accessibility statement"),
        "help": _("Help"),
    }


def made_safe(source: str) -> str:
    """Headings begin one level under the page's own. Raises text.Unusable."""
    html = safe_html(source, most=MOST)
    for high, low in ((2, 4), (3, 5), (4, 6)):  # a heading never has attributes, so these are all that there are
        html = html.replace(f"<h{low}>", f"<h{high}>").replace(f"</h{low}>", f"</h{high}>")
    return html


def first_text(name: str) -> str:
    """The text that a page begins with, for a body in the United Kingdom, with the host's name and address in it."""
    site = db.session.execute(select(Site.name, Site.contact)).first()
    host, contact = (site.name, site.contact) if site else ("", "")
    text = (FIRST / f"{name}.md").read_text("utf-8")
    return tidy(text.replace("{host}", host).replace("{contact}", contact or _("[your e-mail address]")))


def page(name: str) -> Page:
    kept = db.session.scalar(select(SitePage).where(SitePage.name == name))
    if kept is not None:
        return Page(name, titles()[name], kept.source, kept.html, kept.edition)
    source = first_text(name)
    return Page(name, titles()[name], source, made_safe(source), 0)


def editions() -> dict[str, int]:
    """How often each page has been changed; those with first texts are missing."""
    return {row.name: row.edition for row in db.session.execute(select(SitePage.name, SitePage.edition))}


def earlier(name: str) -> list[tuple[int, str, str]]:
    """(edition, when, words) of every wording that hosts saved, the newest first, as the log has them."""
    lines = db.session.scalars(select(Record).where(Record.deed == "page changed").order_by(Record.id.desc()))
    return [_told(line.at, line.facts) for line in lines if line.facts["page"] == name][:50]


def _told(at: datetime, facts: dict[str, Any]) -> tuple[int, str, str]:
    return facts["edition"], i18n.deadline(at, "Europe/London"), facts["text"]
