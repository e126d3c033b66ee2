"""A sign-in or a form that has ended while somebody wrote: the text goes through signing in with them, and is never
sent by itself."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from crowd import clock, resuming
from crowd.accounts.passwords import hashed
from crowd.db import db, transaction
from crowd.models import Contribution, Draft, Mail, Person, SignIn, Token, Version
from crowd.states import State
from tests import make
from tests.accounts import reading
from tests.actors import Actor

PASSWORD = "correct horse battery"
TEXT = "Written <b>for an hour</b>\n\n- and  a list"
SHOWN = "Written &lt;b&gt;for an hour&lt;/b&gt;"


@pytest.fixture
def typed(member, question):
    """What a member's browser sends from a form opened while they were signed in."""
    with transaction() as session:
        session.get(Person, member.id).password = hashed(PASSWORD)
    _to, fields = member.get(f"{question}/new").form(having="text")
    return fields | {
        "text": TEXT,
        "kind": "experience",
        "promise": "1",
        "branch": "Leeds",
        "present": "3",
        "agreed": "so",
    }


def signed_out() -> None:
    with transaction() as session:
        session.execute(delete(SignIn))


def sign_in(member, page, **more):
    _to, fields = page.form("/login", "email")
    return member.send("/login", fields | {"email": member.email, "password": PASSWORD} | more)


def drafts() -> list[Draft]:
    return list(db.session.scalars(select(Draft)))


def test_an_expired_sign_in_keeps_the_text_through_signing_in(member, question, typed):
    signed_out()
    page = member.send(f"{question}/new", typed)
    assert page.status == 403
    assert "Your sign-in has ended" in page
    assert SHOWN in page
    back = sign_in(member, page)
    assert back.path == f"{question}/new"
    assert "We kept your draft" in back
    _to, again = back.form(having="text")
    assert again["text"].replace("\r\n", "\n") == TEXT
    assert {n: again[n] for n in ("kind", "promise", "branch")} == {n: typed[n] for n in ("kind", "promise", "branch")}
    assert db.session.scalars(select(Contribution)).all() == []
    assert "has been saved" in member.send(f"{question}/new", again)
    assert drafts() == []


def test_no_text_stands_in_an_address_or_a_cookie(member, question, typed):
    signed_out()
    page = member.send(f"{question}/new", typed)
    assert "hour" not in str(page.headers)
    assert "hour" not in sign_in(member, page).path
    assert "hour" not in "".join(str(cookie) for cookie in member.browser._cookies.values())


def test_a_wrong_password_loses_nothing(member, question, typed):
    signed_out()
    page = sign_in(member, member.send(f"{question}/new", typed), password="wrong")
    assert "do not belong together" in page
    assert SHOWN in page
    assert "We kept your draft" in sign_in(member, page)


def test_too_many_wrong_passwords_lose_nothing(member, question, typed):
    signed_out()
    page = member.send(f"{question}/new", typed)
    for _n in range(9):
        last = sign_in(member, page, password="wrong")
    assert last.status == 429
    assert SHOWN in last


@pytest.mark.parametrize("by", ["link", "code"])
def test_a_mailed_link_or_code_brings_the_text_back_and_forgets_it(member, question, typed, by):
    signed_out()
    page = member.send(f"{question}/new", typed)
    _to, fields = page.form("/login", "email")
    code_page = member.send("/login", fields | {"email": member.email, "do": "mail"})
    assert "for an hour" not in db.session.scalars(select(Mail.body)).one()
    assert drafts() == []
    if by == "link":
        back = member.post(reading.link(member.email), having="csrf_token")
    else:
        _to, fields = code_page.form("/confirm", "code")
        back = member.send("/confirm", fields | {"code": reading.code(member.email)})
    assert back.path == f"{question}/new"
    assert "We kept your draft" in back
    assert SHOWN in back
    assert "hour" not in str(db.session.scalars(select(Token.facts)).all())


def test_nothing_waits_for_an_address_without_an_account(member, question, typed):
    signed_out()
    _to, fields = member.send(f"{question}/new", typed).form("/login", "email")
    member.send("/login", fields | {"email": "nobody@example.org", "do": "mail"})
    assert db.session.scalars(select(Token.facts)).all() == [{}]


def test_what_waits_for_a_mail_is_forgotten_with_it(member, colleague, question, typed, at):
    signed_out()
    _to, fields = member.send(f"{question}/new", typed).form("/login", "email")
    member.send("/login", fields | {"email": member.email, "do": "mail"})
    at(clock.now() + timedelta(hours=3))
    colleague.post("/login", email=colleague.email, do="mail")
    assert "hour" not in str(db.session.scalars(select(Token.facts)).all())


def test_what_is_too_long_to_wait_for_a_mail_stays_on_the_page(member, question, typed):
    signed_out()
    page = member.send(f"{question}/new", typed | {"text": "x" * (resuming.MOST + 1)})
    _to, fields = page.form("/login", "email")
    page = member.send("/login", fields | {"email": member.email, "do": "mail"})
    assert page.status == 422
    assert "too long to wait for a mail" in page
    assert "x" * (resuming.MOST + 1) in page
    assert db.session.scalars(select(Token)).all() == []
    assert "We kept your draft" in sign_in(member, page)


