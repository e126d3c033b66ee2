"""Switch now, its undo, and two hosts at once (P4, P19, P20)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from flask import g
from sqlalchemy import update

from crowd import clock, schedule
from crowd.consultations import queries
from crowd.db import db, transaction
from crowd.models import Consultation, Contribution, Decision, Record, Version
from crowd.states import Phase, State, Vote
from crowd.threads import deeds as threads
from crowd.threads import voting
from tests import make
from tests.actors import Actor

SWITCH = {"slug": "ahp", "why": "The hall is full"}


def phase_of(consultation: Consultation) -> Phase:
    return schedule.current(make.anew(consultation))


def deeds_logged() -> list[str]:
    wanted = ("switched", "switch undone")
    return [line.deed for line in db.session.query(Record).filter(Record.deed.in_(wanted)).order_by(Record.id)]


def test_p4_the_next_phase_begins_at_once(host, visitor, consultation):
    planned = consultation.analysis
    page = host.post("/host/ahp/switch", **SWITCH)
    assert page.path == "/host/ahp/undo"
    assert phase_of(consultation) == Phase.ANALYSIS
    line, recorded = db.session.query(Record).order_by(Record.id)
    assert recorded.deed == "phase recorded"
    assert (line.deed, line.person_id, line.facts["standing"]) == ("switched", host.id, "H")
    assert line.facts["old"] == planned.isoformat()
    assert line.facts["new"] == make.anew(consultation).analysis.isoformat()
    assert "began earlier than planned" in visitor.get("/c/ahp/")
    assert "The hall is full" in visitor.get("/c/ahp/")


@pytest.mark.parametrize(("field", "value", "said"), [("slug", "AHP", "Type “ahp”"), ("why", " ", "Say why")])
def test_p4_it_asks_for_the_short_name_and_a_reason(host, consultation, field, value, said):
    page = host.post("/host/ahp/switch", **(SWITCH | {field: value}))
    assert said in page
    assert phase_of(consultation) == Phase.MEMBERS


def test_what_members_could_do_they_cannot_any_more(host, member, consultation):
    assert "You can answer the questions, comment and vote." in member.get("/c/ahp/")
    host.post("/host/ahp/switch", **SWITCH)
    assert "You can read the members’ discussion." in member.get("/c/ahp/")


def test_without_a_next_phase_there_is_nothing_to_switch_to(host, app):
    make.consultation("ahp", phase=Phase.CLOSED)
    page = host.get("/host/ahp/switch")
    assert "No part comes after this one." in page


def test_a_stale_form_does_not_skip_a_phase(host, app, consultation):
    """The second host meant to end the members' discussion, which the first has done."""
    other = Actor(app, make.person("other@example.org", roles="H").id)
    _where, stale = other.get("/host/ahp/switch").form(having="slug")
    host.post("/host/ahp/switch", **SWITCH)
    page = other.send("/host/ahp/switch", stale | SWITCH | {"skip": "y"})
    assert page.status == 409
    assert SWITCH["why"] in page
    assert "Field “" not in page, "what was typed is shown by the words of its field, a tick not at all"
    assert phase_of(consultation) == Phase.ANALYSIS


def test_a_bell_between_form_and_sending_does_not_skip_a_phase(host, at, consultation):
    """The form was for ending the members' discussion; the clock did so first, and what was confirmed has happened."""
    _where, stale = host.get("/host/ahp/switch").form(having="slug")
    at(consultation.analysis + timedelta(seconds=1))
    assert host.send("/host/ahp/switch", stale | SWITCH).status == 409
    assert phase_of(consultation) == Phase.ANALYSIS


def test_of_two_hosts_who_switch_at_once_one_does(app, consultation):
    """Ten times over: the loser gets the page that says so, and no phase is skipped."""
    hosts = [Actor(app, make.person(f"host{n}@example.org", roles="H").id) for n in range(2)]
    for n in range(10):
        if n:
            with transaction():
                again = db.session.get(Consultation, consultation.id)
                again.analysis, again.reached = clock.now() + timedelta(days=5), Phase.MEMBERS
        forms = [who.get("/host/ahp/switch").form(having="slug")[1] | SWITCH for who in hosts]
        start = Barrier(2)

        def press(who: Actor, fields: dict[str, str], start: Barrier = start) -> int:
            start.wait()
            return who.send("/host/ahp/switch", fields).status

        with ThreadPoolExecutor(2) as pool:
            answers = sorted(pool.map(press, hosts, forms))
        assert answers == [200, 409]
        assert phase_of(consultation) == Phase.ANALYSIS
    assert deeds_logged() == ["switched"] * 10


def test_the_start_is_never_before_what_was_written_in_the_phase_that_ended(app, host, member, consultation):
    """Members write while the host switches: what was taken belongs to the phase before, by its time as well."""
    _where, fields = host.get("/host/ahp/switch").form(having="slug")
    start = Barrier(2)

    def write() -> None:
        start.wait()
        with app.app_context():
            for n in range(20):
                with clock.receiving():
                    found = db.session.get(Consultation, consultation.id)
                    if schedule.current(found) != Phase.MEMBERS:
                        return
                    g.pop("asked", None)
                    with transaction():
                        if schedule.current(found) == Phase.MEMBERS:
                            threads.submit(
                                found.questions[0],
                                by=make.as_asker(member.id),
                                writing=threads.prepare(f"Idea {n}"),
                                once=f"race-{n}",
                            )

    def press() -> int:
        start.wait()
        return host.send("/host/ahp/switch", fields | SWITCH).status

    with ThreadPoolExecutor(2) as pool:
        writing, pressing = pool.submit(write), pool.submit(press)
        writing.result()
        assert pressing.result() == 200
    began = make.anew(consultation).analysis
    assert all(c.submitted_at < began for c in db.session.query(Contribution))


