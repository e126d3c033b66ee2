"""How texts are cut into words, and what a search box makes of what people type."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crowd.search import asked, words

ANYTHING = st.text(max_size=400) | st.text(alphabet=st.characters(categories=["Cs", "Cc", "Mn", "Lo", "Zs"]))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The patients’ discharges", "the patient discharg"),
        ("discharging, discharged; DISCHARGE!", "discharg discharg discharg"),
        ("don't, it’s, they'll", "dont it theyll"),
        ("Café naïve Łódź Straße Ærø", "cafe naiv lodz strass aero"),
        ("l’état O’Brien", "l etat o brien"),
        ("self-referral in 2.5 hours_or_less", "self referr in 2 5 hour or less"),
        ("zero\u200bwidth so\u00adft ﬁnd", "zerowidth soft find"),
        ("Ελλάδα ЁЛКА שָׁלוֹם", "ελλαδα елка שלום"),
        ("हिन्दी में", "हिन्दी में"),
        ("東京都", "東京 京都 都"),
        ("AHP東", "ahp 東"),
        ("ｶﾞｽ", "ガス ス"),
        ("학교", "학교 교"),
        ("🙂 — … !", ""),
        ("a\0b\ud800c", "a b c"),
    ],
)
def test_a_text_is_cut_folded_and_stemmed(text, found):
    assert words.tokens(text) == found.split()


def test_stems_are_those_that_the_index_was_made_of():
    """A stemmer that makes others of them needs a migration that makes the index anew (migration 0003)."""
    known = {
        "therapies": "therapi",
        "therapists": "therapist",
        "organisations": "organis",
        "running": "run",
        "generally": "general",
        "communities": "communiti",
        "responsible": "respons",
        "dietitian": "dietitian",
        "caring": "care",
        "skies": "sky",
    }
    assert {word: words.stem(word) for word in known} == known


@given(ANYTHING)
@settings(max_examples=300)
def test_folding_twice_is_folding_once_and_no_word_holds_what_a_database_could_read(text):
    assert words.fold(words.fold(text)) == words.fold(text)
    for token in words.tokens(text):
        assert token == token.strip()
        assert not set(token) & set(" '\"\\*:&|!()<>-^\0")
    for token in words.sought(text):
        assert not set(token.removesuffix("*")) & set(" '\"\\*:&|!()<>-^\0")


@given(ANYTHING, ANYTHING)
@settings(max_examples=200)
def test_every_text_holds_its_own_words(before, text):
    """What is looked for stands in a text that says it, in the same order."""
    said = words.tokens(f"{before} {text}")
    wanted = words.sought(text)
    assert not wanted or any(_from(said[n:], wanted) for n in range(len(said)))


def _from(said: list[str], wanted: list[str]) -> bool:
    return len(said) >= len(wanted) and all(
        s == w or (w.endswith("*") and s.startswith(w[:-1])) or s == words.FILLER
        for s, w in zip(said, wanted, strict=False)
    )


def test_a_long_text_has_an_end():
    assert len(words.tokens("東" * 20_000)) == words.MOST
    assert words.tokens("x" * 5_000) == ["x" * words.LONGEST]
    many = words.tokens("care " * 300)
    assert many.count("care") == words.OFTEN
    assert len(many) == 300


@pytest.mark.parametrize(
    ("typed", "terms", "without"),
    [
        ("discharge teams", [["discharg"], ["team"]], []),
        ('"care home" teams', [["team"], ["care", "home"]], []),
        ("teams -nights", [["team"]], [["night"]]),
        ('teams -"care homes"', [["team"]], [["care", "home"]]),
        ('"care home', [["care", "home"]], []),
        ("“curly quotes” «and these»", [["cur", "quot"], ["and", "these"]], []),
        ("self-referral", [["self", "referr"]], []),
        ("how to discharge", [["discharg"]], []),
        ("to be", [["to"], ["be"]], []),
        ('"to be"', [["to", "be"]], []),
        ("--nights teams", [["team"]], [["night"]]),
        ("teams - nights", [["team"], ["night"]], []),
        ("東", [["東*"]], []),
        ("東京都 大", [["東京", "京都"], ["大*"]], []),
        ("a OR b NEAR(c) words:d* ^e", [["b"], ["near", "c"], ["word", "d"], ["e"]], []),
        ("teams teams", [["team"]], []),
    ],
)
def test_what_is_typed_becomes_terms(typed, terms, without):
    found = asked.parse(typed)
    assert sorted(map(list, found.terms)) == sorted(terms)
    assert [list(term) for term in found.without] == without
    assert not found.sentence


@pytest.mark.parametrize(
    ("typed", "says"), [("-nights", "at least one word"), ('"!?" --', "There is no word"), ("  ", ""), ("", "")]
)
def test_nothing_to_look_for_is_said(typed, says):
    found = asked.parse(typed)
    assert found.nothing
    assert says in found.sentence
    assert bool(says) == bool(found.sentence)


@given(ANYTHING | st.lists(st.sampled_from(['"', "-", " ", "a", "care", "東", "'", "*", "("])).map("".join))
@settings(max_examples=300)
def test_nothing_that_can_be_typed_is_an_error(typed):
    found = asked.parse(typed)
    assert len(found.terms) + len(found.without) <= asked.TERMS
    assert all(token for term in (*found.terms, *found.without) for token in term)


def test_ten_thousand_characters_are_cut_and_it_is_said():
    found = asked.parse("care team " * 1000)
    assert "first words" in found.sentence
    many = asked.parse(" ".join(f"w{n}" for n in range(60)))
    assert len(many.terms) == asked.TERMS
    assert "first words" in many.sentence
