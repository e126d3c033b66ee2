"""Quoting, naming others, an ended sign-in and versions in a browser, with and without scripts."""

import pytest
from sqlalchemy import delete

from crowd.accounts.passwords import hashed
from crowd.db import transaction
from crowd.models import Person, SignIn
from tests import make
from tests.moderation.desk import edited

pytestmark = pytest.mark.browser


@pytest.fixture
def idea(app, colleague, consultation):
    text = "Self-referral for everyone. It works in the north."
    return make.contribution(consultation.questions[0], by=make.as_asker(colleague.id), text=text)


def test_words_that_are_picked_out_are_quoted_in_the_reply(idea, member, sits_down):
    page = sits_down(member)
    page.goto(f"/p/{idea.id}")
    page.evaluate(
        """() => { const words = document.querySelector('.c .prose p').firstChild, range = document.createRange();
        range.setStart(words, 28); range.setEnd(words, 49); getSelection().addRange(range) }"""
    )
    page.get_by_role("link", name="Comment to").click()
    box = page.get_by_label("Your text")
    assert box.input_value().startswith("> It works in the north")
    assert "everyone" not in box.input_value()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_whole_text_is_quoted_after_what_is_in_the_box(idea, member, sits_down, scripts):
    page = sits_down(member, java_script_enabled=scripts)
    page.goto(f"/p/{idea.id}/reply")
    page.get_by_label("Your text").fill("I agree.")
    page.get_by_role("button", name="Quote it").click()
    page.get_by_text("> Self-referral").wait_for()
    assert page.get_by_label("Your text").input_value().startswith("I agree.\n\n> Self-referral for everyone.")


@pytest.mark.parametrize("scripts", [True, False])
def test_the_preview_shows_what_a_number_is(idea, member, question, sits_down, scripts):
    page = sits_down(member, java_script_enabled=scripts)
    page.goto(f"{question}/new")
    page.get_by_label("Your text").fill("As AHP-2016-0001 says")
    if not scripts:
        page.get_by_role("button", name="Preview").click()
    page.get_by_text("Idea by Paramedic").wait_for()
    assert page.get_by_role("link", name="AHP-2016-0001").first.get_attribute("href") == "/p/AHP-2016-0001"


@pytest.mark.parametrize("scripts", [True, False])
def test_a_text_goes_through_signing_in(member, question, sits_down, checked, scripts):
    with transaction() as session:
        session.get(Person, member.id).password = hashed("correct horse battery")
    page = sits_down(member, java_script_enabled=scripts)
    page.goto(f"{question}/new")
    page.get_by_label("Your text").fill("Written for an hour")
    with transaction() as session:
        session.execute(delete(SignIn))
    page.get_by_role("button", name="Send your answer").click()
    page.get_by_role("heading", name="Sign in again").wait_for()
    page.get_by_label("E-mail address").fill(member.email)
    page.get_by_label("Password").fill("correct horse battery")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_text("We kept your draft").wait_for()
    assert page.get_by_label("Your text").input_value() == "Written for an hour"
    page.get_by_role("button", name="Send your answer").click()
    page.get_by_role("heading", name="Your contribution has been saved").wait_for()


def test_the_pages_pass_the_checker(idea, member, colleague, consultation, question, sits_down, checked):
    edited(idea, "Self-referral for all of us", by=make.as_asker(colleague.id))
    naming = make.contribution(idea, by=make.as_asker(member.id), text="As AHP-2016-0001 says")
    checked(sits_down(colleague), f"/p/{idea.id}/versions", f"/p/{idea.id}/edit", f"/p/{naming.id}/reply?quote=1")
