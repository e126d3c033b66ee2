"""The link on the console and the account that it makes."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from crowd import clock, serving
from crowd.db import db, transaction
from crowd.founding import deeds
from crowd.founding.queries import hosted, steps
from crowd.models import Person, Record, Site, Token
from tests import make
from tests.accounts import authenticator
from tests.actors import Actor

WELL = {"email": "Hope@Example.org", "name": "Hope Host", "password": "three warm otters"}


@pytest.fixture
def link(app):
    with transaction():
        return f"/first/{deeds.offer()}"


def test_the_link_makes_the_first_host_and_leads_to_the_steps(visitor, link):
    page = visitor.post(link, **WELL)
    assert page.path == "/host/first-steps/look"
    assert "Step 2 of 7" in page
    who = db.session.scalars(select(Person)).one()
    assert (who.email, who.name, who.roles) == ("hope@example.org", "Hope Host", "H")
    assert db.session.scalars(select(Record.facts).where(Record.deed == "role given")).one() == {
        "person": who.id,
        "role": "H",
    }


def test_two_factor_sign_in_is_the_last_step_and_has_a_week(app, visitor, link, at):
    with transaction() as session:
        session.scalars(select(Site)).one().two_factor = True
    assert visitor.post(link, **WELL).path == "/host/first-steps/look"
    page = visitor.get("/host/first-steps/two-factor")
    assert 'href="/me/two-factor?next=/host/first-steps"' in page
    assert "To do" in page
    again = Actor(app)
    page = again.post("/login", having="password", email=WELL["email"], password=WELL["password"])
    assert page.path == "/me/two-factor"  # the detour is left out once, in the first hour
    at(clock.now() + timedelta(days=7, minutes=1))
    assert visitor.get("/host/").status == 403
    authenticator.add(visitor, authenticator.Key())
    assert visitor.get("/host/").status == 200
    assert "two-factor" in [step.name for step in steps() if step.done]


def test_the_account_can_sign_in_by_its_password(app, visitor, link):
    visitor.post(link, **WELL)
    again = Actor(app)
    assert "Hope Host" in again.post("/login", email=WELL["email"], password=WELL["password"])


def test_opening_the_link_changes_nothing(visitor, link):
    for _turn in range(3):
        assert "Make your account" in visitor.get(link)
    assert not hosted()


def test_it_works_once(app, visitor, link):
    action, values = visitor.get(link).form(having="email")
    visitor.send(action, values | WELL)
    for page in (Actor(app).get(link), Actor(app).send(action, values | WELL)):
        assert page.status in (400, 404)
    assert len(list(db.session.scalars(select(Person)))) == 1


def test_it_is_worthless_once_there_is_a_host(visitor, link):
    form = visitor.get(link).form(having="email")
    make.person("other@example.org", roles="H", name="Other")
    assert "does not work any more" in visitor.get(link)
    assert visitor.send(form[0], form[1] | WELL).status == 404
    assert db.session.scalars(select(Person.email)).all() == ["other@example.org"]


def test_of_two_who_press_at_once_one_is_the_host(app, link):
    actors = [Actor(app) for _ in range(4)]
    forms = [who.get(link).form(having="email") for who in actors]

    def press(n):
        return actors[n].send(forms[n][0], forms[n][1] | WELL | {"email": f"host{n}@example.org"}).status

    with ThreadPoolExecutor(4) as pool:
        statuses = sorted(pool.map(press, range(4)))
    assert statuses == [200, 404, 404, 404]
    assert len(list(db.session.scalars(select(Person.id).where(Person.roles == "H")))) == 1


def test_a_newer_link_ends_the_older_one_and_a_day_ends_both(visitor, link, at):
    with transaction():
        newer = f"/first/{deeds.offer()}"
    assert visitor.get(link).status == 404
    assert visitor.get(newer).status == 200
    at(clock.now() + timedelta(days=1, minutes=1))
    assert visitor.get(newer).status == 404


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"email": "hope"}, "Enter an e-mail address in the right form"),
        ({"name": " "}, "Enter your name."),
        ({"password": "short"}, "Use at least 8 characters"),
        ({"password": "password1"}, "one of the first passwords"),
    ],
)
def test_bad_input_gets_a_sentence_and_loses_nothing(visitor, link, wrong, sentence):
    page = visitor.post(link, **(WELL | wrong))
    assert sentence in page
    typed = page.form(having="email")[1]
    assert all(typed[name] == str(value).strip().lower() for name, value in wrong.items() if name == "email")
    assert WELL["name"] in page or "name" in wrong
    assert not hosted()


def test_only_a_hash_of_it_is_kept(link):
    token = db.session.scalars(select(Token)).one()
    assert token.secret not in link
    assert len(token.secret) == 64


def test_no_key_is_printed_where_the_log_is_json(app):
    assert "/first/" in serving.invitation()
    app.config["LOG"] = "json"
    said = serving.invitation()
    assert "/first/" not in said
    assert "app.py host" in said
