"""Signing in and out, by password and by mail."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from crowd import clock
from crowd.accounts import passwords
from crowd.db import db, transaction
from crowd.models import Attempt, Person, SignIn, Token
from crowd.web import COOKIE
from tests import make
from tests.accounts import reading
from tests.actors import Actor

WORDS = "three dull horses"


@pytest.fixture
def ann(app):
    who = make.person("ann@example.org")
    kept = passwords.hashed(WORDS)
    with transaction():
        db.session.get(Person, who.id).password = kept
    return who


def secret(actor):
    return actor.browser.get_cookie(COOKIE).value


def replay(app, cookie):
    actor = Actor(app)
    actor.browser.set_cookie(COOKIE, cookie)
    return actor.get("/me").status


def plain(page, *words):
    """A page without what is new on each, and without these words."""
    text = re.sub(r'(name="(?:csrf_token|rendered)"[^>]* value=")[^"]*', r"\1", page)
    for word in words:
        text = text.replace(word, "ADDRESS")
    return text


def sign_in(actor, email, password=WORDS, **more):
    return actor.post("/login", having="password", email=email, password=password, **more)


def test_by_password(app, visitor, ann):
    page = sign_in(visitor, " Ann@Example.org ")
    assert (page.first_status, page.status) == (302, 200)
    assert visitor.get("/me").status == 200
    kept = visitor.browser.get_cookie(COOKIE)
    assert (kept.http_only, kept.same_site, kept.secure) == (True, "Lax", False)
    assert kept.value not in db.session.scalars(select(SignIn.secret)).all()


def test_the_cookie_is_secure_where_the_site_is(app, visitor, ann):
    app.config["BASE_URL"] = "https://crowd.example.org"
    sign_in(visitor, ann.email)
    answer = visitor.browser.get("/login")
    token = re.search(r'csrf_token"[^>]*value="([^"]+)', answer.text)[1]
    answer = visitor.browser.post("/login", data={"email": ann.email, "password": WORDS, "csrf_token": token})
    assert "Secure" in next(c for c in answer.headers.getlist("Set-Cookie") if c.startswith(COOKIE))


def test_a_wrong_password_says_the_same_as_an_unknown_address(visitor, ann):
    known = sign_in(visitor, ann.email, "wrong horses")
    unknown = sign_in(visitor, "nobody@example.org", "wrong horses")
    assert "do not belong together" in known
    assert (known.status, plain(known, ann.email)) == (unknown.status, plain(unknown, "nobody@example.org"))
    assert ann.email in known  # what was typed stays


def test_nobody_signs_in_without_a_password_of_theirs(visitor):
    make.person("bare@example.org")
    assert "do not belong together" in sign_in(visitor, "bare@example.org", "")
    assert "do not belong together" in sign_in(visitor, "bare@example.org", passwords.NOBODYS)


def test_by_mail_says_the_same_for_an_unknown_address(app, ann):
    pages = []
    for email in (ann.email, "nobody@example.org"):
        actor = Actor(app)
        page = actor.post("/login", having="password", email=email, do="mail")
        pages.append((page.first_status, page.status, page.path, plain(page, email)))
        assert actor.get("/me").status == 403
    assert pages[0] == pages[1]
    assert "/confirm/" in reading.newest(ann.email).body
    assert "/confirm/" not in reading.newest("nobody@example.org").body


def test_by_mail_with_the_code(visitor, ann):
    visitor.post("/login", on="/login?next=/me/password", having="password", email=ann.email, do="mail")
    page = visitor.post("/confirm", code=f" {reading.code(ann.email)} ")
    assert page.path == "/me/password"


def test_by_mail_with_the_link_which_changes_nothing_when_opened(app, visitor, ann):
    visitor.post("/login", having="password", email=ann.email, do="mail")
    path = reading.link(ann.email)
    for _scanner in range(3):
        assert Actor(app).get(path).status == 200
    assert db.session.scalar(select(func.count()).select_from(SignIn)) == 0
    assert db.session.scalar(select(func.count()).select_from(Token).where(Token.used_at.is_not(None))) == 0
    elsewhere = Actor(app)
    elsewhere.post(path)
    assert elsewhere.get("/me").status == 200
    assert Actor(app).get(path).status == 404  # used
    stale = Actor(app)
    token = stale.get("/login").form("/login")[1]["csrf_token"]
    assert stale.send(path, {"csrf_token": token}).status == 404
    assert stale.get("/me").status == 403


def test_an_old_link_and_an_old_code_are_refused(visitor, ann, at):
    visitor.post("/login", having="password", email=ann.email, do="mail")
    path, code = reading.link(ann.email), reading.code(ann.email)
    at(clock.now() + timedelta(hours=3))
    assert visitor.get(path).status == 404
    assert "not right" in visitor.post("/confirm", code=code)


def test_codes_cannot_be_tried_out(app, visitor, ann):
    visitor.post("/login", having="password", email=ann.email, do="mail")
    code = reading.code(ann.email)
    wrong = [f"{(int(code) + n) % 1_000_000:06}" for n in range(1, 6)]
    for guess in wrong:
        assert "not right" in visitor.post("/confirm", code=guess)
    assert "not right" in visitor.post("/confirm", code=code)  # the sixth try of this code
    for _try in range(4):
        visitor.post("/confirm", code="000000")
    assert visitor.post("/confirm", code="000000").status == 429


def test_after_thirty_wrong_codes_only_the_link_works_for_a_day(app, visitor, ann, at):
    begun = clock.now()
    for n in range(30):
        at(begun + timedelta(minutes=16 * (n // 10)))
        assert "not right" in visitor.post("/confirm", email=ann.email, code="000000")
    for hours, fine in ((23, False), (26, True)):
        at(begun + timedelta(hours=hours))
        visitor.post("/login", having="password", email=ann.email, do="mail")
        page = visitor.post("/confirm", code=reading.code(ann.email))
        assert ("Use the link in the mail instead" not in page) == fine
        assert visitor.get("/me").status == (200 if fine else 403)
        if not fine:
            elsewhere = Actor(app)
            elsewhere.post(reading.link(ann.email))
            assert elsewhere.get("/me").status == 200


@pytest.mark.parametrize("purpose", ["invited", "none", "anything"])
def test_a_secret_of_another_purpose_is_refused(app, visitor, ann, purpose):
    from crowd.accounts import tokens

    with transaction():
        made = tokens.issue(purpose, ann.email)
    assert visitor.get(f"/confirm/{made.secret}").status == 404
    assert "not right" in visitor.post("/confirm", email=ann.email, code=made.code)


def test_many_wrong_passwords_are_slowed_for_minutes_and_mail_still_works(app, visitor, ann, at):
    for _try in range(8):
        sign_in(visitor, ann.email, "wrong horses")
    assert sign_in(visitor, ann.email).status == 429  # the right one too, on any process: it is in the database
    assert Actor(app).post("/login", having="password", email=ann.email, do="mail").status == 200
    for _try in range(5):
        sign_in(visitor, ann.email, "wrong horses")
    at(clock.now() + timedelta(minutes=5, seconds=1))
    assert sign_in(visitor, ann.email).path == "/"
    assert not db.session.scalars(select(Attempt).where(Attempt.key.startswith("password:"))).all()
    assert not any(ann.email in key for key in db.session.scalars(select(Attempt.key)))


def test_the_network_address_is_that_before_our_proxies(app, ann, tmp_path):
    from crowd import create_app

    behind = create_app(tmp_path / "behind", secret_key="x" * 40, proxy_hops=1)

    @behind.route("/where")
    def where():
        from flask import g, request

        g.asked = ["anything"]
        return request.remote_addr

    answer = behind.test_client().get("/where", headers={"X-Forwarded-For": "6.6.6.6, 192.0.2.7"})
    assert answer.text == "192.0.2.7"


def test_signing_out_ends_a_copied_cookie(app, visitor, ann):
    sign_in(visitor, ann.email)
    copied = secret(visitor)
    assert replay(app, copied) == 200
    assert visitor.post("/logout", on="/me").status == 200
    assert visitor.get("/me").status == 403
    assert replay(app, copied) == 403


def test_signing_out_everywhere(app, visitor, ann):
    sign_in(visitor, ann.email)
    other = Actor(app)
    sign_in(other, ann.email)
    visitor.post("/me/sign-out-everywhere", on="/me")
    assert (visitor.get("/me").status, other.get("/me").status) == (403, 403)


def test_a_session_from_before_does_not_survive_signing_in(app, visitor, ann):
    visitor.post("/recover", email="planted@example.org")
    assert "planted@example.org" in visitor.get("/confirm")
    sign_in(visitor, ann.email)
    assert "planted@example.org" not in visitor.get("/confirm")


@pytest.mark.parametrize("path", ["//evil.example", "/\\evil.example", "https://evil.example/", "/ok\nSet-Cookie: a=b"])
def test_after_signing_in_nobody_is_sent_elsewhere(visitor, ann, path):
    page = visitor.send(
        "/login", visitor.get("/login").form("/login")[1] | {"email": ann.email, "password": WORDS, "next": path}
    )
    assert page.path == "/"


def test_signing_in_needs_the_token_of_the_form(visitor, ann):
    assert visitor.send("/login", {"email": ann.email, "password": WORDS}).status == 400


def test_a_role_that_ended_a_second_ago_gives_nothing(app, moderator):
    from crowd.accounts.queries import asker
    from crowd.rules import may

    assert may(asker(secret(moderator)), "moderate", None)
    with transaction():
        db.session.get(Person, moderator.id).roles = ""
    assert not may(asker(secret(moderator)), "moderate", None)
