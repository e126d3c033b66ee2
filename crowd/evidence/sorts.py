"""The sorts of files that are taken, and a clean name for each."""

import re
import unicodedata
from typing import NamedTuple

from crowd.i18n import _
from crowd.text import tidy_line

MOST_LETTERS = 100  # of a name, without its ending


class NotTaken(Exception):
    """A file that is not taken; the message is the sentence for whoever sent it."""


class Sort(NamedTuple):
    """`ending` is the one its name gets, whatever it had."""

    ending: str
    media: str


PDF = Sort("pdf", "application/pdf")
CSV = Sort("csv", "text/csv")  # the charset of what goes out is added to it; what is kept is UTF-8
PNG, JPEG, WEBP = Sort("png", "image/png"), Sort("jpg", "image/jpeg"), Sort("webp", "image/webp")
_OOXML = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."
OOXML = {
    b"wordprocessingml.document.main+xml": Sort("docx", _OOXML + "wordprocessingml.document"),
    b"spreadsheetml.sheet.main+xml": Sort("xlsx", _OOXML + "spreadsheetml.sheet"),
    b"presentationml.presentation.main+xml": Sort("pptx", _OOXML + "presentationml.presentation"),
}
ODF = {
    (_ODF + name).encode(): Sort(ending, _ODF + name)
    for name, ending in (("text", "odt"), ("spreadsheet", "ods"), ("presentation", "odp"))
}
SORTS = (PDF, *OOXML.values(), *ODF.values(), PNG, JPEG, WEBP, CSV)
ENDINGS = {sort.media: sort.ending for sort in SORTS}
ACCEPT = ",".join(["." + sort.ending for sort in SORTS] + [".jpeg", ".gif"])  # a help for choosing; it decides nothing


def taken() -> str:
    """What is taken, in a sentence."""
    return _(
        "We take PDF, Word, Excel, PowerPoint and OpenDocument files, JPEG, PNG, WebP and GIF pictures, and CSV tables."
    )


def sort_words(media: str) -> str:
    """A sort as it stands beside the name of a file."""
    ending = ENDINGS.get(media, "")
    office = {"docx": "Word", "xlsx": "Excel", "pptx": "PowerPoint", "jpg": "JPEG", "webp": "WebP"}
    if ending in ("odt", "ods", "odp"):
        return "OpenDocument"
    return office.get(ending, ending.upper())


_NO_NAME = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')  # what some system or other takes for more than a name
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?\Z", re.IGNORECASE)
_ENDING = re.compile(
    r"\.(pdf|do[ct][xm]?|xl[st][xmb]?|pp[ts][xm]?|od[tspg]|rtf|png|jpe?g|jfif|webp|gif|svg|csv|tsv|txt|html?|xml|zip"
    r"|js|exe|com|bat|cmd|scr|msi|lnk|hta|jar|ps1|vbs|sh|php)\Z",
    re.IGNORECASE,
)


def clean_name(name: str, sort: Sort) -> str:
    """The name without folders, control and bidi characters and endings that promise something else; never empty."""
    stem = _visible(re.split(r"[/\\]", name)[-1])
    while (shorter := _ENDING.sub("", stem).rstrip(". ")) != stem:
        stem = shorter
    stem = stem[:MOST_LETTERS].strip(". ")
    if not stem or _RESERVED.match(stem):
        stem = f"file {stem}".strip()
    return f"{stem}.{sort.ending}"


def told_name(name: str) -> str:
    """The name as a sentence to its sender repeats it."""
    return _visible(re.split(r"[/\\]", name)[-1])[:MOST_LETTERS] or _("The file")


def _visible(name: str) -> str:
    """On one line, without characters that cannot be seen or that turn the reading direction round (Cf)."""
    seen = "".join(c for c in _NO_NAME.sub(" ", name) if unicodedata.category(c) != "Cf")
    return tidy_line(seen).strip(". ")
