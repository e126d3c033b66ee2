"""An invited expert in a browser, with and without scripts: from the mail's link to the saved answer."""

import pytest

from tests.experts.asking import ANN, PAGE, ask, mails, request

pytestmark = pytest.mark.browser


def link(address: str = ANN) -> str:
    return "/x/" + mails(address)[-1].body.split("/x/")[1].split()[0]


@pytest.mark.parametrize("scripts", [True, False])
def test_an_expert_answers_in_one_sitting(app, host, consultation, sits_down, scripts):
    ask(host)
    page = sits_down(java_script_enabled=scripts)
    page.goto(link())
    page.get_by_role("button", name="Answer the question").click()
    page.get_by_label("Your text").fill("The two years were **dry**.")
    page.get_by_role("button", name="Send your answer").click()
    page.get_by_role("alert").get_by_text("Say which interests you have").wait_for()
    assert page.get_by_label("Your text").input_value() == "The two years were **dry**."
    page.get_by_label("I have none to declare").check()
    page.get_by_role("button", name="Preview").click()
    page.locator("section strong", has_text="dry").first.wait_for()
    assert page.get_by_label("I have none to declare").is_checked()
    page.get_by_role("button", name="Send your answer").click()
    page.get_by_role("heading", name="Your contribution has been saved").wait_for()
    page.get_by_role("link", name="See it in its place").click()
    page.get_by_text("Invited expert", exact=True).wait_for()
    page.get_by_text("None to declare").wait_for()
    assert request().state == "answered"


def test_a_draft_with_interests_is_kept_while_typing(app, host, consultation, sits_down):
    ask(host)
    page = sits_down()
    page.goto(link())
    page.get_by_role("button", name="Answer the question").click()
    page.get_by_label("Your interests in this question").fill("A post at a mill")
    page.get_by_label("Your text").type("Not finished")
    page.get_by_text("Draft saved").first.wait_for()
    page.reload()
    page.get_by_text("We kept your draft").wait_for()
    assert page.get_by_label("Your interests in this question").input_value() == "A post at a mill"


def test_the_ways_on_without_scripts(app, host, consultation, sits_down):
    ask(host)
    page = sits_down(java_script_enabled=False)
    page.goto(link())
    page.get_by_role("link", name="Pass it on").click()
    page.get_by_label("Name of the person").fill("Bo Lind")
    page.get_by_label("Their e-mail address").fill("bo@example.com")
    page.get_by_role("button", name="Pass it on").click()
    page.get_by_text("You have passed this question on to Bo Lind").wait_for()
    page.goto(link("bo@example.com"))
    page.get_by_role("link", name="It is not mine").click()
    page.get_by_role("button", name="Tell the host").click()
    page.get_by_text("You have told us that this question is not yours").wait_for()


def test_the_pages_of_experts_pass_the_checker(app, host, consultation, sits_down, checked):
    ask(host, f"Dr Ann Berg, {ANN}\nBo Lind, bo@example.com")
    path = link()
    visitor = sits_down()
    visitor.goto(path)
    checked(visitor, path, f"{path}/pass-on", f"{path}/not-mine")
    checked(sits_down(host), PAGE)
    visitor.get_by_role("button", name="Answer the question").click()
    checked(visitor, "/c/ahp/q/1/new", path)
