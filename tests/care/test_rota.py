"""Who is on duty, /moderate/rota."""

from datetime import date

from sqlalchemy import select

from crowd.db import db
from crowd.models import Record, Shift
from tests import make

PAGE = "/moderate/rota"
THURSDAY = "2026-11-26"


def shifts() -> list[tuple[date, int]]:
    return [tuple(row) for row in db.session.execute(select(Shift.day, Shift.person_id).order_by(Shift.id))]


def change(actor, do: str, day: str = THURSDAY, **more: str):
    _where, values = actor.get(PAGE).form(PAGE, "day")
    return actor.send(PAGE, {"csrf_token": values["csrf_token"], "day": day, "do": do, **more})


def test_moderators_put_themselves_on_and_off(moderator, wednesday):
    page = change(moderator, "on")
    assert "Mo Desk: on duty on Thursday 26 November." in page
    change(moderator, "on")
    assert shifts() == [(date(2026, 11, 26), moderator.id)]
    change(moderator, "off")
    change(moderator, "off")
    assert shifts() == []
    lines = [r.facts for r in db.session.scalars(select(Record).where(Record.deed == "rota changed"))]
    assert lines == [{"day": THURSDAY, "people": [moderator.id]}, {"day": THURSDAY, "people": []}]


def test_only_hosts_put_others_on(moderator, second_moderator, host, wednesday):
    page = change(moderator, "on", person=str(second_moderator.id))
    assert page.status == 403
    assert shifts() == []
    page = change(host, "on", person=str(second_moderator.id))
    assert "Sam Second: on duty" in page
    change(host, "on", person=str(moderator.id))
    change(host, "off", person=str(second_moderator.id))
    assert [who for _day, who in shifts()] == [moderator.id]


def test_nobody_is_on_duty_who_does_not_moderate(host, wednesday):
    assert change(host, "on", person=str(make.member(wednesday).id)).status == 400
    assert change(host, "on", person="99999999999999999999").status == 400
    assert shifts() == []


def test_two_weeks_are_shown_and_nothing_else_is_taken(moderator, wednesday):
    page = moderator.get(PAGE)
    assert "Wednesday 25 November" in page
    assert "Tuesday 8 December" in page
    assert "Wednesday 9 December" not in page
    assert page.count("The desk is closed") == 4, "two weekends"
    for day in ("2026-11-24", "2026-12-09", "yesterday", "", "0001-01-01"):
        assert change(moderator, "on", day=day).status == 400
    assert shifts() == []


def test_the_page_says_who_is_mailed(moderator, wednesday):
    assert "On a day without anybody they go to all moderators" in moderator.get(PAGE)
