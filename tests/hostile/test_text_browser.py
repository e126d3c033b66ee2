"""Chromium, with no content security policy, executes nothing of what people typed."""

import html as entities

import pytest

from crowd.text import Unusable, safe_html
from tests.hostile.payloads import PAYLOADS

pytestmark = pytest.mark.browser

# A call of any of these is an execution. Not eval: the test itself speaks to the page through it.
LINKS_STAY = """document.addEventListener('click', event => {
  const link = event.target.closest('a');
  if (link && ['http:', 'https:', 'mailto:'].includes(link.protocol)) event.preventDefault();
}, true)"""
SCHEMES = "[...new Set([...document.querySelectorAll('main a')].map(link => link.protocol))].sort()"
HOOKS = """
window.executed = [];
for (const name of ['alert', 'confirm', 'prompt', 'print', 'open', 'msgbox'])
  window[name] = (...words) => window.executed.push(name + ': ' + words);
document.addEventListener('securitypolicyviolation', () => window.executed.push('a policy was in the way'));
"""
# Every event a person can cause, on every element; links do not lead away, so that all can be tried on one
# page.
TOUCH = """
for (const element of document.querySelectorAll('main *')) {
  for (const name of ['pointerenter', 'mouseover', 'focus', 'pointerdown', 'mouseup', 'toggle', 'error',
                      'load', 'animationstart', 'start', 'close', 'loadstart'])
    element.dispatchEvent(new Event(name, {bubbles: true}));
  element.click();
}
"""


@pytest.fixture
def page(chromium):
    """A page that notes each dialog and each address it would go to or load from, and goes to none."""
    context = chromium.new_context()
    page = context.new_page()
    page.asked, page.dialogs = [], []

    def refuse(route):
        page.asked.append((route.request.resource_type, route.request.url))
        route.abort()

    def dismiss(dialog):
        page.dialogs.append(dialog.message)
        dialog.dismiss()

    context.route("**/*", refuse)
    page.on("dialog", dismiss)
    page.add_init_script(HOOKS)
    page.goto("about:blank")
    yield page
    context.close()


def show(page, body):
    page.set_content(f"<!doctype html><title>x</title><main>{body}</main>")
    page.wait_for_timeout(200)


def executed(page):
    return page.evaluate("window.executed") + page.dialogs


def outputs():
    for payload in PAYLOADS:
        try:
            yield safe_html(payload)
        except Unusable as refusal:
            yield f"<p>{entities.escape(str(refusal))}</p>"


def test_a_script_that_gets_through_is_noticed(page):
    show(page, "<img src=x onerror=alert(1)><a href='javascript:alert(2)'>x</a><b onmouseover=alert(3)>x</b>")
    page.evaluate(TOUCH)
    page.wait_for_timeout(200)
    assert set(executed(page)) == {"alert: 1", "alert: 2", "alert: 3"}


def test_no_payload_executes_loads_or_leads_to_a_script(page):
    show(page, "".join(f"<section>{html}</section>" for html in outputs()))
    page.evaluate(LINKS_STAY)
    page.evaluate(TOUCH)
    page.wait_for_timeout(500)
    assert executed(page) == []
    assert page.asked == [], "something was loaded, or a link led away that is no web or mail address"
    assert page.evaluate(SCHEMES) == ["http:", "https:", "mailto:"]
    assert page.evaluate("document.querySelectorAll('main > section').length") == len(PAYLOADS)


def test_hovering_and_pressing_links_as_a_person_does_executes_nothing(page):
    show(page, "".join(html for html in outputs() if "<a " in html))
    page.evaluate(LINKS_STAY)
    links = page.locator("main a")
    assert links.count() > 30
    for number in range(0, links.count(), max(1, links.count() // 40)):
        links.nth(number).hover()
        links.nth(number).click()
    assert (executed(page), page.asked) == ([], [])
