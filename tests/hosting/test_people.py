"""Accounts: roles, suspensions, signing people out."""

import re
from datetime import timedelta

from sqlalchemy import select

from crowd import clock
from crowd.db import db, transaction
from crowd.hosting import deeds
from crowd.models import Mail, Person, Record, Sanction
from tests import make
from tests.accounts import reading
from tests.actors import Actor


def act(host, who_id, do, role="", **more):
    page = f"/host/people/{who_id}"
    values = host.get(page).form(f"{page}/act")[1]
    return host.send(f"{page}/act", values | {"do": do, "role": role} | more)


def test_the_list_is_searched_by_how_an_address_begins_and_by_role(host, member, moderator):
    make.person("100%_sure@example.org")
    page = host.get("/host/people?start=MODER")
    assert "moderator@example.org" in page
    assert "member@example.org" not in page
    assert "100%_sure" not in host.get("/host/people?start=1000")
    assert "100%_sure" in host.get("/host/people?start=100%25_")
    staff = host.get("/host/people?role=any")
    assert "host@example.org" in staff
    assert "member@example.org" not in staff


def test_pages_follow_by_key(host):
    for n in range(60):
        make.person(f"p{n:02}@example.org")
    first = host.get("/host/people?start=p")
    assert first.count("@example.org</a>") == 50
    following = re.search(r'href="([^"]+)" rel="next"', first)[1].replace("&amp;", "&")
    assert host.get(following).count("@example.org</a>") == 10


def test_roles_are_given_and_taken_and_logged(host, member):
    act(host, member.id, "give", "M", name="Mo Desk")
    assert member.get("/host/").status == 403
    assert db.session.get(Person, member.id).roles == "M"
    act(host, member.id, "give", "A")
    assert db.session.get(Person, member.id).roles == "MA"
    act(host, member.id, "take", "M")
    assert db.session.get(Person, member.id).roles == "A"
    deeds_left = db.session.scalars(select(Record.deed).order_by(Record.id)).all()
    assert deeds_left == ["role given", "role given", "role taken"]


def test_facilitators_have_a_name(host, question):
    who = make.person("plain@example.org")
    page = f"/host/people/{who.id}"
    assert 'name="name"' in host.get(page)
    for role in "MH":
        assert "Enter a name for them first" in act(host, who.id, "give", role, name=" ")
        assert make.anew(who).roles == ""
    act(host, who.id, "give", "M", name="Mo\u202e  Desk")
    assert (make.anew(who).roles, who.name) == ("M", "Mo Desk")
    assert 'name="name"' not in host.get(page)


def test_the_last_host_stays(app, host):
    assert "the only host" in act(host, host.id, "take", "H")
    assert db.session.get(Person, host.id).roles == "H"
    second = make.person("second-host@example.org", roles="H")
    act(host, second.id, "take", "H")
    assert db.session.get(Person, second.id).roles == ""
    assert "the only host" in act(host, host.id, "take", "H")


def test_a_host_whose_role_ended_does_nothing_more(app, host, member):
    second = Actor(app, make.person("second-host@example.org", roles="H").id)
    values = second.get(f"/host/people/{member.id}").form(f"/host/people/{member.id}/act")[1]
    act(host, second.id, "take", "H")
    assert second.send(f"/host/people/{member.id}/act", values | {"do": "give", "role": "H"}).status == 403
    assert db.session.get(Person, member.id).roles == ""


def test_staff_are_added_by_address_and_get_a_way_in(app, host):
    host.post("/host/people", email="Mo@example.org", name="Mo Desk", role="M")
    actor = Actor(app)
    actor.post(reading.link("mo@example.org"))
    assert "Mo Desk" in actor.get("/me")
    assert db.session.scalar(select(Person.roles).where(Person.email == "mo@example.org")) == "M"


def test_a_suspension_ends_sign_ins_is_told_and_ends(app, host, member, at):
    until = (clock.now() + timedelta(days=3)).date()
    page = host.post(f"/host/people/{member.id}", until=until.isoformat(), why="Personal attacks.")
    assert "The account is suspended" in page
    assert member.get("/me").status == 403
    body = reading.newest("member@example.org").body
    assert "Personal attacks." in body
    assert "5pm" in body
    again = Actor(app, member.id)
    assert again.get("/me").status == 200
    assert again.get("/c/ahp/q/1/new").status == 403
    act(host, member.id, "end")
    assert again.get("/c/ahp/q/1/new").status == 200


