"""What every form does to what is typed."""

from datetime import time, timedelta

import pytest
from sqlalchemy import select
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField, PasswordField, StringField, TextAreaField

from crowd import clock
from crowd.db import db
from crowd.forms import AsTyped, Form, Hour
from crowd.hosting.forms import RegisterForm
from crowd.models import Invitation, Site
from tests import make
from tests.accounts import reading

TYPED = " a\0b\u202e \t c \r\nd\u2066 \t"


class AllKinds(Form):
    line = StringField(filters=[lambda typed: f"<{typed}>"])
    text = TextAreaField()
    password = PasswordField()
    sealed = HiddenField()
    pasted = AsTyped()


def test_texts_are_tidied_first_and_secrets_left_alone(app):
    with app.test_request_context():
        form = AllKinds(MultiDict(dict.fromkeys(("line", "text", "password", "sealed", "pasted"), TYPED)))
    assert form.line.data == "<ab c d>"
    assert form.text.data == " ab \t c\nd"
    assert form.password.data == form.sealed.data == form.pasted.data == TYPED
    assert RegisterForm.text.field_class is AsTyped


def test_an_empty_field_stays_empty(app):
    with app.test_request_context():
        assert AllKinds().text.data is None


@pytest.mark.parametrize("bad", ["\0", "\u202e"])
def test_hosts_pages_store_no_harmful_character(host, consultation, member, bad):
    assert host.post("/host/look", name=f"A{bad}B", welcome=f"a{bad}b").status == 200
    until = (clock.now() + timedelta(days=9)).strftime("%d/%m/%Y")
    assert host.post("/host/ahp/invitations", part="", most="1", until=until, note=f"a{bad}b").status == 200
    assert "suspended" in host.post(f"/host/people/{member.id}", until=until, why=f"a{bad}b")
    assert "Say why" in host.post(f"/host/people/{make.person().id}", until=until, why=bad)
    site = make.anew(db.session.scalars(select(Site)).one())
    assert (site.name, site.welcome) == ("AB", "ab")
    assert db.session.scalars(select(Invitation.note)).one() == "ab"
    assert "ab" in reading.newest("member@example.org").body


@pytest.mark.parametrize("day", ["0001-01-01", "31/12/9999"])
@pytest.mark.parametrize("zone", ["Pacific/Apia", "Pacific/Pago_Pago"])
def test_p02_a_day_at_the_end_of_the_calendar_gets_a_sentence(app, host, day, zone):
    """No zone can be reckoned with there: it was an error of the server."""
    make.consultation("edge", timezone=zone)
    page = host.post("/host/edge/as", standing="V", day=day, time="00:00")
    assert page.status == 422 and "Enter a year from 1900 to 2200." in page
    page = host.post("/host/edge/schedule", closed_day=day, closed_time="23:59", why="Typed wrong")
    assert page.status == 422 and "Enter a year from 1900 to 2200." in page


class Opening(Form):
    at = Hour("Opens at")


@pytest.mark.parametrize("typed", ["17:30", "17.30", "5.30pm", "5:30 PM", " 17:30:00 "])
def test_a_time_is_read_as_people_write_it(app, typed):
    with app.test_request_context():
        form = Opening(MultiDict({"at": typed}))
    assert form.at.data == time(17, 30)
    assert form.at.process_errors == []


@pytest.mark.parametrize("typed", ["5", "25:00", "13pm", "noon"])
def test_a_time_that_is_none_or_could_be_two_is_asked_again(app, typed):
    with app.test_request_context():
        assert "such as 17:00 or 5pm" in Opening(MultiDict({"at": typed})).at.process_errors[0]
