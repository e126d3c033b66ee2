"""The desk in a browser: its keys (M22), the claim of an open page (M9), and a moderator's hour with keys and without
scripts. The pictures of docs/moderate.md are taken here."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from crowd import clock
from crowd.db import db, transaction
from crowd.models import Case, Decision, Record
from crowd.moderation import deeds
from crowd.states import State
from tests import make
from tests.moderation.desk import shipped, waiting

pytestmark = pytest.mark.browser
HOUR = 60  # decisions
PICTURES = Path(__file__).parents[2] / "docs" / "pictures"


@pytest.fixture(autouse=True)
def reasons(app):
    shipped()


def held(consultation, number, words="Weigh every patient on the ward each week, and write it down. Number"):
    authors = [make.member(consultation) for _n in range(5)]
    begun = clock.now() - timedelta(hours=3)
    return [
        make.contribution(
            consultation.questions[0],
            by=authors[n % 5],
            text=f"{words} {n}.",
            state=State.HELD,
            at=begun + timedelta(seconds=n),
        )
        for n in range(number)
    ]


def decided():
    make.afresh()
    return [d.decision for d in db.session.scalars(select(Decision).where(Decision.undone_at.is_(None)))]


def claimed():
    make.afresh()
    return db.session.query(Record).filter_by(deed="claimed").count()


def until_claimed(page, number):
    """The claim is asked for by a script, which goes on beside the page."""
    for _try in range(200):
        if claimed() == number:
            return
        page.wait_for_timeout(25)
    raise AssertionError(f"{claimed()} claims")


def test_m22_keys_walk_the_queue_and_press_what_stands_there(moderator, consultation, sits_down):
    ideas = held(consultation, 3)
    page = sits_down(moderator)
    page.goto("/moderate")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.textContent").endswith(f"text {ideas[0].id}")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/moderate/{waiting(ideas[0]).id}")
    page.keyboard.press("a")
    page.wait_for_url(f"**/moderate/{waiting(ideas[1]).id}")
    page.keyboard.press("u")
    page.get_by_text("The decision is undone").wait_for()
    assert decided() == []
    page.keyboard.press("x")
    assert page.evaluate("document.activeElement.id") == "reason", "a reason is needed first"
    page.get_by_label("Reason").select_option(label="Spam")
    page.keyboard.press("Enter")
    page.get_by_text("Rejected: “Weigh every").wait_for()
    page.keyboard.press("r")
    page.get_by_label("Reason").select_option(label="Off topic")
    page.keyboard.press("Enter")
    page.get_by_text("Returned: “Weigh every").wait_for()
    assert decided() == ["reject", "return"]
    page.keyboard.press("s")
    assert page.evaluate("document.activeElement.name") == "asked"
    page.get_by_label("What do you want to know").fill("a x r")
    page.keyboard.press("Escape")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("?")
    page.get_by_text("choose a reason, then Enter").first.wait_for()
    page.keyboard.press("k")
    page.wait_for_url("**/moderate")


def test_m22_never_in_a_field_never_with_another_key_and_off_when_turned_off(moderator, consultation, sits_down):
    held(consultation, 1)
    page = sits_down(moderator)
    page.goto("/moderate")
    page.get_by_role("button", name="Next").first.click()
    here = page.url
    page.get_by_label("Note to the author").press_sequentially("a x r d m s u j k ?")
    page.get_by_label("Reason").focus()
    page.keyboard.press("a")
    page.evaluate("document.activeElement.blur()")
    for held_down in ("Control", "Alt", "Meta"):
        page.keyboard.press(f"{held_down}+x")
    page.get_by_label("Mark as best practice").focus()
    page.keyboard.press("a")
    assert page.url == here
    assert page.get_by_label("Note to the author").input_value() == "a x r d m s u j k ?"
    assert decided() == []
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("?")
    page.get_by_role("button", name="Turn the keys off").click()
    page.get_by_text("The keys are off.", exact=True).wait_for()
    page.goto(here)
    page.keyboard.press("a")
    page.keyboard.press("j")
    assert page.url == here
    assert not page.locator("kbd").first.is_visible()
    assert decided() == []


def test_m22_enter_in_a_field_never_approves(moderator, consultation, sits_down):
    held(consultation, 1)
    for scripts in (True, False):
        page = sits_down(moderator, java_script_enabled=scripts)
        page.goto("/moderate")
        page.get_by_role("link", name="Idea, text").click()
        page.get_by_label("Reason").select_option(label="Spam")
        page.get_by_label("Reason").press("Enter")
        page.get_by_label("Mark as best practice").press("Enter")
        page.wait_for_load_state()
        assert decided() == []


def test_m09_an_open_page_holds_its_claim_and_says_when_another_has_it(
    moderator, second_moderator, consultation, sits_down
):
    (idea,) = held(consultation, 1)
    version = waiting(idea).id
    page = sits_down(moderator)
    page.clock.install()
    page.goto(f"/moderate/{version}")
    until_claimed(page, 1)
    page.get_by_text("Nobody is reading this").wait_for(state="detached")
    clock.set_to(clock.now() + timedelta(minutes=9))
    with page.expect_response("**/claim") as answer:
        page.clock.run_for(121_000)
    assert answer.value.status == 204
    make.afresh()
    assert db.session.query(Case).one().claimed_until > clock.now() + timedelta(minutes=9), "held on"
    second = sits_down(second_moderator)
    second.goto(f"/moderate/{version}")
    second.get_by_text("Mo Desk is reading this.").wait_for()
    second.get_by_role("button", name="Take it over").click()
    second.wait_for_load_state()
    with page.expect_response("**/claim"):
        page.clock.run_for(121_000)
    page.get_by_text("Somebody else is reading this now: Sam Second").wait_for()


def test_m22_a_moderator_s_hour_by_keyboard_alone(moderator, consultation, sits_down):
    """Sixty decisions; one press approves, three reject: x, the reason's first letters, Enter."""
    held(consultation, HOUR)
    page, presses = sits_down(moderator), 0

    def press(*keys):
        nonlocal presses
        for key in keys:
            page.keyboard.press(key)
        presses += len(keys)

    page.goto("/moderate")
    press("j", "Enter")
    page.wait_for_url("**/moderate/*")
    for n in range(HOUR):
        here = page.url
        press(*(("x", "s", "Enter") if n % 10 == 9 else ("a",)))
        page.wait_for_url(lambda url, here=here: url != here)
    assert sorted(decided()) == ["approve"] * 54 + ["reject"] * 6
    assert {d.reason.title for d in db.session.scalars(select(Decision)) if d.reason} == {"Spam"}
    assert presses == 2 + 54 + 6 * 3
    assert presses / HOUR < 1.3


