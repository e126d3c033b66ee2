"""Invitation links: made by hosts, shown once, counted in the database."""

import re
import threading
from base64 import b64decode
from datetime import timedelta

import pytest
from sqlalchemy import select

from crowd import clock
from crowd.accounts import memberships, totp
from crowd.accounts.memberships import CannotJoin
from crowd.accounts.queries import asker_for
from crowd.db import db, transaction
from crowd.models import Consultation, Invitation, Membership
from crowd.states import Phase
from tests import make
from tests.accounts import reading
from tests.actors import Actor

PAGE = "/host/ahp/invitations"


def make_link(host, **more):
    page = host.post(PAGE, **({"part": "", "most": "2", "note": "Team A"} | more))
    return re.search(r"http://localhost(/i/[\w-]+)", page)[1]


def test_a_link_is_shown_once_and_kept_as_a_hash(host, consultation):
    path = make_link(host)
    page = host.get(PAGE)
    assert path not in page
    assert "Team A" in page
    assert "0 of 2" in page
    kept = db.session.scalars(select(Invitation)).one()
    assert path[3:] not in (kept.secret, kept.note)


def test_a_member_by_invitation_chooses_what_they_are_shown_as(app, host, consultation):
    path = make_link(host)
    actor = Actor(app)
    assert "you take part as a member of" in actor.get(path)
    assert "Choose your profession" in actor.post(path, email="new@example.org")
    assert "We have sent a mail" in actor.post(path, email="new@example.org", profession="Paramedic", region="London")
    assert db.session.scalars(select(Invitation.used)).one() == 0
    page = actor.post(reading.link("new@example.org"))
    assert re.search(r"You will be shown as Paramedic \d+, London", page)
    assert page.path == "/c/ahp/q/1"
    assert "1 of 2" in host.get(PAGE)


def test_a_link_presets_the_group(app, host):
    make.consultation("ahp", phase=Phase.OPEN)
    path = make_link(host, part="Commissioner")
    page = Actor(app, make.person("c@example.org").id).post(path, having="csrf_token", on=path)
    assert re.search(r"You will be shown as Commissioner \d+", page)


def test_somebody_signed_in_joins_at_once(app, host, consultation):
    path = make_link(host)
    actor = Actor(app, make.person("in@example.org").id)
    assert actor.post(path, profession="Dietitian").path == "/c/ahp/q/1"


def test_a_link_that_is_used_up_over_or_ended_lets_nobody_in(app, host, consultation, at):
    path = make_link(host, most="1")
    Actor(app, make.person().id).post(path, profession="Dietitian")
    assert "used up or is over" in Actor(app).get(path)
    ended = make_link(host)
    host.post(f"{PAGE}/2/end", on=PAGE, having="csrf_token")
    assert "used up or is over" in Actor(app).get(ended)
    timed = make_link(host)
    at(clock.now() + timedelta(days=16))
    assert "used up or is over" in Actor(app).get(timed)
    unknown = Actor(app).get("/i/nonsense")
    assert unknown.status == 404
    assert "Ask whoever sent it for a new one" in unknown


def test_the_last_place_is_given_once(app, host, consultation):
    make_link(host, most="3")
    people = [make.person().id for _n in range(8)]
    found_id, consultation_id, said = db.session.scalars(select(Invitation.id)).one(), consultation.id, []
    db.session.rollback()

    def joins(person_id):
        with app.app_context():
            try:
                with transaction():
                    memberships.join_by_invitation(
                        db.session.get(Invitation, found_id),
                        db.session.get(Consultation, consultation_id),
                        by=asker_for(person_id),
                        profession="Dietitian",
                    )
                said.append("in")
            except CannotJoin:
                said.append("out")

    threads = [threading.Thread(target=joins, args=(person_id,)) for person_id in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.expire_all()
    assert sorted(said) == ["in"] * 3 + ["out"] * 5
    assert len(db.session.scalars(select(Membership)).all()) == 3
    assert db.session.scalars(select(Invitation.used)).one() == 3
    assert db.session.get(Consultation, consultation_id).people == 3


def test_a_link_does_not_open_a_closed_phase(app, host):
    make.consultation("ahp", phase=Phase.ANALYSIS)
    page = Actor(app).get(make_link(host))
    assert "You can join as a member from" in page
    assert "house rules and join" not in page


def test_who_may(visitor, member, moderator, analyst, consultation):
    for who in (visitor, member, moderator, analyst):
        assert who.get(PAGE).status == 403


@pytest.mark.parametrize("bad", [{"most": "0"}, {"most": "x"}, {"until": "2001-01-01"}, {"part": "Queen"}])
def test_bad_input_is_named(host, consultation, bad):
    page = host.post(PAGE, **({"part": "", "most": "2"} | bad))
    assert "There is a problem" in page
    assert db.session.scalar(select(Invitation.id)) is None


def test_a_new_link_is_a_slip_to_print_once(host, consultation):
    page = host.post(PAGE, part="", most="2", note="Team A")
    path = re.search(r"http://localhost/i/[\w-]+", page)[0]
    kept = re.search(r'src="data:image/svg\+xml;base64,([^"]+)"', page)[1]
    assert b64decode(kept) == totp.picture(path)
    assert page.count(path) == 2
    assert "It works until" in page
    assert "base64" not in host.get(PAGE)
