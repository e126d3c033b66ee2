"""Leaving news with one press in a mail program (RFC 8058), from a mail as it really went out."""

import re

import pytest

from crowd import clock, outbox
from crowd.db import db, transaction
from crowd.models import Person, Record
from tests import make
from tests.faults.mails import mail_server  # noqa: F401  # a fixture is found by its import
from tests.switching.test_missed import SECOND, worker

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def letter(app, server, consultation, member, at):
    """The letter that told a member of the end."""
    app.config["BASE_URL"] = "https://crowd.example.org"
    at(consultation.analysis + SECOND)
    worker()
    assert outbox.send_due() == 1
    return server.mails[0]


def left(letter):
    """The path of the address in the header."""
    return re.fullmatch(r"<https://crowd\.example\.org(/news/[0-9a-f-]+)>", letter["List-Unsubscribe"])[1]


def wants_news(member):
    return make.anew(db.session.get(Person, member.id)).news_mails


def test_one_post_without_sign_in_or_token_leaves_the_list_and_a_second_changes_nothing(app, letter, member):
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    program = app.test_client()
    for _again in range(2):
        answer = program.post(left(letter), data=ONE_CLICK)
        assert answer.status_code == 200, "a program follows no redirect"
        assert member.email not in answer.text
        assert not wants_news(member)
    assert db.session.query(Record).filter_by(deed="news chosen").count() == 1
    form = program.post(left(letter), data=ONE_CLICK, content_type="multipart/form-data")
    assert form.status_code == 200


def test_opening_the_address_changes_nothing_and_shows_one_button(app, letter, member):
    for method in ("GET", "HEAD"):
        assert app.test_client().open(left(letter), method=method).status_code == 200
    page = app.test_client().get(left(letter)).text
    assert page.split("<main")[1].split("</main>")[0].count("<button") == 1
    assert wants_news(member)
    app.test_client().post(left(letter), data={"do": "off"})
    assert not wants_news(member)


def test_a_long_address_reaches_programs_in_one_piece(app, server, consultation, member, at):
    app.config["BASE_URL"] = f"https://{'long-name.' * 12}example.org"
    app.config["SENDER"] = f"Crowd <crowd@{'long-name.' * 12}example.org>"
    at(consultation.analysis + SECOND)
    worker()
    outbox.send_due()
    (mail,) = server.mails
    assert mail["List-Unsubscribe"].startswith(f"<{app.config['BASE_URL']}/news/{member.id}-")
    assert mail["Message-ID"].endswith(f"@{'long-name.' * 12}example.org>")


def test_another_key_leaves_nothing(app, letter, member, colleague):
    path = left(letter)
    for wrong in (path.replace(f"{member.id}-", f"{colleague.id}-"), path[:-1], path + "0", "/news/é-1"):
        assert app.test_client().post(wrong, data=ONE_CLICK).status_code == 404
    assert wants_news(member) and wants_news(colleague)


def test_a_mail_of_a_decision_has_no_list(app, server, consultation, member):
    app.config["BASE_URL"] = "https://crowd.example.org"
    with transaction() as session:
        outbox.queue("test", to=session.get(Person, member.id))
        outbox.queue("sign_in", address="ann@example.org", secret="s", code="c")
    outbox.send_due()
    assert len(server.mails) == 2
    assert not any("List-Unsubscribe" in mail for mail in server.mails)


def test_without_https_the_header_names_the_page_alone(app, server, consultation, member, at):
    at(consultation.analysis + SECOND)
    worker()
    outbox.send_due()
    assert server.mails[0]["List-Unsubscribe"].startswith("<http://localhost/news/")
    assert server.mails[0]["List-Unsubscribe-Post"] is None
    assert clock.now() > consultation.analysis
