"""The coding desk in a browser: themes by keys, never while a field has the focus."""

import pytest
from sqlalchemy import select

from crowd.db import db, transaction
from crowd.models import Coding, Person
from crowd.themes import deeds
from tests import make

pytestmark = pytest.mark.browser
DESK = "/host/ahp/coding"


def test_themes_are_given_and_undone_by_keys(analyst, colleague, consultation, sits_down, checked):
    by = make.as_asker(colleague.id)
    ideas = [make.contribution(consultation.questions[0], by=by, text=f"Idea {n}") for n in range(3)]
    for name in ("Access", "Time", "Staff"):
        with transaction():
            deeds.make_theme(consultation, by=make.as_asker(analyst.id), name=name, definition=f"About {name}")
    with transaction() as session:
        session.get_one(Person, analyst.id).desk_keys = True
    page = sits_down(analyst)
    page.goto(f"{DESK}/next?show=open")
    page.keyboard.press("2")
    page.keyboard.press("3")
    page.keyboard.press("3")
    page.keyboard.press("1")
    page.keyboard.press("s")
    page.wait_for_url(f"**/coding/{ideas[1].id}?*")
    assert given() == {ideas[0].id: [1, 2]}
    page.get_by_label("Time").focus()
    page.keyboard.press("1")
    assert not page.get_by_label("Access").is_checked(), "a field has the focus"
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("u")
    page.wait_for_url(f"**/coding/{ideas[0].id}?*")
    assert given() == {}
    page.keyboard.press("n")
    page.wait_for_url(f"**/coding/{ideas[1].id}?*")
    page.keyboard.press("0")
    page.keyboard.press("s")
    page.wait_for_url(f"**/coding/{ideas[2].id}?*")
    assert given() == {ideas[1].id: []}
    checked(page, f"{DESK}/{ideas[2].id}?show=open", DESK, briefly=True)


def given() -> dict[int, list[int]]:
    make.afresh()
    return {coding.contribution_id: coding.themes for coding in db.session.scalars(select(Coding))}
