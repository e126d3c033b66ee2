"""What people can write, and how it is read."""

import pytest
from markupsafe import Markup

from crowd.text import Unusable, opening, plain, safe_html, shown, tidy, tidy_line

REL = 'rel="nofollow ugc noopener"'


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("", ""),
        (" \n\n ", ""),
        ("one\ntwo\n\nthree", "<p>one<br>\ntwo</p>\n<p>three</p>\n"),
        ("*a* **b** ~~c~~ `d`", "<p><em>a</em> <strong>b</strong> <s>c</s> <code>d</code></p>\n"),
        ("# a\n## b\n### c\n###### d", "<h4>a</h4>\n<h5>b</h5>\n<h6>c</h6>\n<h6>d</h6>\n"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
        ("3. a\n4. b", '<ol start="3">\n<li>a</li>\n<li>b</li>\n</ol>\n'),
        ("> a", "<blockquote>\n<p>a</p>\n</blockquote>\n"),
        ("a\n\n---\nb", "<p>a</p>\n<hr>\n<p>b</p>\n"),
        ("```\na <b>\n```", "<pre><code>a &lt;b&gt;\n</code></pre>\n"),
        (
            "|a|b|\n|-|-:|\n|c|d|",
            "<table>\n<thead>\n<tr>\n<th>a</th>\n<th>b</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>c</td>\n"
            "<td>d</td>\n</tr>\n</tbody>\n</table>\n",
        ),
    ],
)
def test_markdown(source, html):
    assert safe_html(source) == html


@pytest.mark.parametrize(
    "source",
    [
        "    four spaces",
        "a title\n---",
        "a title\n===",
        "[a]: https://example.org",
        "[a][b]\n\n[b]: https://example.org",
        "&copy; &#169;",
        "<b>bold</b>",
    ],
)
def test_what_would_hide_or_surprise_is_plain_text(source):
    words = plain(safe_html(source))
    assert "".join(words.split()) == "".join(source.replace("\n---", "").split())


@pytest.mark.parametrize(
    ("source", "address", "words"),
    [
        (
            "[the plan](https://example.org/a_b?c=d&copy=1#e)",
            "https://example.org/a_b?c=d&amp;copy=1#e",
            "the plan",
        ),
        ("[mail](mailto:a@example.org)", "mailto:a@example.org", "mail"),
        ("<https://example.org>", "https://example.org", "https://example.org"),
        (
            "https://example.org/wiki/Parkinson's_disease_(stage)",
            "https://example.org/wiki/Parkinson's_disease_(stage)",
            None,
        ),
        ("www.example.org/x", "https://www.example.org/x", "www.example.org/x"),
        ("[m](https://münchen.example/é)", "https://xn--mnchen-3ya.example/%C3%A9", "m"),
        ("[port](http://example.org:8080/x)", "http://example.org:8080/x", "port"),
        ("![a photo](https://example.org/x.png)", "https://example.org/x.png", "a photo"),
        ("![](https://example.org/x.png)", "https://example.org/x.png", "https://example.org/x.png"),
        ("[ ](https://example.org)", "https://example.org", " https://example.org"),
    ],
)
def test_links(source, address, words):
    assert safe_html(source) == f'<p><a href="{address}" {REL}>{words or address}</a></p>\n'


@pytest.mark.parametrize(
    ("source", "rest"),
    [
        ("See https://example.org/x.", "."),
        ("(https://example.org/x)", ")"),
        ("https://example.org/x, and", ", and"),
        ("见https://example.org/x，好", "，好"),
        ("**https://example.org/x**", "</strong>"),
        ("https://example.org/x!?", "!?"),
    ],
)
def test_punctuation_after_an_address_is_no_part_of_it(source, rest):
    assert f'href="https://example.org/x" {REL}>https://example.org/x</a>{rest}' in safe_html(source)


@pytest.mark.parametrize(
    "source",
    [
        "a@example.org",
        "example.org",
        "e.g.this",
        "`https://example.org`",
        "http://a@example.org",
        "https://localhost",
        "xhttps://example.org",
        "ftp://example.org",
        "/p/12",
        "[x](/p/12)",
        "[x](#c5)",
    ],
)
def test_what_becomes_no_link(source):
    assert "<a" not in safe_html(source)


