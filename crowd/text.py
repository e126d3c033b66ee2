"""What people type, made into HTML that is safe to show, and into plain text.

The only file that knows bleach or Markup. Text is made safe once, when a version is saved, outside the transaction;
reading never renders. Everything here is linear in the length of the text, because what could be slow is refused first.
"""

import html as entities
import re
import unicodedata
from itertools import groupby

import bleach
import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markupsafe import Markup

RENDERER = 1
"""Stored with each version. Raise it when the same source would give other HTML; `upgrade` then renders anew."""

TAGS = frozenset(
    {
        "p",
        "br",
        "hr",
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
        "h4",
        "h5",
        "h6",
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

DEPTH = 20
# For 10,000 characters; a longer text may have more in proportion. bench/safe_text.py shows what they cost.
LINES, SPECIALS, CELLS, TAG_PAIRS = 600, 1500, 1500, 600
SPECIAL = '[]*_~|<>&"`\\'


class Unusable(ValueError):
    """Text that cannot be taken. Its str is a sentence for the person who typed it."""


# ---- tidy -----------------------------------------------------------------------------------------------------------

# Controls but tab and newline, bidi overrides and isolates (they reorder what stands around them: "Trojan Source",
# CVE-2021-42574), interlinear annotation, byte order mark, surrogates, and what is no character in any Unicode version.
_UNWANTED = re.compile(
    "[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufff9-\ufffb\ufeff"
    "\ud800-\udfff\ufdd0-\ufdef"
    + "".join(chr(p + e) for p in range(0, 0x110000, 0x10000) for e in (0xFFFE, 0xFFFF))
    + "]"
)
_NEWLINE = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_LINE_END = re.compile(r"[ \t]+$", re.MULTILINE)
_SYMBOLS = re.compile(r"[^\w\s\x00-\x7f]{31,}")


def _fewer_marks(run: re.Match[str]) -> str:
    """At most 30 accents on one letter (UAX 15, stream-safe text): NFC sorts them in quadratic time, 5 s for 100 kB."""
    return "".join(
        "".join(marks)[:30] if accents else "".join(marks)
        for accents, marks in groupby(run[0], lambda c: unicodedata.combining(c) > 0)
    )


def tidy(source: str) -> str:
    """NFC, newlines as \\n, no space at ends of lines, no character that is invisible and harmful. Doing it twice is
    doing it once.
    """
    source = _UNWANTED.sub("", _NEWLINE.sub("\n", source))
    source = unicodedata.normalize("NFC", _SYMBOLS.sub(_fewer_marks, source))
    return _LINE_END.sub("", source).strip("\n").rstrip()


def tidy_line(source: str) -> str:
    """`tidy` for a field of one line: every run of white space becomes one space."""
    return " ".join(tidy(source).split())


# ---- Markdown -------------------------------------------------------------------------------------------------------

_ADDRESS = re.compile(
    r"https?://(?:[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?\.?|\[[0-9a-f:.]+\])(?::\d{1,5})?(?:[/?#].*)?",
    re.IGNORECASE,
)
_MAILTO = re.compile(r"mailto:[^@\s/\\<>\"']+@[a-z0-9.-]+(?:\?[^\s<>\"']*)?", re.IGNORECASE)
_BARE = re.compile(
    r"(?<![a-zA-Z0-9_@/.:-])(?:https?://|www\.)[a-z0-9.-]++(?::\d++)?(?:[/?#][!-;=?-~]*+)?(?![\w@])",
    re.IGNORECASE,
)


def _may_link(address: str) -> bool:
    """Whole web addresses with a plain host, and mail addresses; never a name and password before the host."""
    if not address.isascii() or not address.isprintable() or any(c in address for c in ' \\<>"`'):
        return False
    return bool(_ADDRESS.fullmatch(address) or _MAILTO.fullmatch(address))


def _bare_end(address: str) -> str:
    """Without the punctuation that belongs to the sentence around it."""
    while address and (
        address[-1] in ".,;:!?'\"*_~|]}" or (address[-1] == ")" and address.count(")") > address.count("("))
    ):
        address = address[:-1]
    return address


def _link(address: str, text: str) -> list[Token]:
    return [
        Token("link_open", "a", 1, attrs={"href": address}),
        Token("text", "", 0, content=text),
        Token("link_close", "a", -1),
    ]


def _link_bare(token: Token) -> list[Token]:
    """A text token, its http(s):// and www. addresses made links; never e-mail addresses, never bare domains."""
    found, done = [], 0
    for match in _BARE.finditer(token.content):
        text = _bare_end(match[0])
        address = _markdown.normalizeLink(text if "://" in text else "https://" + text)
        if _may_link(address) and "." in text:
            before = Token("text", "", 0, content=token.content[done : match.start()])
            found += [before, *_link(address, text)]
            done = match.start() + len(text)
    return [*found, Token("text", "", 0, content=token.content[done:])] if found else [token]


def _is_visible(tokens: list[Token]) -> bool:
    return any(unicodedata.category(c)[0] in "LNPS" for t in tokens for c in t.content)


def _mend_links(tokens: list[Token], links: bool) -> list[Token]:
    """Images become links, links without a word show their address, bare addresses become links; or no link at all."""
    out: list[Token] = []
    start = None
    for token in tokens:
        if token.type == "link_open":
            if out and out[-1].type == "text" and out[-1].content.endswith("!"):
                out[-1].content = out[-1].content[:-1]  # ![alt](address): the image rule is off
            start = len(out)
        elif token.type == "link_close" and start is not None:
            if not _is_visible(out[start:]):
                address = next(t for t in out[start:] if t.type == "link_open") if links else None
                if address:
                    out.append(Token("text", "", 0, content=str(address.attrs["href"])))
            start = None
        if token.type in ("link_open", "link_close") and not links:
            continue
        out += _link_bare(token) if links and token.type == "text" and start is None else [token]
    return out


def _forum_rules(state: StateCore) -> None:
    """Headings of authors never stand beside those of the page: # is h4, ## h5, all deeper ones h6."""
    for token in state.tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = {"h1": "h4", "h2": "h5"}.get(token.tag, "h6")
        if token.children:
            token.children = _mend_links(token.children, state.env["links"])


def _parser() -> MarkdownIt:
    """CommonMark with tables and strikethrough, line breaks kept, and without what surprises people or hides words:
    raw HTML, indented code, underlined headings, reference definitions, entities (what is typed is what is seen) and images.
    """
    # maxNesting silently drops what is deeper; a list takes two levels, so DEPTH refuses long before.
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True, "maxNesting": 2 * DEPTH + 10})
    parser.enable(["table", "strikethrough"]).disable(["code", "lheading", "reference", "entity", "image"])
    parser.validateLink = _may_link  # type: ignore[method-assign]  # the documented way to set it
    parser.normalizeLinkText = str  # type: ignore[method-assign]  # its own decodes %E2%80%AE: a bidi override
    parser.core.ruler.push("forum", _forum_rules)
    # The rulers compile at first use and are half filled meanwhile: two threads would lose each other's words.
    parser.render("ready", {"links": True})
    return parser


