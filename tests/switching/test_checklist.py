"""The checklist before members and before open: what is red, what stops, what is logged (P5)."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from crowd import clock, log, schedule
from crowd.db import db, transaction
from crowd.models import Consultation, Invitation, Mail, Person, Question, Record
from crowd.states import Phase, Promise, State
from crowd.switching import checklist, promises
from tests import make

SWITCH = {"slug": "ahp", "why": "All is ready"}


@pytest.fixture
def registering(app):
    made = make.consultation(phase=Phase.REGISTRATION, summary_html="<p>About it.</p>")
    make.ready(made)
    return make.anew(made)


@pytest.fixture
def analysing(app):
    made = make.consultation(phase=Phase.ANALYSIS)
    make.ready(made)
    return make.anew(made)


def red(of: Consultation, phase: Phase) -> set[str]:
    return {item.name for item in checklist.red(make.anew(of), phase)}


def change(deed: str = "consultation changed", **values) -> None:
    """Change columns of the consultation as a deed does, with its line in the log."""
    with transaction() as session:
        its = session.scalars(select(Consultation)).one()
        for name, value in values.items():
            setattr(its, name, value)
        log.record(deed, by=None, consultation=its, what=list(values))


def without_guidance() -> None:
    with transaction() as session:
        session.scalars(select(Question)).first().guidance_html = ""
        log.record("question changed", by=None, consultation=session.scalars(select(Consultation)).one(), number=1)


def without_invitation() -> None:
    with transaction() as session:
        session.execute(delete(Invitation))
        its = session.scalars(select(Consultation)).one()
        log.record("invitation ended", by=None, consultation=its, invitation=1)


def with_one_moderator() -> None:
    with transaction() as session:
        who = session.scalars(select(Person).where(Person.roles == "M")).first()
        who.roles = ""
        log.record("role taken", by=None, person=who.id, role="M")


BEFORE_MEMBERS = {
    "questions": without_guidance,
    "membership": without_invitation,
    "moderators": with_one_moderator,
    "retention": lambda: change(retention=0),
    "reasons": lambda: change(reasons_at=None),
}


@pytest.mark.parametrize("name", BEFORE_MEMBERS)
def test_p05_each_thing_that_is_missing_before_members_is_red_and_takes_the_readiness_at_once(name, registering, host):
    assert red(registering, Phase.MEMBERS) == set()
    assert registering.members_ready_at is not None
    BEFORE_MEMBERS[name]()
    assert red(registering, Phase.MEMBERS) == {name}
    assert make.anew(registering).members_ready_at is None, "in the transaction that did it, by no worker"
    page = host.send("/host/ahp/switch", host.get("/host/ahp/schedule").form(having="why")[1] | SWITCH)
    assert page.status in (409, 422)
    assert schedule.current(make.anew(registering)) == Phase.REGISTRATION


def test_p05_red_stops_the_switch(registering, host):
    _where, fields = host.get("/host/ahp/switch").form(having="why")
    without_guidance()
    page = host.send("/host/ahp/switch", fields | SWITCH | {"skip": "y"})
    assert page.status == 422
    assert "lacks its text or its guidance" in page
    assert "/host/ahp/questions" in page
    assert schedule.current(make.anew(registering)) == Phase.REGISTRATION
    assert "lacks its text or its guidance" in host.get("/host/ahp/switch")


def test_p05_amber_needs_a_tick_and_is_logged(registering, host):
    """There is only one host, and nobody can be written to."""
    page = host.post("/host/ahp/switch", **SWITCH)
    assert page.status == 422
    assert "There is only one host" in page
    assert schedule.current(make.anew(registering)) == Phase.REGISTRATION
    host.post("/host/ahp/switch", **SWITCH, skip="y")
    assert schedule.current(make.anew(registering)) == Phase.MEMBERS
    line = db.session.scalars(select(Record).where(Record.deed == "checklist")).one()
    assert (line.person_id, line.facts["red"]) == (host.id, [])
    assert set(line.facts["amber"]) == {"hosts", "contact"}


def test_p05_what_is_mended_on_the_page_turns_green(app, host):
    made = make.consultation(phase=Phase.REGISTRATION, members_ready_at=None)
    make.person(roles="M")
    make.person(roles="M")
    page = host.get("/host/ahp/checklist")
    assert "Red: stops it" in page
    host.post("/host/ahp/checklist/reasons", on="/host/ahp/checklist", having="csrf_token")
    assert host.post("/host/ahp/checklist/retention", on="/host/ahp/checklist", retention="0").status == 422
    host.post("/host/ahp/checklist/retention", on="/host/ahp/checklist", retention="24")
    assert red(made, Phase.MEMBERS) == {"membership", "test mail"}
    with transaction() as session:
        session.add(
            Invitation(
                consultation_id=made.id,
                secret="x",
                standing="B",
                created_at=clock.now(),
                expires_at=made.members + timedelta(days=1),
            )
        )
    assert red(made, Phase.MEMBERS) == {"test mail"}
    host.post("/host/ahp/checklist/test-mail", on="/host/ahp/checklist", having="csrf_token")
    assert db.session.scalars(select(Mail.address).where(Mail.kind == "test")).one() == host.email
    assert red(made, Phase.MEMBERS) == set()
    assert make.anew(made).members_ready_at is not None


def test_p05_an_invitation_that_ends_before_members_begin_is_no_way_in(registering):
    with transaction() as session:
        session.scalars(select(Invitation)).one().expires_at = registering.members - timedelta(hours=1)
    assert red(registering, Phase.MEMBERS) == {"membership"}


def test_p05_what_is_undecided_stops_the_opening_until_it_is_decided_or_handed_over_by_name(
    analysing, moderator, host, app
):
    change(handed_to_id=None)
    assert red(analysing, Phase.OPEN) == set()
    make.contribution(analysing.questions[0], by=make.member(analysing), state=State.HELD)
    assert red(analysing, Phase.OPEN) == {"undecided"}
    assert "is not decided on" in host.get("/host/ahp/checklist")
    host.post("/host/ahp/checklist/hand-over", on="/host/ahp/checklist", person=str(moderator.id))
    assert red(analysing, Phase.OPEN) == set()
    assert "Mo Desk has taken over" in host.get("/host/ahp/checklist")
    mail = db.session.scalars(select(Mail).where(Mail.kind == "handed_over")).one()
    assert mail.address == moderator.email
    line = db.session.scalars(select(Record).where(Record.deed == "handed over")).one()
    assert (line.person_id, line.facts) == (host.id, {"person": moderator.id})
    with transaction() as session:
        session.get_one(Person, moderator.id).roles = ""
        log.record("role taken", by=None, person=moderator.id, role="M")
    assert red(analysing, Phase.OPEN) == {"undecided"}, "who took over is no moderator any more"


def test_p05_and_p12_the_promise_report_is_to_be_read_again_after_it_changed(analysing, host):
    make.contribution(analysing.questions[0], by=make.member(analysing))
    assert red(analysing, Phase.OPEN) == {"promises"}
    host.post("/host/ahp/promises", having="seen")
    assert red(analysing, Phase.OPEN) == set()


def test_p05_groups_and_a_finding_are_needed_to_open(app):
    made = make.consultation(phase=Phase.ANALYSIS)
    assert red(made, Phase.OPEN) == {"findings", "promises"}
    change(groups=[])
    assert red(made, Phase.OPEN) == {"findings", "promises", "groups"}


def test_p05_while_members_write_a_vote_and_a_text_ask_nothing_more(consultation, member, queries, monkeypatch):
    """As many statements as without the hook: it keeps still where no phase is in question."""
    ideas = [make.contribution(consultation.questions[0], by=make.member(consultation)) for _n in range(2)]
    sent = []
    for idea, text in zip(ideas, ("Count care time", "Count the way home"), strict=True):
        _where, vote = member.get(f"/p/{idea.id}").form("/vote")
        _where, fields = member.get("/c/ahp/q/1/new").form(having="once")
        with queries() as asked:
            voted = member.send("/vote", vote | {"vote": f"agree-{idea.id}"})
            written = member.send("/c/ahp/q/1/new", fields | {"text": text, "kind": "idea", "promise": "2"})
        assert (voted.status, written.status) == (200, 200)
        sent.append(len(asked))
        monkeypatch.setattr("crowd.db._at_the_end", [])
    assert sent[0] == sent[1]
    assert db.session.scalar(select(Consultation.open_ready_at)) == consultation.open_ready_at


def test_p12_evidence_that_was_taken_away_is_nothing_that_others_can_read(analysing):
    by = make.member(analysing)
    hidden, taken = (
        make.contribution(analysing.questions[0], by=by, promise=promise, state=state)
        for promise, state in ((Promise.MEMBERS, State.PUBLISHED), (Promise.ALIAS, State.WITHDRAWN))
    )
    open_one = make.contribution(analysing.questions[0], by=by)
    make.finding(analysing, title="On hidden ones", evidence=(hidden, taken))
    make.finding(analysing, title="On an open one too", evidence=(hidden, open_one))
    make.finding(analysing, title="On nothing any more", evidence=(taken,))
    assert [(title, n) for _number, title, n in promises.report(analysing).hidden] == [("On hidden ones", 1)]
