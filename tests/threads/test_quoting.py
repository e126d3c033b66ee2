"""Quoting what one answers, or a passage of it; what is in the box already stays."""

import pytest

from crowd.text import safe_html
from crowd.threads.quoting import MOST, added, quoted
from tests import make

TEXT = "Self-referral *works*.\n\n> Somebody else said this\n\n- at home\n- in clinics"


@pytest.fixture
def idea(colleague, consultation):
    return make.contribution(consultation.questions[0], by=make.as_asker(colleague.id), text=TEXT)


def in_the_box(page):
    return page.form(having="text")[1]["text"].replace("\r\n", "\n")


def test_a_whole_text_is_quoted_in_its_own_words():
    assert quoted(safe_html(TEXT)) == "> Self-referral works.\n>\n> - at home\n> - in clinics"


def test_what_is_quoted_looks_like_what_was_said():
    assert safe_html(quoted(safe_html("Two\n\nparagraphs"))).startswith("<blockquote>")


@pytest.mark.parametrize("passage", ["Self-referral works", "  Self-referral\n works ", "at home\nin clinics"])
def test_a_passage_that_stands_there_is_quoted(passage):
    assert quoted(safe_html(TEXT), passage).replace("> ", "").replace("\n", " ").split() == passage.split()


@pytest.mark.parametrize("passage", ["Self-referral fails", "Somebody else said this", "x" * 10_000, "<b>"])
def test_words_are_put_into_nobodys_mouth(passage):
    assert quoted(safe_html(TEXT), passage) == quoted(safe_html(TEXT))


def test_nested_quotations_go_and_one_that_is_all_leaves_nothing():
    assert quoted(safe_html("> a\n> > b\n\nOwn")) == "> Own"
    assert quoted(safe_html("> a\n> > b")) == ""
    assert quoted(safe_html("> " * 20 + "deep\n\nOwn")) == "> Own"


def test_of_a_long_text_the_beginning_is_quoted():
    quote = quoted(safe_html("A paragraph of words.\n\n" * 100))
    assert len(quote) < MOST * 1.3
    assert quote.endswith("> …")
    assert len(quoted(safe_html("word " * 1900))) < MOST * 1.3


def test_a_quotation_is_added_once_and_after_what_is_there():
    assert added("", "> a") == "> a\n\n"
    assert added("Mine", "> a") == "Mine\n\n> a\n\n"
    assert added("Mine\r\n\r\n> a\r\n> b", "> a\n> b") == "Mine\r\n\r\n> a\r\n> b"
    assert added("Mine", "") == "Mine"


def test_the_button_puts_it_into_the_box_and_sends_nothing(member, idea):
    page = member.post(f"/p/{idea.id}/reply", text="I agree.", do="quote")
    assert page.status == 200
    assert in_the_box(page).startswith("I agree.\n\n> Self-referral works.")
    assert "Write something" not in member.post(f"/p/{idea.id}/reply", text="", do="quote")
    assert make.anew(idea).replies == 0


@pytest.mark.parametrize(
    ("asked", "first"), [("1", "> Self-referral works."), ("in clinics", "> in clinics"), ("no", "> Self-referral")]
)
def test_an_address_can_ask_for_it(member, idea, asked, first):
    assert in_the_box(member.get(f"/p/{idea.id}/reply?quote={asked}")).startswith(first)


def test_a_draft_is_never_overwritten(member, idea):
    member.post(f"/p/{idea.id}/reply", text="My draft", do="draft")
    page = member.get(f"/p/{idea.id}/reply?quote=in+clinics")
    assert in_the_box(page) == "My draft\n\n> in clinics\n\n"
    assert "We kept your draft" in page


@pytest.mark.parametrize("asked", ["%F0%28", "%ED%A0%80", "a" * 5000, "<script>alert(1)</script>", ""])
def test_hostile_passages_are_no_passages(member, idea, asked):
    page = member.get(f"/p/{idea.id}/reply?quote={asked}")
    assert page.status == 200
    assert in_the_box(page).startswith("> Self-referral works.")


def test_a_quotation_is_sent_like_any_text(member, colleague, idea):
    _to, fields = member.get(f"/p/{idea.id}/reply?quote=in+clinics").form(having="text")
    assert "has been saved" in member.send(f"/p/{idea.id}/reply", fields | {"text": fields["text"] + "There too."})
