"""M14: passages go, marks come, and no word is added."""

import pytest

from crowd.mending.passages import Strike, left_behind, missing, places, strike
from crowd.text import plain
from crowd.threads.prepared import prepare

PERSON = "[removed: names a person]"


def one(source: str, *passages: str, card: dict[str, str] | None = None):
    return strike(source, card or {}, [Strike(passage, "person") for passage in passages])


def test_m14_a_passage_goes_wherever_it_occurs_and_leaves_its_reason():
    struck = one("Ann said so. Ask Ann.", "Ann")
    assert struck.source == f"{PERSON} said so. Ask {PERSON}."
    assert struck.marks == [[0, 3, "person"], [17, 20, "person"]]


def test_m14_a_name_is_not_struck_out_of_a_longer_word():
    assert one("Ann planned it", "Ann").source == f"{PERSON} planned it"
    assert one("Anna", "Ann").source == f"{PERSON}a", "unless it occurs nowhere else"


@pytest.mark.parametrize(
    "source",
    ["by Sister Smith on 7", "by **Sister Smith** on 7", "by *Sister* Smith on 7", "by Sister\nSmith on 7"],
)
def test_m14_line_breaks_and_emphasis_hide_nothing(source):
    assert "Smith" not in one(source, "Sister Smith").source
    assert "Smith" not in one(source, "Sister\r\n  Smith").source


def test_m14_passages_that_overlap_are_one():
    struck = strike("the red cat sat", {}, [Strike("red cat", "attack"), Strike("cat sat", "person")])
    assert struck.source == "the [removed: attack]"
    assert struck.marks == [[4, 15, "attack"]]


def test_m14_the_card_is_struck_and_its_choices_are_not():
    card = {"setting": "Ward of Ann", "licence": "Ann", "branch": "Ann’s branch"}
    struck = one("Nothing here", "Ann", card=card)
    assert struck.card == {"setting": f"Ward of {PERSON}", "licence": "Ann", "branch": f"{PERSON}’s branch"}
    assert struck.marks == [[8, 11, "person", "setting"], [0, 3, "person", "branch"]]


def test_m14_what_occurs_nowhere_is_said():
    asked = [Strike("Ann", "person"), Strike("Bob", "person")]
    assert missing("Ann", {}, asked) == [asked[1]]
    assert places("***", "a *** b") == []


@pytest.mark.parametrize("after", ["(https://example.org)", "[x](https://example.org)", ": https://example.org"])
def test_m14_a_mark_is_never_made_a_link_by_what_follows(after):
    html = prepare(one(f"Ann{after}", "Ann").source).html
    assert plain(html).startswith(PERSON)
    assert f">{PERSON[1:-1]}<" not in html


def test_m14_every_reason_has_words():
    assert len({left_behind(key) for key in ("person", "patient", "personal", "confidential", "attack", "other")}) == 6
