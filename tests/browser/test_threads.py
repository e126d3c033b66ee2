"""Reading, voting and writing in a browser, with and without scripts."""

import re

import pytest

from crowd.db import db
from crowd.models import Contribution, Draft
from tests import make

pytestmark = pytest.mark.browser


@pytest.fixture
def idea(app, colleague, consultation):
    return make.contribution(
        consultation.questions[0], by=make.as_asker(colleague.id), text="Self-referral for everyone"
    )


def test_a_vote_needs_no_reload_and_can_be_taken_back(idea, member, sits_down):
    page = sits_down(member)
    page.goto(f"/p/{idea.id}")
    page.evaluate("window.unbroken = true")
    page.get_by_role("button", name="Agree").first.click()
    page.get_by_role("button", name="You agree").wait_for()
    assert page.evaluate("window.unbroken")
    make.afresh()
    assert db.session.get(Contribution, idea.id).agree == 1
    page.get_by_role("button", name="You agree").click()
    page.get_by_role("button", name=re.compile("^Agree")).wait_for()
    make.afresh()
    assert db.session.get(Contribution, idea.id).agree == 0


def test_everything_works_without_scripts(idea, member, consultation, sits_down):
    page = sits_down(member, java_script_enabled=False)
    page.goto(f"/p/{idea.id}")
    page.get_by_role("button", name="Disagree").first.click()
    page.get_by_role("button", name="You disagree").wait_for()
    page.goto(f"/c/{consultation.slug}/q/1/new")
    page.get_by_label("Your text").fill("Written **without** scripts")
    page.get_by_role("button", name="Preview").click()
    page.locator("strong", has_text="without").wait_for()
    page.get_by_role("button", name="Send your answer").click()
    page.get_by_role("heading", name="Your contribution has been saved").wait_for()


def test_a_draft_is_kept_while_typing(app, member, consultation, sits_down):
    page = sits_down(member)
    page.goto(f"/c/{consultation.slug}/q/1/new")
    page.get_by_label("Your text").type("Something I am still thinking about")
    page.get_by_text("Draft saved").wait_for()
    make.afresh()
    assert db.session.query(Draft).one().fields["text"] == "Something I am still thinking about"
    page.goto(f"/c/{consultation.slug}/q/1/new")
    assert "still thinking" in page.get_by_label("Your text").input_value()


def test_the_pages_of_a_thread_pass_the_checker(idea, member, consultation, sits_down, checked):
    make.contribution(idea, by=make.as_asker(member.id), text="Only with diagnostics")
    checked(sits_down(member), f"/p/{idea.id}", f"/c/{consultation.slug}/q/1", f"/c/{consultation.slug}/q/1/new")
