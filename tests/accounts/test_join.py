"""Joining: as a member against the register, by asking the host, as a stakeholder."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from crowd import clock
from crowd.db import db, transaction
from crowd.hosting import loading
from crowd.hosting.lists import Row
from crowd.models import Attempt, Consultation, JoinRequest, Mail, Membership, Person, Record
from crowd.states import Phase
from tests import make
from tests.accounts import reading
from tests.accounts.test_sign_in import plain
from tests.actors import Actor

JOIN = "/c/ahp/join"
ANN = Row("ann@example.org", "Ann O’Neil", "Dietitian", "DT 012-345", "North West")


@pytest.fixture
def register(app, consultation):
    with transaction():
        return put_in(ANN, Row("bob@example.org", "Bob Ray", "Paramedic", "PA7", "London"))


def put_in(*rows):
    entries = loading.entries(rows)
    loading.load(entries, {entry["email_key"] for entry in entries})
    return entries


def confirmed(app, email, part="member"):
    """Somebody who asked to join and pressed the button in the mail."""
    actor = Actor(app)
    actor.post(JOIN, email=email, part=part)
    return actor, actor.post(reading.link(email))


def memberships():
    return db.session.scalars(select(Membership).order_by(Membership.id)).all()


def test_on_the_register_is_in_at_once(app, consultation, register):
    actor, page = confirmed(app, "Ann@Example.org ".strip().lower())
    row = memberships()[0]
    assert re.fullmatch(r"Dietitian \d+, North West", row.alias)
    assert page.path == "/c/ahp/q/1"
    assert f"You will be shown as {row.alias}." in page
    assert db.session.get(Consultation, consultation.id).people == 1
    line = db.session.scalars(select(Record).where(Record.deed == "joined")).one()
    assert line.facts == {"membership": row.id, "standing": "B", "how": "register"}
    assert f"as {row.alias}" in actor.get(JOIN)


def test_with_the_code(app, consultation, register):
    actor = Actor(app)
    actor.post(JOIN, email=ANN.email)
    assert actor.post("/confirm", code=reading.code(ANN.email)).path == "/c/ahp/q/1"


def test_the_answer_at_the_door_is_the_same_for_everybody(app, consultation, register):
    make.person("known@example.org")
    pages = []
    for email in ("known@example.org", ANN.email, "nobody@example.org"):
        page = Actor(app).post(JOIN, email=email)
        pages.append((page.first_status, page.path, plain(page, email)))
        assert "We have sent a mail" in page
    assert pages[0] == pages[1] == pages[2]
    bodies = [
        re.sub(r"/confirm/\S+|\b\d{6}\b", "", mail.body) for mail in db.session.scalars(select(Mail).order_by(Mail.id))
    ]
    assert bodies[0] == bodies[1] == bodies[2]


def test_nothing_happens_before_the_button_is_pressed(app, consultation, register):
    Actor(app).post(JOIN, email=ANN.email)
    assert Actor(app).get(reading.link(ANN.email)).status == 200
    assert not memberships()
    assert db.session.scalar(select(Person.id).where(Person.email == ANN.email)) is None


def test_somebody_signed_in_skips_the_mail(app, consultation, register):
    who = Actor(app, make.person(ANN.email).id)
    assert 'name="email"' not in who.get(JOIN)
    assert who.post(JOIN, having="part").path == "/c/ahp/q/1"
    assert len(memberships()) == 1


def tell(actor, name="Ann O'Neil", number="dt012345", **more):
    fields = {"name": name, "number": number, "profession": "Dietitian", "region": "London", "note": "At St Ann’s."}
    return actor.post(f"{JOIN}/details", **(fields | more))


def test_by_number_and_name_from_another_address(app, consultation, register):
    actor, page = confirmed(app, "private@example.org")
    assert page.path == f"{JOIN}/details"
    assert "not on the register" in page
    page = tell(actor, "oneil, ann")
    assert page.path == "/c/ahp/q/1"
    assert memberships()[0].region == "North West"  # the register's, not what was typed


@pytest.mark.parametrize(("name", "number"), [("Ann O'Neil", "PA7"), ("Bob Ray", "DT012345"), ("Ann O'Neil", "")])
def test_number_and_name_must_be_those_of_one_entry(app, consultation, register, name, number):
    actor, _page = confirmed(app, "private@example.org")
    page = tell(actor, name, number)
    assert "The host has your request" in page
    assert not memberships()


def test_proving_has_few_tries(app, consultation, register):
    actor, _page = confirmed(app, "private@example.org")
    for n in range(10):
        assert tell(actor, number=f"DT{n}").status == 200
    assert tell(actor).status == 429
    assert not memberships()


def test_one_entry_is_one_person(app, consultation, register):
    confirmed(app, ANN.email)
    second, _page = confirmed(app, "private@example.org")
    assert "Somebody has joined with this entry" in tell(second)
    assert len(memberships()) == 1


def test_an_entry_that_gets_a_number_later_is_still_one_person(app, consultation, host):
    for number in ("", ANN.number):
        with transaction():
            put_in(ANN._replace(number=number))
        if not number:
            confirmed(app, ANN.email)
    second, _page = confirmed(app, "private@example.org")
    assert "Somebody has joined with this entry" in tell(second)
    tell(second, "Another Name")  # no entry has both: the host is asked
    made = db.session.scalars(select(JoinRequest)).one()
    page = host.post(f"/host/ahp/requests/{made.id}", on="/host/ahp/requests", having="do", do="accept")
    assert "Somebody has joined with this entry" in page
    assert len(memberships()) == 1


def test_p15_one_standing_per_person(app, consultation, register):
    actor, _page = confirmed(app, ANN.email)
    csrf = actor.get("/me").form("/logout")[1]["csrf_token"]
    assert actor.send(JOIN, {"csrf_token": csrf, "part": "member"}).status == 200
    assert "You take part here already" in actor.get(JOIN)
    _again, page = confirmed(app, ANN.email)
    assert "You take part here already" in page
    assert len(memberships()) == 1
    assert db.session.get(Consultation, consultation.id).people == 1


def test_staff_are_told_that_they_are_facilitators(consultation, moderator, host):
    for actor in (moderator, host):
        page = actor.get(JOIN)
        assert "as a facilitator" in page
        assert "house rules and join" not in page


def test_a_suspended_person_cannot_join(app, consultation, register):
    who = make.person(ANN.email, suspended_until=clock.now() + timedelta(days=3))
    assert "Your account is suspended" in Actor(app, who.id).get(JOIN)
    _actor, page = confirmed(app, ANN.email)
    assert "Your account is suspended" in page
    assert not memberships()


@pytest.mark.parametrize("phase", [Phase.ANALYSIS, Phase.CLOSED])
def test_in_other_phases_the_page_says_why_not(app, visitor, phase):
    make.consultation("late", phase=phase)
    page = visitor.get("/c/late/join")
    assert page.status == 200
    assert 'name="part"' not in page
    assert "You can join as a" in page or "That ended on" in page


def test_a_confirmation_after_the_bell_signs_in_and_says_why_not(app, consultation, register, at):
    actor = Actor(app)
    actor.post(JOIN, email=ANN.email)
    path = reading.link(ANN.email)
    with transaction():
        db.session.get(Consultation, consultation.id).analysis = clock.now()
    page = actor.post(path)
    assert "You can join as a member from" in page
    assert not memberships()
    assert actor.get("/me").status == 200


def test_a_draft_is_not_there(visitor):
    make.consultation("new", phase=Phase.DRAFT)
    assert visitor.get("/c/new/join").status == 404
    assert visitor.get("/c/none/join").status == 404


@pytest.fixture
def opened(app):
    return make.consultation("ahp", phase=Phase.OPEN)


def test_as_a_stakeholder(app, opened):
    actor, page = confirmed(app, "carer@example.org", "group:Carer")
    row = memberships()[0]
    assert re.fullmatch(r"Carer \d+", row.alias)
    assert (row.standing, row.group, row.eligibility) == ("S", "Carer", None)
    assert db.session.get(Consultation, opened.id).stakeholders == 1
    assert page.path == "/c/ahp/"
    assert "Carer" in actor.get("/me")


@pytest.mark.parametrize("part", ["Queen", "group:Queen", "", "host", "B"])
def test_only_as_one_of_the_hosts_groups(app, opened, part):
    actor = Actor(app)
    page = actor.post(JOIN, email="carer@example.org", part=part)
    assert "There is a problem" in page
    assert "carer@example.org" in page


def test_a_stakeholder_who_is_a_member_becomes_one(app, opened):
    with transaction():
        put_in(ANN)
    actor, _page = confirmed(app, ANN.email, "group:Carer")
    actor.post(JOIN, having="part")
    row = memberships()
    assert [(m.standing, m.group, m.profession) for m in row] == [("B", "", "Dietitian")]
    here = db.session.get(Consultation, opened.id)
    assert (here.people, here.stakeholders) == (1, 0)


@pytest.mark.parametrize(("part", "standing"), [("member", "B"), ("group:member", "S")])
def test_a_group_named_member_is_not_the_members(app, opened, part, standing):
    with transaction():
        db.session.get(Consultation, opened.id).groups = ["member", "Carer"]
        put_in(ANN)
    confirmed(app, ANN.email, part)
    assert [m.standing for m in memberships()] == [standing]


def test_a_group_that_ended_before_the_address_was_confirmed(app, opened):
    actor = Actor(app)
    actor.post(JOIN, email=ANN.email, part="group:Carer")
    with transaction():
        db.session.get(Consultation, opened.id).groups = ["Commissioner"]
    assert "has ended the group “Carer”" in actor.post(reading.link(ANN.email))
    assert not memberships()


def test_machines_get_the_same_answer_and_no_mail(app, consultation):
    sent = Actor(app)
    page = sent.post(JOIN, email="bot@example.org", website="http://spam.example")
    assert "We have sent a mail to bot@example.org" in page
    forged = Actor(app)
    values = forged.get(JOIN).form(JOIN, "email")[1] | {"email": "bot@example.org", "rendered": "1.5.x"}
    assert "We have sent a mail" in forged.send(JOIN, values)
    assert db.session.scalar(select(Mail.id)) is None


def test_one_address_gets_few_mails(app, consultation):
    for _mail in range(2):
        assert Actor(app).post(JOIN, email="ann@example.org").status == 200
    assert Actor(app).post(JOIN, email="ann@example.org").status == 429  # within a second each counts twice
    assert Actor(app).post(JOIN, email="bob@example.org").status == 200
    assert not any("example" in key for key in db.session.scalars(select(Attempt.key)))


@pytest.mark.parametrize(
    "email", ["", "ann", "ann@", "ann@b@c.org", "ann@example.org\nBcc: x@example.org", "a" * 300 + "@b.org"]
)
def test_odd_addresses_are_refused_with_a_sentence(app, consultation, email):
    page = Actor(app).post(JOIN, email=email)
    assert "There is a problem" in page
    assert db.session.scalar(select(Mail.id)) is None


def test_aliases_are_not_in_order_and_not_the_same_elsewhere(app, consultation):
    other = make.consultation("two")
    from crowd.accounts import memberships as deeds
    from crowd.accounts.queries import asker_for
    from crowd.states import Standing

    def alias(who, where):
        with transaction():
            return deeds.join(
                db.session.merge(where),
                by=asker_for(who.id),
                standing=Standing.MEMBER,
                how="register",
                profession="Dietitian",
            )

    people = [make.person() for _n in range(40)]
    here, there = [[alias(who, where) for who in people] for where in (consultation, other)]
    assert len(set(here)) == len(set(there)) == 40
    numbers = [int(name.split()[1]) for name in here]
    assert numbers != sorted(numbers)
    assert sum(one == two for one, two in zip(here, there, strict=True)) < 6


def test_a_request_can_be_corrected_before_and_after_the_answer(app, consultation, register, host):
    actor, _page = confirmed(app, "new@example.org")
    tell(actor, "Nora New", "N1")
    page = tell(actor, "Nora New", "N2")
    assert "You can correct it here meanwhile" in page
    waiting = db.session.scalars(select(JoinRequest).where(JoinRequest.state == "waiting")).all()
    assert [r.number for r in waiting] == ["N2"]
    host.post(f"/host/ahp/requests/{waiting[0].id}", reason="We do not find this number.")
    assert "We do not find this number." in actor.get(f"{JOIN}/details")
    assert "We do not find this number." in actor.get("/me")
    assert "We do not find this number." in reading.newest("new@example.org").body
    assert "The host has your request" in tell(actor, "Nora New", "N3")


def test_details_are_for_people_who_may_join(visitor, member, moderator, consultation):
    assert [who.get(f"{JOIN}/details").status for who in (visitor, member, moderator)] == [403, 403, 403]
