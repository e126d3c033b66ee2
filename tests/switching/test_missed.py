"""A scheduled start that meets red: the phase before it ends, the next does not begin, and everybody is told (P6)."""

from datetime import timedelta

import pytest

from crowd import chores, clock, log, schedule
from crowd.db import db, transaction
from crowd.models import Consultation, Mail, PhaseRecord, Record, Site
from crowd.states import PHASES, Phase
from crowd.switching import readiness, waiting
from tests import make
from tests.actors import Actor

SECOND = timedelta(seconds=1)


def worker() -> None:
    """A round of what falls due by the clock, as the worker does it."""
    with transaction() as session:
        session.query(Site).update({"chores_at": None})
    chores.run()
    db.session.expire_all()


def current(of: Consultation) -> Phase:
    return schedule.current(make.anew(of))


@pytest.fixture
def analysing(app):
    return make.consultation(phase=Phase.ANALYSIS, open_ready_at=None)


def deeds(name: str) -> list[Record]:
    return db.session.query(Record).filter_by(deed=name).order_by(Record.id).all()


def test_p06_a_start_that_meets_red_does_not_begin_and_the_phase_before_it_ended_on_time(app, at):
    made = make.consultation(phase=Phase.MEMBERS, open_ready_at=None)
    at(made.analysis + SECOND)
    assert current(made) == Phase.ANALYSIS
    at(made.open + SECOND)
    worker()
    assert current(made) == Phase.ANALYSIS
    assert schedule.missed(made) == Phase.OPEN
    at(made.closed + SECOND)
    assert current(made) == Phase.ANALYSIS, "nor does what was to come after it"


def test_p06_registration_rests_where_members_cannot_begin(app, at):
    made = make.consultation(phase=Phase.REGISTRATION, members_ready_at=None)
    at(made.analysis + SECOND)
    assert current(made) == Phase.REGISTRATION


def test_p06_every_page_says_that_it_is_late(app, analysing, visitor, at):
    member = Actor(app, make.member(analysing).id)
    at(analysing.open + SECOND)
    worker()
    for who, path in ((visitor, "/c/ahp/"), (member, "/c/ahp/q/1")):
        page = who.get(path)
        assert "was to begin on" in page
        assert "The host is not ready yet, and will give a new date." in page
        assert "left</span>" not in page
    assert "did not begin: the host was not ready" in visitor.get("/c/ahp/")
    assert "The host is not ready yet." in visitor.get("/c/ahp/q/1")


def test_p06_the_front_page_says_so_and_the_calendar_holds_no_date_for_it(analysing, visitor, at):
    make.consultation("students")
    assert visitor.get("/c/ahp/dates.ics").count("BEGIN:VEVENT") == 5
    at(analysing.open + SECOND)
    assert "“Findings open for comment” was to begin on" in visitor.get("/")
    calendar = visitor.get("/c/ahp/dates.ics")
    assert calendar.count("BEGIN:VEVENT") == 3
    assert "Findings open for comment" not in calendar


def test_p06_hosts_are_told_72_24_and_1_hours_before_and_at_the_time_once_each(analysing, host, app, at):
    other = make.person("other-host@example.org", roles="H")
    told = []
    for before in (80, 71, 70, 25, 23, 2, 0.9, 0.5, -0.1, -1, -30):
        at(analysing.open - timedelta(hours=before))
        worker()
        worker()
        told.append(db.session.query(Mail).filter_by(kind="not_ready").count())
    assert told == [0, 2, 2, 2, 4, 4, 6, 6, 8, 8, 8]
    assert {mail.address for mail in db.session.query(Mail)} == {host.email, other.email}
    line = deeds("start missed")[0]
    assert len(deeds("start missed")) == 1
    assert (line.person_id, line.facts["start"]) == (None, analysing.open.isoformat())
    assert set(line.facts["red"]) == {"findings", "promises"}


def test_p06_nobody_is_told_while_nothing_is_red(app, host, at):
    made = make.consultation(phase=Phase.ANALYSIS)
    make.ready(made)
    at(made.open - timedelta(hours=20))
    worker()
    assert db.session.query(Mail).count() == 0


def test_p06_what_becomes_green_too_late_does_not_begin_by_itself(analysing, host, at):
    """The host gives it a new date, or switches."""
    at(analysing.open + timedelta(hours=1))
    worker()
    make.ready(analysing)
    assert make.anew(analysing).open_ready_at is not None
    assert current(analysing) == Phase.ANALYSIS
    at(analysing.open + timedelta(days=2))
    assert current(analysing) == Phase.ANALYSIS
    day = (clock.now() + timedelta(days=3)).date()
    page = host.post(
        "/host/ahp/schedule", open_day=f"{day:%Y-%m-%d}", open_time="17:00", why="The last finding took longer"
    )
    assert "The dates are saved." in page
    at(make.anew(analysing).open + SECOND)
    assert current(analysing) == Phase.OPEN


