"""Own figures and the team's, /moderate/figures (M29)."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from crowd import clock
from crowd.care import figures
from crowd.db import db, transaction
from crowd.models import Decision, Reading
from crowd.states import State
from tests import make
from tests.actors import Actor
from tests.care.test_readings import decide
from tests.care.test_targets import LONDON

PAGE = "/moderate/figures"


@pytest.fixture
def decided(wednesday, moderator):
    """Decides so many texts after they have waited for so many hours."""
    author = make.member(wednesday)

    def doing(by, *waits: int, decision: str = "approve") -> list[Decision]:
        for _hours in waits:
            text = make.contribution(wednesday.questions[0], by=author, state=State.HELD)
            decide(text, by, decision, "Off topic" if decision != "approve" else "")
        made = list(db.session.scalars(select(Decision).order_by(Decision.id.desc()).limit(len(waits))))[::-1]
        with transaction() as session:
            for one, hours in zip(made, waits, strict=True):
                session.execute(
                    Decision.__table__.update().where(Decision.__table__.c.id == one.id).values(waited=hours * 3600)
                )
        make.afresh()
        return made

    return doing


def read(decisions, by, *, agreeing: int) -> None:
    with transaction() as session:
        for n, one in enumerate(decisions):
            session.add(
                Reading(decision_id=one.id, moderator_id=by.id, decision="-", agrees=n < agreeing, at=clock.now())
            )


def test_own_figures_are_ones_own_alone(moderator, second_moderator, decided):
    decided(moderator, 1, 2, 9)
    decided(moderator, 3, decision="return")
    decided(second_moderator, 50, 50, 50, 50, 50, decision="reject")
    own, together = figures.of(moderator.id, LONDON), figures.of(None, LONDON)
    assert (own.decisions, own.wait, own.kinds) == (4, 2 * 3600, ["approve", "return"])
    assert own.weeks[0][1:] == ([3, 1], 4)
    assert (together.decisions, together.wait) == (9, 50 * 3600)
    page = moderator.get(PAGE)
    assert "Sam Second" not in page
    assert "2 hours" in page
    assert '<th scope="col">Week of</th>' in page
    assert page.index(">All</th>") < page.index(">Published</th>")
    assert '<th scope="row">23 November</th>' in page
    assert page.index("Yours") < page.index("All moderators together")


def test_they_are_counted_by_week_and_what_was_undone_is_not(moderator, decided, at):
    decided(moderator, 1, 1)
    at(clock.now() + timedelta(days=7))
    (undone, _kept) = decided(moderator, 1, 1)
    with transaction() as session:
        session.execute(
            Decision.__table__.update().where(Decision.__table__.c.id == undone.id).values(undone_at=clock.now())
        )
    assert [total for _monday, _row, total in figures.of(moderator.id, LONDON).weeks][:3] == [1, 2, 0]
    at(clock.now() + timedelta(weeks=9))
    assert figures.of(moderator.id, LONDON).decisions == 0
    assert "Nothing yet" in Actor(moderator.app, moderator.id).get(PAGE)


def test_m29_below_ten_readings_it_is_too_early_for_a_rate(moderator, second_moderator, decided):
    made = decided(moderator, *[1] * 10)
    read(made[:9], second_moderator, agreeing=9)
    page = moderator.get(PAGE)
    assert "Too early" in page
    assert "9 readings; a rate is told from 10 on" in page
    assert "100%" not in page
    read(made[9:], second_moderator, agreeing=0)
    page = moderator.get(PAGE)
    assert "90%" in page
    assert "9 of 10" in page
    assert "Too early" in second_moderator.get(PAGE) or "Nothing yet" in second_moderator.get(PAGE)


def test_figures_cost_the_same_with_many(moderator, decided, queries):
    def cost() -> int:
        with queries() as sent:
            assert moderator.get(PAGE).status == 200
        return len(sent)

    decided(moderator, 1)
    one = cost()
    decided(moderator, *[1] * 30)
    assert cost() == one


def test_no_two_tables_of_the_page_have_the_same_name(moderator, decided):
    decided(moderator, 1)
    names = re.findall(r'role="region" aria-label="([^"]+)"', moderator.get(PAGE))
    assert len(names) == len(set(names)) == 2
