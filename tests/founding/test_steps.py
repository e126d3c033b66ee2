"""The steps and the checklist that stays."""

import pytest
from sqlalchemy import select

from crowd import log
from crowd.db import db, transaction
from crowd.founding.queries import steps
from crowd.models import Person, Record, Site
from crowd.states import Phase
from tests import make

NAMES = ["account", "look", "mail", "questions", "dates", "members", "two-factor"]


def done():
    return [step.name for step in steps() if step.done]


@pytest.fixture
def new(app):
    with transaction():
        site = db.session.scalars(select(Site)).one()
        site.name, site.two_factor = "Crowd", True


def test_each_step_is_done_by_what_there_is(app, new, host):
    assert [step.name for step in steps()] == NAMES
    assert done() == ["account"]
    assert "First steps" in host.get("/host/")
    host.post("/host/look", name="Podiatry Now", colour="#0f5c6e", do="save")
    assert done() == ["account", "look"]
    with transaction():
        log.record("test mail sent", by=host.id)
    assert "mail" not in done()  # it was written into a file
    app.config["SMTP_HOST"] = "mail.example.org"
    assert done() == ["account", "look", "mail"]


def test_the_checklist_stays_until_all_is_done(app, host, consultation, member):
    app.config["SMTP_HOST"] = "mail.example.org"
    assert 'id="first"' in host.get("/host/")
    with transaction():
        log.record("test mail sent", by=host.id)
    assert done() == NAMES
    assert 'id="first"' not in host.get("/host/")
    assert "All of them are done." in host.get("/host/first-steps")


@pytest.mark.parametrize("name", NAMES)
def test_each_step_can_be_skipped(host, new, name):
    page = host.get(f"/host/first-steps/{name}")
    after = "/host/" if name == NAMES[-1] else f"/host/first-steps/{NAMES[NAMES.index(name) + 1]}"
    assert f'href="{after}"' in page
    assert host.get(after).status == 200


def test_the_name_can_be_changed(host, new):
    page = host.post("/host/first-steps/account", name="Hope H.")
    assert page.path == "/host/first-steps/look"
    assert db.session.get(Person, host.id).name == "Hope H."
    assert db.session.scalars(select(Record.facts).where(Record.deed == "name changed")).all() == [{"person": host.id}]
    assert "Enter your name." in host.post("/host/first-steps/account", name=" ")


def test_the_steps_lead_to_the_pages_where_they_are_done(host, new):
    assert 'href="/host/new"' in host.get("/host/first-steps/questions")
    assert "Make one first" in host.get("/host/first-steps/dates")
    make.consultation(phase=Phase.DRAFT)
    assert 'href="/host/ahp/questions"' in host.get("/host/first-steps/questions")
    assert 'href="/host/ahp/schedule"' in host.get("/host/first-steps/dates")
    assert 'href="/host/ahp/invitations"' in host.get("/host/first-steps/members")


def test_the_number_of_queries_is_fixed(host, new, queries):
    with queries() as few:
        host.get("/host/first-steps")
    for n in range(3):
        make.consultation(f"c{n}")
    with queries() as many:
        host.get("/host/first-steps")
    assert len(many) == len(few)
