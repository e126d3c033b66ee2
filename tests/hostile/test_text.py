"""Whatever is typed, what is shown holds allowed tags, attributes and schemes alone."""

import threading

import html5lib
import nh3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crowd import text
from crowd.text import Unusable, opening, plain, safe_html, tidy, tidy_line
from tests.hostile.payloads import CLASSES, PAYLOADS

TAGS = {
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
REL = "nofollow ugc noopener"


def elements(html):
    """What a browser's algorithm makes of it: html5lib is the reference implementation, not the parser in
    use.
    """
    tree = html5lib.parseFragment(html, namespaceHTMLElements=False)
    return [element for element in tree.iter() if element.tag != "DOCUMENT_FRAGMENT"]


def faults(html):
    found = []
    for element in elements(html):
        attributes = dict(element.attrib)
        if element.tag not in TAGS:
            found.append(("tag", element.tag))
        if element.tag == "a":
            href = attributes.pop("href", "")
            if (
                not href.startswith(("http://", "https://", "mailto:"))
                or not href.isascii()
                or set(href) & set(' \\"<>`\t\n')
            ):
                found.append(("href", href))
            if attributes.pop("rel", None) != REL:
                found.append(("rel", href))
            if not "".join(element.itertext()).strip():
                found.append(("link without words", href))
        if element.tag == "ol" and not attributes.pop("start", "1").isdigit():
            found.append(("start", element.tag))
        found += [("attribute", name) for name in attributes]
    if (
        nh3.clean(
            html,
            tags=TAGS,
            attributes={"a": {"href"}, "ol": {"start"}},
            url_schemes={"http", "https", "mailto"},
            link_rel=REL,
        )
        != html
    ):
        found.append(("changes when cleaned again", html))
    return found


def rendered(source, **options):
    try:
        return safe_html(source, **options)
    except Unusable as refusal:
        assert str(refusal).endswith(".")
        return ""


def test_the_check_finds_what_is_not_allowed():
    assert faults("<script>alert(1)</script>")
    assert faults('<p onclick="alert(1)">x</p>')
    assert faults(f'<a href="javascript:123" rel="{REL}">x</a>')
    assert faults(f'<a href="//x.example" rel="{REL}">x</a>')
    assert faults('<a href="https://x.example">x</a>')
    assert faults("<p>a</div>")
    assert not faults(f'<p><a href="https://x.example" rel="{REL}">x</a></p>')


def test_there_are_enough_payloads():
    assert len(set(PAYLOADS)) >= 300


@pytest.mark.parametrize("name", CLASSES)
def test_a_payload_becomes_allowed_html(name):
    assert {payload: found for payload in CLASSES[name] if (found := faults(rendered(payload)))} == {}


@pytest.mark.parametrize(
    "context",
    [
        "Before *{}* after",
        "- {}",
        "> {}",
        "# {}",
        "| a |\n|---|\n| {} |",
        "[{}](https://x.example)",
        "[x](https://x.example/{})",
        "```\n{}\n```",
        '[x](https://x.example "{}")',
        "https://x.example/{}",
    ],
)
def test_a_payload_in_a_context_becomes_allowed_html(context):
    short = [payload for payload in PAYLOADS if len(payload) < 200]
    found = {payload: found for payload in short if (found := faults(rendered(context.replace("{}", payload))))}
    assert found == {}


def test_without_links_there_is_no_link_but_its_words():
    for payload in PAYLOADS:
        assert "a" not in {element.tag for element in elements(rendered(payload, links=False))}
    assert safe_html("see [the plan](https://x.example)", links=False) == "<p>see the plan</p>\n"


@pytest.mark.parametrize(
    "payload",
    [
        f"[x]({address})"
        for address in (
            "javascript:123",
            "javascript&colon;alert(1)",
            "data:text/html,x",
            "//x.example",
            "https://user@x.example",
            "https:\\\\x.example",
            "ftp://x.example",
        )
    ],
)
def test_a_link_that_may_not_be_stays_as_it_was_typed(payload):
    assert plain(safe_html(payload)) == payload.replace("\\\\", "\\")


def test_what_was_typed_as_html_is_read_as_text():
    assert plain(safe_html("<script>alert(1)</script> & <b>x</b>")) == "<script>alert(1)</script> & <b>x</b>"


FAULTY = "<p onclick=alert(1)>x<script>alert(1)</script><a href='javascript:123'>y</a></p>"


def test_a_fault_of_the_first_sanitiser_is_caught_by_the_second(monkeypatch):
    monkeypatch.setattr(
        "crowd.text.bleach.clean",
        lambda html, **_: html + "<img src=x onerror=alert(1)><a href=javascript:123>x</a>",
    )
    assert f'<a rel="{REL}">x</a>' in safe_html("# x")  # what the first one let through, made harmless
    assert faults(safe_html("# x").replace(f'<a rel="{REL}">x</a>', "")) == []


def test_a_fault_of_markdown_is_caught(monkeypatch):
    monkeypatch.setattr("crowd.markdown.render", lambda tokens: FAULTY)
    assert safe_html("x") == f'<p>xalert(1)<a rel="{REL}">y</a></p>'


def test_the_first_sanitiser_alone_lets_nothing_through(monkeypatch):
    monkeypatch.setattr("crowd.markdown.render", lambda tokens: FAULTY)
    monkeypatch.setattr("crowd.text._again", lambda html: html)
    assert safe_html("x") == "<p>xalert(1)<a>y</a></p>"


def test_an_address_is_shown_as_it_was_typed_not_decoded_to_a_bidi_override():
    assert plain(safe_html("<https://x.example/%E2%80%AEgpj>")) == "https://x.example/%E2%80%AEgpj"


def test_threads_do_not_mix_their_texts():
    """A shared bleach.Cleaner gave 6% of outputs another person's words."""
    wrong, start = [], threading.Barrier(8)

    def person(number):
        start.wait()
        for n in range(200):
            word = f"person{number}text{n}"
            expected = f"<p><strong>{word}</strong> &amp; <code>{word}</code></p>\n<ul>\n<li>{word}</li>\n</ul>\n"
            if (html := safe_html(f"**{word}** & `{word}`\n\n- {word}")) != expected:
                wrong.append(html)

    threads = [threading.Thread(target=person, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


PIECES = st.lists(
    st.sampled_from(
        [
            "<",
            ">",
            '"',
            "'",
            "&",
            "[",
            "]",
            "(",
            ")",
            "!",
            "*",
            "**",
            "_",
            "`",
            "```",
            "~~",
            "|",
            "|-|",
            "\n",
            "\n\n",
            "> ",
            "- ",
            "1. ",
            "# ",
            "\\",
            " ",
            "  \n",
            "a",
            "x",
            "https://x.example/",
            "www.x.example",
            "javascript:alert(1)",
            "<script>",
            "<svg>",
            "onerror=",
            "&#x3c;",
            "&lt;",
            "\u202e",
            "\x00",
            "\ud800",
            "e\u0301",
            "\u2028",
            "数",
            "mailto:x@y.example",
            "<!--",
            "-->",
            "](",
            "<b>",
            "\t",
        ]
    )
).map("".join)
ANY_TEXT = st.text(st.characters(exclude_categories=())) | PIECES


class Never:
    def fullmatch(self, html):
        return None


@settings(deadline=None, max_examples=400)
@given(ANY_TEXT)
def test_what_needs_no_sanitiser_is_as_the_sanitisers_give_it(source):
    quick = rendered(source)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("crowd.text._PLAIN", Never())
        assert rendered(source) == quick


@pytest.mark.parametrize(
    "html", ["<p>a</p>\n", "<ul>\n<li>a <em>b</em></li>\n</ul>\n", "<p>&quot;a&quot;<br>\nb</p>\n"]
)
def test_simple_html_needs_no_sanitiser(html):
    assert text._PLAIN.fullmatch(html)


@pytest.mark.parametrize(
    "html",
    [
        "<p>a",
        "<p>a</p>",
        "<p x=1>a</p>\n",
        "<P>a</P>\n",
        "<p>a<b>b</b></p>\n",
        "<p>a<em>b</p>\n",
        "<p>&#60;</p>\n",
        "<p>&lt</p>\n",
        "<p>a > b</p>\n",
        "<p>a</p>\n<script>x</script>",
        "<p>a\u00a0b</p>\n",
        "<ul>\n<li>a</li>\n</ol>\n",
        "<ul>\n</ul>\n",
        '<p><a href="/">a</a></p>\n',
        FAULTY,
    ],
)
def test_anything_else_goes_through_both_sanitisers(html):
    assert not text._PLAIN.fullmatch(html)


@settings(deadline=None, max_examples=400)
@given(ANY_TEXT)
def test_any_text_becomes_allowed_html(source):
    html = rendered(source)
    assert faults(html) == []
    assert not set(plain(html)) & set("\0\x1b\u202e\u2066\ud800\ufffe")
    assert len(opening(plain(html))) <= 80


@settings(deadline=None, max_examples=400)
@given(ANY_TEXT)
def test_tidying_twice_is_tidying_once(source):
    assert tidy(tidy(source)) == tidy(source)
    assert tidy_line(tidy_line(source)) == tidy_line(source)
    tidy(source).encode()  # SQLite and PostgreSQL store what UTF-8 can say


@settings(deadline=None)
@given(st.text(st.characters(categories=["L", "N"]), min_size=1))
def test_words_come_back_as_they_were_typed(words):
    assert plain(safe_html(words)) == " ".join(tidy(words).split("\n"))