_markdown = _parser()


# ---- safe HTML ------------------------------------------------------------------------------------------------------


def _cells(source: str) -> int:
    """An upper bound of table cells: a row is filled up to the width of its header, however short it was typed."""
    blocks = (block.split("\n") for block in re.split(r"\n[ \t]*\n", source) if "|" in block)
    return sum(len(lines) * max(line.count("|") for line in lines) for lines in blocks)


def _refuse_slow(source: str, most: int) -> None:
    """Refuse what Markdown would be slow on. At these limits any text of 10,000 characters takes tens of ms."""
    scale = max(1, most / 10_000)
    if len(source) > most:
        raise Unusable(f"The text is {len(source):,} characters long. It can have {most:,} at most.")
    if len(re.findall(r"\n+", source)) >= LINES * scale:
        raise Unusable(f"The text has more than {LINES * scale:,.0f} lines. Join some of them.")
    if sum(map(source.count, SPECIAL)) > SPECIALS * scale:
        raise Unusable("The text has too many special characters, such as * [ < or |. Use fewer of them.")
    if _cells(source) > CELLS * scale:
        raise Unusable("The tables in the text are too large. Use fewer columns or rows.")


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
                raise Unusable(f"Lists, quotes or emphasis stand more than {DEPTH} levels deep. Use fewer levels.")
        _refuse_deep(token.children or [])


