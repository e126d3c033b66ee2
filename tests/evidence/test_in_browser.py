"""Adding files in a real browser, with and without scripts."""

import pytest

from crowd.db import db, transaction
from crowd.models import Attachment, Consultation, Version
from tests import make
from tests.browser.conftest import address, checked, everywhere, sits_down  # noqa: F401  # fixtures
from tests.evidence import made

pytestmark = pytest.mark.browser


def picked(name: str, content: bytes) -> dict[str, object]:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


@pytest.mark.parametrize("scripts", [True, False])
def test_files_are_added_removed_and_sent(member, consultation, sits_down, scripts):  # noqa: F811
    page = sits_down(member, java_script_enabled=scripts)
    page.goto("/c/ahp/q/1/new")
    page.get_by_label("Your text").fill("Count care time")
    page.get_by_label("Files as evidence").set_input_files(
        [picked("report.pdf", made.pdf()), picked("chart.png", made.picture("PNG")), picked("a.exe", b"MZ\0")]
    )
    page.get_by_role("button", name="Add the files").click()
    page.locator("p.wrong", has_text="We cannot take “a.exe”").wait_for()
    assert page.get_by_label("Your text").input_value() == "Count care time"
    page.get_by_role("button", name="Remove chart.png").click()
    page.get_by_text("chart.png").wait_for(state="detached")
    with page.expect_download() as saving:
        page.get_by_role("link", name="report.pdf").click()
    assert saving.value.path().read_bytes() == made.pdf()
    page.get_by_role("button", name="Send your answer").click()
    page.get_by_role("heading", name="Your contribution has been saved").wait_for()
    make.afresh()
    assert [db.session.get(Attachment, n).name for n in db.session.query(Version).one().files] == ["report.pdf"]


def test_a_file_that_is_too_large_is_left_out_before_it_is_sent(member, consultation, sits_down):  # noqa: F811
    with transaction() as session:
        session.get_one(Consultation, consultation.id).file_limit = 1
    page = sits_down(member)
    page.goto("/c/ahp/q/1/new")
    box = page.get_by_label("Files as evidence")
    box.set_input_files([picked("large.pdf", b"%PDF-" + b"0" * 1_100_000), picked("report.pdf", made.pdf())])
    page.get_by_text("Too large, so left out: large.pdf").wait_for()
    assert box.evaluate("box => [...box.files].map(file => file.name)") == ["report.pdf"]


def test_enter_in_the_card_sends_and_discards_nothing(member, consultation, sits_down):  # noqa: F811
    make.file(consultation.questions[2], by=member.id)
    page = sits_down(member)
    page.goto("/c/ahp/q/3/new")
    page.get_by_label("Your text").fill("A falls service")
    page.get_by_label("Where was it?").press("Enter")
    page.get_by_role("heading", name="There is a problem").wait_for()
    make.afresh()
    assert db.session.query(Attachment).count() == 1 and db.session.query(Version).count() == 0


def test_the_pages_pass_the_checker(member, host, consultation, sits_down, checked):  # noqa: F811
    text = make.contribution(consultation.questions[0], by=make.as_asker(member.id))
    make.file(text, by=member.id)
    make.file(consultation.questions[2], by=member.id)
    make.file(consultation.questions[0], by=host.id, document=True)
    checked(sits_down(member), "/c/ahp/q/3/new", f"/p/{text.id}/reply", "/c/ahp/evidence", "/c/ahp/q/1")
    checked(sits_down(host), "/host/ahp/questions/1/documents", "/host/ahp/")
