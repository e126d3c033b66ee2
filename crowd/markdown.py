"""The Markdown of the forum: what is on, what is off, and what becomes of links, images and headings.

CommonMark with tables and strikethrough; a line break is a line break. Made safe by crowd/text.py, the only
caller.
"""

import re
import unicodedata
from types import SimpleNamespace
from typing import Any

from markdown_it import MarkdownIt, helpers
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

DEPTH = 20
# What surprises people or hides words: indented code, underlined headings, reference definitions, entities
# (what is typed is what is seen), images (they tell their server who reads); and raw HTML.
OFF = ["code", "lheading", "reference", "entity", "image", "html_block", "html_inline"]

_ADDRESS = re.compile(
    r"https?://(?:[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?\.?|\[[0-9a-f:.]+\])(?::\d{1,5})?(?:[/?#].*)?",
    re.IGNORECASE,
)
_MAILTO = re.compile(r"mailto:[^@\s/\\<>\"']+@[a-z0-9.-]+(?:\?[^\s<>\"']*)?", re.IGNORECASE)
_BARE = re.compile(
    r"(?<![a-zA-Z0-9_@/.:-])(?:https?://|www\.)[a-z0-9.-]++(?::\d++)?(?:[/?#][!-;=?-~]*+)?(?![\w@])",
    re.IGNORECASE,
)

# The citable number of a contribution: the code of its consultation, a hyphen, its serial in four digits or more.
CITED = re.compile(r"(?<![\w./@-])([A-Z][A-Z0-9-]{1,19})-(\d{4,7})(?![\w-])", re.ASCII)


def cites(address: str) -> bool:
    """Whether it is the address of a citable number, which the parser makes and nobody can type as a link."""
    return address.startswith("/p/") and bool(CITED.fullmatch(address[3:]))


def may_link(address: str) -> bool:
    """Whole web addresses with a plain host, and mail addresses; never user:password before the host."""
    if not address.isascii() or not address.isprintable() or any(c in address for c in ' \\<>"`'):
        return False
    return bool(_ADDRESS.fullmatch(address) or _MAILTO.fullmatch(address))


def _bare_end(address: str) -> str:
    """Without the punctuation that belongs to the sentence around it, as a ) does that has no ( before it."""
    end, surplus = len(address), address.count(")") - address.count("(")
    while end and (address[end - 1] in ".,;:!?'\"*_~|]}" or (address[end - 1] == ")" and surplus > 0)):
        surplus -= address[end - 1] == ")"
        end -= 1
    return address[:end]


def _link(address: str, text: str) -> list[Token]:
    return [
        Token("link_open", "a", 1, attrs={"href": address}),
        Token("text", "", 0, content=text),
        Token("link_close", "a", -1),
    ]


def _link_bare(token: Token) -> list[Token]:
    """A text token, its http(s):// and www. addresses made links, not e-mail addresses or bare domains."""
    found, done = [], 0
    for match in _BARE.finditer(token.content):
        text = _bare_end(match[0])
        address = _markdown.normalizeLink(text if "://" in text else "https://" + text)
        if may_link(address) and "." in text:
            before = Token("text", "", 0, content=token.content[done : match.start()])
            found += [before, *_link(address, text)]
            done = match.start() + len(text)
    return [*found, Token("text", "", 0, content=token.content[done:])] if found else [token]


def _link_cited(token: Token, codes: frozenset[str]) -> list[Token]:
    """A text token, its citable numbers of these consultations made links within the site."""
    found, done = [], 0
    for match in CITED.finditer(token.content):
        if match[1] in codes:
            before = Token("text", "", 0, content=token.content[done : match.start()])
            found += [before, *_link(f"/p/{match[0]}", match[0])]
            done = match.end()
    return [*found, Token("text", "", 0, content=token.content[done:])] if found else [token]


def _link_found(token: Token, codes: frozenset[str]) -> list[Token]:
    """A text token with its bare addresses and its citable numbers as links; none stands inside another."""
    out, inside = [], False
    for part in _link_bare(token):
        inside = part.type == "link_open" or (inside and part.type != "link_close")
        out += [part] if inside or part.type != "text" or not codes else _link_cited(part, codes)
    return out