def _kept(tag: str, name: str, value: str) -> str | None:
    """The value of an attribute, decoded, or None where it may not stand."""
    allowed = {
        ("ol", "start"): value.isascii() and value.isdigit() and len(value) < 10,
        ("a", "href"): _may_link(value),
        ("a", "rel"): value == REL,
    }
    return value if allowed.get((tag, name)) else None


def _kept_by_bleach(tag: str, name: str, value: str) -> bool:
    return _kept(tag, name, entities.unescape(value)) is not None  # bleach hands over what it read undecoded


def _again(html: str) -> str:
    """nh3 with bleach's allow list: bleach has had its last release, nh3 is maintained."""
    return nh3.clean(
        html, tags=set(TAGS), attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel=REL, attribute_filter=_kept
    )


def safe_html(source: str, *, links: bool = True, most: int = 10_000) -> str:
    """Markdown as HTML of TAGS alone, links of SCHEMES alone. Raises Unusable when it is too long, deep or laboured.

    Images become links, headings h4 to h6 (# is h4). `links=False` leaves the words of links and drops their addresses.
    """
    source = tidy(source)
    _refuse_slow(source, most)
    env = {"links": links}
    tokens = _markdown.parse(source, env)
    _refuse_deep(tokens)
    rendered = _markdown.renderer.render(tokens, _markdown.options, env)
    if rendered.count("<") > 2 * TAG_PAIRS * max(1, most / 10_000):
        raise Unusable("The text has too much formatting. Use fewer lists, links, headings or table cells.")
    # Never a shared bleach.Cleaner: it mixes the texts of people between threads.
    out = _again(bleach.clean(rendered, tags=TAGS, attributes=_kept_by_bleach, protocols=SCHEMES, strip=True))
    if _again(out) != out:  # what a second parser reads differently, a browser may too
        raise Unusable("The text cannot be shown safely. Remove unusual characters or formatting.")
    return out


def shown(html: str) -> Markup:
    """The one way stored safe HTML reaches a template, as the filter `shown`. Only ever for what `safe_html` gave."""
    return Markup(html)


# ---- plain text -----------------------------------------------------------------------------------------------------

_LIST = re.compile(r'\n*<(/?)(ul|ol|li)(?: start="(\d+)")?>\n*(?:<p>)?')
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
    return words if words in (address, address.split("://")[-1]) else f"{words} ({address})"


def plain(html: str, *, addresses: bool = False) -> str:
    """The words of safe HTML, paragraphs apart by an empty line: for search, titles and, with `addresses`, for mails."""
    html = _LINK.sub(_with_address, html) if addresses else html
    html = re.sub(r"</t[hd]>\s*<t[hd]>", " | ", _bullets(html.replace("<br>\n", "<br>").replace("<br>", "\n")))
    text = entities.unescape(_TAG.sub("", _BLOCK.sub("\n\n", html)))
    return re.sub(r"\n[ \t]*\n\s*\n", "\n\n", text).strip()


def opening(text: str, length: int = 80) -> str:
    """The first words of plain text on one line, at most `length` characters, with … where something was cut off."""
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    end = line.rfind(" ", 0, length)
    if end < length // 2:  # no spaces, as in Chinese: cut between characters, never before an accent or joiner
        end = length - 1
        while end > 1 and (unicodedata.category(line[end])[0] == "M" or "\u200d" in line[end - 1 : end + 1]):
            end -= 1
    return line[:end].rstrip(" ,.;:、，。；：") + "…"
