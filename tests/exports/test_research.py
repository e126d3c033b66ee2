"""The file for research: nobody in a group of fewer than five, and nothing by which two files could be joined."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crowd.exports import anonymity
from crowd.exports.anonymity import TooFew, coarsened
from crowd.states import Kind, Phase, Promise
from tests import make
from tests.exports.made import PAGE, PURPOSE, crowd_of, made, tables, vote

people = st.dictionaries(
    st.integers(0, 200),
    st.tuples(
        st.sampled_from("BS"), st.sampled_from("abcdef"), st.sampled_from(["", "x", "y"]), st.sampled_from("12345")
    ),
    max_size=60,
)


@settings(max_examples=60, deadline=None)
@given(people, st.integers(2, 7))
def test_every_combination_occurs_at_least_k_times(who, k):
    if 0 < len(who) < k:
        with pytest.raises(TooFew):
            coarsened(who, k)
        return
    made = coarsened(who, k)
    assert made.keys() == who.keys() and (not who or anonymity.smallest(made) >= k)
    for person, attributes in made.items():  # coarser, never another one
        assert all(a in (b, anonymity.OTHER, anonymity.UNTOLD) for a, b in zip(attributes, who[person], strict=True))


def test_what_needs_no_coarsening_stays():
    plain = {n: ("member", "Dietitian" if n % 2 else "Paramedic") for n in range(12)}
    assert coarsened(plain) == plain


def _voted(phase=Phase.OPEN):
    of = make.consultation(phase=Phase.MEMBERS)
    who = crowd_of(of, "DDDDDDPPPPPPO")
    ideas = [
        make.contribution(of.questions[0], by=who[n], text=f"Idea of {name}", promise=promise)
        for n, (name, promise) in enumerate(
            (("all", Promise.ALIAS), ("none", Promise.MEMBERS), ("some", Promise.NAMELESS))
        )
    ]
    for n, person in enumerate(who):
        for m, idea in enumerate(ideas):
            if idea.author_id != person.id:
                vote(person, idea, (n + m) % 3 - 1, days=0 if n < 12 else 3)
    if phase != Phase.MEMBERS:
        make.moved(of, Phase.ANALYSIS, make.clock.now() - 2 * make.DAY)
        make.moved(of, Phase.OPEN, make.clock.now() - make.DAY)
    return of, who, ideas


def test_votes_as_rows_under_drawn_numbers(host, app):
    _of, who, ideas = _voted()
    found = tables(made(host, "research"))
    assert len(found["people"]) == len(who) and len(found["votes"]) == len(who) * 3 - 3
    quasi = Counter(
        tuple(row[name] for name in ("standing", "profession", "group", "region")) for row in found["people"]
    )
    assert min(quasi.values()) >= 5 and {key[1] for key in quasi} == {"Paramedic", "other"}
    assert not {row["person"] for row in found["people"]} & {str(person.id) for person in who}
    assert {row["person"] for row in found["votes"]} == {row["person"] for row in found["people"]}
    assert {row["contribution"] for row in found["votes"]} == {row["contribution"] for row in found["contributions"]}
    assert [row["day"] for row in found["votes"]].count("") == 3  # one person alone voted on that day
    texts = {row["text"] for row in found["contributions"]}
    assert texts == {"Idea of all", "", "Idea of some"}  # members only: it counts, and is not told (P12)
    whole = str(found)
    assert not any(idea.alias in whole for idea in ideas)
    assert not any(row["profession"] or row["region"] for row in found["contributions"] if not row["text"])


def test_before_the_opening_no_text_leaves(host, app):
    _voted(Phase.MEMBERS)
    assert {row["text"] for row in tables(made(host, "research"))["contributions"]} == {""}


def test_two_files_cannot_be_joined_by_numbers_or_by_order(host, app):
    """Neither a number nor a place in the file is the same person's in both but by chance."""
    _of, _who, _ideas = _voted()
    one, other = tables(made(host, "research")), tables(made(host, "research"))
    for table, column in (("people", "person"), ("contributions", "contribution")):
        first, second = ([row[column] for row in found[table]] for found in (one, other))
        assert not set(first) & set(second)
        assert [*map(int, first)] == sorted(map(int, first)) and [*map(int, second)] == sorted(map(int, second))
    orders = [[row["person"] for row in found["votes"]] for found in (one, other)]
    assert all([*map(int, order)] == sorted(map(int, order)) for order in orders)  # by what was drawn, not by time


def test_it_needs_a_purpose_and_enough_people(host, consultation, app):
    page = host.post(PAGE, audience="research", form="zip", purpose="Because")
    assert page.status == 422 and "Say what the research is for" in page and "Because" in page
    assert "in at least 20 characters" in page and "What for?</label>" in page
    for person in crowd_of(consultation, "DD"):
        idea = make.contribution(consultation.questions[0], by=make.member(consultation), kind=Kind.IDEA)
        vote(person, idea, 1)
    page = host.post(PAGE, audience="research", form="zip", purpose=PURPOSE)
    assert "Fewer than 5 people have voted" in page and PURPOSE in page and "Save the file" not in page
