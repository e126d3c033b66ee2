"""From the first command to the first member's first contribution, in real processes and a real browser, as somebody
who has never hosted one. The steps and presses of docs/host.md, “The first hour”, are counted here, and its pictures
are taken here."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from tests.hands import Hands, told

pytestmark = pytest.mark.browser

HOST, MODERATOR, MEMBER = "hope@example.org", "mo@example.org", "ada@example.org"
PASSWORD = "correct horse battery staple"
REGISTER = f"E-mail,Name,Profession,Number,Region\n{MEMBER},Ada Ward,Dietitian,DT12345,North\n"


def account(hands: Hands, link: str) -> None:
    hands.step("Your account")
    hands.page.goto(link)
    hands.write("E-mail address", HOST)
    hands.write("Your name, as others see it", "Hope Host")
    hands.write("Password", PASSWORD)
    hands.press("Make the account")
    hands.picture("first-steps")


def look(hands: Hands) -> None:
    hands.step("Name and look")
    hands.press("Choose name and look", role="link")
    hands.write("Name of your organisation", "Allied Health Professions")
    hands.write("Address for questions (optional)", "help@example.org")
    hands.press("Save")


def mail(hands: Hands) -> None:
    hands.step("Mail")
    hands.press("To do", role="link")
    hands.press("Mail", role="link")
    hands.press("Go to the mails", role="link")
    hands.press("Send a test mail to me")


def question(hands: Hands) -> None:
    hands.step("A first consultation and its questions")
    hands.press("To do", role="link")
    hands.press("A first consultation and its questions", role="link")
    hands.press("Make a consultation", role="link")
    hands.write("Title", "Fewer appointments missed")
    hands.write("Short name", "missed")
    hands.write("What it is about (optional)", "What would help patients to come, asked of all who treat them.")
    hands.press("Make it")
    hands.press("Questions", role="link")
    hands.write("Question", "What should we stop, start or change?")
    hands.write("Guidance", "Say what it would change, and for whom. Name no patient and no colleague.")
    hands.tick("An idea: what should stop, start or change")
    hands.press("Add it")


def members(hands: Hands) -> None:
    hands.step("Members")
    hands.press("All of the site", role="link")
    hands.press("Members", role="link")
    hands.press("Load the list", role="link")
    hands.write("Paste the list", REGISTER)
    hands.press("Look at what would change")
    hands.choose("Invitations", "Load it and send an invitation to “Fewer appointments missed”")
    hands.press("Load the good rows")


def dates(hands: Hands) -> None:
    hands.step("Dates")
    hands.press("To do", role="link")
    hands.press("Dates", role="link")
    hands.press("Set the dates", role="link")
    day = datetime.now(UTC) + timedelta(days=1)
    for part, after in (("Members’ discussion", 0), ("Writing up findings", 21)):
        group = hands.page.get_by_role("group", name=part)
        for label, text in (("Date", f"{day + timedelta(days=after):%d/%m/%Y}"), ("Time", "5pm")):
            hands.count(1, len(text))
            group.get_by_label(label).fill(text)
    hands.press("Save the dates")


def checklist(hands: Hands) -> None:
    hands.step("The checklist")
    hands.press("Checklist", role="link")
    hands.picture("first-checklist")
    hands.press("Confirm the reasons")
    hands.write("Months after the end for which personal data is kept", "12")
    hands.press("Save")
    hands.press("All of the site", role="link")
    hands.press("People", role="link")
    for address, name in ((MODERATOR, "Mo Desk"), ("sam@example.org", "Sam Second")):
        hands.write("E-mail address", address)
        hands.write("Name, as others see it", name)
        hands.press("Give the role and send a mail")


def begin(hands: Hands) -> None:
    hands.step("Begin")
    hands.press("To do", role="link")
    hands.press("Fewer appointments missed", role="link")
    hands.press("Switch now", role="link")
    hands.write("Short name of this consultation", "missed")
    hands.write("Why", "All is ready a day early.")
    hands.tick("Begin in spite of what is amber")
    hands.press("Begin “Members’ discussion” now")


def first_contribution(hands: Hands, link: str) -> None:
    hands.step("The member")
    hands.page.goto(link)
    hands.write("E-mail address", MEMBER)
    hands.press("I accept the house rules and begin")
    hands.press("Add your answer", role="link")
    hands.tick("An idea")
    hands.write("Your text", "Let people change an appointment by answering the reminder.")
    hands.picture("first-answer")
    hands.press("Send your answer")


def test_from_the_first_command_to_the_first_contribution(crowd, chromium):
    process = crowd.serve()
    link = re.findall(r"http://\S+/first/\S+", process.said)[0]
    window = chromium.new_context(viewport={"width": 1280, "height": 900})
    hands = Hands(window.new_page())
    account(hands, link)
    for step in (look, mail, question, members, dates, checklist, begin):
        step(hands)
    at_the_desk, phone = hands.page, chromium.new_context(viewport={"width": 360, "height": 800})
    hands.page = phone.new_page()
    mails = [mail.read_text() for mail in sorted((crowd.folder / "mails").iterdir())]
    first_contribution(hands, re.findall(r"http://\S+/i/\S+", "".join(mails))[0])
    assert hands.page.get_by_role("heading", name="Your contribution has been saved").is_visible()
    assert hands.page.get_by_role("banner").get_by_text("Allied Health Professions").is_visible()
    at_the_desk.goto(f"http://127.0.0.1:{crowd.port}/host/")
    assert at_the_desk.get_by_text("1 text waits").is_visible()
    window.close()
    phone.close()
    assert hands.counted == told("The first hour")
