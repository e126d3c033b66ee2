"""The evidence card of an example, in the words that readers and moderators see."""

import re
from typing import NamedTuple
from urllib.parse import urlsplit

from crowd.evidence import doi
from crowd.evidence import licences as known
from crowd.i18n import _

FIELDS = ("setting", "change", "effect", "source", "interests", "licence", "contact", "consent")
YES = "yes"


class Line(NamedTuple):
    """`href` is empty where the value is words only; `ours` says that the value is ours and not the author's."""

    word: str
    value: str
    href: str = ""
    ours: bool = False


def licences() -> dict[str, str]:
    """What others may do with it; the first is what holds unless somebody says otherwise."""
    return {name: known.of(name).words for name in ("reserved", "cc-by", "cc-by-nc", "ogl")}


def words(card: dict[str, str] | None) -> list[str]:
    """What its author wrote, without the choices: for the index of search."""
    chosen = ("licence", "contact", "consent")
    return [value for name, value in (card or {}).items() if name not in chosen]


def lines(card: dict[str, str] | None) -> list[Line]:
    """The card line by line; a part that is empty is left out."""
    if not card:
        return []
    source = card.get("source", "")
    found = [
        Line(_("Where"), card.get("setting", "")),
        Line(_("What changed"), card.get("change", "")),
        Line(_("What it did"), card.get("effect", "")),
        Line(_("How we know"), source, source_href(source)),
        Line(_("Declared interests"), card.get("interests", "")),
        Line(_("Licence"), licences().get(card.get("licence", ""), ""), ours=True),
        Line(_("Contact"), _("Its author can be asked through the host") if card.get("contact") else "", ours=True),
        Line(
            _("People in it"),
            _("Nobody can be identified, or they have agreed in writing") if card.get("consent") else "",
            ours=True,
        ),
    ]
    return [line for line in found if line.value]


def source_href(source: str) -> str:
    """Where a source leads: a DOI to doi.org, a web address to itself; nothing else is a link."""
    source = source.strip()
    if found := doi.bare(source):
        return doi.href(found)
    if re.search(r"[\s<>\"\\^`{|}]", source) or not source.isprintable():
        return ""
    try:
        parts = urlsplit(source)
        parts.port  # noqa: B018  # raises ValueError for one that is none
    except ValueError:
        return ""
    plain = parts.scheme in ("http", "https") and "." in (parts.hostname or "") and "@" not in parts.netloc
    return source if plain else ""
