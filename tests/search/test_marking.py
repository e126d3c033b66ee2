"""Where the words are that were looked for: marked in their forms, and no text can break the marks or use them."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crowd.search.asked import parse
from crowd.search.marking import LONG, PASSAGE, marked, spans
from crowd.states import Kind
from crowd.text import Unusable, plain, safe_html
from crowd.threads import deeds
from tests import make
from tests.search.test_search import address


def hits(text: str, typed: str) -> list[str]:
    return [text[start:end] for start, end in spans(text, parse(typed).terms)]


@pytest.mark.parametrize(
    ("text", "typed", "found"),
    [
        ("The teams’ discharges, DISCHARGED!", "discharging team", ["teams’", "discharges", "DISCHARGED"]),
        ("‘care’ and (care)", "care", ["care", "care"]),
        ("A résumé", "resume", ["résumé"]),
        ("Home care, care home, home-care", '"care home"', ["care", "home"]),
        ("self-referral", "referrals", ["referral"]),
        ("nothing of it", "care", []),
        ("care -home", "care -home", ["care"]),
        ("東京都の作業", "京都", ["京都"]),
        ("東京都の作業", "東京都", ["東京都"]),
        ("東京都の作業", "京", ["京"]),
        ("Straße strasse", "strasse", ["Straße", "strasse"]),
    ],
)
def test_words_are_marked_in_their_forms(text, typed, found):
    assert [hit.rstrip("’") for hit in hits(text, typed)] == [hit.rstrip("’") for hit in found]


def card(html: str) -> str:
    acts = '<div class="acts"><a href="/p/1">care</a></div>'
    return f'<article><h3>care</h3><div class="prose">{html}</div>{acts}</article>'


def test_only_the_text_is_marked_and_never_a_tag_or_an_entity():
    html = safe_html("Care & *care*: [amp](https://example.org/care?amp=a&b) `care<b>`\n\n- amp")
    shown = marked(card(html), parse("care amp").terms)
    assert "<h3>care</h3>" in shown
    assert '<a href="/p/1">care</a>' in shown
    assert 'href="https://example.org/care?amp=a&amp;b"' in shown
    assert "<mark>Care</mark> &amp; <em><mark>care</mark></em>" in shown
    assert "<code><mark>care</mark>&lt;b&gt;</code>" in shown
    assert re.sub("</?mark>", "", shown) == card(html)


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag, attrs):
        if tag not in ("br", "hr"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in ("br", "hr"):
            assert self.open.pop() == tag


PIECES = [
    "care",
    "home",
    "<",
    ">",
    "&",
    "&lt;",
    '"',
    "'",
    "’",
    "*",
    "`",
    "[",
    "](http://a.b/care)",
    " ",
    "\n\n",
    "> ",
    "東京",
]


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=300).map("".join))
@settings(max_examples=300, deadline=None)
def test_whatever_is_written_stays_what_it_was_between_marks(source):
    try:
        html = safe_html(source)
    except Unusable:
        return
    shown = marked(card(html), parse('care home "amp" lt gt quot mark p 東 京').terms)
    tags = Tags()
    tags.feed(shown)
    assert tags.open == []
    bare = re.sub("</?mark>", "", shown)
    assert bare == card(html) or (len(plain(html)) > LONG and f'<div class="prose">{html}</div></details>' in bare)


def test_of_a_long_text_the_passage_around_the_hit_stands_first():
    html = safe_html("word " * 300 + "<script> of *care* at **home** & more " + "word " * 300)
    shown = marked(card(html), parse("home").terms)
    passage = re.search(r'<p class="found">(.*?)</p>', shown)[1]
    assert "&lt;script&gt; of care at <mark>home</mark> &amp; more word" in passage
    assert passage.startswith("… word")
    assert passage.endswith("word …")
    assert len(passage) < PASSAGE + 60
    assert "<details><summary>Show the whole text</summary>" in shown


def test_a_long_text_that_the_hit_is_not_in_stays_as_it_is():
    html = safe_html("word " * 300)
    assert marked(card(html), parse("zebra").terms) == card(html)


def test_the_page_marks_what_it_finds(member, colleague, consultation):
    author = make.as_asker(colleague.id)
    make.contribution(consultation.questions[0], by=author, text="Discharge teams <mark> & *discharging*")
    page = member.get(address(q="discharged"))
    assert "<mark>Discharge</mark> teams &lt;mark&gt; &amp; <em><mark>discharging</mark></em>" in page
    assert "<mark>" not in member.get(address(kind="idea"))


def test_the_evidence_card_is_marked_too(member, colleague, consultation):
    writing = deeds.prepare("It went well.", {"setting": "A fracture clinic & more"})
    author = make.as_asker(colleague.id)
    make.contribution(consultation.questions[2], by=author, kind=Kind.EXAMPLE, writing=writing)
    assert "<dd>A <mark>fracture</mark> <mark>clinic</mark> &amp; more</dd>" in member.get(
        address(q="fracture clinics")
    )


@pytest.mark.parametrize(
    ("text", "typed", "found"),
    [
        ("We measured **ax**olotl numbers.", "axolotl", "<mark>ax</mark></strong><mark>olotl</mark>"),
        ("We measured **ax**olotl numbers.", '"axolotl numbers"', "<mark>olotl</mark> <mark>numbers</mark>"),
        ("un**believabl**e", "unbelievable", "<mark>un</mark><strong><mark>believabl</mark></strong><mark>e</mark>"),
        ("a *sala*mander and a mander", "mander", "<em>sala</em>mander and a <mark>mander</mark>"),
        ("**zebra**fish", "fish", "<strong>zebra</strong>fish"),
        ("one  \ntwo", "one", "<mark>one</mark><br>"),
    ],
)
def test_emphasis_ends_no_word(text, typed, found):
    card = f'<div class="prose">{safe_html(text)}</div>'
    page = marked(card, parse(typed).terms)
    assert found in page
    assert re.sub("</?mark>", "", page) == card