def test_a_link_in_a_link_becomes_its_words():
    assert safe_html("[a <https://example.com> b](https://example.org)") == (
        f'<p><a href="https://example.org" {REL}>a https://example.com b</a></p>\n'
    )


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("x" * 10_001, "The text is 10,001 characters long. It can have 10,000 at most."),
        ("a\n" * 600, "The text has more than 500 lines. Join some of them."),
        ("*" * 1_001, "The text has too many special characters, such as * [ < or |. Use fewer of them."),
        ("[" * 201, "The text has too many links or square brackets. Use fewer of them."),
        ("www.x.example " * 201, "The text has too many links or square brackets. Use fewer of them."),
        (">" * 21 + "a", "Lists, quotes or emphasis stand more than 20 levels deep. Use fewer levels."),
        ("- " * 21 + "a", "Lists, quotes or emphasis stand more than 20 levels deep. Use fewer levels."),
        (
            "".join("  " * depth + "- a\n" for depth in range(21)),
            "Lists, quotes or emphasis stand more than 20 levels deep. Use fewer levels.",
        ),
        (
            "**a " * 21 + "b** " * 21,
            "Lists, quotes or emphasis stand more than 20 levels deep. Use fewer levels.",
        ),
        (
            "|a" * 50 + "\n" + "|-" * 50 + "\n" + "a\n" * 30,
            "The tables in the text are too large. Use fewer columns or rows.",
        ),
        (
            "- *a*\n" * 300,
            "The text has too much formatting. Use fewer lists, links, headings or table cells.",
        ),
    ],
)
def test_what_would_be_slow_is_refused_with_a_sentence(source, sentence):
    with pytest.raises(Unusable) as refusal:
        safe_html(source)
    assert str(refusal.value) == sentence


def test_what_is_just_within_the_limits_is_taken_whole():
    deep = "".join("  " * depth + f"- level {depth}\n" for depth in range(20))
    assert "level 19" in safe_html(deep)
    assert "level 19" in safe_html(">" * 20 + "level 19")
    assert len(plain(safe_html("x" * 10_000))) == 10_000
    assert safe_html("- " * 30 + "-") == "<hr>\n"


def test_a_longer_text_may_have_more_of_everything():
    assert safe_html("line\n\n" * 900, most=20_000).count("<p>") == 900
    with pytest.raises(Unusable, match="It can have 5 at most"):
        safe_html("longer", most=5)


def test_output_that_a_second_reading_changes_is_refused(monkeypatch):
    monkeypatch.setattr("crowd.text._again", lambda html: html + "x")
    with pytest.raises(Unusable, match="cannot be shown safely"):
        safe_html("# a")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a\r\nb\rc\u2028d\x85e", "a\nb\nc\nd\ne"),
        ("e\u0301", "é"),
        ("a \t\n\n b  ", "a\n\n b"),
        ("\n\na", "a"),
        ("a\0\x1b\x7fb", "ab"),
        ("a\ud800b", "ab"),
        ("a\u202eb\u2066c\u2069", "abc"),
        ("\ufeffa\ufffe", "a"),
        ("a\tb", "a\tb"),
        ("😀👩\u200d👧 🏴\U000e0067\U000e007f", "😀👩\u200d👧 🏴\U000e0067\U000e007f"),
        ("x" + "\u0323" * 99, "x" + "\u0323" * 30),
        ("护理" * 50, "护理" * 50),
        ("क्षि", "क्षि"),
    ],
)
def test_tidy(source, expected):
    assert tidy(source) == expected


def test_tidy_line():
    assert tidy_line("  A\n\tname\u3000\u202e of\0 one\r\n") == "A name of one"


MAIL = """# Plan
A *good* & [fair](https://example.org/x) one,
see https://example.org/y

1. a
2. b
   - c

> q

|a|b|
|-|-|
|c|d|"""
PLAIN_MAIL = """Plan

A good & fair (https://example.org/x) one,
see https://example.org/y

1. a
2. b
  - c

q

a | b

c | d"""


def test_plain_text_of_a_mail():
    assert plain(safe_html(MAIL), addresses=True) == PLAIN_MAIL
    assert plain(safe_html(MAIL)) == PLAIN_MAIL.replace(" (https://example.org/x)", "")


def test_plain_keeps_what_looks_like_a_tag():
    assert plain(safe_html("1 < 2 > 0 &amp; <p>")) == "1 < 2 > 0 &amp; <p>"


@pytest.mark.parametrize(
    ("text", "length", "expected"),
    [
        ("short", 80, "short"),
        ("two\n\nlines", 80, "two lines"),
        ("one two three", 9, "one two…"),
        ("one two, three", 10, "one two…"),
        ("unbreakable", 5, "unbr…"),
        ("护理时间护理时间", 5, "护理时间…"),
        ("护理，时间，护理", 4, "护理…"),
        ("abc\u0323\u0323d", 5, "ab…"),
        ("a👩\u200d👧b", 4, "a…"),
        ("", 5, ""),
    ],
)
def test_opening(text, length, expected):
    assert opening(text, length) == expected
    assert len(opening(text, length)) <= length


def test_shown_reaches_a_template_as_it_is():
    assert Markup("{}").format(shown("<p>a</p>")) == "<p>a</p>"
