"""Contributions on behalf of a meeting: which, how many were present, how it was agreed. Votes stay personal."""

import pytest
from sqlalchemy import func, select

from crowd.db import db
from crowd.models import Contribution, Draft, Version, VoteNow
from tests import make
from tests.moderation.desk import decide, waiting

SAID = {"branch": "Leeds branch", "present": "1,034", "agreed": "by <b>show of hands</b>"}
LINE = "On behalf of Leeds branch: 1,034 people present. How it was agreed: by &lt;b&gt;show of hands&lt;/b&gt;"


def sent(member, question, **fields):
    return member.post(f"{question}/new", **{"text": "We want this", "kind": "idea", "promise": "2", **fields})


def test_readers_and_moderators_see_for_whom_it_speaks(member, colleague, moderator, question):
    assert "has been saved" in sent(member, question, **SAID)
    idea = db.session.scalars(select(Contribution)).one()
    assert LINE in moderator.get(f"/moderate/{waiting(idea).id}")
    decide(moderator, waiting(idea), "approve")
    assert LINE in colleague.get(question)
    assert LINE in colleague.get(f"/p/{idea.id}")
    assert LINE in colleague.get("/c/ahp/vote")


@pytest.mark.parametrize(
    ("left", "sentence"),
    [
        ("branch", "Enter the name of the branch"),
        ("present", "as a number from 1 to 100,000"),
        ("agreed", "Say how you agreed"),
    ],
)
def test_all_three_are_needed_if_one_is_given(member, question, left, sentence):
    page = sent(member, question, **SAID | {left: ""})
    assert page.status == 422
    assert sentence in page
    assert all(value.split()[0] in page for key, value in SAID.items() if key != left)
    assert '<details class="field" open>' in page


@pytest.mark.parametrize("present", ["0", "-3", "100001", "many", "1.5", "²", "9" * 400, "1e3", "١٢"])
def test_the_number_present_is_a_number(member, question, present):
    page = sent(member, question, **SAID | {"present": present})
    assert page.status == 422
    assert "as a number from 1 to 100,000" in page


@pytest.mark.parametrize("field", ["branch", "agreed"])
def test_too_long_a_name_or_way_is_refused_and_kept(member, question, field):
    page = sent(member, question, **SAID | {field: "x" * 301})
    assert page.status == 422
    assert "x" * 301 in page


@pytest.mark.parametrize("unseen", ["\u200b", "\u2060\u200d", "\u3164"])
def test_what_cannot_be_seen_is_nothing(member, question, unseen):
    page = sent(member, question, **SAID | {"branch": unseen, "agreed": unseen})
    assert page.status == 422
    assert "Enter the name of the branch or group" in page
    assert "Say how you agreed" in page


@pytest.mark.parametrize("present", ["1,2,,3", ",12", "12,", "1,23", "0", "-3", "3.5"])
def test_a_number_of_people_is_a_number(member, question, present):
    assert sent(member, question, **SAID | {"present": present}).status == 422


def test_a_contribution_of_ones_own_has_no_such_line(member, question):
    sent(member, question)
    assert db.session.scalars(select(Version)).one().card == {}


def test_it_can_be_changed_with_the_text(member, question):
    sent(member, question, **SAID)
    idea = db.session.scalars(select(Contribution)).one()
    page = member.get(f"/p/{idea.id}/edit")
    assert 'value="Leeds branch"' in page
    member.post(f"/p/{idea.id}/edit", text="We want this", present="12")
    cards = db.session.scalars(select(Version.card).order_by(Version.number)).all()
    assert [card["present"] for card in cards] == ["1034", "12"]
    member.post(f"/p/{idea.id}/edit", text="I want this", branch="", present="", agreed="")
    assert db.session.scalars(select(Version).order_by(Version.number.desc())).first().card == {}


def test_the_evidence_of_an_example_stays_when_its_text_is_changed(member, consultation):
    sent(member, "/c/ahp/q/3", kind="example", effect="12 of 40", consent="y", **SAID)
    example = db.session.scalars(select(Contribution)).one()
    member.post(f"/p/{example.id}/edit", text="Another wording")
    newest = db.session.scalars(select(Version).order_by(Version.number.desc())).first()
    kept = {"effect": "12 of 40", "branch": "Leeds branch", "present": "1034", "agreed": SAID["agreed"]}
    assert newest.source == "Another wording" and kept.items() <= newest.card.items()


def test_a_draft_keeps_it(member, question):
    sent(member, question, do="draft", **SAID)
    assert db.session.scalars(select(Draft)).one().fields["branch"] == "Leeds branch"
    page = member.get(f"{question}/new")
    assert 'value="1,034"' in page
    assert '<details class="field" open>' in page


def test_votes_stay_personal(member, colleague, moderator, question):
    """A meeting of a thousand is one contribution, and each of them has one vote."""
    sent(member, question, **SAID)
    idea = db.session.scalars(select(Contribution)).one()
    decide(moderator, waiting(idea), "approve")
    assert (make.anew(idea).agree, db.session.scalar(select(func.count()).select_from(VoteNow))) == (0, 0)
    _to, fields = colleague.get(f"/p/{idea.id}").form("/vote")
    colleague.send("/vote", fields | {"vote": f"agree-{idea.id}", **SAID})
    colleague.send("/vote", fields | {"vote": f"agree-{idea.id}", **SAID})
    assert make.anew(idea).agree == 1


def test_a_comment_has_no_such_fields(member, colleague, consultation):
    idea = make.contribution(consultation.questions[0], by=make.as_asker(colleague.id))
    page = member.get(f"/p/{idea.id}/reply")
    assert 'name="branch"' not in page
