"""What people type, made into HTML that is safe to show, and into plain text.

The only file that knows bleach or Markup. Text is made safe once, when a version is saved, outside the
transaction; reading never renders. Everything here is linear in the length of the text, because what could be
slow is refused first.
"""

import html as entities
import re
import unicodedata
from itertools import groupby

import bleach
import nh3
from markdown_it.token import Token
from markupsafe import Markup

from crowd import markdown
from crowd.i18n import _, number
from crowd.markdown import DEPTH, cites, may_link

RENDERER = 2
"""Stored with each version. Raise it when the same source would give other HTML; `upgrade` renders anew."""

TAGS = frozenset(
    {
        "p",
        "br",
        "hr",
        "h4",
        "h5",
        "h6",
        "strong",
        "em",
        "s",
        "del",
        "a",
        "code",
        "pre",
        "blockquote",
        "ul",
        "ol",
        "li",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
    }
)
ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto"}
REL = "nofollow ugc noopener"

# For 10,000 characters; a longer text may have more in proportion. bench/safe_text.py shows what they cost.
LINES, SPECIALS, LINKS, CELLS, TAG_PAIRS = 500, 1000, 200, 1000, 500
SPECIAL = '[]*_~|<>&"`\\'


def _deep() -> str:
    return _("Lists, quotes or emphasis stand more than %(n)s levels deep. Use fewer levels.", n=DEPTH)


class Unusable(ValueError):
    """Text that cannot be taken. Its str is a sentence for the person who typed it."""


# ---- tidy --------------------------------------------------------------------------------------------------

# Controls but tab and newline, bidi overrides and isolates (they reorder what stands around them: "Trojan
# Source", CVE-2021-42574), interlinear annotation, byte order mark, surrogates, and what is no character in
# any Unicode version.
_UNWANTED = re.compile(
    "[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufff9-\ufffb\ufeff"
    "\ud800-\udfff\ufdd0-\ufdef"
    + "".join(chr(plane + last) for plane in range(0, 0x110000, 0x10000) for last in (0xFFFE, 0xFFFF))
    + "]"
)
_NEWLINE = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_LINE_END = re.compile(r"(?<![ \t])[ \t]++$", re.MULTILINE)  # without both marks quadratic in spaces
_SYMBOLS = re.compile(r"[^\w\s\x00-\x7f]{31,}")


def _fewer_marks(run: re.Match[str]) -> str:
    """At most 30 accents on one letter (UAX 15, stream-safe text): NFC sorts them in quadratic time, 5 s for
    100 kB.
    """
    return "".join(
        "".join(marks)[:30] if accents else "".join(marks)
        for accents, marks in groupby(run[0], lambda c: unicodedata.combining(c) > 0)
    )


def tidy(source: str) -> str:
    """NFC, newlines as \\n, no space at ends of lines, no character that is invisible and harmful. Doing it
    twice is doing it once.
    """
    source = _UNWANTED.sub("", _NEWLINE.sub("\n", source))
    source = unicodedata.normalize("NFC", _SYMBOLS.sub(_fewer_marks, source))
    return _LINE_END.sub("", source).strip("\n").rstrip()


def tidy_line(source: str) -> str:
    """`tidy` for a field of one line: every run of white space becomes one space."""
    return " ".join(tidy(source).split())


# ---- safe HTML ---------------------------------------------------------------------------------------------

_TOO_DEEP = re.compile(rf"^(?![-* \t]+$)(?:[ \t]*(?:>|[-+*][ \t]|\d{{1,9}}[.)][ \t])){{{DEPTH + 1}}}", re.MULTILINE)


def _cells(source: str) -> int:
    """An upper bound of table cells: a row is filled up to the width of its header, however short it was
    typed.
    """
    blocks = (block.split("\n") for block in re.split(r"\n[ \t]*\n", source) if "|" in block)
    return sum(len(lines) * max(line.count("|") for line in lines) for lines in blocks)


def _refuse_slow(source: str, most: int) -> None:
    """Refuse what would be slow. Within these limits 10,000 characters take about 30 ms at most."""
    scale = max(1, most / 10_000)
    if len(source) > most:
        raise Unusable(
            _(
                "The text is %(n)s characters long. It can have %(most)s at most.",
                n=number(len(source)),
                most=number(most),
            )
        )
    if len(re.findall(r"\n+", source)) >= LINES * scale:
        raise Unusable(_("The text has more than %(n)s lines. Join some of them.", n=number(round(LINES * scale))))
    if sum(map(source.count, SPECIAL)) > SPECIALS * scale:
        raise Unusable(_("The text has too many special characters, such as * [ < or |. Use fewer of them."))
    if source.count("[") > LINKS * scale or source.count("://") + source.count("www.") > LINKS * scale:
        raise Unusable(_("The text has too many links or square brackets. Use fewer of them."))
    if _TOO_DEEP.search(source):  # each lazy line after such a one asks every level
        raise Unusable(_deep())
    if _cells(source) > CELLS * scale:
        raise Unusable(_("The tables in the text are too large. Use fewer columns or rows."))


def _refuse_deep(tokens: list[Token]) -> None:
    depth = 0
    for token in tokens:
        if token.type in (
            "blockquote_open",
            "blockquote_close",
            "bullet_list_open",
            "bullet_list_close",
            "ordered_list_open",
            "ordered_list_close",
        ) or token.tag in ("em", "strong", "s"):
            depth += token.nesting
            if depth > DEPTH:
                raise Unusable(_deep())
        _refuse_deep(token.children or [])


def _kept(tag: str, name: str, value: str) -> str | None:
    """The value of an attribute, decoded, or None where it may not stand."""
    allowed = {
        ("ol", "start"): value.isascii() and value.isdigit() and len(value) < 10,
        ("a", "href"): may_link(value) or cites(value),
        ("a", "rel"): value == REL,
    }
    return value if allowed.get((tag, name)) else None


