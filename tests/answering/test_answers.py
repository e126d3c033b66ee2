"""What the host owes on findings: answering, history, reminders, and what enough people who agree make due."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from crowd import clock
from crowd.answering import watching
from crowd.db import db, transaction
from crowd.models import Duty, Finding, Mail, Move, Record
from crowd.states import Vote
from crowd.threads import voting
from tests import make
from tests.actors import Actor

PAGE = "/c/ahp/findings/1/respond"


@pytest.fixture
def finding(consultation, at):
    author = make.member(consultation)
    text = make.contribution(consultation.questions[0], by=author, text="Count care time")
    found = make.finding(consultation, title="Care time counts", evidence=(text,))
    at(consultation.open)
    return found, author


def mails(kind):
    make.afresh()
    return db.session.scalars(select(Mail).where(Mail.kind == kind).order_by(Mail.id)).all()


def test_an_answer_has_a_step_an_owner_and_a_date_and_its_history_stays(finding, host, visitor):
    due = (clock.now() + timedelta(days=40)).strftime("%d/%m/%Y")
    host.post(PAGE, step="considering", owner="Head of workforce", due=due, text="")
    page = visitor.get("/c/ahp/findings/1")
    assert "Being considered" in page
    assert "Head of workforce" in page
    host.post(PAGE, step="accepted", text="We **count** care time.")
    host.post(PAGE, step="done", text="We count it now.")
    page = visitor.get("/c/ahp/findings/1")
    assert "Done" in page
    history = page.split("How it came here")[1]
    assert [
        history.index(said) for said in ("Being considered", "<strong>count</strong>", "We count it now.")
    ] == sorted(history.index(said) for said in ("Being considered", "<strong>count</strong>", "We count it now."))
    line = db.session.scalars(select(Move)).first()
    line.step = "accepted"
    with pytest.raises(RuntimeError):
        db.session.flush()
    db.session.rollback()


def test_p19_the_same_answer_again_is_no_move(finding, host):
    host.post(PAGE, step="accepted", text="Yes.")
    assert "Nothing has changed." in host.post(PAGE, step="accepted", text="Yes.")
    assert len(db.session.scalars(select(Move)).all()) == 1


def test_two_hosts_who_answer_at_once_lose_nothing(app, finding, host):
    other = Actor(app, make.person(roles="H").id)
    _where, stale = other.get(PAGE).form(PAGE, "step")
    host.post(PAGE, step="considering", text="", owner="Workforce")
    page = other.send(PAGE, stale | {"step": "accepted", "text": "Mine, typed for an hour."})
    assert page.status == 409
    assert "Mine, typed for an hour." in page
    assert "Workforce" in host.get("/c/ahp/findings/1")
    again = other.send(PAGE, page.form(PAGE, "step")[1])
    assert "Your response is published." in again


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"step": "accepted", "text": ""}, "a word alone is no answer"),
        ({"step": "considering", "due": "31/02/2026"}, "Enter a date as day, month and year"),
        ({"step": "considering", "due": "01/01/2015"}, "Choose a day after today."),
        ({"step": "soon"}, "Choose one from the list."),
        ({"step": "not answered", "text": "Yes."}, "Choose how far the answer is"),
        ({"step": "considering", "owner": "x" * 201}, "Use at most 200 characters"),
    ],
)
def test_what_cannot_be_is_said_and_what_was_typed_stays(finding, host, typed, said):
    page = host.post(PAGE, **({"text": "Kept words", "owner": ""} | typed))
    assert page.status == 422
    assert said in page
    assert typed.get("text", "Kept words") in page
    assert db.session.scalars(select(Move)).all() == []


def test_p17_hosts_are_reminded_before_and_at_the_date_once_each(finding, host, at):
    due = clock.now() + timedelta(days=20)
    host.post(PAGE, step="considering", text="", due=due.strftime("%d/%m/%Y"))
    watching.remind()
    assert mails("answer_due") == []
    for moment in (
        due - timedelta(days=6),
        due - timedelta(days=5),
        due + timedelta(days=1),
        due + timedelta(hours=30),
    ):
        at(moment)
        watching.remind()
    subjects = [mail.subject for mail in mails("answer_due") if mail.person_id == host.id]
    assert subjects == ["Due soon: finding 1", "Due now: finding 1"]
    assert "Late" in host.get("/c/ahp/findings/1")


def test_nobody_is_reminded_of_what_is_done(finding, host, at):
    due = clock.now() + timedelta(days=5)
    host.post(PAGE, step="done", text="Done.", due=due.strftime("%d/%m/%Y"))
    watching.remind()
    assert mails("answer_due") == []


def test_authors_and_followers_hear_of_each_move_and_others_do_not(app, finding, host, colleague, member):
    author = Actor(app, finding[1].id)
    colleague.post("/follow", on="/c/ahp/findings/1", target="finding", key=str(finding[0].id), do="follow")
    host.post(PAGE, step="accepted", text="Yes.", owner="Secret canary")
    assert "finding 1, which rests on what you wrote" in author.get("/me/notices")
    assert "Accepted" in author.get("/me/notices")
    assert "what will be done about finding 1" in colleague.get("/me/notices")
    host.post(PAGE, step="under way")
    assert "What becomes of finding 1" in colleague.get("/me/notices")
    assert "finding 1" not in member.get("/me/notices")


def agree(consultation, found, n, standing):
    for _n in range(n):
        who = make.member(consultation, standing=standing, group="Carer" if standing == "S" else "")
        with transaction() as session:
            voting.vote(session.get_one(Finding, found.id), by=who, value=Vote.AGREE)


def test_p14_enough_of_one_standing_make_an_answer_due_and_a_sum_of_two_does_not(consultation, finding, host, visitor):
    found = finding[0]
    host.post("/host/ahp/support", stakeholders="3", members="3", days="10")
    agree(consultation, found, 2, "S")
    agree(consultation, found, 2, "B")
    watching.oblige()
    assert mails("obliged") == []
    agree(consultation, found, 1, "S")
    for _twice in range(2):
        watching.oblige()
    told = [mail for mail in mails("obliged") if mail.person_id == host.id]
    assert len(told) == 1
    page = visitor.get("/c/ahp/findings/1")
    assert "3 stakeholders agreed." in page
    assert "The host answers by" in page
    duty = db.session.get(Duty, found.id)
    assert (duty.obliged_number, (duty.due_at - clock.now()).days) == (3, 9)


def test_what_is_promised_later_adds_duties_and_takes_none_away(consultation, finding, host, visitor):
    found = finding[0]
    agree(consultation, found, 3, "S")
    watching.oblige()
    assert db.session.get(Duty, found.id) is None
    host.post("/host/ahp/support", stakeholders="3", members="", days="10")
    watching.oblige()
    host.post("/host/ahp/support", stakeholders="", members="", days="10")
    watching.oblige()
    make.afresh()
    assert db.session.get(Duty, found.id).obliged_number == 3
    assert "3 stakeholders agreed." in visitor.get("/c/ahp/findings/1")
    lines = db.session.scalars(select(Record).where(Record.deed == "support set")).all()
    assert [line.facts["stakeholders"] for line in lines] == [3, 0]


def test_who_promises_nothing_needs_no_days(consultation, host):
    page = "/host/ahp/support"
    assert "The promise is saved." in host.post(page, members="", stakeholders="5", days="28")
    assert "The promise is saved." in host.post(page, members="", stakeholders="", days="")
    assert "agree with, within" not in host.get(page)


@pytest.mark.parametrize(
    "typed",
    [
        {"stakeholders": "0"},
        {"stakeholders": "many"},
        {"stakeholders": "5", "days": "0"},
        {"stakeholders": "5", "days": ""},
    ],
)
def test_a_promise_that_cannot_be_is_refused_in_a_sentence(consultation, host, typed):
    page = host.post("/host/ahp/support", **({"members": "", "days": "28"} | typed))
    assert page.status == 422
    assert "There is a problem" in page


def test_what_happened_since_lists_every_finding_by_its_step(consultation, finding, host, visitor, at):
    make.finding(consultation, title="Nobody said a word")
    due = clock.now() + timedelta(days=3)
    host.post(PAGE, step="accepted", text="Yes.", due=due.strftime("%d/%m/%Y"), owner="Head of workforce")
    at(consultation.closed + timedelta(hours=1))
    page = visitor.get("/c/ahp/since")
    assert page.index("Not answered yet") < page.index("Nobody said a word") < page.index("Head of workforce")
    assert "Late" in page
    feed = visitor.get("/c/ahp/since.atom")
    assert "Accepted" in feed
    assert "Nobody said a word" not in feed


def test_p13_nothing_of_it_is_told_before_findings_open(consultation, visitor, member):
    make.finding(consultation, title="Canary")
    for other in (visitor, member):
        assert "Canary" not in other.get("/c/ahp/since")
        assert "Canary" not in other.get("/c/ahp/since.atom")
