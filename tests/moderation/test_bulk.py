"""Deciding on many at once (M21)."""

from collections import Counter

from sqlalchemy import select

from crowd.db import db
from crowd.models import Contribution, Decision, Mail, Record
from crowd.models.people import NOWHERE
from crowd.states import Phase, State
from tests import make
from tests.moderation.desk import decide, edited, state, waiting


def held(consultation, number, by=None):
    by = by or make.member(consultation)
    return [
        make.contribution(consultation.questions[0], by=by, text=f"Text {n}", state=State.HELD) for n in range(number)
    ]


def ticked(ideas):
    return [f"{waiting(idea).id}.members" for idea in ideas]


def together(actor, seen, do):
    where, fields = actor.get("/moderate").form("/moderate/bulk")
    return actor.send(where, fields | {"seen": seen, "do": do})


def test_m21_each_is_a_decision_of_its_own(moderator, consultation):
    ideas = held(consultation, 12)
    page = moderator.get("/moderate?show=50")
    assert page.count('name="seen"') == 12
    answer = together(moderator, ticked(ideas[:7]), "approve")
    assert "7 texts decided." in answer
    together(moderator, ticked(ideas[7:9]), "spam")
    together(moderator, ticked(ideas[9:10]), "duplicate")
    together(moderator, ticked(ideas[10:11]), "off topic")
    found = Counter((d.decision, d.reason.title if d.reason else "") for d in db.session.scalars(select(Decision)))
    assert found == {
        ("approve", ""): 7,
        ("reject", "Spam"): 2,
        ("reject", "Duplicate"): 1,
        ("reject", "Off topic"): 1,
    }
    assert db.session.query(Mail).filter(Mail.once.startswith("decision-")).count() == 11
    assert db.session.query(Record).filter(Record.deed.in_(["published", "rejected"])).count() == 11
    assert state(ideas[11]) == State.HELD


def test_m13_it_says_who_is_mailed_and_who_has_no_address_here(moderator, consultation):
    """M13"""
    ours, theirs = held(consultation, 4), held(consultation, 4, by=make.member(consultation, f"polis-1{NOWHERE}"))
    answer = together(moderator, ticked(ours[:1]), "approve")
    assert "finds it on their page, and is mailed unless they turned that off." in answer
    assert "without one" not in answer
    answer = together(moderator, ticked([ours[1], *theirs[:2]]), "spam")
    assert "Every author with an address here finds it on their page, and is mailed." in answer, "that is never off"
    assert "2 texts are by people without one." in answer
    answer = together(moderator, ticked(theirs[2:]), "approve")
    assert "2 texts decided. Nobody is mailed, because their authors have no address here." in answer
    assert db.session.query(Mail).filter(Mail.once.startswith("decision-")).count() == 2


def test_m21_what_changed_meanwhile_is_left_out_and_listed(moderator, second_moderator, consultation):
    author = make.member(consultation)
    ideas = held(consultation, 5, by=author)
    own = held(consultation, 1, by=make.as_asker(moderator.id))
    mine = db.session.get(Contribution, own[0].id)
    seen = ticked([*ideas, mine])
    decide(second_moderator, waiting(ideas[0]), "approve")
    second_moderator.post("/moderate/next", on="/moderate", having="csrf_token")
    edited(db.session.get(Contribution, ideas[1].id), "Said better", by=author)
    reading = [idea for idea in ideas[2:] if "Sam Second" in moderator.get(f"/moderate/{waiting(idea).id}")]
    answer = together(moderator, [*seen, "99999.members", "x", f"{waiting(ideas[4]).id}.analysis"], "approve")
    for why in (
        "Another moderator decided on this text",
        "The author has changed the text",
        "Sam Second is reading it.",
        "You wrote this yourself.",
    ):
        assert why in answer
    assert [state(idea) for idea in ideas].count(State.PUBLISHED) == 3, "one by the colleague, two here"
    assert state(reading[0]) == state(mine) == State.HELD
    assert db.session.query(Mail).filter(Mail.once.startswith("decision-")).count() == 3


def test_m21_a_page_of_another_phase_decides_nothing(moderator, consultation):
    ideas = held(consultation, 2)
    answer = together(moderator, [f"{waiting(idea).id}.{Phase.ANALYSIS}" for idea in ideas], "approve")
    assert "Left out, and not decided:" in answer
    assert "The consultation has moved on to" in answer
    assert "It changed while you were looking" not in answer
    assert [state(idea) for idea in ideas] == [State.HELD, State.HELD]


def test_m21_one_comes_back_to_the_same_tab_and_as_many(moderator, consultation):
    ideas = held(consultation, 3)
    where, fields = moderator.get("/moderate?tab=due&show=50").form("/moderate/bulk")
    gone = f"{waiting(ideas[1]).id}.{Phase.ANALYSIS}"
    answer = moderator.send(where, fields | {"seen": [*ticked(ideas[:1]), gone], "do": "approve"})
    assert "Left out, and not decided:" in answer
    kept = answer.form("/moderate/bulk")[1]
    assert (kept["tab"], kept["show"]) == ("due", "50")
    again = moderator.send(where, fields | {"seen": [], "do": "approve"}).form("/moderate/bulk")[1]
    assert (again["tab"], again["show"]) == ("due", "50")


def test_m21_fifty_at_most_and_nothing_without_a_tick(moderator, consultation):
    ideas = held(consultation, 52)
    together(moderator, ticked(ideas), "approve")
    assert [state(idea) for idea in ideas].count(State.PUBLISHED) == 50
    assert "Tick the texts first" in together(moderator, [], "approve")
    assert "Tick the texts first" in together(moderator, ticked(ideas[50:]), "explode")
    assert [state(idea) for idea in ideas[50:]] == [State.HELD, State.HELD]
