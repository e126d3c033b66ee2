"""Pairs of texts that say nearly the same, from real consultations and at the edges."""

import csv
from pathlib import Path

from crowd.analysis.alike import pairs
from tests.conftest import lacking

DATA = Path(__file__).parents[2].parent / "shared" / "data"


def test_doubles_of_real_ideas_come_first_and_nothing_is_paired_twice():
    if not DATA.is_dir():
        lacking("the ideas of real consultations lie in ../shared/data beside the checkout")
    with (DATA / "polis-bg2050" / "comments.csv").open(encoding="utf-8", newline="") as lines:
        texts = {int(row["comment-id"]): row["comment-body"] for row in csv.DictReader(lines)}
    found = pairs(texts)
    assert all(one < other and score >= 0.5 for one, other, score in found)
    assert len({(one, other) for one, other, _score in found}) == len(found) > 20
    assert [score for *_ids, score in found] == sorted((score for *_ids, score in found), reverse=True)
    assert found[0][2] > 0.95
    assert pairs(texts, most=3) == found[:3]
    assert pairs(dict(reversed(texts.items()))) == found


def test_texts_that_say_too_little_and_a_single_text_have_no_pair():
    said = "Count the care time"
    assert pairs({}) == pairs({1: said}) == pairs({1: "…", 2: "…", 3: said}) == []
    assert pairs({1: "None", 2: "none", 3: "Did not answer - ", 4: "Did not answer."}) == []
    assert pairs({7: said, 3: "count  the CARE time"}) == [(3, 7, 1.0)]
    assert (
        pairs(
            {
                1: "我们需要更多的护理人员和更短的等候时间，这样病人才能得到更好的照顾",
                2: "我们需要更多的护理人员和更短的等候时间，这样病人才能得到更好的照顾。",
            }
        )
        != []
    )