def test_nobody_suspends_themselves_or_into_the_past(host, member):
    tomorrow = (clock.now() + timedelta(days=2)).date().isoformat()
    assert "You cannot suspend yourself" in host.post(f"/host/people/{host.id}", until=tomorrow, why="Tired.")
    assert "Choose a day after today" in host.post(f"/host/people/{member.id}", until="2020-01-01", why="Old.")
    assert db.session.get(Person, member.id).suspended_until is None


def test_signing_somebody_out(host, member):
    act(host, member.id, "out")
    assert member.get("/me").status == 403


def test_bad_acts_are_refused(host, member):
    assert act(host, member.id, "give", "X").status == 400
    assert act(host, member.id, "explode").status == 400
    assert host.get("/host/people/999999").status == 404


def test_who_may(visitor, member, moderator, analyst):
    for who in (visitor, member, moderator, analyst):
        assert who.get("/host/people").status == who.get(f"/host/people/{member.id}").status == 403


def test_the_command_makes_a_host_with_a_link_that_works_once(app):
    said = deeds.found_host(" New@Example.org")
    path = re.search(r"http://localhost(/confirm/\S+)", said)[1]
    actor = Actor(app)
    assert actor.get("/host/").status == 403
    actor.post(path)
    assert actor.get("/host/").status == 200
    assert Actor(app).get(path).status == 404
    assert "new@example.org" in deeds.found_host("new@example.org")
    assert db.session.scalar(select(Person.name).where(Person.email == "new@example.org")) == "Host"
    with transaction():
        assert db.session.scalars(select(Person.roles).where(Person.email == "new@example.org")).all() == ["H"]


def sanction(who_id, by_id, **more):
    with transaction() as session:
        session.add(Sanction(person_id=who_id, kind="hold", words="Twice.", by_id=by_id, at=clock.now(), **more))


def test_the_list_is_narrowed_by_standing_sanction_and_mail(host, member, colleague, stakeholder, consultation):
    assert "stakeholder@example.org" not in host.get("/host/people?standing=B")
    assert "member@example.org" in host.get("/host/people?standing=B")
    assert "stakeholder@example.org" in host.get("/host/people?standing=S")
    sanction(member.id, host.id)
    sanction(colleague.id, host.id, ended_at=clock.now())
    for kind in ("hold", "any"):
        page = host.get(f"/host/people?sanction={kind}")
        assert "member@example.org" in page
        assert "colleague@example.org" not in page
    assert "member@example.org" not in host.get("/host/people?sanction=blocked")
    mail(colleague, "Gone", state="failed")
    page = host.get("/host/people?mail=failed")
    assert "colleague@example.org" in page
    assert "member@example.org" not in page
    assert "member@example.org" in host.get("/host/people?standing=nonsense&sanction=1&mail=x&role=Z")


def test_pages_keep_what_the_list_was_narrowed_by(host, consultation):
    for n in range(60):
        make.person(f"p{n:02}@example.org", roles="A")
    first = host.get("/host/people?role=A")
    following = re.search(r'href="([^"]+)" rel="next"', first)[1].replace("&amp;", "&")
    assert "role=A" in following


def mail(who, subject, **more):
    with transaction() as session:
        values = {"kind": "recover", "address": who.email, "body": "secret-body"} | more
        now = clock.now()
        session.add(Mail(person_id=who.id, subject=subject, created_at=now, due_at=now, **values))


def test_the_mails_of_one_account_are_listed_without_their_texts(host, member, colleague):
    mail(member, "Choose a new password")
    mail(member, "Published", state="failed", error="550 no such user")
    mail(colleague, "Somebody else's")
    page = host.get(f"/host/people/{member.id}/mails")
    assert page.index("Published") < page.index("Choose a new password")
    assert "550 no such user" in page
    assert "secret-body" not in page
    assert "Somebody else" not in page
    assert member.get(f"/host/people/{member.id}/mails").status == 403
