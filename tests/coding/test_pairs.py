"""The merge desk (M15): pairs to look at, what a person said of them is remembered, and nothing is merged by itself."""

import re

import pytest
from sqlalchemy import select

from crowd.analysis import jobs
from crowd.db import db
from crowd.models import Contribution, Merge, Pair
from tests import make
from tests.coding.conftest import DESK

PAIRS = f"{DESK}/pairs"
SAME = "Give every patient one telephone number that is answered day and night by somebody who knows them"


@pytest.fixture
def twins(consultation, colleague):
    by, other = make.as_asker(colleague.id), make.member(consultation)
    question = consultation.questions[0]
    make.contribution(question, by=by, text="Train more podiatrists in the north")
    return (
        make.contribution(question, by=by, text=f"{SAME}."),
        make.contribution(question, by=other, text=f"{SAME}!"),
    )


def looked_for(analyst):
    analyst.post(PAIRS)
    assert jobs.run_due() == 1
    return db.session.scalars(select(Pair)).one()


def test_m15_pairs_are_shown_side_by_side_and_a_person_s_word_is_remembered(analyst, moderator, twins):
    assert moderator.get(PAIRS).status == 403
    pair = looked_for(analyst)
    assert (pair.one_id, pair.other_id) == tuple(sorted(text.id for text in twins))
    page = analyst.get(PAIRS)
    assert page.count(SAME) == 2
    assert "/merge" not in page, "an analyst merges nothing"
    analyst.send(f"{PAIRS}/{pair.id}", page.form(f"{PAIRS}/{pair.id}")[1] | {"do": "apart"})
    assert SAME not in analyst.get(PAIRS)
    analyst.post(PAIRS)
    assert jobs.run_due() == 1
    assert SAME not in analyst.get(PAIRS), "it is not asked again"
    assert "Ana Lyst" in analyst.get(f"{PAIRS}?state=apart")
    assert db.session.query(Merge).count() == 0


def test_m15_what_an_analyst_proposes_a_moderator_merges_on_their_own_page(analyst, moderator, member, twins):
    pair = looked_for(analyst)
    analyst.send(f"{PAIRS}/{pair.id}", analyst.get(PAIRS).form(f"{PAIRS}/{pair.id}")[1] | {"do": "proposed"})
    assert analyst.get("/moderate/pairs/ahp").status == 403
    assert member.get("/moderate/pairs/ahp").status == 403
    assert re.search(r'href="/moderate/pairs/ahp">Duplicates [^<]*\(1\)</a>', moderator.get("/moderate"))
    page = moderator.get("/moderate/pairs/ahp?state=proposed")
    one, other = twins
    address = f"/moderate/{other.version_id}/merge"
    assert f"{address}?into={one.id}" in page
    page = moderator.get(f"{address}?into={one.id}")
    fields = page.form(having="target")[1]
    assert fields["target"] == f"/p/{one.id}"
    moderator.send(address, fields)
    assert make.anew(db.session.get_one(Contribution, other.id)).parent_id == one.id
    assert SAME not in moderator.get("/moderate/pairs/ahp?state=proposed"), "they stand together now"
    assert "/moderate/pairs" not in moderator.get("/moderate")


def test_a_word_that_is_none_is_refused(analyst, twins):
    pair = looked_for(analyst)
    fields = analyst.get(PAIRS).form(f"{PAIRS}/{pair.id}")[1]
    assert analyst.send(f"{PAIRS}/{pair.id}", fields | {"do": "merged"}).status == 400
    assert analyst.send(f"{PAIRS}/999", fields | {"do": "apart"}).status == 404
