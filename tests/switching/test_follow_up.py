"""Ended phases stay ended; a follow-up points at what it follows (P20)."""

from datetime import timedelta

import pytest

from crowd import clock, schedule
from crowd.states import Phase
from tests import make


@pytest.fixture
def two(app):
    first = make.consultation("ahp", phase=Phase.CLOSED)
    second = make.consultation("more", phase=Phase.DRAFT, created_at=clock.now())
    return first, second


def test_p20_a_follow_up_and_what_it_follows_lead_to_each_other(two, host, visitor, at):
    first, second = two
    host.post("/host/more/", follows_id=str(first.id))
    assert make.anew(second).follows_id == first.id
    assert "Followed up by:" in host.get("/c/ahp/")
    assert "/c/ahp/" in host.get("/c/more/")
    assert "Followed up by:" not in visitor.get("/c/ahp/"), "nobody knows of it before it begins"
    at(second.registration + timedelta(minutes=2))
    assert "Followed up by:" in visitor.get("/c/ahp/")
    assert "It follows up:" in visitor.get("/c/more/")
    host.post("/host/more/", follows_id="0")
    assert make.anew(second).follows_id is None


def test_p20_none_follows_what_came_after_it(two, host):
    _first, second = two
    page = host.post("/host/ahp/", having="title", follows_id=str(second.id))
    assert page.status == 422
    assert f">{second.title}</option>" not in host.get("/host/ahp/")


def test_p20_what_has_ended_is_never_planned_again(app, host):
    made = make.consultation(phase=Phase.CLOSED)
    day = (clock.now() + timedelta(days=9)).date()
    for phase in ("registration", "members", "analysis", "open", "closed"):
        _where, fields = host.get("/host/ahp/schedule").form(having="why")
        forged = fields | {f"{phase}_day": f"{day:%Y-%m-%d}", f"{phase}_time": "17:00", "why": "Once more"}
        assert "A start that has passed cannot be moved." in host.send("/host/ahp/schedule", forged)
    assert schedule.current(make.anew(made)) == Phase.CLOSED


def test_p20_a_phase_that_was_left_out_cannot_be_put_in_once_a_later_one_has_begun(app, host):
    made = make.consultation(phase=Phase.ANALYSIS, registration=None)
    day = (clock.now() + timedelta(days=3)).date()
    _where, fields = host.get("/host/ahp/schedule").form(having="why")
    forged = fields | {"registration_day": f"{day:%Y-%m-%d}", "registration_time": "17:00", "why": "After all"}
    assert "which is not after" in host.send("/host/ahp/schedule", forged)
    assert make.anew(made).registration is None