def test_p4_it_can_be_undone_for_15_minutes(host, visitor, at, consultation):
    planned = consultation.analysis
    host.post("/host/ahp/switch", **SWITCH)
    at(clock.now() + timedelta(minutes=14))
    page = host.post("/host/ahp/undo", having="seen")
    assert page.path == "/host/ahp/schedule"
    assert make.anew(consultation).analysis == planned
    assert phase_of(consultation) == Phase.MEMBERS
    assert deeds_logged() == ["switched", "switch undone"]
    assert "That was taken back." in visitor.get("/c/ahp/")


def test_p4_after_15_minutes_it_stays(host, at, consultation):
    host.post("/host/ahp/switch", **SWITCH)
    _where, fields = host.get("/host/ahp/undo").form(having="seen")
    at(clock.now() + timedelta(minutes=15, seconds=1))
    assert "can be undone for 15 minutes only" in host.get("/host/ahp/undo")
    assert "can be undone for 15 minutes only" in host.send("/host/ahp/undo", fields)
    assert phase_of(consultation) == Phase.ANALYSIS


def test_p4_not_if_a_moderator_decided_meanwhile(host, member, moderator, consultation):
    held = make.contribution(consultation.questions[0], by=make.as_asker(member.id), state=State.HELD)
    host.post("/host/ahp/switch", **SWITCH)
    from crowd.moderation import deeds as moderation

    g.pop("asked", None)
    with transaction():
        version = db.session.query(Version).filter_by(contribution_id=held.id).one()
        moderation.approve(version, by=make.as_asker(moderator.id))
    assert "a moderator decided" in host.get("/host/ahp/undo")
    assert phase_of(consultation) == Phase.ANALYSIS


def test_p4_what_keeps_it_is_named_as_what_it_was(host, member, moderator, consultation, at):
    """A first text is no change, a removed one was not withdrawn, and a decision that was undone is none."""
    text = make.contribution(consultation.questions[0], by=make.as_asker(member.id))
    held = make.contribution(consultation.questions[0], by=make.as_asker(member.id), state=State.HELD)
    at(clock.now() + timedelta(minutes=1))
    host.post("/host/ahp/switch", **SWITCH)
    with transaction() as session:
        of = session.get_one(Consultation, consultation.id)
        since = of.analysis
        session.execute(update(Decision).values(at=since, undone_at=since))
    assert queries.written_since(of, since) == []
    with transaction() as session:
        row = session.get_one(Contribution, text.id)
        row.state, row.ended_at = State.REMOVED, since
    assert queries.written_since(of, since) == []
    with transaction() as session:
        session.get_one(Contribution, text.id).state = State.WITHDRAWN
        session.get_one(Contribution, held.id).submitted_at = since
        version = session.query(Version).filter_by(contribution_id=held.id).one()
        version.created_at = since
    assert queries.written_since(of, since) == ["a text was handed in", "a text was withdrawn"]


def test_p4_not_if_somebody_voted_on_a_finding_meanwhile(host, stakeholder, app, consultation):
    host.post("/host/ahp/switch", **SWITCH)
    make.ready(consultation)
    host.post("/host/ahp/switch", **SWITCH)
    assert phase_of(consultation) == Phase.OPEN
    finding = make.finding(consultation)
    g.pop("asked", None)
    with transaction():
        voting.vote(finding, by=make.as_asker(stakeholder.id), value=Vote.AGREE)
    page = host.get("/host/ahp/undo")
    assert "a vote was given on a finding" in page
    assert "a finding was published" in page


def test_p4_not_if_somebody_joined_meanwhile(host, app):
    consultation = make.consultation(phase=Phase.DRAFT)
    host.post("/host/ahp/switch", **SWITCH)
    assert "Undo the switch" in host.get("/host/ahp/undo")
    make.member(consultation, "new@example.org")
    assert "somebody joined" in host.get("/host/ahp/undo")


def test_what_was_written_elsewhere_does_not_keep_it(host, app, consultation):
    other = make.consultation("students")
    host.post("/host/ahp/switch", **SWITCH)
    make.contribution(other.questions[0], by=make.member(other, "student@example.org"))
    host.post("/host/ahp/undo", having="seen")
    assert phase_of(consultation) == Phase.MEMBERS


def test_undoing_twice_does_nothing(host, consultation):
    host.post("/host/ahp/switch", **SWITCH)
    _where, fields = host.get("/host/ahp/undo").form(having="seen")
    host.send("/host/ahp/undo", fields)
    assert host.send("/host/ahp/undo", fields).status == 409
    assert "There is no switch to undo" in host.get("/host/ahp/undo")
    assert phase_of(consultation) == Phase.MEMBERS


def test_p20_nothing_else_reopens_a_phase(host, at, consultation):
    """Neither the schedule nor an undo of a switch after which another phase has begun."""
    host.post("/host/ahp/switch", **SWITCH)
    make.ready(consultation)
    host.post("/host/ahp/switch", **SWITCH)
    first = "There is no switch to undo"
    host.post("/host/ahp/undo", having="seen")
    assert phase_of(consultation) == Phase.ANALYSIS
    assert first in host.get("/host/ahp/undo")


def test_an_undo_that_would_undo_nothing_is_refused(host, at, app):
    """Its planned start has passed meanwhile: the phase would have begun by itself."""
    soon = clock.now() + timedelta(minutes=5)
    consultation = make.consultation(phase=Phase.MEMBERS, analysis=soon)
    host.post("/host/ahp/switch", **SWITCH)
    at(soon + timedelta(minutes=1))
    assert "would have begun by itself" in host.get("/host/ahp/undo")
    assert phase_of(consultation) == Phase.ANALYSIS
