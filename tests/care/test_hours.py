"""The host's calendar, /host/<slug>/hours (M7)."""

from sqlalchemy import select

from crowd.db import db, transaction
from crowd.models import Case, Consultation, Record
from crowd.states import State
from tests import make

PAGE = "/host/ahp/hours"
USUAL = {
    "answer_hours": "4",
    "work_days": ["0", "1", "2", "3", "4"],
    "work_from": "09:00",
    "work_until": "17:00",
    "holidays": "",
}


def stored() -> Consultation:
    return make.anew(db.session.scalars(select(Consultation)).one())


def due(text) -> object:
    return db.session.scalars(select(Case.due_at).where(Case.contribution_id == text.id)).one()


def test_m07_a_change_of_the_hours_moves_what_waits(host, wednesday):
    text = make.contribution(wednesday.questions[0], by=make.member(wednesday), state=State.HELD)
    assert (due(text).day, due(text).hour) == (25, 16)
    with transaction() as session:
        session.scalars(select(Case)).one().overdue_at = text.submitted_at
    page = host.post(PAGE, **USUAL | {"work_until": "13:00", "holidays": "26/11/2026\n2026-12-25\n"})
    assert "1 text that waits has a new time" in page
    assert stored().holidays == ["2026-11-26", "2026-12-25"]
    assert (due(text).day, due(text).hour) == (27, 12), "an hour on Wednesday, none on Thursday, three on Friday"
    assert db.session.scalars(select(Case.overdue_at)).one() is None, "it can grow late again"
    (line,) = db.session.scalars(select(Record).where(Record.deed == "consultation changed"))
    assert line.facts["what"] == ["work_until", "holidays"]


def test_m07_set_up_moves_what_waits_as_well(host, wednesday):
    text = make.contribution(wednesday.questions[0], by=make.member(wednesday), state=State.HELD)
    page = host.post("/host/ahp/", answer_hours="8")
    assert "Saved" in page
    assert due(text).day == 26


def test_bad_hours_are_told_and_nothing_typed_is_lost(host, wednesday):
    page = host.post(
        PAGE,
        **USUAL | {"work_from": "17:00", "work_until": "9:00", "holidays": "Christmas\n1/1/2027", "answer_hours": "0"},
    )
    assert page.status == 422
    for told in ("The desk must close after it opens", "“Christmas” is not a date", "a number from 1 to 168"):
        assert told in page
    assert "Christmas\n1/1/2027" in page.replace("\r\n", "\n")
    page = host.send(PAGE, {name: value for name, value in host.get(PAGE).form(PAGE)[1].items() if name != "work_days"})
    assert "Choose at least one day" in page
    assert stored().work_days == [0, 1, 2, 3, 4]


def test_bank_holidays_are_offered_and_not_saved_unseen(host, wednesday):
    page = host.post(PAGE, **USUAL | {"holidays": "24/12/2026"}, do="bank")
    typed = page.form(PAGE)[1]["holidays"].split()
    assert typed[0] == "01/01/2026"
    assert {"24/12/2026", "25/12/2026", "28/12/2026", "27/12/2027"} <= set(typed)
    assert stored().holidays == []
    host.send(PAGE, page.form(PAGE)[1])
    assert len(stored().holidays) == 17


def test_the_last_minute_of_a_day_is_its_end(host, wednesday):
    host.post(PAGE, **USUAL | {"work_from": "00:00", "work_until": "23:59"})
    assert (stored().work_from, stored().work_until) == (0, 1440)
    assert host.get(PAGE).form(PAGE)[1]["work_until"] == "23:59"


def test_of_two_hosts_the_second_is_told(host, wednesday):
    _where, old = host.get(PAGE).form(PAGE)
    host.post(PAGE, **USUAL | {"answer_hours": "6"})
    page = host.send(PAGE, old | {"answer_hours": "8"})
    assert page.status == 409
    assert stored().answer_hours == 6
    assert host.send(PAGE, page.form(PAGE)[1]).status == 200
    assert stored().answer_hours == 8
