"""The pages on which a host gives an instance its name, its words and its members pass the checker."""

import pytest

from crowd.db import transaction
from crowd.models import Site

pytestmark = pytest.mark.browser


def test_the_pages_of_the_first_steps_and_the_look_pass_the_checker(host, consultation, sits_down, checked):
    with transaction() as session:
        session.query(Site).one().name = "Crowd"  # so that the checklist stands on the desk
    page = sits_down(host)
    checked(page, "/host/", "/host/first-steps/mail", "/host/look", "/host/pages", briefly=True)
    checked(page, "/host/pages/privacy", "/privacy", "/host/words", "/host/words/returned", briefly=True)


def test_the_pages_of_people_and_mails_pass_the_checker(host, member, consultation, sits_down, checked):
    page = sits_down(host)
    page.goto("/host/ahp/invitations")
    page.get_by_role("button", name="Make the link").click()
    page.get_by_role("img").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    checked(page, "/host/ahp/invitations", "/host/mails", "/host/people", briefly=True)
    checked(page, f"/host/people/{member.id}", f"/host/people/{member.id}/mails", briefly=True)
