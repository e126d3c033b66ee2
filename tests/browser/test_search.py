"""Finding things, and being asked whether they have been said already, with and without scripts."""

import pytest
from sqlalchemy import select

from crowd.db import db
from crowd.models import Contribution, VoteNow
from crowd.states import State
from tests import make

pytestmark = pytest.mark.browser

TEXT = "Let every dietitian see the whole record of a patient before the first appointment."
SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])


@pytest.fixture
def idea(app, colleague, consultation):
    make.contribution(consultation.questions[0], by=make.as_asker(colleague.id), text="Bicycles for home visits.")
    return make.contribution(consultation.questions[0], by=make.as_asker(colleague.id), text=TEXT)


@SCRIPTS
def test_a_search_from_the_question_page_is_narrowed_and_voted_in(idea, member, question, sits_down, scripts):
    page = sits_down(member, java_script_enabled=scripts)
    page.goto(question)
    page.get_by_role("searchbox").fill('"whole records" -bicycle')
    page.get_by_role("button", name="Search").click()
    page.get_by_text("1 found").wait_for()
    assert "question=1" in page.url
    page.get_by_label("Profession").select_option("Dietitian")
    page.get_by_role("button", name="Show these").click()
    page.get_by_text("Nothing found").wait_for()
    page.get_by_role("link", name="Look for these words everywhere").click()
    page.get_by_text("1 found").wait_for()
    page.locator(f"#v{idea.id}a").click()
    page.get_by_role("button", name="You agree").wait_for()


@SCRIPTS
def test_one_agrees_instead_or_sends_all_the_same(idea, member, question, sits_down, scripts):
    page = sits_down(member, java_script_enabled=scripts)
    page.goto(f"{question}/new")
    page.get_by_label("Your text").fill(TEXT + " Please.")
    page.get_by_role("button", name="Send your answer").click()
    page.get_by_role("heading", name="Has this been said already?").wait_for()
    page.locator(f"#v{idea.id}a").click()
    if scripts:
        page.get_by_role("button", name="You agree").wait_for()
    else:
        page.get_by_text("We kept your draft").wait_for()
    assert page.get_by_label("Your text").input_value() == TEXT + " Please."
    make.afresh()
    assert db.session.scalars(select(VoteNow.contribution_id)).all() == [idea.id]
    page.get_by_role("button", name="Send mine all the same" if scripts else "Send your answer").click()
    page.get_by_role("heading", name="Your contribution has been saved").wait_for()
    make.afresh()
    assert len(db.session.scalars(select(Contribution.id).where(Contribution.state == State.HELD)).all()) == 1


def test_the_pages_pass_the_checker(idea, member, analyst, sits_down, checked):
    make.contribution(idea, by=make.as_asker(member.id), text="The record, and the whole of it")
    analyst.post("/c/ahp/themes/new", name="Records", definition="Who sees what of a patient")
    analyst.post(f"/p/{idea.id}/themes", themes=["1"])
    checked(sits_down(member), "/c/ahp/search?q=record", "/c/ahp/search?q=zebra&kind=idea", "/c/ahp/themes")
    checked(sits_down(analyst), f"/p/{idea.id}/themes", "/c/ahp/themes", "/c/ahp/themes/1")
