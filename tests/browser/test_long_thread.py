"""Long threads in a browser, with and without scripts, and printed."""

import re
from datetime import timedelta

import pytest

from crowd import clock
from crowd.db import db, transaction
from crowd.models import Contribution, Visit
from crowd.states import Promise, State
from tests import make
from tests.threads.test_pages import grow

pytestmark = pytest.mark.browser


@pytest.fixture
def long_thread(consultation, colleague) -> Contribution:
    """Five hundred comments, forty deep in one place."""
    chain = [(n, State.PUBLISHED, 4, 1, Promise.ALIAS) for n in range(40)]
    broad = [(0 if n % 4 == 0 else n // 2, State.PUBLISHED, n % 7, n % 3, Promise.ALIAS) for n in range(40, 500)]
    root, _rows = grow(consultation, colleague.id, chain + broad)
    with transaction() as session:
        session.get_one(Contribution, root.id).replies = 500
    return root


def test_a_thread_of_five_hundred_passes_the_checker(long_thread, member, sits_down, checked):
    checked(sits_down(member), f"/p/{long_thread.id}", briefly=True)


def test_its_pages_are_turned_and_its_order_changed_without_scripts(long_thread, member, sits_down):
    page = sits_down(member, java_script_enabled=False)
    page.goto(f"/p/{long_thread.id}")
    page.get_by_text("500 comments").first.wait_for()
    seen, turned = page.locator("article.c").count(), 0
    while page.get_by_role("link", name="Next page").count():
        with page.expect_navigation():
            page.get_by_role("link", name="Next page").click()
        seen, turned = seen + page.locator("article.c").count(), turned + 1
    assert (seen, turned > 1) == (501, True)
    page.get_by_role("link", name="Newest").click()
    assert page.get_by_role("link", name="Newest").get_attribute("aria-current") == "true"


def test_a_comment_s_address_opens_its_page_its_fold_and_marks_it(long_thread, member, sits_down):
    page = sits_down(member)
    number = long_thread.id + 40
    page.goto(f"/p/{number}")
    spot = page.locator(f"#c{number}")
    spot.wait_for()
    assert page.evaluate(f"document.querySelector('#c{number}').matches(':target')")
    page.evaluate("document.querySelectorAll('details.replies').forEach(d => { d.open = false })")
    assert not spot.is_visible()
    page.evaluate("location.hash = ''")
    page.evaluate(f"location.hash = 'c{number}'")
    spot.wait_for(state="visible")


def test_folded_replies_are_printed(long_thread, member, sits_down):
    page = sits_down(member)
    page.goto(f"/p/{long_thread.id}")
    page.evaluate("document.querySelectorAll('details.replies').forEach(d => { d.open = false })")
    folded = len(page.pdf())
    page.emulate_media(media="print")
    assert not page.locator(".vote:not(:has(b))").first.is_visible()  # a button is of no use on paper
    assert page.locator(".vote:has(b)").first.is_visible()  # what it counts is
    page.evaluate("document.querySelectorAll('details.replies').forEach(d => { d.open = true })")
    assert folded > 0.9 * len(page.pdf()) > 100_000


def test_the_script_tells_of_a_visit_and_the_next_one_shows_what_is_new(consultation, colleague, member, sits_down, at):
    idea = make.contribution(consultation.questions[0], by=make.as_asker(colleague.id))
    make.contribution(idea, by=make.as_asker(colleague.id), text="Read already")
    page = sits_down(member)
    with page.expect_response(lambda answer: answer.url.endswith("/seen")) as told:
        page.goto(f"/p/{idea.id}")
    assert told.value.status == 204
    make.afresh()
    assert db.session.query(Visit).one().place == f"thread-{idea.id}"
    at(clock.now() + timedelta(hours=1))
    new = [make.contribution(idea, by=make.as_asker(colleague.id), text=f"Fresh {n}") for n in range(2)]
    page.goto(f"/p/{idea.id}")
    page.get_by_role("link", name="Go to the first").click()
    assert page.url.endswith(f"#c{new[0].id}")
    page.get_by_role("link", name="Next new").click()
    assert page.url.endswith(f"#c{new[1].id}")
    with page.expect_navigation():
        page.get_by_role("link", name="Show only new").click()
    assert page.locator("article.c").count() == 2
    page.get_by_role("button", name="Mark all as read").click()
    page.get_by_text("Read already").wait_for()
    assert page.get_by_text("since you were last here").count() == 0


def test_a_visit_without_scripts_is_a_button(consultation, colleague, member, sits_down):
    idea = make.contribution(consultation.questions[0], by=make.as_asker(colleague.id))
    page = sits_down(member, java_script_enabled=False)
    page.goto(f"/p/{idea.id}")
    page.get_by_role("button", name="I have read all of this").click()
    make.afresh()
    assert db.session.query(Visit).one().person_id == member.id


def test_one_idea_after_the_other_by_keyboard_alone(consultation, colleague, member, sits_down, checked):
    for n in range(2):
        make.contribution(consultation.questions[0], by=make.as_asker(colleague.id), text=f"Idea {n}")
    page = sits_down(member)
    page.goto(f"/c/{consultation.slug}/vote")
    page.get_by_role("link", name="Skip this one for now").press("Enter")
    page.get_by_role("button", name=re.compile("^Pass")).press("Enter")
    page.get_by_text("You have seen every idea").wait_for()
    checked(page, f"/c/{consultation.slug}/vote", f"/c/{consultation.slug}/q/1?sort=bridging")