def _is_visible(tokens: list[Token]) -> bool:
    blank = "\u115f\u1160\u2800\u3164\uffa0"  # letters and symbols that show nothing
    return any(unicodedata.category(c)[0] in "LNPS" and c not in blank for token in tokens for c in token.content)


def _mend_links(tokens: list[Token], links: bool, codes: frozenset[str]) -> list[Token]:
    """Images become links, a link without a word shows its address, bare addresses become links. What may not
    link, or stands inside another link, becomes its words.
    """
    out: list[Token] = []
    kept: list[int] = []  # of each open link, where it stands in `out`; 0 where it was left out
    for token in tokens:
        if token.type == "link_open":
            if out and out[-1].type == "text" and out[-1].content.endswith("!"):
                out[-1].content = out[-1].content[:-1]  # ![words](address), as the image rule is off
            out.append(Token("text", "", 0))
            keep = links and not any(kept) and may_link(str(token.attrs["href"]))
            kept.append(len(out) if keep else 0)
            out += [token] if keep else []
        elif token.type == "link_close":
            start = kept.pop()
            if start and not _is_visible(out[start:]):
                out.append(Token("text", "", 0, content=str(out[start].attrs["href"])))
            out += [token] if start else []
        else:
            out += _link_found(token, codes) if links and not any(kept) and token.type == "text" else [token]
    return out


def _forum_rules(state: StateCore) -> None:
    """Headings of authors never stand beside those of the page: # is h4, ## h5, all deeper ones h6."""
    for token in state.tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = {"h1": "h4", "h2": "h5"}.get(token.tag, "h6")
        if token.children:
            token.children = _mend_links(token.children, state.env["links"], state.env["codes"])


def _label_end(state: StateInline, start: int, _nested: bool = False) -> int:
    """Where the ] stands that closes the [ at `start`; -1 if nowhere, or behind another link. Brackets are
    matched once for a paragraph; markdown-it's own reads on to its end for each [, 100 ms for 10,000
    characters.
    """
    if state.env.get("paragraph") is not state.src:
        opened: list[int] = []
        pairs: dict[int, int] = {}
        for match in re.finditer(r"\\.|[\[\]]", state.src):
            if match[0] == "[":
                opened.append(match.start())
            elif match[0] == "]" and opened:
                pairs[opened.pop()] = match.start()
        state.env.update(paragraph=state.src, pairs=pairs)
    end: int = state.env["pairs"].get(start, state.posMax)
    return end if end < state.posMax and "](" not in state.src[start:end] else -1


def _title(source: str, start: int, end: int, *earlier: Any) -> Any:
    """The title of a link, which is not shown: at most 200 characters, or each unclosed one is read to the
    end.
    """
    return helpers.parseLinkTitle(source, start, min(end, start + 200), *earlier)


def _parser() -> MarkdownIt:
    # maxNesting silently drops what is deeper; a list takes two levels, so DEPTH refuses long before.
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True, "maxNesting": 2 * DEPTH + 10})
    parser.enable(["table", "strikethrough"]).disable(OFF)
    parser.validateLink = may_link  # type: ignore[assignment,method-assign]  # the documented way to set it
    # its own decodes %E2%80%AE, a bidi override
    parser.normalizeLinkText = str  # type: ignore[assignment,method-assign]  # as above
    parser.helpers = SimpleNamespace(  # type: ignore[assignment]  # a module there
        parseLinkLabel=_label_end, parseLinkTitle=_title, parseLinkDestination=helpers.parseLinkDestination
    )
    parser.core.ruler.push("forum", _forum_rules)
    # The rulers compile at first use and are half filled meanwhile: two threads would lose each other's
    # words.
    parser.render("ready", {"links": True, "codes": frozenset()})
    return parser


_markdown = _parser()


def parse(source: str, *, links: bool, codes: frozenset[str] = frozenset()) -> list[Token]:
    """What stands deeper than 2 * DEPTH + 10 levels is lost: refuse what is deeper than DEPTH."""
    return _markdown.parse(source, {"links": links, "codes": codes})


def render(tokens: list[Token]) -> str:
    return str(_markdown.renderer.render(tokens, _markdown.options, {}))
