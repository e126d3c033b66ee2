"""The second factor: set up, asked for, lost, required."""

import re
from base64 import b32decode
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from crowd import clock
from crowd.accounts import passwords, totp
from crowd.db import db, transaction
from crowd.hosting import deeds as hosting
from crowd.models import Mail, Person, Record, RecoveryCode, SignIn, Site
from tests.accounts import reading
from tests.actors import Actor

WORDS = "three dull horses"
PAGE = "/me/two-factor"
RFC = b"12345678901234567890"


@pytest.fixture
def site(app):
    """One that requires it, as a new instance does."""
    with transaction() as session:
        session.scalars(select(Site)).one().two_factor = True


def keep_password(person_id):
    kept = passwords.hashed(WORDS)
    with transaction():
        db.session.get(Person, person_id).password = kept


def code_now(person_id, later=0):
    salt = db.session.scalar(select(Person.factor).where(Person.id == person_id))
    db.session.rollback()
    return totp.code(totp.key(salt), totp.step_at(clock.now()) + later)


def set_up(actor):
    """Turn it on as an app would: by the secret on the page. The recovery codes."""
    secret = re.search(r"<code>([A-Z2-7 ]{32,})</code>", actor.get(PAGE))[1].replace(" ", "")
    page = actor.post(PAGE, code=totp.code(base32(secret), totp.step_at(clock.now())))
    assert "Two-factor sign-in is on" in page
    return re.findall(r"<li><code>(\w{5}-\w{5})</code>", page)


def base32(text):
    return b32decode(text)


