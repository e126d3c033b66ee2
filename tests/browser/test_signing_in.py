"""Signing in in a real browser: by codes from a phone, by passkey, and at the host's own provider."""

import re
from typing import Any

import pytest

from crowd import clock
from crowd.accounts import totp
from tests.accounts import signed_on
from tests.accounts.test_two_factor import WORDS, base32, code_now, keep_password

pytestmark = pytest.mark.browser
PAGE = "/me/two-factor"


def sign_in(window: Any, email: str) -> None:
    window.goto("/login")
    window.get_by_label("E-mail address").fill(email)
    window.get_by_label("Password", exact=False).first.fill(WORDS)
    window.get_by_role("button", name="Sign in", exact=True).click()


def sign_out(window: Any) -> None:
    window.goto("/me")
    window.get_by_role("button", name="Sign out everywhere").click()
    window.get_by_text("You are signed out.").wait_for()


def enter(window: Any, code: str) -> None:
    window.get_by_label("Code").fill(code)
    window.get_by_role("button", name="Sign in", exact=True).click()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_codes_from_a_phone(app, member, sits_down, checked, scripts):
    keep_password(member.id)
    window = sits_down(member, java_script_enabled=scripts)
    if scripts:
        checked(window, PAGE)
    window.goto(PAGE)
    secret = window.locator("li code").inner_text().replace(" ", "")
    window.get_by_label("Code that the app shows").fill("000000")
    window.get_by_role("button", name="Turn it on").click()
    window.get_by_role("alert").get_by_text("This code is not right").wait_for()
    window.get_by_label("Code that the app shows").fill(totp.code(base32(secret), totp.step_at(clock.now())))
    window.get_by_role("button", name="Turn it on").click()
    window.get_by_role("heading", name="Your recovery codes").wait_for()
    codes = window.locator("li code").all_inner_texts()
    assert len(codes) == 10
    window.get_by_role("link", name="I have kept them: go on").click()
    sign_out(window)

    sign_in(window, member.email)
    window.get_by_role("heading", name="Enter your code").wait_for()
    if scripts:
        checked(window, "/login/code")
    enter(window, "000000")
    window.get_by_role("alert").get_by_text("This code is not right").wait_for()
    enter(window, code_now(member.id, later=1))
    window.get_by_role("link", name="My page").click()
    sign_out(window)

    sign_in(window, member.email)
    enter(window, codes[0])
    window.goto(PAGE)
    window.get_by_text("You have 9 recovery codes left.").wait_for()


def test_the_page_of_recovery_codes(app, member, sits_down, checked):
    """It shows them once: the checker gets the cookie from before it was looked at."""
    page = member.get(PAGE)
    secret = re.search(r"<code>([A-Z2-7 ]{32,})</code>", page)[1].replace(" ", "")
    values = page.form(PAGE)[1] | {"code": totp.code(base32(secret), totp.step_at(clock.now()))}
    member.browser.post(PAGE, data=values, base_url="http://localhost")
    window = sits_down(member)
    window.goto("/privacy", wait_until="networkidle")  # it names its icon: looking for one would set a session
    session = member.browser.get_cookie("crowd").value
    window.context.add_cookies([{"name": "crowd", "value": session, "url": window.url}])
    checked(window, PAGE)
    window.goto(PAGE)
    assert len(window.locator("li code").all()) == 10


def device(window: Any) -> tuple[Any, str]:
    """A phone that keeps passkeys and knows its owner, inside the browser."""
    cdp = window.context.new_cdp_session(window)
    cdp.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    return cdp, cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]


def test_a_passkey(app, address, member, sits_down, checked):
    here = address.replace("127.0.0.1", "localhost")  # a passkey belongs to a name
    app.config["BASE_URL"] = here
    keep_password(member.id)
    window = sits_down(base_url=here)
    cdp, phone = device(window)
    sign_in(window, member.email)
    window.get_by_role("link", name="My page").click()
    window.goto(PAGE)
    window.get_by_label("A name for it").fill("My phone")
    window.get_by_role("button", name="Add a passkey").click()
    window.get_by_role("heading", name="Your recovery codes").wait_for()
    assert len(cdp.send("WebAuthn.getCredentials", {"authenticatorId": phone})["credentials"]) == 1
    window.goto(PAGE)
    window.get_by_role("heading", name="My phone").wait_for()
    assert not window.get_by_text("with scripts on").is_visible()
    sign_out(window)

    window.goto("/login")
    window.get_by_role("button", name="Use a passkey").click()
    window.get_by_role("link", name="My page").click()
    sign_out(window)

    sign_in(window, member.email)
    window.get_by_role("heading", name="Enter your code").wait_for()
    cdp.send("WebAuthn.setUserVerified", {"authenticatorId": phone, "isUserVerified": False})
    window.get_by_role("button", name="Use a passkey").click()
    window.get_by_text("No passkey was used.").wait_for()
    cdp.send("WebAuthn.setUserVerified", {"authenticatorId": phone, "isUserVerified": True})
    window.get_by_role("button", name="Use a passkey").click()
    window.get_by_role("link", name="My page").click()
    window.goto(PAGE)
    window.get_by_role("button", name="Remove").click()
    window.get_by_text("The passkey is removed.").wait_for()


def test_passkeys_without_scripts_are_not_offered_where_they_cannot_work(app, address, member, sits_down):
    app.config["BASE_URL"] = address.replace("127.0.0.1", "localhost")
    window = sits_down(member, java_script_enabled=False)
    window.goto(PAGE)
    window.get_by_text("with scripts on").wait_for()
    assert not window.get_by_role("button", name="Add a passkey").is_visible()
    window.goto("/login")
    assert not window.get_by_role("button", name="Use a passkey").is_visible()


def test_single_sign_on_without_scripts(app, address, host, sits_down, checked):
    with signed_on.running() as there:
        there.switch(redirects=[f"{address}/login/sign-on"])
        desk = sits_down(host)
        checked(desk, "/host/sign-on", briefly=True)
        desk.goto("/host/sign-on")
        for label, text in (
            ("What your people call it", "Our House"),
            ("Address of the provider (issuer)", there.address),
            ("Client ID", signed_on.CLIENT),
            ("Client secret", signed_on.SECRET),
        ):
            desk.get_by_label(label).fill(text)
        desk.get_by_role("button", name="Check and save").click()
        desk.get_by_text("The provider answers").wait_for()
        window = sits_down(java_script_enabled=False)
        window.goto("/login?next=/me")
        checked(sits_down(), "/login")
        window.get_by_role("button", name="Sign in with Our House").click()
        window.get_by_text("ann@example.org", exact=True).wait_for()
        assert window.url == f"{address}/me"
        desk.goto("/me")
        desk.get_by_role("button", name="Sign in with Our House from now on").click()
        desk.get_by_text("belongs to another account").wait_for()
