"""Passkeys: added, used alone and after the password, refused, removed."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from crowd import clock
from crowd.db import db, transaction
from crowd.models import Passkey, Person, Record, RecoveryCode, SignIn, Site
from tests.accounts import authenticator, reading
from tests.accounts.authenticator import PRESENT, Key, add, asked
from tests.accounts.test_two_factor import code_now, keep_password, set_up, sign_in
from tests.actors import Actor

PAGE = "/me/two-factor"


def kept():
    return db.session.scalars(select(Passkey).order_by(Passkey.id)).all()


def test_the_first_one_brings_recovery_codes_and_signs_in_alone(app, member):
    key = Key()
    page = add(member, key)
    codes = re.findall(r"<li><code>(\w{5}-\w{5})</code>", page)
    assert len(codes) == 10
    assert "was added" in reading.newest(member.email).subject
    assert "My phone" in member.get(PAGE)
    other = Actor(app)
    page = authenticator.sign_in(other, key, "/login?next=/me/password")
    assert page.path == "/me/password"
    assert other.get("/me").status == 200
    deeds = db.session.scalars(select(Record.deed).where(Record.deed.like("%passkey%"))).all()
    assert deeds == ["passkey added"]


def test_after_the_password_it_is_asked_for_or_a_recovery_code(app, member):
    keep_password(member.id)
    key = Key()
    code = re.search(r"<li><code>(\w{5}-\w{5})</code>", add(member, key))[1]
    other = Actor(app)
    assert sign_in(other, member.email).path == "/login/code"
    assert other.get("/me").status == 403
    assert [one["id"] for one in asked(other, "/login/code", "/login/passkey")["allowCredentials"]] == [
        authenticator.text(key.id)
    ]
    authenticator.sign_in(other, key, "/login/code")
    assert other.get("/me").status == 200
    third = Actor(app)
    sign_in(third, member.email)
    assert "This code is not right" in third.post("/login/code", code="123456")
    third.post("/login/code", code=code)
    assert third.get("/me").status == 200


def test_somebody_elses_is_not_a_second_factor(app, member, colleague):
    keep_password(member.id)
    add(member, Key())
    theirs = Key()
    add(colleague, theirs)
    other = Actor(app)
    sign_in(other, member.email)
    assert "belongs to another account" in authenticator.sign_in(other, theirs, "/login/code")
    assert other.get("/me").status == 403


def test_what_was_typed_goes_along(app, member, question):
    key = Key()
    add(member, key)
    values = member.get(f"{question}/new").form("", "text")[1]
    other = Actor(app)
    page = other.send(f"{question}/new", values | {"text": "Count care time"})
    form = page.form("/login/passkey")[1]
    wrong = other.send("/login/passkey", form | {"answer": "{}"})
    assert "Count care time" in wrong.form("/login/passkey")[1]["kept-text"]
    answer = key.signed(asked(other, "/login", "/login/passkey"))
    page = other.send("/login/passkey", form | {"answer": answer})
    assert page.path == f"{question}/new"
    assert "Count care time" in page


def test_an_answer_is_taken_once(app, visitor, member):
    key = Key()
    add(member, key)
    answer = key.signed(asked(visitor, "/login", "/login/passkey"))
    thief = Actor(app)
    assert visitor.post("/login/passkey", on="/login", having="answer", answer=answer).status == 200
    page = thief.post("/login/passkey", on="/login", having="answer", answer=answer)
    assert page.status == 422
    assert "was sent before" in page
    assert thief.get("/me").status == 403


def test_an_answer_is_taken_for_five_minutes_and_for_what_it_was_asked(app, visitor, member, at):
    key = Key()
    add(member, key)
    options = asked(visitor, "/login", "/login/passkey")
    again = member.post("/me/passkeys", on=PAGE, having="answer", name="Again", answer=Key().made(options))
    assert "was sent before" in again
    at(clock.now() + timedelta(minutes=6))
    page = visitor.post("/login/passkey", on="/login", having="answer", answer=key.signed(options))
    assert "took too long" in page


@pytest.mark.parametrize(
    "how", [{"origin": "https://crowd.example.org"}, {"origin": "http://localhost:8000"}, {"flags": PRESENT}]
)
def test_an_answer_from_elsewhere_or_by_whoever_has_the_device_is_refused(app, visitor, member, how):
    key = Key()
    assert "not an answer that this site has asked for" in add(member, key, **how)
    assert not kept()
    add(member, key)
    page = authenticator.sign_in(visitor, key, **how)
    assert "not an answer that this site has asked for" in page
    assert visitor.get("/me").status == 403


def test_one_made_for_another_site_is_refused(app, visitor, member):
    assert "not an answer" in add(member, Key("example.org"))
    key = Key()
    add(member, key)
    key.site = "example.org"
    assert "not an answer" in authenticator.sign_in(visitor, key)


def test_another_key_under_the_same_name_is_refused(visitor, member):
    key, forged = Key(), Key()
    add(member, key)
    forged.id = key.id
    assert "not an answer" in authenticator.sign_in(visitor, forged)
    assert "known here already" in add(member, forged)


def test_a_counter_that_goes_back_is_a_copy(app, visitor, member):
    key = Key()
    add(member, key)
    authenticator.sign_in(visitor, key)
    key.counter = 0
    thief = Actor(app)
    assert "may be a copy" in authenticator.sign_in(thief, key)
    assert thief.get("/me").status == 403


@pytest.mark.parametrize("answer", ["", "{}", "[1]", '{"id": 1, "response": {"clientDataJSON": "e30"}}', "x" * 5000])
def test_what_is_no_answer_gets_a_sentence(visitor, answer):
    page = visitor.post("/login/passkey", on="/login", having="answer", answer=answer)
    assert page.status == 422
    assert "not an answer that this site has asked for" in page
    assert "Send me a sign-in link" in page


def test_one_that_is_not_known_says_so(visitor):
    assert "is not known here" in authenticator.sign_in(visitor, Key())


def test_it_is_the_second_factor_that_a_role_needs(app, moderator):
    with transaction() as session:
        session.scalars(select(Site)).one().two_factor = True
        session.get(Person, moderator.id).factor_by = clock.now() - timedelta(days=1)
    assert moderator.get("/moderate").status == 403
    add(moderator, Key())
    assert moderator.get("/moderate").status == 200
    number = kept()[0].id
    moderator.post(f"/me/passkeys/{number}/remove", on=PAGE, having="csrf_token")
    assert not kept()
    assert db.session.scalar(select(func.count()).select_from(RecoveryCode)) == 0
    assert "Your role needs two-factor sign-in" in moderator.get(PAGE)
    assert moderator.get("/moderate").status == 200  # for a week


def test_adding_and_removing_need_a_sign_in_of_a_short_while_ago(app, member, at):
    add(member, Key())
    at(clock.now() + timedelta(minutes=16))
    page = add(member, Key(), "Another")
    assert page.path == "/login"
    assert "Sign in again" in page
    page = member.post(f"/me/passkeys/{kept()[0].id}/remove", on=PAGE, having="csrf_token")
    assert "Sign in again" in page
    assert "Sign in again" in member.post("/me/recovery-codes", on=PAGE, having="csrf_token")
    assert len(kept()) == 1


def test_new_recovery_codes_end_the_old_ones(app, member):
    keep_password(member.id)
    old = re.findall(r"<li><code>(\w{5}-\w{5})</code>", add(member, Key()))
    new = re.findall(r"<li><code>(\w{5}-\w{5})</code>", member.post("/me/recovery-codes", on=PAGE, having="csrf_token"))
    other = Actor(app)
    sign_in(other, member.email)
    assert "This code is not right" in other.post("/login/code", having="code", code=old[0])
    other.post("/login/code", having="code", code=new[0])
    assert other.get("/me").status == 200


def test_nobody_removes_somebody_elses(app, member, colleague):
    add(member, Key())
    add(colleague, Key())
    token = colleague.get(PAGE).form("/me/passkeys")[1]["csrf_token"]
    colleague.send(f"/me/passkeys/{kept()[0].id}/remove", {"csrf_token": token})
    assert len(kept()) == 2


def test_beside_codes_from_a_phone_each_of_the_two_may_go(app, member):
    keep_password(member.id)
    set_up(member)
    add(member, Key())
    values = member.get(PAGE).form(f"{PAGE}/change")[1]
    page = member.send(
        f"{PAGE}/change", values | {"password": "three dull horses", "code": code_now(member.id, later=1), "do": "off"}
    )
    assert "Passkeys alone are asked for now" in page
    assert "needs a passkey of yours" in page
    assert "10 recovery codes left" in page


def test_a_host_who_resets_takes_passkeys_away_too(app, host, member):
    key = Key()
    add(member, key)
    page = f"/host/people/{member.id}"
    values = host.get(page).form(f"{page}/act")[1]
    host.send(f"{page}/act", values | {"do": "reset"})
    assert not kept()
    assert "is not known here" in authenticator.sign_in(Actor(app), key)


def test_a_name_is_asked_for(member):
    answer = Key().made(asked(member, PAGE, "/me/passkeys"))
    page = member.post("/me/passkeys", on=PAGE, having="answer", name=" ", answer=answer)
    assert "Enter a name, such as My phone." in page
    assert not kept()


def test_where_browsers_would_refuse_them_there_are_none(app, member):
    app.config["BASE_URL"] = "http://192.0.2.7:5000"
    assert "Passkeys" not in member.get(PAGE)
    assert "Use a passkey" not in Actor(app).get("/login")
    assert db.session.scalar(select(func.count()).select_from(SignIn)) == 1
