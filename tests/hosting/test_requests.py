"""Requests to join that wait for the host."""

import pytest
from sqlalchemy import select

from crowd import clock
from crowd.accounts import memberships
from crowd.accounts.queries import asker_for
from crowd.db import db, transaction
from crowd.models import Consultation, JoinRequest, Mail, Membership
from crowd.states import Standing
from tests import make
from tests.accounts import reading
from tests.actors import Actor

PAGE = "/host/ahp/requests"


@pytest.fixture
def asked(app, consultation):
    who = make.person("nora@example.org")
    with transaction() as session:
        made = JoinRequest(
            consultation_id=consultation.id,
            person_id=who.id,
            name="Nora New",
            number="N-77",
            profession="Dietitian",
            region="London",
            note="<b>please</b>",
            created_at=clock.now(),
        )
        session.add(made)
    return made


def accept(actor, asked):
    return actor.post(f"{PAGE}/{asked.id}", on=PAGE, having="do", do="accept")


def test_accepting_makes_a_member_tells_them_and_forgets_the_name(app, host, asked, consultation):
    page = host.get(PAGE)
    assert "Nora New" in page
    assert "<b>please" not in page
    assert "Accepted" in accept(host, asked)
    row = db.session.scalars(select(Membership)).one()
    assert row.alias in reading.newest("nora@example.org").body
    assert db.session.get(Consultation, consultation.id).people == 1
    settled = db.session.get(JoinRequest, asked.id)
    assert (settled.state, settled.name, settled.number) == ("accepted", "", "")
    assert "Nora New" not in host.get(PAGE)


def test_declining_needs_a_reason_which_the_person_reads(host, asked):
    assert "Say why" in host.post(f"{PAGE}/{asked.id}", reason=" ")
    assert "Declined" in host.post(f"{PAGE}/{asked.id}", reason="Please check the number.")
    body = reading.newest("nora@example.org").body
    assert "Please check the number." in body
    assert "/c/ahp/join/details" in body


def joined_meanwhile(asked, consultation):
    with transaction():
        memberships.join(
            db.session.merge(consultation), by=asker_for(asked.person_id), standing=Standing.MEMBER, how="register"
        )
    return db.session.scalars(select(Membership.alias)).one()


def test_who_joins_otherwise_asks_no_more(host, asked, consultation):
    action, values = host.get(PAGE).form(f"{PAGE}/{asked.id}", "do")
    alias = joined_meanwhile(asked, consultation)
    page = host.send(action, values | {"do": "accept"})
    assert "has joined meanwhile" in page
    assert alias not in page
    assert "Nora New" not in host.get(PAGE)
    settled = db.session.get(JoinRequest, asked.id)
    assert (settled.state, settled.name, settled.number, settled.note) == ("closed", "", "", "")


def test_two_hosts_at_once_one_wins(app, host, asked):
    second = Actor(app, make.person("second-host@example.org", roles="H").id)
    action, values = second.get(PAGE).form(f"{PAGE}/{asked.id}", "do")
    decline = second.get(f"{PAGE}/{asked.id}").form(f"{PAGE}/{asked.id}", "reason")[1]
    accept(host, asked)
    assert second.send(action, values | {"do": "accept"}).status == 409
    assert second.send(f"{PAGE}/{asked.id}", decline | {"reason": "No."}).status == 409
    assert len(db.session.scalars(select(Membership)).all()) == 1
    assert len(db.session.scalars(select(Mail)).all()) == 1


def test_one_number_is_one_person(app, host, asked, consultation):
    accept(host, asked)
    other = make.person("other@example.org")
    with transaction() as session:
        again = JoinRequest(
            consultation_id=consultation.id, person_id=other.id, name="Nora N", number="n77",
            profession="Dietitian", region="", created_at=clock.now(),
        )  # fmt: skip
        session.add(again)
    assert "Somebody has joined with this entry" in accept(host, again)
    assert db.session.get(JoinRequest, again.id).state == "waiting"


def test_who_may(visitor, member, moderator, analyst, asked):
    for who in (visitor, member, moderator, analyst):
        assert who.get(PAGE).status == who.get(f"{PAGE}/{asked.id}").status == 403


def test_a_request_of_another_consultation_is_not_here(host, asked):
    make.consultation("two")
    assert host.get(f"/host/two/requests/{asked.id}").status == 404
