"""The schedule: entered in the consultation's zone (P2), in order (P3), and what has passed stays (P4)."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from crowd import clock, schedule
from crowd.consultations import times
from crowd.db import db
from crowd.models import Record
from crowd.schedule import BadSchedule
from crowd.states import PHASES, Phase
from tests import make
from tests.actors import Actor

NOW = datetime(2036, 5, 1, 9, tzinfo=UTC)


@pytest.fixture
def preparing(app, at):
    """In preparation, with no date yet, on 1 May 2036."""
    at(NOW)
    return make.consultation(phase=Phase.DRAFT, **dict.fromkeys((p.value for p in PHASES[1:]), None))


@pytest.fixture
def running(app, at):
    """Members write since 30 April 2036; the bell is on 10 May, findings on 20 May."""
    at(NOW)
    return make.consultation(phase=Phase.MEMBERS)


def test_a_host_sets_the_dates_in_the_consultations_zone(preparing, host):
    """P2: in May London is an hour ahead of UTC."""
    host.post(
        "/host/ahp/schedule",
        members_day="2036-05-06",
        members_time="17:00",
        analysis_day="2036-05-20",
        analysis_time="17:00",
    )
    assert make.anew(preparing).members == datetime(2036, 5, 6, 16, tzinfo=UTC)
    assert make.anew(preparing).registration is None
    assert "Europe/London" in host.get("/host/ahp/schedule")
    assert db.session.query(Record).one().deed == "schedule set"


def test_p3_starts_out_of_order_are_refused_naming_both_times(preparing, host):
    page = host.post(
        "/host/ahp/schedule",
        members_day="2036-05-06",
        members_time="17:00",
        analysis_day="2036-05-06",
        analysis_time="16:00",
    )
    assert "Tuesday 6 May 2036, 5pm (UK time)" in page
    assert "Tuesday 6 May 2036, 4pm (UK time)" in page
    assert 'value="16:00"' in page
    assert make.anew(preparing).members is None


def test_p3_only_some_phases_may_be_left_out(preparing, host):
    page = host.post("/host/ahp/schedule", open_day="2036-05-06", open_time="17:00")
    assert "only registration, the open phase and closing may be left out" in page


def test_a_start_in_the_past_is_refused(preparing, host):
    assert "that has passed" in host.post("/host/ahp/schedule", members_day="2036-04-30", members_time="17:00")


@pytest.mark.parametrize(
    ("day", "hour", "said"),
    [
        ("2036-03-30", "01:30", "There is no 01:30 on 30/03/2036 in Europe/London"),
        ("2036-10-26", "01:30", "01:30 on 26/10/2036 comes twice in Europe/London"),
        ("2036-05-20", "", "both a date and a time"),
        ("20 May", "17:00", "such as 31/12/2026"),
        ("2036-05-20", "5", "such as 17:00"),
    ],
)
def test_a_time_that_is_none_is_refused_with_a_sentence(preparing, host, at, day, hour, said):
    at(datetime(2036, 1, 1, tzinfo=UTC))
    assert said in host.post("/host/ahp/schedule", members_day=day, members_time=hour)
    assert make.anew(preparing).members is None


@pytest.mark.parametrize(
    "zone", ["Europe/London", "Europe/Dublin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"]
)
def test_every_minute_of_the_day_of_a_clock_change_is_right_or_refused(zone):
    for day in (date(2036, 3, 30), date(2036, 10, 26), date(2036, 4, 6), date(2036, 10, 5), date(2036, 3, 9)):
        for minute in range(0, 24 * 60, 10):
            at = time(minute // 60, minute % 60)
            try:
                moment = times.moment(day, at, zone)
            except BadSchedule:
                continue
            assert times.shown(moment, zone) == (day, at)


def test_p4_a_start_that_has_passed_cannot_be_moved(running, host):
    began = running.members
    page = host.get("/host/ahp/schedule")
    assert "A start that has passed cannot be moved." in page
    _where, fields = page.form(having="why")
    assert "members_day" not in fields
    forged = fields | {"members_day": "2036-05-05", "members_time": "09:00", "why": "I say so"}
    assert "began on" in host.send("/host/ahp/schedule", forged)
    assert make.anew(running).members == began


def test_p4_the_next_start_moves_with_a_reason_that_the_timeline_shows(running, host, visitor):
    moved = {"analysis_day": "2036-05-12", "analysis_time": "17:00"}
    assert "Say why" in host.post("/host/ahp/schedule", **moved)
    host.post("/host/ahp/schedule", **moved, why="More time asked by three professions")
    assert make.anew(running).analysis == datetime(2036, 5, 12, 16, tzinfo=UTC)
    page = visitor.get("/c/ahp/")
    assert "moved from 10 May 2036 to 12 May 2036" in page
    assert "More time asked by three professions" in page
    assert "SEQUENCE:1" in visitor.get("/c/ahp/dates.ics")


def test_p19_what_was_saved_untouched_leaves_no_line(running, host):
    host.post("/host/ahp/schedule", why="nothing")
    assert db.session.query(Record).count() == 0


def test_a_later_phase_can_be_taken_off_and_the_timeline_says_so(running, host, visitor):
    host.post("/host/ahp/schedule", open_day="", open_time="", why="No money for it")
    assert make.anew(running).open is None
    assert "was taken off: No money for it" in visitor.get("/c/ahp/")


def test_of_two_hosts_one_is_told_that_the_other_was_faster(running, host, app):
    other = Actor(app, make.person("other@example.org", roles="H").id)
    _where, stale = other.get("/host/ahp/schedule").form(having="why")
    host.post("/host/ahp/schedule", analysis_day="2036-05-12", why="More time")
    page = other.send("/host/ahp/schedule", stale | {"analysis_day": "2036-05-14", "why": "Even more"})
    assert page.status == 409
    assert 'value="2036-05-14"' in page
    assert make.anew(running).analysis.day == 12


def test_p4_a_bell_that_rings_while_the_form_is_open_wins(running, host, at):
    _where, stale = host.get("/host/ahp/schedule").form(having="why")
    at(schedule.bell(running, Phase.MEMBERS) + timedelta(seconds=1))
    page = host.send("/host/ahp/schedule", stale | {"analysis_day": "2036-05-12", "why": "Too late"})
    assert "“Writing up findings” began on" in page
    assert schedule.current(make.anew(running), clock.now()) == Phase.ANALYSIS


def test_only_hosts_plan(visitor, member, moderator, analyst, consultation):
    for path in ("/host/ahp/schedule", "/host/ahp/switch", "/host/ahp/undo"):
        assert [who.get(path).status for who in (visitor, member, moderator, analyst)] == [403] * 4, path


def test_what_is_needed_is_not_called_optional(preparing, host):
    assert "(optional)" in host.get("/host/ahp/schedule"), "no reason is needed before the first part has begun"
    for phase in (Phase.REGISTRATION, Phase.MEMBERS):
        make.consultation(phase.value, phase=phase)
        assert "(optional)" not in host.get(f"/host/{phase}/schedule")
        assert "(optional)" not in host.get(f"/host/{phase}/switch")
