"""The desk, the mail log and the look."""

import pytest
from sqlalchemy import select

from crowd import outbox
from crowd.db import db, transaction
from crowd.hosting.queries import masked
from crowd.models import Consultation, Mail, Person, Record, Site


@pytest.fixture
def failed(app, member, consultation):
    with transaction():
        who = db.session.get(Person, member.id)
        outbox.queue("declined", to=who, consultation=db.session.merge(consultation), reason="The secret reason.")
        db.session.flush()
        db.session.scalars(select(Mail)).one().state = "failed"


def test_the_desk_says_what_there_is_to_do(host, failed):
    page = host.get("/host/")
    for words in ("Consultation ahp", "discussion", "0 requests to join wait", "See the mails that failed"):
        assert words in page


def test_links_and_requests_stand_beside_the_other_pages_of_a_consultation(host, consultation):
    page = host.get("/host/ahp/")
    assert 'href="/host/ahp/invitations"' in page
    assert 'href="/host/ahp/requests"' in page


def test_the_desk_with_nothing(host):
    assert "No consultation yet" in host.get("/host/")


def test_the_mail_log_of_a_real_instance_masks(host, failed):
    page = host.get("/host/mails")
    assert "Your request to join" in page
    assert "m…@example.org" in page
    assert "member@example.org" not in page
    assert "The secret reason." not in page


def test_a_demonstration_shows_its_mails_on_screen(host, failed):
    with transaction():
        db.session.scalars(select(Site)).one().demonstration = True
    page = host.get("/host/mails?state=failed")
    assert "member@example.org" in page
    assert "The secret reason." in page


def test_a_failed_mail_is_sent_again_once(app, host, failed):
    mail = db.session.scalars(select(Mail)).one()
    path = f"/host/mails/{mail.id}/again"
    values = host.get("/host/mails").form(path)[1]
    assert "in the outbox again" in host.send(path, values)
    assert host.send(path, values).status == 409
    assert outbox.send_due() == 1


@pytest.mark.parametrize("query", ["?state=nonsense", "?before=x", "?before=-1", f"?before={10**30}"])
def test_odd_addresses_of_the_log(host, query):
    assert host.get(f"/host/mails{query}").status == 200


def test_addresses_are_masked():
    assert [masked(a) for a in ("ann@example.org", "a@b.c", "")] == ["a…@example.org", "a…@b.c", ""]


def test_the_look_changes_every_page(host, visitor, consultation):
    before = db.session.get(Consultation, consultation.id).change
    page = host.post("/host/look", name="Podiatry Now", colour="#A04", contact="help@example.org", do="save")
    assert "Saved." in page
    assert "Podiatry Now" in visitor.get("/login")
    assert db.session.scalars(select(Site.colour)).one() == "#aa0044"
    assert db.session.get(Consultation, consultation.id).change > before
    line = db.session.scalars(select(Record).where(Record.deed == "site changed")).one()
    assert line.facts == {"what": ["colour", "contact", "name"]}


def test_a_colour_can_be_tried_without_keeping_it(host):
    page = host.post("/host/look", name="Podiatry Now", colour="#ffff00", do="try")
    assert "Top of the page, dark" in page
    assert db.session.scalars(select(Site.name)).one() != "Podiatry Now"


@pytest.mark.parametrize("bad", [{"colour": "red"}, {"colour": "url(x)"}, {"name": ""}, {"contact": "nobody"}])
def test_bad_looks_are_named(host, bad):
    page = host.post("/host/look", **({"name": "A", "colour": "#123456", "do": "save"} | bad))
    assert "There is a problem" in page


@pytest.mark.parametrize("path", ["/host/", "/host/mails", "/host/look"])
def test_who_may(visitor, member, moderator, analyst, path):
    for who in (visitor, member, moderator, analyst):
        assert who.get(path).status == 403


def test_the_contact_stands_at_the_foot_of_every_page(host, visitor, consultation):
    assert "mailto:" not in visitor.get("/c/ahp/")
    host.post("/host/look", name="AHPs", colour="#0f5c6e", contact="ask@example.org", welcome="", do="save")
    for path in ("/c/ahp/", "/login", "/nothing-here"):
        assert '<a href="mailto:ask@example.org">Contact</a>' in visitor.get(path)
