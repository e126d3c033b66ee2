"""Passwords: which are taken, changing one, and a forgotten one."""

import pytest
from sqlalchemy import select

from crowd.accounts import passwords
from crowd.db import db
from crowd.models import Person
from tests.accounts import reading
from tests.accounts.test_sign_in import WORDS, ann, plain, replay, secret, sign_in
from tests.actors import Actor

__all__ = ["ann"]
OTHER = "nine slow trams"


@pytest.mark.parametrize(
    "bad", ["short", "password1", "PASSWORD1", "12345678", "aaaaaaaaaa", "ann@example.org", "x" * 201]
)
def test_these_are_refused(bad):
    assert passwords.objection(bad, "ann@example.org")


@pytest.mark.parametrize("good", ["brown cow", "x7Gf,.kq", "pássword for åll", "correct horse battery staple " * 6])
def test_these_are_taken(good):
    assert not passwords.objection(good, "ann@example.org")


def test_it_is_kept_as_argon2id_of_the_right_cost():
    kept = passwords.hashed(WORDS)
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.NOBODYS.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.fits(kept, WORDS)
    assert not passwords.fits(kept, WORDS + " ")
    assert not passwords.fits("nonsense", WORDS)


def test_one_key_press_is_one_password():
    assert passwords.fits(passwords.hashed("cafe\u0301 au lait"), "café au lait")


def test_changing_it_asks_for_the_old_one_and_ends_every_other_sign_in(app, visitor, ann):
    sign_in(visitor, ann.email)
    other = Actor(app)
    sign_in(other, ann.email)
    before = secret(visitor)
    assert "not the password you have now" in visitor.post("/me/password", old="wrong horses", new=OTHER)
    assert "first passwords" in visitor.post("/me/password", old=WORDS, new="password1")
    assert visitor.post("/me/password", old=WORDS, new=OTHER).path == "/me"
    assert visitor.get("/me").status == 200
    assert other.get("/me").status == 403
    assert replay(app, before) == 403
    assert "do not belong together" in sign_in(other, ann.email, WORDS)
    assert sign_in(other, ann.email, OTHER).path == "/"


def test_setting_the_first_one_asks_for_none(member):
    page = member.get("/me/password")
    assert "Set a password" in page
    assert member.post("/me/password", new=OTHER).path == "/me"
    assert passwords.fits(db.session.get(Person, member.id).password, OTHER)


def test_visitors_have_none(visitor):
    assert visitor.get("/me/password").status == 403


def recover(app, email):
    actor = Actor(app)
    return actor, actor.post("/recover", email=email)


def test_a_forgotten_one_by_link(app, visitor, ann):
    sign_in(visitor, ann.email)
    actor, _page = recover(app, ann.email)
    path = reading.link(ann.email)
    assert actor.get(path).status == actor.get(path).status == 200
    assert "at least 8" in actor.post(path, new="short")
    assert visitor.get("/me").status == 200
    assert actor.post(path, new=OTHER).path == "/"
    assert actor.get("/me").status == 200
    assert visitor.get("/me").status == 403
    assert Actor(app).get(path).status == 404
    assert sign_in(Actor(app), ann.email, OTHER).path == "/"


def test_a_forgotten_one_by_code(app, ann):
    actor, _page = recover(app, ann.email)
    page = actor.post("/confirm", code=reading.code(ann.email))
    assert page.path.startswith("/confirm/")
    assert actor.get("/me").status == 403  # not before the password is chosen
    actor.post(page.path, new=OTHER)
    assert actor.get("/me").status == 200


def test_the_answer_is_the_same_for_an_unknown_address(app, ann):
    answers = [
        (page.path, plain(page, email))
        for email in (ann.email, "nobody@example.org")
        for _a, page in [recover(app, email)]
    ]
    assert answers[0] == answers[1]
    assert "nobody@example.org" not in db.session.scalars(select(Person.email)).all()


def test_a_change_ends_links_that_were_mailed_before(app, visitor, ann):
    recover(app, ann.email)
    path = reading.link(ann.email)
    sign_in(visitor, ann.email)
    visitor.post("/me/password", old=WORDS, new=OTHER)
    assert Actor(app).get(path).status == 404
