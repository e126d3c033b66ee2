"""Pages from right to left, with longer words: in the language that is made up for this."""

import pytest

from crowd import pseudo
from crowd.states import State
from tests import make

WIDTHS = (360, 1280)
MIRRORED = """() => {
  const box = document.querySelector('.mast .org')?.getBoundingClientRect();
  const said = document.querySelector('.prose p'), at = document.createRange();
  if (said) at.setStart(said.firstChild, 0), at.setEnd(said.firstChild, 1);
  const org = box && [box.left, innerWidth - box.right], h1 = getComputedStyle(document.querySelector('h1'));
  return { direction: document.dir, first: org && org[1] < org[0], reads: h1.direction,
    english: !said || Math.abs(at.getBoundingClientRect().left - said.getBoundingClientRect().left) < 2,
    over: document.documentElement.scrollWidth - document.documentElement.clientWidth } }"""


@pytest.fixture
def pages(app, consultation, question, member, colleague, moderator, host):
    """What stands on these pages: texts of all sorts, a reply, a text that waits."""
    app.config["PSEUDO_LANGUAGE"] = 1
    first = consultation.questions[0]
    idea = make.contribution(first, by=make.as_asker(colleague.id), text="Let people **refer themselves** to us.")
    reply = make.contribution(idea, by=make.as_asker(member.id), text="It works in Leeds:\n\n> two weeks, not nine")
    make.contribution(reply, by=make.as_asker(colleague.id), text="And in York.")
    held = make.contribution(first, by=make.as_asker(member.id), text="Count care time in hours", state=State.HELD)
    return {
        None: [f"/c/{consultation.slug}/", "/login"],
        member: [question, f"{question}/new", f"/p/{idea.id}", "/me"],
        moderator: ["/moderate", f"/moderate/{held.version_id or 1}"],
        host: ["/host/look", "/host/ahp/"],
    }


@pytest.mark.browser
def test_pages_stand_from_right_to_left(sits_down, checked, pages, address):
    """Mirrored, but what is written in English is not; nothing wider than the window at either width; axe, HTML and
    focus as everywhere."""
    for who, paths in pages.items():
        window = sits_down(who)
        window.context.add_cookies([{"name": "language", "value": pseudo.LANGUAGE, "url": address}])
        for path in paths:
            for width in WIDTHS:
                window.set_viewport_size({"width": width, "height": 900})
                window.goto(path)
                found = window.evaluate(MIRRORED)
                right = {"direction": "rtl", "first": True, "reads": "rtl", "english": True, "over": 0}
                assert found == right, (path, width, found)
        checked(window, *paths, briefly=True)