def test_m22_a_moderator_s_hour_without_scripts(moderator, consultation, sits_down):
    """The same sixty by clicks: one approves, choosing a reason and Reject are two."""
    held(consultation, HOUR)
    page, clicks = sits_down(moderator, java_script_enabled=False), 1
    page.goto("/moderate")
    page.get_by_role("button", name="Next").first.click()
    for n in range(HOUR):
        if n % 10 == 9:
            page.get_by_label("Reason").select_option(label="Spam")
            page.get_by_role("button", name="Reject").click()
        else:
            page.get_by_role("button", name="Approve").click()
        clicks += 2 if n % 10 == 9 else 1
        page.wait_for_load_state()
    page.get_by_text("Nothing waits for you").wait_for()
    assert sorted(decided()) == ["approve"] * 54 + ["reject"] * 6
    assert clicks == 1 + 54 + 6 * 2


def test_the_desk_passes_the_checker_and_sits_for_its_pictures(
    moderator, second_moderator, consultation, sits_down, checked
):
    ideas = held(consultation, 4, "Let dietitians order blood tests. Nurse Smith on ward 7 has done it for years. Case")
    by = make.as_asker(second_moderator.id)
    with transaction():
        deeds.send_back(waiting(ideas[3]), by=by, reason=make.reason(), note="Which question is meant?")
    second = sits_down(second_moderator)
    second.goto("/moderate")
    second.get_by_role("button", name="Open").nth(1).click()
    page = sits_down(moderator, viewport={"width": 1280, "height": 900})
    number = waiting(ideas[0]).id
    checked(
        page, "/moderate", "/moderate?tab=overdue", "/moderate/returned", "/moderate/decided", f"/moderate/{number}"
    )
    if not os.environ.get("CROWD_PICTURES"):
        return
    page.goto("/moderate")
    page.screenshot(path=PICTURES / "queue.png")
    page.get_by_role("button", name="Open").first.click()
    page.get_by_text("Mark passages").click()
    page.screenshot(path=PICTURES / "decision.png", full_page=True)
    page.set_viewport_size({"width": 360, "height": 800})
    page.screenshot(path=PICTURES / "decision-phone.png", full_page=True)


def test_on_a_phone_the_pages_of_a_desk_are_folded_above_the_work(host, consultation, sits_down):
    page = sits_down(host, viewport={"width": 360, "height": 740})
    page.goto("/host/ahp/checklist")
    schedule = page.get_by_role("link", name="Schedule", exact=True)
    assert not schedule.is_visible()
    assert page.locator("h1").bounding_box()["y"] < 740, "the work begins on the first screen"
    page.get_by_text("Pages of this desk").click()
    assert schedule.is_visible()
    page.set_viewport_size({"width": 1280, "height": 740})
    page.goto("/host/ahp/checklist")
    assert schedule.is_visible()
    assert not page.get_by_text("Pages of this desk").is_visible()


def test_m22_a_key_that_is_pressed_twice_decides_once(moderator, consultation, sits_down):
    """The second press, or click, would be told that somebody has decided already."""
    held(consultation, 3)
    for twice in (
        "document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'a', bubbles: true}))",
        "document.querySelector('[value=approve]').click()",
    ):
        page = sits_down(moderator)
        page.goto("/moderate")
        page.get_by_role("button", name="Next").first.click()
        page.wait_for_url("**/moderate/*")
        counted = "let n = 0; addEventListener('submit', event => { n += !event.defaultPrevented })"
        assert page.evaluate(f"() => {{ {counted}; {twice}; {twice}; return n }}") == 1
        page.get_by_text("Published: “").wait_for()
    assert decided() == ["approve", "approve"]


def test_m22_badges_of_keys_stand_only_where_keys_work(moderator, consultation, sits_down):
    (idea,) = held(consultation, 1)
    for scripts in (True, False):
        page = sits_down(moderator, java_script_enabled=scripts)
        page.goto(f"/moderate/{waiting(idea).id}")
        assert page.get_by_role("button", name="Approve").locator("kbd").is_visible() == scripts
        assert page.locator("#keys").is_visible() == scripts
    with transaction():
        deeds.set_keys(False, by=make.as_asker(moderator.id))
    page = sits_down(moderator)
    page.goto(f"/moderate/{waiting(idea).id}")
    assert not page.locator(":is(.btn, summary) kbd").first.is_visible()
    assert page.locator("#keys").is_visible(), "the switch"
