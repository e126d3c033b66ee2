"""The landing page: what, when, how many, and what to do first; and where we are, which stands on every page."""

from datetime import UTC, datetime, timedelta

import pytest

from crowd import clock, schedule
from crowd.consultations import where
from crowd.consultations.where import here
from crowd.db import db, transaction
from crowd.i18n import deadline
from crowd.models import Consultation
from crowd.rules import VISITOR
from crowd.states import PHASES, Phase, State
from tests import make


def text_of(page: str) -> str:
    return " ".join(page.replace("&#39;", "’").split())


def test_p16_counts_are_public_also_to_those_who_may_not_read(visitor, member, consultation):
    make.contribution(consultation.questions[0], by=make.as_asker(member.id), text="Count care time")
    page = visitor.get("/c/ahp/")
    assert "Members registered" in page
    assert "hoped for" not in page  # no host has said so
    assert "Count care time" not in page
    first_card = page.split("Question 1</p>")[1].split("</li>")[0]
    assert "1 contribution ·" in text_of(first_card)
    assert "0 comments" in first_card


def test_a_held_text_counts_nothing(visitor, member, consultation):
    """M5."""
    make.contribution(consultation.questions[0], by=make.as_asker(member.id), state=State.HELD)
    assert "1 contribution" not in visitor.get("/c/ahp/")


def test_each_reader_has_one_main_action(visitor, member, host, consultation):
    assert '<a class="btn" href="/c/ahp/join">Join as a member</a>' in visitor.get("/c/ahp/")
    assert '<a class="btn" href="/c/ahp/q/1">Answer question 1</a>' in member.get("/c/ahp/")
    assert host.get("/c/ahp/").count('class="btn"') == 1


def test_p7_those_who_may_not_read_see_why_instead_of_links(visitor, member, consultation):
    assert "You can read the members’ discussion from" in visitor.get("/c/ahp/")
    assert 'href="/c/ahp/q/2"' not in visitor.get("/c/ahp/").split("<main")[1]
    assert 'href="/c/ahp/q/2"' in member.get("/c/ahp/")


@pytest.mark.parametrize("phase", PHASES)
def test_where_we_are_reads_well_in_every_phase(app, visitor, phase):
    make.consultation("ahp", phase=phase)
    page = visitor.get("/c/ahp/")
    assert page.status == (404 if phase == Phase.DRAFT else 200)
    expected = {
        Phase.DRAFT: "",
        Phase.REGISTRATION: "You can ask to join.",
        Phase.MEMBERS: "Only registered members can read this until findings are published. You can ask to join.",
        Phase.ANALYSIS: "Only registered members can read this until findings are published.",
        Phase.OPEN: "You can read the findings. Join to comment and vote on them.",
        Phase.CLOSED: "You can read the findings and read the members’ discussion.",
    }[phase]
    assert expected in page


def test_where_we_are_tells_each_standing_what_it_can_do(
    app, member, stakeholder, moderator, analyst, host, consultation
):
    phase = Phase.MEMBERS
    said = {
        who: here(consultation, make.as_asker(actor.id)).can
        for who, actor in {"B": member, "S": stakeholder, "M": moderator, "A": analyst, "H": host}.items()
    }
    assert schedule.current(consultation) == phase
    assert said == {
        "B": "You can answer the questions, comment and vote.",
        "S": "Only registered members can read this until findings are published. You can ask to join.",
        "M": "You can decide on what waits, answer the questions and comment.",
        "A": "You can write findings and read the members’ discussion.",
        "H": "You can decide on what waits, answer the questions and comment.",
    }


def test_the_time_left_is_told_in_the_last_two_weeks(app):
    bell = clock.now() + timedelta(days=30)
    consultation = make.consultation(phase=Phase.MEMBERS, analysis=bell, open=None, closed=None)
    told = {}
    for left in (
        timedelta(days=20),
        timedelta(days=11, minutes=1),
        timedelta(days=1, minutes=1),
        timedelta(hours=2, minutes=1),
    ):
        clock.set_to(bell - left)
        told[left.days or "hours"] = here(consultation, VISITOR).days_left
    assert told == {20: "", 11: "11 days left", 1: "1 day left", "hours": "2 hours left"}


