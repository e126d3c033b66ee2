"""Clocks that change, jump and disagree: nothing reopens, and order stays (P2, P8, P20)."""

import contextvars
from datetime import UTC, date, datetime, time, timedelta

import pytest
from flask import Flask, g

from crowd import clock, schedule
from crowd.consultations import times
from crowd.db import db, transaction
from crowd.models import Case, Consultation, Contribution
from crowd.moderation.cases import About
from crowd.schedule import BadSchedule
from crowd.states import Phase, State
from tests import make
from tests.switching.test_missed import SECOND, worker

JUMPS = [timedelta(seconds=90), timedelta(days=1)]


@pytest.mark.parametrize(
    ("day", "at", "zone", "said"),
    [
        (date(2036, 3, 30), time(1, 30), "Europe/London", "There is no 01:30"),
        (date(2036, 10, 26), time(1, 30), "Europe/London", "comes twice"),
        (date(2036, 10, 5), time(2, 15), "Australia/Lord_Howe", "There is no 02:15"),
        (date(2036, 4, 6), time(1, 45), "Australia/Lord_Howe", "comes twice"),
    ],
)
def test_p02_a_phase_cannot_end_in_an_hour_that_is_skipped_or_comes_twice(app, day, at, zone, said):
    """London by an hour, Lord Howe by half an hour: a sentence, and not a guess."""
    with pytest.raises(BadSchedule, match=said):
        times.moment(day, at, zone)


@pytest.mark.parametrize(
    ("day", "at", "zone", "moment"),
    [
        (date(2036, 3, 30), time(2), "Europe/London", datetime(2036, 3, 30, 1, tzinfo=UTC)),
        (date(2036, 10, 26), time(2), "Europe/London", datetime(2036, 10, 26, 2, tzinfo=UTC)),
        (date(2036, 10, 5), time(2, 30), "Australia/Lord_Howe", datetime(2036, 10, 4, 15, 30, tzinfo=UTC)),
        (date(2036, 4, 6), time(2), "Australia/Lord_Howe", datetime(2036, 4, 5, 15, 30, tzinfo=UTC)),
    ],
)
def test_p02_the_first_minute_after_the_change_is_a_time_like_any_other(app, day, at, zone, moment):
    assert times.moment(day, at, zone) == moment
    assert times.shown(moment, zone) == (day, at)


def test_p02_a_bell_in_the_hour_that_comes_twice_rings_once(app, at):
    """A moment set by "Switch now" may lie there: it is one moment, whatever the clock on the wall shows."""
    bell = datetime(2036, 10, 26, 0, 30, tzinfo=UTC)  # 1.30 in London, for the first time
    at(bell - timedelta(days=10))
    made = make.consultation(phase=Phase.MEMBERS, analysis=bell)
    for minutes, phase in ((-1, Phase.MEMBERS), (1, Phase.ANALYSIS), (59, Phase.ANALYSIS), (61, Phase.ANALYSIS)):
        at(bell + timedelta(minutes=minutes))
        assert schedule.current(make.anew(made)) == phase


@pytest.mark.parametrize("jump", JUMPS)
def test_p20_a_clock_that_jumps_back_reopens_nothing(consultation, member, at, jump):
    at(consultation.analysis + SECOND)
    worker()
    at(consultation.analysis + SECOND - jump)
    assert schedule.current(make.anew(consultation)) == Phase.ANALYSIS
    assert member.get("/c/ahp/q/1/new").status == 403
    worker()
    assert make.anew(consultation).reached == "analysis"


def test_p20_after_switch_now_it_is_the_same(consultation, host, at):
    host.post("/host/ahp/switch", slug="ahp", why="All is said")
    at(clock.now() - timedelta(days=1))
    assert schedule.current(make.anew(consultation)) == Phase.ANALYSIS


@pytest.mark.parametrize("jump", JUMPS)
def test_p20_posts_keep_their_order_where_the_clock_jumps_back(consultation, at, jump):
    """Threads and lists go by numbers, which only grow. The queue goes by the time of receipt, so that a text's target
    stays true; nothing in it is lost."""
    author, question = make.member(consultation), consultation.questions[0]
    texts = [make.contribution(question, by=author, text="The first one")]
    at(clock.now() - jump)
    texts.append(make.contribution(question, by=author, text="The second one"))
    replies = [make.contribution(texts[0], by=author, text=f"Reply {n}") for n in range(2)]
    waits = make.contribution(question, by=author, state=State.HELD, text="It waits")
    in_order = db.session.query(Contribution).filter_by(thread_id=texts[0].id).order_by(Contribution.path)
    assert [c.id for c in in_order] == [texts[0].id, replies[0].id, replies[1].id]
    assert [text.serial for text in (*texts, *replies)] == [1, 2, 3, 4]
    assert db.session.query(Case).filter_by(kind=About.TEXT, closed_at=None).one().contribution_id == waits.id


def test_p08_what_was_received_before_the_bell_is_taken_though_the_bell_was_noted_meanwhile(app, consultation, at):
    """Its turn to write comes after the first transaction of the new phase: the time of receipt decides."""
    member = make.member(consultation)
    at(consultation.analysis - SECOND)
    with clock.receiving():
        at(consultation.analysis + SECOND)
        contextvars.Context().run(_another_process, app)
        assert make.anew(consultation).reached == "analysis"
        assert schedule.current(consultation) == Phase.MEMBERS
        made = make.contribution(consultation.questions[0], by=member, state=State.HELD)
    assert made.submitted_at < consultation.analysis
    assert schedule.current(make.anew(consultation)) == Phase.ANALYSIS


def _another_process(app: Flask) -> None:
    """Its worker notes the bell at the present, whatever this request's time is."""
    with app.app_context():
        worker()


def test_p02_of_two_servers_five_seconds_apart_the_slower_follows(consultation, member, at):
    """What the faster one has noted is not undone by the other's clock: no text is taken into a phase that is over."""
    at(consultation.analysis + SECOND)
    worker()  # the faster server's
    at(consultation.analysis - 4 * SECOND)  # the slower one's clock
    assert schedule.current(make.anew(consultation)) == Phase.ANALYSIS
    g.pop("asked", None)
    before = db.session.query(Contribution).count()
    assert member.get("/c/ahp/q/1/new").status == 403
    assert db.session.query(Contribution).count() == before


def test_p20_only_an_undone_switch_gives_a_phase_back(consultation, host, at):
    host.post("/host/ahp/switch", slug="ahp", why="All is said")
    host.post("/host/ahp/undo", having="seen")
    assert make.anew(consultation).reached == "members"
    assert schedule.current(consultation) == Phase.MEMBERS
    with transaction() as session:
        assert session.get_one(Consultation, consultation.id).open_ready_at is not None
