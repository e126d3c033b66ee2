"""Mails of approval can be turned off, the others cannot (M13)."""

from sqlalchemy import select

from crowd.db import db
from crowd.models import Mail, Person, Record
from tests import make

PAGE = "/me/mails"


def wants(member) -> bool:
    make.afresh()
    return db.session.get_one(Person, member.id).approval_mails


def test_m13_the_switch_on_ones_own_page(member):
    assert 'href="/me/mails"' in member.get("/me")
    values = member.get(PAGE).form(PAGE)[1]
    assert values.pop("approval_mails") == ["y"], "on unless somebody turns it off"
    assert "Saved" in member.send(PAGE, values)
    assert not wants(member)
    assert "approval_mails" not in member.get(PAGE).form(PAGE)[1]
    member.post(PAGE, approval_mails="y")
    assert wants(member)
    lines = [r.facts for r in db.session.scalars(select(Record).where(Record.deed == "mails chosen"))]
    assert lines == [{"approval": False}, {"approval": True}]


def test_m13_the_mail_says_how_to_turn_it_off(member, consultation):
    make.contribution(consultation.questions[0], by=make.as_asker(member.id))
    mail = db.session.scalars(select(Mail).where(Mail.kind == "published")).one()
    assert "http://localhost/me/mails" in mail.body


def test_m13_what_is_returned_or_refused_has_no_switch(member):
    assert "we always mail you" in member.get(PAGE)
