"""What is published while a page is open is offered as a line, rarely asked for, and never put in by itself."""

from typing import Any

import pytest
from sqlalchemy import select

from crowd.db import db
from crowd.models import Contribution
from tests import make
from tests.moderation import desk

pytestmark = pytest.mark.browser

NOTED = """
window.waits = [];
const set = window.setTimeout;
window.setTimeout = (act, wait, ...more) => { if (wait >= 6e4) waits.push(wait); return set(act, wait, ...more) };
Object.defineProperty(document, 'hidden', { get: () => Boolean(window.away) });
"""


class Window:
    """A page whose clock goes on only when the test says so, with what its script has asked and how long it waits."""

    def __init__(self, page: Any, path: str) -> None:
        self.page, self.asked = page, list[str]()
        page.clock.install()
        page.add_init_script(NOTED)
        page.on("request", lambda request: self.asked.append(request.url) if "/news?" in request.url else None)
        page.goto(path)
        self._rings(1)

    def _rings(self, times: int) -> None:
        """Wait until the script has set its clock so often."""
        self.page.wait_for_function("times => waits.length === times", arg=times)

    def wait(self) -> float:
        return float(self.page.evaluate("waits.at(-1)")) / 60_000

    def pass_until_it_rings(self) -> None:
        """Let pass what the script waits, and let it do what it does then."""
        before = self.page.evaluate("waits.length")
        self.page.clock.run_for(self.page.evaluate("waits.at(-1)"))
        self._rings(before + 1)


@pytest.fixture
def idea(app, consultation, colleague):
    return make.contribution(
        consultation.questions[0], by=make.as_asker(colleague.id), text="Self-referral for everyone"
    )


def test_a_comment_of_another_is_offered_once_it_is_approved_and_shown_when_wished(
    idea, member, colleague, moderator, sits_down
):
    page = sits_down(member)
    window, line = Window(page, f"/p/{idea.id}"), page.locator("[data-poll]")
    assert line.get_attribute("aria-live") == "polite"
    colleague.post(f"/p/{idea.id}/reply", text="Only with diagnostics")
    window.pass_until_it_rings()
    assert len(window.asked) == 1
    assert line.inner_text() == "", "it waits for a moderator"
    comment = db.session.scalars(select(Contribution).where(Contribution.parent_id == idea.id)).one()
    desk.decide(moderator, desk.waiting(comment), "approve")
    window.pass_until_it_rings()
    link = line.get_by_role("link", name="1 new comment: show it")
    assert link.is_visible()
    assert window.wait() == 1
    assert "Only with diagnostics" not in page.locator("main").inner_text(), "it is never put in by itself"
    link.focus()
    make.contribution(idea, by=make.as_asker(colleague.id), text="Or without")
    window.pass_until_it_rings()
    assert link.is_visible(), "what has the focus stays"
    link.click()
    page.wait_for_url(f"**/p/{idea.id}#c{comment.id}")
    assert page.get_by_text("Only with diagnostics").is_visible()
    assert page.locator("[data-poll] a").count() == 0


def test_it_asks_less_often_while_there_is_nothing_and_never_where_nobody_looks(idea, member, sits_down):
    page = sits_down(member)
    window = Window(page, f"/p/{idea.id}")
    page.evaluate("window.away = true")
    window.pass_until_it_rings()
    assert window.asked == []
    page.evaluate("window.away = false")
    waits = []
    for _time in range(9):
        waits.append(window.wait())
        window.pass_until_it_rings()
    assert len(window.asked) == 9
    assert waits[0] == 1
    assert waits == sorted(waits)
    assert waits[-1] == 15


def test_answers_to_a_question_are_offered_as_well(idea, member, consultation, sits_down):
    question = f"/c/{consultation.slug}/q/1"
    page = sits_down(member)
    window = Window(page, question)
    for _n in range(3):
        make.contribution(consultation.questions[0], by=make.as_asker(idea.author_id))
    window.pass_until_it_rings()
    page.get_by_role("link", name="3 new answers: show them").click()
    page.wait_for_url(f"**{question}?sort=newest")


def test_an_error_is_not_told_and_asked_again_later(app, idea, member, sits_down):
    page = sits_down(member)
    page.route("**/news?*", lambda route: route.fulfill(status=404, body="<p>Not here</p>"))
    window = Window(page, f"/p/{idea.id}")
    window.pass_until_it_rings()
    assert page.locator("[data-poll]").inner_text() == ""
    assert window.wait() > 1


def test_without_scripts_nothing_is_there(idea, member, sits_down):
    page = sits_down(member, java_script_enabled=False)
    page.goto(f"/p/{idea.id}")
    assert page.locator("[data-poll]").bounding_box()["height"] == 0


def test_the_pages_pass_the_checker(idea, member, consultation, sits_down, checked):
    question = f"/c/{consultation.slug}/q/1"
    checked(sits_down(member), f"/p/{idea.id}", question, f"/c/{consultation.slug}/search?q=ahp+2016+1")


def test_the_line_hides_nothing_that_has_the_focus(idea, member, colleague, sits_down):
    """WCAG 2.2, 2.4.11: it lies over the end of a long page, so what is tabbed to scrolls above it."""
    for n in range(12):
        make.contribution(idea, by=make.as_asker(colleague.id), text=f"Words {n}.\n\n" * 3)
    page = sits_down(member, viewport={"width": 360, "height": 640})
    window = Window(page, f"/p/{idea.id}")
    make.contribution(idea, by=make.as_asker(colleague.id), text="And another")
    window.pass_until_it_rings()
    top = page.locator("[data-poll]").bounding_box()["y"]
    assert top < 640, "it is in view"
    for link in page.locator("article a[href$='/reply']").all()[:6]:
        link.focus()
        box = link.bounding_box()
        assert box["y"] + box["height"] <= page.locator("[data-poll]").bounding_box()["y"]


def test_what_was_offered_and_is_gone_is_offered_no_longer(idea, member, colleague, sits_down):
    window = Window(page := sits_down(member), f"/p/{idea.id}")
    line = page.locator("[data-poll]")
    comment = make.contribution(idea, by=make.as_asker(colleague.id), text="Said too soon")
    window.pass_until_it_rings()
    line.get_by_role("link", name="1 new comment: show it").wait_for()
    colleague.post(f"/p/{comment.id}/withdraw")
    window.pass_until_it_rings()
    assert line.inner_text() == ""
