"""Following in a browser, with and without scripts, and the pages of facilitators."""

import pytest

from tests import make

pytestmark = pytest.mark.browser


@pytest.fixture
def idea(app, colleague, consultation):
    return make.contribution(
        consultation.questions[0], by=make.as_asker(colleague.id), text="Self-referral for everyone"
    )


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_following_a_thread_and_hearing_of_it(idea, member, consultation, sits_down, scripts):
    page = sits_down(member, java_script_enabled=scripts)
    page.goto(f"/p/{idea.id}")
    page.get_by_role("button", name="Follow this thread", exact=True).click()
    page.get_by_role("button", name="Following this thread", pressed=True).wait_for()
    make.contribution(idea, by=make.member(consultation), text="Only with diagnostics")
    page.goto("/me")
    page.get_by_role("link", name="1 new notice").click()
    page.get_by_role("link", name="Only with diagnostics").click()
    page.wait_for_url(f"**/p/{idea.id}#*")
    page.go_back()
    page.get_by_role("button", name="Mark all as read").click()
    page.get_by_text("All are marked as read.").wait_for()
    page.goto("/me/feeds")
    page.get_by_role("button", name="Stop following Self-referral for everyone").click()
    page.get_by_text("You follow nothing yet").wait_for()


def test_the_pages_pass_the_checker(idea, member, host, moderator, consultation, sits_down, checked):
    question = f"/c/{consultation.slug}/q/1"
    for path in (question, f"/p/{idea.id}"):
        member.post("/follow", on=path, having="target", do="follow")
    asked = make.contribution(consultation.questions[0], by=make.as_asker(moderator.id), text="What of islands?")
    make.contribution(idea, by=make.member(consultation), text="Only with diagnostics")
    moderator.post(f"/p/{asked.id}/pin", on=f"/p/{asked.id}", having="do", do="pin")
    checked(sits_down(member), "/me", "/me/notices", "/me/feeds", question, f"/p/{idea.id}")
    checked(sits_down(host), f"/p/{asked.id}", f"/p/{idea.id}/close", f"/p/{idea.id}/professions")
    moderator.post(f"/p/{idea.id}/close", reason="The question is answered")
    checked(sits_down(moderator), f"/p/{idea.id}", f"/p/{idea.id}/close")