@pytest.mark.parametrize("phase", [p for p in PHASES if p not in (Phase.DRAFT, Phase.CLOSED)])
def test_the_time_left_is_told_in_every_phase_that_ends(app, phase):
    consultation = make.consultation(phase=phase)
    bell = schedule.bell(consultation, phase)
    told = []
    for left in (timedelta(days=15, minutes=1), timedelta(days=14, hours=23), timedelta(days=2, hours=1)):
        clock.set_to(bell - left)
        told.append(where.days_left(consultation, phase))
    assert told == ["", "14 days left", "2 days left"]


@pytest.mark.parametrize("phase", PHASES)
def test_an_analyst_is_not_told_to_join(app, analyst, phase):
    said = here(make.consultation(phase=phase), make.as_asker(analyst.id)).can
    assert "join" not in said.lower()
    assert said.startswith("You can ")


def test_p2_times_are_shown_in_the_consultations_zone_which_is_named(app, visitor):
    make.consultation(phase=Phase.MEMBERS, analysis=datetime(2036, 5, 6, 16, 0, tzinfo=UTC), open=None, closed=None)
    assert "until Tuesday 6 May 2036, 5pm (UK time)" in visitor.get("/c/ahp/")


def test_p2_the_phase_changes_by_the_clock_alone(app, visitor, at):
    consultation = make.consultation(phase=Phase.MEMBERS)
    bell = schedule.bell(consultation, Phase.MEMBERS)
    at(bell - timedelta(seconds=20))
    assert "<strong>Members’ discussion</strong>" in visitor.get("/c/ahp/")
    at(bell)
    assert "<strong>Writing up findings</strong>" in visitor.get("/c/ahp/")


def test_findings_are_named_only_to_those_who_may_read_them(app, visitor, analyst):
    consultation = make.consultation("ahp", phase=Phase.ANALYSIS)
    make.finding(consultation, state=State.DRAFT, title="An early finding")
    assert "An early finding" not in visitor.get("/c/ahp/")
    assert "An early finding" in analyst.get("/c/ahp/")


def test_a_consultation_in_preparation_is_seen_by_hosts_and_moderators_alone(app, visitor, moderator, host):
    make.consultation("ahp", phase=Phase.DRAFT)
    paths = ("/c/ahp/", "/c/ahp/rules", "/c/ahp/dates.ics")
    assert [visitor.get(path).status for path in paths] == [404] * 3
    assert [moderator.get(path).status for path in paths] == [200] * 3
    assert [host.get(path).status for path in paths] == [200] * 3


def test_the_number_of_queries_does_not_grow(member, queries, consultation):
    with queries() as few:
        member.get("/c/ahp/")
    for _n in range(10):
        make.finding(consultation)
    with queries() as many:
        member.get("/c/ahp/")
    assert len(few) == len(many)
    assert len(few) <= 8


def test_the_calendar_has_every_start_and_folds_its_lines(visitor, consultation):
    with transaction():
        db.session.get(Consultation, consultation.id).title = "Wörk, care; and \\ more " * 6
    page = visitor.get("/c/ahp/dates.ics")
    assert page.headers["Content-Type"].startswith("text/calendar")
    assert page.count("BEGIN:VEVENT") == 5
    lines = page.split("\r\n")
    assert max(len(line.encode()) for line in lines) <= 75
    assert "Wörk\\, care\\; and \\\\ more" in page.replace("\r\n ", "")
    assert f"DTSTART:{schedule.bell(consultation, Phase.MEMBERS):%Y%m%dT%H%M%SZ}" in page


def test_the_rules_page_marks_the_reader_and_the_phase(member, visitor, consultation):
    page = member.get("/c/ahp/rules")
    assert "Here you are one of the: members." in page
    assert page.count('<span class="tag brand">Now</span>') == 1
    vote = page.split('<th scope="row">Vote</th>')[1].split("</tr>")[0]
    assert '<strong class="tag ok">members<span class="vh"> (you)</span></strong>' in vote
    assert "it is published" in vote
    assert (
        '<strong class="tag ok">'
        not in visitor.get("/c/ahp/rules").split('<th scope="row">Vote</th>')[1].split("</tr>")[0]
    )


def test_deadline_words():
    assert deadline(datetime(2026, 12, 4, 17, tzinfo=UTC), "Europe/London") == "Friday 4 December 2026, 5pm (UK time)"