def test_a_form_that_is_too_old_is_a_draft_and_not_sent(member, question, typed):
    page = member.send(f"{question}/new", typed | {"csrf_token": "stale"})
    assert (page.first_status, page.status, page.path) == (302, 200, f"{question}/new")
    assert "too old, so nothing was sent" in page
    assert "We kept your draft" in page
    assert SHOWN in page
    assert db.session.scalars(select(Contribution)).all() == []


def test_both_at_once(member, question, typed):
    signed_out()
    page = member.send(f"{question}/new", typed | {"csrf_token": "stale"})
    assert page.status == 400
    assert "We kept your draft" in sign_in(member, page)


def test_every_page_for_writing_keeps_its_text(member, typed, colleague, consultation, question):
    """Also where a visitor may not know of what is answered."""
    asked = consultation.questions[0]
    idea = make.contribution(asked, by=make.as_asker(colleague.id))
    own = make.contribution(asked, by=make.as_asker(member.id))
    for path in (f"/p/{idea.id}/reply", f"/p/{own.id}/edit"):
        _to, fields = member.get(path).form(having="text")
        signed_out()
        page = member.send(path, fields | {"text": TEXT})
        assert page.status == 404
        back = sign_in(member, page)
        assert back.path == path
        assert "We kept your draft" in back
        assert SHOWN in back


def test_a_comment_on_a_finding_keeps_its_text(member, typed, consultation, at):
    make.finding(consultation)
    at(consultation.open)
    signed_out()
    path = f"/c/{consultation.slug}/findings/1/comment"
    _to, fields = member.get("/login").form(having="email")
    page = member.send(path, {"text": TEXT, "csrf_token": fields["csrf_token"]})
    assert "We kept your draft" in sign_in(member, page)


def test_a_text_that_can_no_longer_be_sent_is_kept_and_said_why(member, question, typed, consultation, at):
    """P8: the bell has rung meanwhile."""
    signed_out()
    page = member.send(f"{question}/new", typed)
    at(consultation.analysis + timedelta(days=1))
    back = sign_in(member, page)
    assert back.path == "/me"
    assert "That ended on" in back
    assert SHOWN in back
    assert [draft.fields["text"].replace("\r\n", "\n") for draft in drafts()] == [TEXT]


@pytest.mark.parametrize("there", [True, False])
def test_what_one_may_not_know_of_looks_like_what_is_not_there(member, typed, colleague, consultation, there):
    held = make.contribution(consultation.questions[0], by=make.as_asker(colleague.id), state=State.HELD)
    signed_out()
    page = member.send(f"/p/{held.id if there else 9999}/reply", typed)
    assert page.status == 404
    back = sign_in(member, page)
    assert (back.status, back.path) == (404, "/login")
    assert "could not be kept as a draft" in back
    assert SHOWN in back
    assert drafts() == []
    assert member.get("/me").status == 200


@pytest.mark.parametrize(
    "path", ["https://evil.example/", "//evil.example", "/me", "/logout", "/p/x/reply", "/p/1/reply\0"]
)
def test_a_forged_way_back_leads_nowhere_else_and_loses_nothing(member, question, typed, path):
    signed_out()
    page = sign_in(member, member.send(f"{question}/new", typed), next=path)
    assert page.path == "/login"
    assert SHOWN in page
    assert drafts() == []


def test_a_visitor_cannot_keep_anything(visitor, question, typed):
    token = visitor.get("/login").form(having="email")[1]["csrf_token"]
    page = visitor.send(f"{question}/new", typed | {"csrf_token": token})
    assert "Your sign-in has ended" in page
    assert drafts() == []
    assert db.session.scalars(select(Version)).all() == []


def test_the_script_that_saves_while_somebody_types_is_only_refused(member, question, typed):
    signed_out()
    page = member.send(f"{question}/new?save", typed, headers={"X-Fragment": "1"})
    assert page.status == 403
    assert "Your sign-in has ended" not in page


def test_votes_are_not_carried_through_signing_in(member, colleague, consultation, typed):
    idea = make.contribution(consultation.questions[0], by=make.as_asker(colleague.id))
    _to, fields = member.get(f"/p/{idea.id}").form("/vote")
    signed_out()
    page = member.send("/vote", fields | {"vote": f"agree-{idea.id}", "text": TEXT})
    assert page.status == 404
    assert "Your sign-in has ended" not in page


@pytest.mark.parametrize("existing", [True, False])
def test_a_press_after_the_sign_in_has_ended_says_so_and_leads_back(app, member, colleague, consultation, existing):
    """P13: the same for a number that is not there."""
    idea = make.contribution(consultation.questions[0], by=make.as_asker(colleague.id))
    where, number = f"/p/{idea.id}", idea.id if existing else 999
    _to, fields = member.get(where).form("/vote")
    fields |= {"vote": f"agree-{number}", "next": where}
    with transaction() as session:
        session.execute(delete(SignIn))
    page = member.send("/vote", fields)
    assert page.status == 404
    assert "You are signed out, so this was not done" in page
    assert f'href="/login?next={where}"' in page.replace("%2F", "/")
    assert "What you typed" not in page


def test_a_press_in_a_browser_that_was_signed_out_says_so_too(app, member, colleague, consultation):
    idea = make.contribution(consultation.questions[0], by=make.as_asker(colleague.id))
    _to, fields = member.get(f"/p/{idea.id}").form("/vote")
    page = Actor(app).send("/vote", fields | {"vote": f"agree-{idea.id}"})
    assert page.status in (400, 404)
    assert "You are signed out, so this was not done" in page
