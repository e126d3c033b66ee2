"""What moderators and authors are shown of a change (M10, M16, M17)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crowd.threads.differences import differences


def side(pieces, kind):
    return "".join(words for kind_, words in pieces if kind_ in ("same", kind))


def test_a_word_put_in_place_of_another_is_removed_and_then_added():
    assert differences("Count the contacts we make.", "Count the time we give.") == [
        ("same", "Count the "),
        ("removed", "contacts "),
        ("added", "time "),
        ("same", "we "),
        ("removed", "make."),
        ("added", "give."),
    ]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("", "", []),
        ("same words", "same words", [("same", "same words")]),
        ("", "new", [("added", "new")]),
        ("old", "", [("removed", "old")]),
        ("护理时间", "护理的时间", [("same", "护理"), ("added", "的"), ("same", "时间")]),
    ],
)
def test_what_changed(old, new, expected):
    assert differences(old, new) == expected


def test_a_frequent_word_in_a_long_text_stays_the_same():
    old = "the care of the people " * 60
    assert differences(old, "Mind " + old) == [("added", "Mind "), ("same", old)]


def test_a_text_too_long_for_words_is_compared_by_paragraphs():
    paragraphs = ["time " * 400 + f"{number}\n\n" for number in range(5)]
    changed = [*paragraphs[:2], "time " * 400 + "changed\n\n", *paragraphs[3:]]
    assert differences("".join(paragraphs), "".join(changed)) == [
        ("same", "".join(paragraphs[:2])),
        ("removed", paragraphs[2]),
        ("added", changed[2]),
        ("same", "".join(paragraphs[3:])),
    ]


def test_a_text_too_long_for_paragraphs_is_shown_whole():
    assert differences("a\n" * 5000, "a\n" * 4000) == [("removed", "a\n" * 5000), ("added", "a\n" * 4000)]


WORDS = st.lists(st.sampled_from(["care ", "time", "\n", "\n\n", " ", "护", "a\u0301 ", "the "])).map("".join)


@given(old=WORDS | st.text(), new=WORDS | st.text())
def test_both_texts_can_be_read_from_the_pieces_to_the_letter(old, new):
    pieces = differences(old, new)
    assert (side(pieces, "removed"), side(pieces, "added")) == (old, new)
    assert all(words for _, words in pieces)
