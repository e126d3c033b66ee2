"""The list of reasons, /host/reasons (M12)."""

import pytest
from sqlalchemy import func, select

from crowd.db import db, transaction
from crowd.models import Reason, Record
from crowd.moderation import deeds
from crowd.states import State
from tests import make
from tests.moderation.desk import decide, shipped, waiting


def test_m12_twelve_come_with_a_new_instance_and_only_once(app):
    shipped()
    assert db.session.scalar(select(func.count()).select_from(Reason)) == 12
    with transaction():
        db.session.scalars(select(Reason).where(Reason.title == "Spam")).one().title = "Junk"
    shipped()
    titles = set(db.session.scalars(select(Reason.title)))
    assert len(titles) == 12
    assert "Spam" not in titles


def test_a_host_adds_one_and_moderators_can_choose_it(host, moderator, member, consultation):
    answer = host.post(
        "/host/reasons/new", title="Too long", text="Please cut it by half.", rule="Be brief", decision="return"
    )
    assert answer.path == "/host/reasons"
    assert "“Too long” has been added." in answer
    idea = make.contribution(consultation.questions[0], by=make.as_asker(member.id), state=State.HELD)
    page = moderator.get(f"/moderate/{waiting(idea).id}")
    assert "Too long" in page
    assert "Please cut it by half." in page


def test_changing_one_keeps_its_old_words_in_the_log(host, reasons):
    address = f"/host/reasons/{reasons['Spam']}"
    assert "has been saved" in host.post(address, title="Spam", text="A machine wrote this.", note_needed="y")
    changed = db.session.get(Reason, int(reasons["Spam"]))
    assert (changed.text, changed.note_needed) == ("A machine wrote this.", True)
    line = db.session.scalars(select(Record).where(Record.deed == "reason changed")).one()
    assert line.facts["before"]["text"].startswith("It looks as if it was sent by a machine")
    assert line.facts["after"]["text"] == "A machine wrote this."


def test_a_used_one_is_retired_and_stays_where_it_was_given(host, moderator, member, consultation, reasons):
    author = make.as_asker(member.id)
    idea = make.contribution(consultation.questions[0], by=author, state=State.HELD)
    rejected = waiting(idea)
    decide(moderator, rejected, "reject", reason=reasons["Spam"])
    answer = host.post(f"/host/reasons/{reasons['Spam']}/retire", on="/host/reasons")
    assert "“Spam” is retired." in answer
    other = make.contribution(consultation.questions[0], by=author, state=State.HELD)
    page = moderator.get(f"/moderate/{waiting(other).id}")
    assert f'<option value="{reasons["Spam"]}"' not in page
    assert "(Spam)" in moderator.get(f"/moderate/{rejected.id}")
    stale = moderator.post(f"/moderate/{waiting(other).id}", decision="reject", reason=reasons["Spam"])
    assert "Choose a reason" in stale
    assert "can be chosen again" in host.post(f"/host/reasons/{reasons['Spam']}/use", on="/host/reasons")
    assert f'<option value="{reasons["Spam"]}"' in moderator.get(f"/moderate/{waiting(other).id}")


def test_bad_input_is_said_and_kept(host, reasons):
    empty = host.post("/host/reasons/new", title="", text="Kept text")
    assert empty.status == 422
    assert "Give the reason a title of at most 100 characters." in empty
    assert "Kept text" in empty
    assert "There is a reason with this title already." in host.post("/host/reasons/new", title="off TOPIC", text="x")
    assert "Say in at most 2000 characters" in host.post("/host/reasons/new", title="New", text="")
    assert "can have 200 characters" in host.post("/host/reasons/new", title="New", text="x", rule="x" * 201)
    assert "Choose what moderators usually do" in host.post("/host/reasons/new", title="New", text="x", decision="burn")
    assert host.get("/host/reasons/4711").status == 404


def test_who_else_may(visitor, member, moderator, analyst, reasons):
    for other in (visitor, member, moderator, analyst):
        for address in ("/host/reasons", "/host/reasons/new", f"/host/reasons/{reasons['Spam']}"):
            assert other.get(address).status == 403


def test_decisions_are_never_changed(member, consultation):
    from crowd.models import Decision

    make.contribution(consultation.questions[0], by=make.as_asker(member.id))
    made = db.session.scalars(select(Decision)).one()
    with pytest.raises(RuntimeError, match="the log is never changed"), transaction():
        db.session.scalars(select(Decision)).one().note = "Something else"
    with pytest.raises(RuntimeError, match="the log is never changed"), transaction() as session:
        session.delete(made)


def test_a_list_without_reasons_says_what_that_means(host, reasons):
    with transaction():
        db.session.query(Reason).delete()
    assert "No reasons yet" in host.get("/host/reasons")
    with transaction():
        assert deeds.ship_reasons() == 12
