"""The register in a browser: a file goes in, the bar follows, a column is put right, it is loaded; with and without
scripts. The picture of docs/host.md is taken here."""

import os
from pathlib import Path

import pytest
from sqlalchemy import func, select

from crowd.db import db
from crowd.hosting import jobs
from crowd.models import Mail, Registered
from tests import make
from tests.hosting.test_register import PAGE

pytestmark = pytest.mark.browser
PICTURES = Path(__file__).parents[2] / "docs" / "pictures"


@pytest.fixture
def register(tmp_path):
    """A list that is too long to be read while one waits, whose number has a heading that nobody knows."""
    file = tmp_path / "members.csv"
    regions = ("North West", "London")
    rows = [f"p{n}@example.org;Person {n};Dietitian;DT{n};{regions[n % 2]}" for n in range(1000)]
    file.write_text("\n".join(["E-mail;Name;Profession;Licence;Region", *rows, "nobody;Nobody;Dietitian;;"]))
    return file


@pytest.mark.parametrize("scripts", [True, False])
def test_from_the_file_to_the_invitations(host, consultation, sits_down, checked, register, scripts):
    page = sits_down(host, java_script_enabled=scripts)
    page.goto(PAGE)
    page.get_by_label("Or choose a file").set_input_files(register)
    page.get_by_role("button", name="Look at what would change").click()
    page.get_by_role("progressbar").wait_for()
    way = page.url.removeprefix(page.url.split("/host/")[0])
    if scripts:
        checked(page, way, briefly=True)
    worked(page, "What would change")
    page.get_by_text("1,000 new, 0 changed, 0 unchanged, 1 problem").wait_for()
    page.get_by_label("Licence").select_option("Number")
    page.get_by_role("button", name="Look again").click()
    worked(page, "What would change")
    page.get_by_text("1,000 new").wait_for()
    assert page.get_by_label("Licence").input_value() == "number"
    if scripts:
        checked(page, way, f"{PAGE}/numbers", f"{PAGE}/addresses", PAGE)
        picture(page)
    page.get_by_label("Invitations").select_option(index=1)
    page.get_by_role("button", name="Load the good rows").click()
    worked(page, "The list is loaded")
    page.get_by_text("1,000 invitations are on their way").wait_for()
    if scripts:
        checked(page, way, briefly=True)
    make.afresh()
    assert db.session.scalar(select(func.count(Registered.id)).where(Registered.number_key != "")) == 1000
    assert db.session.scalar(select(func.count(Mail.id))) == 1000


def worked(page, title):
    """The worker does its part while the page stands there, and the page follows by itself."""
    assert jobs.run_due() == 1
    db.session.rollback()
    page.get_by_role("heading", name=title, level=1).wait_for()


def test_a_number_is_tried_while_it_is_typed(host, consultation, sits_down):
    page = sits_down(host)
    page.goto(f"{PAGE}/numbers")
    page.get_by_role("button", name="Put in the formats of the HCPC").click()
    page.get_by_label("Number to try").press_sequentially("DT12")
    page.get_by_text("Right: DT12 fits DT######").wait_for()


def test_the_slip_of_an_invitation_holds_on_a_screen_and_a_phone(host, consultation, sits_down, checked):
    """The link is shown once: the form is sent beside the page, so that the checker is the first to open it."""
    way = f"/host/{consultation.slug}/invitations"
    page = sits_down(host)
    page.goto(way)
    names = ("csrf_token", "part", "most", "until", "note")
    form = {name: page.locator(f"[name={name}]").first.input_value() for name in names}
    assert page.context.request.post(way, form=form, max_redirects=0).status == 302
    checked(page, way)
    page.goto(way)
    page.get_by_role("img", name="QR code").wait_for()
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def picture(page):
    if os.environ.get("CROWD_PICTURES"):
        page.set_viewport_size({"width": 1000, "height": 900})
        page.screenshot(path=PICTURES / "register.png")
