"""The pages in the host's words, or with the texts that every instance begins with."""

from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import select

from crowd import i18n, readers
from crowd.db import db
from crowd.i18n import _
from crowd.models import Record, Site, SitePage
from crowd.text import safe_html, tidy

FIRST = Path(__file__).with_name("first")
NAMES = ("about", "privacy", "terms", "house-rules", "accessibility", "help")
MOST = 40_000  # characters


class Page(NamedTuple):
    """`edition` 0 is the first text, which nobody has read over yet. `name` is a key of i18n, such as about.cy."""

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


def known(key: str) -> bool:
    """Whether a page of this name is one that this site may have, in a language that it offers."""
    name, code = i18n.of_key(key)
    return name in NAMES and code in readers.offered() and key == i18n.key(name, code)


def all_keys() -> list[str]:
    """All pages, each in every language that is offered."""
    return [i18n.key(name, code) for name in NAMES for code in readers.offered()]


def title(key: str) -> str:
    """For hosts: with its language where there is more than one."""
    name, code = i18n.of_key(key)
    return titles()[name] if len(readers.offered()) == 1 else f"{titles()[name]} ({i18n.KNOWN[code]})"


def _first_file(key: str) -> Path:
    name, code = i18n.of_key(key)
    file = FIRST / code / f"{name}.md"
    return file if code != i18n.FIRST and file.exists() else FIRST / f"{name}.md"


def first_text(key: str) -> str:
    """The text that a page begins with, for a body in the United Kingdom, with the host's name and address in it."""
    site = db.session.execute(select(Site.name, Site.contact)).first()
    host, contact = (site.name, site.contact) if site else ("", "")
    text = _first_file(key).read_text("utf-8")
    return tidy(text.replace("{host}", host).replace("{contact}", contact or _("[your e-mail address]")))


def page(key: str) -> Page:
    """A page in one language, for whoever changes it."""
    name = i18n.of_key(key)[0]
    kept = db.session.scalar(select(SitePage).where(SitePage.name == key))
    if kept is not None:
        return Page(key, titles()[name], kept.source, kept.html, kept.edition)
    source = first_text(key)
    return Page(key, titles()[name], source, made_safe(source), 0)


def for_reader(name: str) -> tuple[Page, str | None]:
    """A page in the reader's language, else in one that the host wrote it in, with that language: what the host says
    counts more than a first text in the reader's own."""
    offered = readers.offered()
    wanted = [i18n.best((i18n.language(),), offered), *offered]
    written = set(
        db.session.scalars(select(SitePage.name).where(SitePage.name.in_([i18n.key(name, c) for c in offered])))
    )
    code = next((code for code in wanted if i18n.key(name, code) in written), wanted[0])
    return page(i18n.key(name, code)), None if code == i18n.language() else code


def editions() -> dict[str, int]:
    """How often each page has been changed; those with first texts are missing."""
    return {row.name: row.edition for row in db.session.execute(select(SitePage.name, SitePage.edition))}


def earlier(name: str) -> list[tuple[int, str, str]]:
    """(edition, when, words) of every wording that hosts saved, the newest first, as the log has them."""
    lines = db.session.scalars(select(Record).where(Record.deed == "page changed").order_by(Record.id.desc()))
    return [_told(line.at, line.facts) for line in lines if line.facts["page"] == name][:50]


def _told(at: datetime, facts: dict[str, Any]) -> tuple[int, str, str]:
    return facts["edition"], i18n.deadline(at, "Europe/London"), facts["text"]