def sign_in(actor, email, password=WORDS):
    return actor.post("/login", having="password", email=email, password=password)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_codes_are_those_of_rfc_6238_appendix_b(seconds, code):
    assert totp.code(RFC, seconds // 30, digits=8) == code
    assert totp.code(RFC, seconds // 30) == code[2:]


def test_setting_it_up_needs_a_code_of_the_phone_and_shows_ten_codes_once(member):
    page = member.get(PAGE)
    assert "QR code" in page
    picture = member.browser.get(f"{PAGE}.svg", base_url="http://localhost")
    assert picture.mimetype == "image/svg+xml"
    assert b"style" not in picture.data
    assert "This code is not right" in member.post(PAGE, code="000000")
    made = set_up(member)
    assert len(set(made)) == 10
    again = member.get(PAGE)
    assert made[0] not in again
    assert "10 recovery codes left" in again
    assert member.get(f"{PAGE}.svg").status == 404
    kept = db.session.scalars(select(RecoveryCode.code)).all()
    assert not {code.replace("-", "") for code in made} & set(kept)
    assert reading.newest(member.email).kind == "factor"
    assert db.session.scalar(select(Record.deed).order_by(Record.id.desc())) == "second factor set"


def test_the_picture_says_what_the_text_says(member, app):
    secret = re.search(r"<code>([A-Z2-7 ]{32,})</code>", member.get(PAGE))[1].replace(" ", "")
    with member.browser.session_transaction(base_url="http://localhost") as session:
        said = totp.address(session["factor"], "The: Body", "a+b@example.org")
    assert said == f"otpauth://totp/The%20%20Body:a%2Bb%40example.org?secret={secret}&issuer=The%20%20Body"


def test_before_the_code_the_cookie_opens_nothing(app, member):
    keep_password(member.id)
    set_up(member)
    other = Actor(app)
    page = sign_in(other, member.email)
    assert page.path == "/login/code"
    assert other.get("/me").status == 403
    page = other.post("/login/code", code="000000")
    assert "This code is not right" in page
    assert page.status == 422
    assert other.get("/me").status == 403
    other.post("/login/code", code=code_now(member.id, later=1))
    assert other.get("/me").status == 200


def test_the_cookie_of_before_the_code_is_never_the_one_after(app, member):
    keep_password(member.id)
    set_up(member)
    other, thief = Actor(app), Actor(app)
    sign_in(other, member.email)
    thief.browser.set_cookie("crowd_sign_in", other.browser.get_cookie("crowd_sign_in").value)
    other.post("/login/code", code=code_now(member.id, later=1))
    assert thief.get("/me").status == 403


def test_a_code_is_taken_once(app, member):
    keep_password(member.id)
    set_up(member)  # with the code of now
    other = Actor(app)
    sign_in(other, member.email)
    assert "This code is not right" in other.post("/login/code", code=code_now(member.id))
    code = code_now(member.id, later=1)
    assert other.post("/login/code", code=code).status == 200
    third = Actor(app)
    sign_in(third, member.email)
    assert "This code is not right" in third.post("/login/code", code=code)


def test_a_recovery_code_lets_in_once_however_it_is_typed(app, member):
    keep_password(member.id)
    first, second, *_others = set_up(member)
    for typed, status in ((f" {first.upper()} ", 200), (first, 403), (second.replace("-", " "), 200)):
        other = Actor(app)
        sign_in(other, member.email)
        other.post("/login/code", code=typed)
        assert other.get("/me").status == status, typed
    assert "8 recovery codes left" in member.get(PAGE)


def test_a_link_by_mail_asks_for_the_code_too_and_so_does_a_forgotten_password(app, member):
    set_up(member)
    other = Actor(app)
    other.post("/login", having="password", email=member.email, do="mail")
    assert other.post(reading.link(member.email)).path == "/login/code"
    assert other.get("/me").status == 403
    third = Actor(app)
    third.post("/recover", email=member.email)
    assert third.post(reading.link(member.email), new="five dull horses").path == "/login/code"
    assert third.get("/me").status == 403


def test_what_was_typed_waits_for_the_code_too(app, member, question):
    keep_password(member.id)
    set_up(member)
    values = member.get(f"{question}/new").form("", "text")[1]
    other = Actor(app)
    page = other.send(f"{question}/new", values | {"text": "Count care time"})
    page = other.send("/login", page.form("/login", "password")[1] | {"email": member.email, "password": WORDS})
    assert 'value="Count care time"' in page
    assert "Count care time" not in member.get(f"{question}/new")
    page = other.send("/login/code", page.form("/login/code")[1] | {"code": code_now(member.id, later=1)})
    assert "Count care time" in page
    assert page.path == f"{question}/new"


def test_guessing_is_slowed_down_by_person_and_day(app, member, at):
    keep_password(member.id)
    set_up(member)
    other = Actor(app)
    sign_in(other, member.email)
    for _n in range(8):
        assert other.post("/login/code", code="000000").status == 422
    assert other.post("/login/code", code="000000").status == 429
    start = clock.now()
    for hour in range(1, 5):
        at(start + timedelta(hours=hour))
        thief = Actor(app)
        sign_in(thief, member.email)
        last = [thief.post("/login/code", code="000000") for _n in range(8)][-1]
    at(start + timedelta(hours=5))
    thief = Actor(app)
    sign_in(thief, member.email)
    last = thief.post("/login/code", code="000000")
    assert "Too many wrong codes" in last


def test_turning_it_off_needs_password_and_code(member):
    keep_password(member.id)
    codes = set_up(member)

    def off(password, code, do="off"):
        values = member.get(PAGE).form(f"{PAGE}/change")[1]
        return member.send(f"{PAGE}/change", values | {"password": password, "code": code, "do": do})

    assert "This is not your password" in off("wrong", codes[0])
    assert "This code is not right" in off(WORDS, "000000")
    assert member.get(PAGE).count("It is on") == 1
    page = off(WORDS, codes[0], do="codes")
    assert len(re.findall(r"<li><code>\w{5}-\w{5}</code>", page)) == 10
    assert "This code is not right" in off(WORDS, codes[1])
    assert "Two-factor sign-in is off" in off(WORDS, code_now(member.id, later=1))
    assert db.session.scalar(select(func.count()).select_from(RecoveryCode)) == 0
    assert "is off" in reading.newest(member.email).subject


def test_a_password_is_changed_without_another_code(member):
    keep_password(member.id)
    set_up(member)
    assert "signed out everywhere else" in member.post("/me/password", old=WORDS, new="five dull horses")


def test_a_role_rests_a_week_after_the_first_sign_in_until_it_is_set_up(app, site, moderator, at):
    with transaction():
        db.session.get(Person, moderator.id).factor_by = None
    keep_password(moderator.id)
    start = clock.now()
    desk = Actor(app)
    page = sign_in(desk, moderator.email)
    assert page.path == PAGE
    assert "Your role needs two-factor sign-in" in page
    assert "Not now" in page
    assert desk.get("/moderate").status == 200
    at(start + timedelta(days=7, minutes=1))
    page = desk.get("/moderate")
    assert page.status == 403
    assert "Set up two-factor sign-in" in page
    assert desk.get("/me").status == 200
    set_up(desk)
    assert desk.get("/moderate").status == 200


def test_members_need_none(app, site, member):
    keep_password(member.id)
    other = Actor(app)
    assert sign_in(other, member.email).path != PAGE
    assert "Not now" not in other.get(PAGE)


def test_a_host_takes_the_requirement_away_and_roles_that_rested_work_again(app, site, host, moderator):
    with transaction():
        db.session.get(Person, moderator.id).factor_by = clock.now() - timedelta(days=1)
    assert moderator.get("/moderate").status == 403
    values = host.get("/host/people").form("/host/people/two-factor")[1]
    host.send("/host/people/two-factor", {k: v for k, v in values.items() if k != "required"})
    assert moderator.get("/moderate").status == 200
    assert db.session.scalar(select(Site.two_factor)) is False
    lines = db.session.scalars(select(Record.facts).where(Record.deed == "site changed")).all()
    assert lines == [{"what": ["two_factor"]}]


def test_a_host_resets_it_for_somebody_who_hears_of_it(app, host, member):
    keep_password(member.id)
    set_up(member)
    page = f"/host/people/{member.id}"
    values = host.get(page).form(f"{page}/act")[1]
    host.send(f"{page}/act", values | {"do": "reset"})
    assert member.get("/me").status == 403
    assert sign_in(Actor(app), member.email).path != "/login/code"
    assert "was reset" in reading.newest(member.email).subject
    line = db.session.scalars(select(Record).where(Record.deed == "second factor reset")).one()
    assert (line.person_id, line.facts) == (host.id, {"person": member.id})


def test_a_host_does_not_reset_their_own(app, host):
    set_up(host)
    page = f"/host/people/{host.id}"
    assert "Reset two-factor" not in host.get(page)
    values = host.get(page).form(f"{page}/act")[1]
    assert "your own page" in host.send(f"{page}/act", values | {"do": "reset"})
    assert db.session.get(Person, host.id).factor


def test_the_only_host_comes_in_by_the_console(app, site, host):
    set_up(host)
    said = hosting.found_host(host.email)
    assert "turns two-factor sign-in off" in said
    assert db.session.get(Person, host.id).factor
    db.session.rollback()
    other = Actor(app)
    page = other.post(re.search(r"http://localhost(\S+)", said)[1])
    assert page.path == PAGE
    assert other.get("/host/").status == 200
    assert "was reset" in reading.newest(host.email).subject


def test_a_sign_in_that_waits_for_its_code_ends_after_a_quarter_of_an_hour(app, member, at):
    keep_password(member.id)
    set_up(member)
    other = Actor(app)
    start = clock.now()
    sign_in(other, member.email)
    at(start + timedelta(minutes=16))
    page = other.get("/login/code")
    assert "took too long" in page
    assert db.session.scalar(select(func.count()).select_from(SignIn).where(SignIn.pending)) == 1
    assert db.session.scalar(select(func.count()).select_from(Mail)) == 1