def test_p06_or_the_host_switches_now_and_may_take_that_back(analysing, host, visitor, at):
    at(analysing.open + timedelta(hours=1))
    worker()
    make.ready(analysing)
    planned = make.anew(analysing).open
    assert "and did not begin then" in host.get("/host/ahp/switch")
    checklist = host.get("/host/ahp/checklist")
    assert "it still waits for you" in checklist
    assert "when its time comes" not in checklist, "it has come"
    host.post("/host/ahp/switch", slug="ahp", why="Ready at last")
    assert current(analysing) == Phase.OPEN
    assert "began later than planned" in visitor.get("/c/ahp/")
    assert "ends again, and has no date yet" in host.get("/host/ahp/undo")
    assert "has no date yet: give it a new one" in host.post("/host/ahp/undo", having="seen")
    assert make.anew(analysing).open == planned
    assert current(analysing) == Phase.ANALYSIS
    page = visitor.get("/c/ahp/")
    assert "That was taken back. “Findings open for comment” has no date yet." in page
    assert "as planned" not in page


def test_p18_the_record_of_a_phase_that_was_undone_is_for_hosts_alone(app, analysing, host):
    member = Actor(app, make.member(analysing).id)
    make.ready(analysing)
    host.post("/host/ahp/switch", slug="ahp", why="Ready", skip="y")
    address = "/c/ahp/records/open.json"
    assert member.get(address).status == 200
    host.post("/host/ahp/undo", having="seen")
    assert member.get(address).status == 404
    assert address not in member.get("/c/ahp/")
    assert "whose beginning was taken back. SHA-256:" in member.get("/c/ahp/")
    assert host.get(address).status == 200
    assert address in host.get("/c/ahp/")


def test_p03_and_p06_a_late_start_does_not_skip_over_a_phase(app, host, at):
    """Members missed, and analysis would have begun by now too: switching to members first needs later dates."""
    made = make.consultation(phase=Phase.REGISTRATION, members_ready_at=None)
    at(made.analysis + timedelta(hours=1))
    make.ready(made)
    page = host.post("/host/ahp/switch", slug="ahp", why="At last", skip="y")
    assert "which is not after" in page
    assert current(made) == Phase.REGISTRATION


def test_p05_the_net_finds_what_time_alone_made_red(app, at):
    """The last host's invitation ran out: no deed, no line in the log."""
    made = make.consultation(phase=Phase.REGISTRATION)
    make.ready(made)
    with transaction():
        from crowd.models import Invitation

        db.session.query(Invitation).one().expires_at = made.members - timedelta(hours=2)
    assert make.anew(made).members_ready_at is not None
    readiness.keep()
    assert make.anew(made).members_ready_at is None


def test_p05_what_was_sent_before_the_start_and_written_after_it_takes_nothing_back(app, at):
    """A transaction received a second before the start, whose turn comes a second after it."""
    made = make.consultation(phase=Phase.ANALYSIS)
    make.ready(made)
    at(made.open - SECOND)
    with clock.receiving():
        at(made.open + SECOND)
        with transaction() as session:
            its = session.get_one(Consultation, made.id)
            its.groups = []
            log.record("consultation changed", by=None, consultation=its, what=["groups"])
    assert current(made) == Phase.OPEN


def test_p02_and_p19_a_phase_begins_without_any_worker_and_is_noted_once(app, at):
    made = make.consultation(phase=Phase.MEMBERS)
    at(made.analysis + SECOND)
    assert current(made) == Phase.ANALYSIS
    assert deeds("phase began") == []
    for _n in range(3):
        worker()
    assert [line.facts["phase"] for line in deeds("phase began")] == ["analysis"]
    assert deeds("phase began")[0].person_id is None
    assert make.anew(made).reached == "analysis"
    assert db.session.query(PhaseRecord).one().phase == "analysis"


def test_p19_the_first_change_under_the_new_phase_notes_it_where_no_worker_runs(app, at):
    made = make.consultation(phase=Phase.ANALYSIS)
    make.ready(made)
    at(made.open + SECOND)
    make.contribution(make.finding(made), by=make.member(made, standing=make.Standing.STAKEHOLDER, group="Carer"))
    assert [line.facts["phase"] for line in deeds("phase began")] == ["open"]


def test_p20_a_worker_that_was_away_notes_every_phase_in_order(app, at):
    made = make.consultation(phase=Phase.MEMBERS, open=None)
    at(made.closed + SECOND)
    worker()
    assert [line.facts["phase"] for line in deeds("phase began")] == ["analysis", "closed"]


@pytest.mark.parametrize("left_out", [("registration",), ("open",), ("closed",), ("registration", "open", "closed")])
def test_p03_phases_that_are_left_out_are_walked_through(app, at, visitor, left_out):
    made = make.consultation(phase=Phase.DRAFT, **dict.fromkeys(left_out))
    make.ready(made)
    for phase in PHASES[1:]:
        start = getattr(made, phase)
        if start is None:
            continue
        if phase == Phase.OPEN:
            at(start - SECOND)
            make.ready(made)
        at(start + SECOND)
        worker()
        assert current(made) == phase
        assert schedule.phase_name(phase) in visitor.get("/c/ahp/")
    assert [line.facts["phase"] for line in deeds("phase began")] == [p for p in PHASES[1:] if p not in left_out]


def test_waiting_is_told_by_no_worker_twice_where_two_look_at_once(analysing, host, at):
    at(analysing.open - timedelta(hours=20))
    waiting.tell_hosts()
    waiting.tell_hosts()
    assert db.session.query(Mail).count() == 1