def _kept_by_bleach(tag: str, name: str, value: str) -> bool:
    return _kept(tag, name, entities.unescape(value)) is not None  # bleach does not decode what it reads


def _again(html: str) -> str:
    """nh3 with bleach's allow list: bleach has had its last release, nh3 is maintained."""
    return nh3.clean(
        html, tags=set(TAGS), attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel=REL, attribute_filter=_kept
    )


# Paragraphs and simple lists of words, breaks and emphasis: tags without attributes, each closed where it may be. Most
# texts are no more than this, and both sanitisers would give it back as it is.
_WORDS = r"[^<>&\u00a0]|&(?:amp|lt|gt|quot);"
_LINE = rf"(?:{_WORDS}|<br>\n|<(?:em>(?:{_WORDS})*+</em|strong>(?:{_WORDS})*+</strong)>)*+"
_PLAIN = re.compile(rf"(?:<p>{_LINE}</p>\n|<(?P<list>[uo]l)>\n(?:<li>{_LINE}</li>\n)++</(?P=list)>\n)*+")


def safe_html(source: str, *, links: bool = True, most: int = 10_000, codes: frozenset[str] = frozenset()) -> str:
    """Markdown as HTML of TAGS alone, links of SCHEMES alone. Raises Unusable when it is too long, deep or
    laboured.

    Images become links, headings h4 to h6 (# is h4). `links=False` leaves the words of links and drops their
    addresses. Citable numbers of the consultations with these `codes` become links within the site.
    """
    source = tidy(source)
    _refuse_slow(source, most)
    tokens = markdown.parse(source, links=links, codes=codes)
    _refuse_deep(tokens)
    rendered = markdown.render(tokens)
    if rendered.count("<") > 2 * TAG_PAIRS * max(1, most / 10_000):
        raise Unusable(_("The text has too much formatting. Use fewer lists, links, headings or table cells."))
    if _PLAIN.fullmatch(rendered):
        return rendered.replace("&quot;", '"')
    # Never a shared bleach.Cleaner: it mixes the texts of people between threads.
    out = _again(bleach.clean(rendered, tags=TAGS, attributes=_kept_by_bleach, protocols=SCHEMES, strip=True))
    if _again(out) != out:  # what a second parser reads differently, a browser may too
        raise Unusable(_("The text cannot be shown safely. Remove unusual characters or formatting."))
    return out


def shown(html: str) -> Markup:
    """The one way stored safe HTML reaches a template, as the filter `shown`. Only ever for what `safe_html`
    gave.
    """
    return Markup(html)


# ---- plain text --------------------------------------------------------------------------------------------

_LIST = re.compile(r'(?:(?<!\n)\n++)?<(/?)(ul|ol|li)(?: start="(\d+)")?>\n*(?:<p>)?')
_LINK = re.compile(r'<a href="([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)
_BLOCK = re.compile(r"</?(?:p|blockquote|pre|table|h[456]|hr)>")
_TAG = re.compile(r"</?[a-z][^>]*>")


def _bullets(html: str) -> str:
    """Lists as lines that begin with "- " or "1. ", indented by their depth."""
    numbers: list[int] = []  # the next number of each open list; 0 where it has bullets

    def line(match: re.Match[str]) -> str:
        closing, tag, start = match.group(1, 2, 3)
        if tag == "li":
            if closing or not numbers:
                return ""
            bullet = f"{numbers[-1]}. " if numbers[-1] else "- "
            numbers[-1] += numbers[-1] > 0
            return "\n" + "  " * (len(numbers) - 1) + bullet
        if closing:
            del numbers[-1:]
        else:
            numbers.append(int(start or 1) if tag == "ol" else 0)
        return "\n\n" if len(numbers) == (not closing) else ""

    return _LIST.sub(line, html)


def _with_address(match: re.Match[str]) -> str:
    address, words = match[1], match[2]
    said = words in (address, address.split("://")[-1]) or address.startswith("/")
    return words if said else f"{words} ({address})"


def plain(html: str, *, addresses: bool = False) -> str:
    """The words of safe HTML, paragraphs apart by an empty line: for search, titles and, with `addresses`,
    for mails.
    """
    html = str(html)  # Markup would escape what is put in
    html = _LINK.sub(_with_address, html) if addresses else html
    html = _bullets(html.replace("<br>\n", "<br>").replace("<br>", "\n"))
    html = re.sub(r"</t[hd]>\s*<t[hd]>", " | ", html)
    text = entities.unescape(_TAG.sub("", _BLOCK.sub("\n\n", html)))
    return re.sub(r"\n[ \t]*\n\s*\n", "\n\n", text).strip()


_BLANK_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # letters and symbols to Unicode, and nothing to see


def has_words(html: str) -> bool:
    """Whether safe HTML shows anything to read: a letter, a number, a mark or a symbol that can be seen."""
    return can_be_seen(entities.unescape(_TAG.sub("", html)))


def can_be_seen(words: str) -> bool:
    """The same for plain text."""
    return any(unicodedata.category(c)[0] in "LNPS" and c not in _BLANK_LETTERS for c in words)


def opening(text: str, length: int = 80) -> str:
    """The first words of plain text on one line, at most `length` characters, with … where something was cut
    off.
    """
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    end = line.rfind(" ", 0, length)
    if end < length // 2:  # no spaces, as in Chinese: cut anywhere but before an accent or at a joiner
        end = length - 1
        while end > 1 and (unicodedata.category(line[end])[0] == "M" or "\u200d" in line[end - 1 : end + 1]):
            end -= 1
    return line[:end].rstrip(" ,.;:、，。；：") + "…"
