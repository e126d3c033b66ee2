"""From the bell that ends the members' discussion to a published report and the answers to it, in a real browser and
by what stands on the pages alone: no address is typed but the one on a slip. docs/host.md gives the presses, counted
here, and the pictures are taken here."""

import re
from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select

from crowd import clock
from crowd.db import db
from crowd.models import Mail
from crowd.states import Phase
from tests import make
from tests.actors import Actor
from tests.hands import Hands, told

pytestmark = pytest.mark.browser
DESK = {"width": 1280, "height": 900}
FINDING = "A reminder helps when it can be answered"
TEXTS = (
    "Let people change an appointment by answering the reminder.",
    "Send the reminder two days before, not two weeks.",
    "A text message helps nobody who has no phone: ring them.",
    "Offer evening clinics in every town.",
    "Reminders are not the trouble. Buses are.",
    "Ask people what would help them to come.",
)


def in_plain_sight(hands: Hands, *names: str) -> None:
    """Press links, one after the other, from wherever the last step has led to."""
    for name in names:
        hands.press(name, role="link", within="body")


def begins(hands: Hands, words: str) -> None:
    """A link that says more to those who do not see where it stands."""
    hands.count(1)
    hands.page.locator("main").get_by_role("link", name=re.compile(f"^{words}")).first.click()


def codebook(ana: Hands) -> None:
    ana.step("The codebook")
    in_plain_sight(ana, "Analysis", "Codebook")
    for name, what in (("Reminders", "When and how people are reminded."), ("Getting there", "Ways, times, places.")):
        ana.press("Add a theme", role="link")
        ana.write("Name", name)
        ana.write("What belongs to it (optional)", what)
        ana.press("Save")


def share(ana: Hands) -> None:
    ana.step("A share for two coders")
    in_plain_sight(ana, "Two coders")
    ana.write("Share in per cent", "50")
    ana.press("Draw")


def coding(hands: Hands, number: int, *, name: str, differently: int = 0) -> None:
    hands.step(name)
    in_plain_sight(hands, "Analysis", "Coding", "Code what is not coded")
    for n in range(number):
        hands.tick("2 Getting there" if n < differently else "1 Reminders")
        if n == 1 and not differently:
            hands.picture("coding")
        hands.press("Save and go on")


def settle(ana: Hands) -> None:
    ana.step("What the two coded differently")
    in_plain_sight(ana, "Two coders")
    ana.press("Compute kappa")
    in_plain_sight(ana, "Two coders", "See the disagreements")
    begins(ana, "Settle")
    ana.press("This holds")


def picked(hands: Hands, *texts: str) -> None:
    """Tick the contributions that hold these words."""
    for text in texts:
        hands.count(1)
        hands.page.locator("main .card", has_text=text).get_by_role("checkbox").first.check()


def finding(hands: Hands, title: str, text: str, *, words: str, rests_on: Sequence[str], against: str = "") -> None:
    """From the document: write one, look for what it rests on, and for what speaks against it."""
    hands.press("Write a finding", role="link")
    hands.write("Finding in one sentence", title)
    hands.write("Section (optional)", "What helps people to come")
    hands.write("Text", text)
    hands.press("Save")
    hands.write("Words", words)
    hands.press("Search")
    picked(hands, *rests_on)
    hands.press("Add the chosen ones")
    if against:
        hands.write("Words", against)
        hands.press("Search")
        picked(hands, against)
        hands.press("Add them as dissent")


def quote(ana: Hands) -> None:
    ana.step("A quote")
    in_plain_sight(ana, "Back to the finding", "Quotes")
    ana.write("The words", TEXTS[1])
    ana.choose("From which contribution", "AHP-2016-0002: " + TEXTS[1])
    ana.press("Keep this quote")


def considered(ana: Hands) -> None:
    ana.step("What no finding cites")
    in_plain_sight(ana, "Analysis", "What no finding cites")
    picked(ana, "who has no phone")
    ana.choose("Finding (optional)", "2: " + FINDING)
    ana.press("They are covered by this finding")
    picked(ana, "Ask people")
    ana.write("Why it is not pursued (optional)", "It is what this consultation does.")
    ana.press("They are not pursued, for this reason")


def publish(hope: Hands) -> None:
    hope.step("Drafts to members, the quote confirmed, two findings published")
    in_plain_sight(hope, "Analysis", "The findings as one document")
    hope.picture("document")
    hope.press("Show them to members before the opening")
    for title in (FINDING, "Evening clinics bring people in"):
        in_plain_sight(hope, title)
        if title == FINDING:
            in_plain_sight(hope, "Quotes")
            hope.press("Confirm this quote")
            in_plain_sight(hope, "Back to the finding")
        in_plain_sight(hope, "Publish")
        hope.press("Publish")
        in_plain_sight(hope, "Analysis", "The findings as one document")


def figures(hope: Hands) -> None:
    hope.step("Figures for everybody")
    in_plain_sight(hope, "Figures", "Members: look at what would be published")
    hope.press("Publish these figures")


def report(hope: Hands, button: str) -> None:
    in_plain_sight(hope, "Analysis", "Report on the findings")
    hope.press(button)


def opening(hope: Hands) -> None:
    hope.step("Opening")
    in_plain_sight(hope, "Analysis", "Promise report")
    hope.press("I have read it")
    in_plain_sight(hope, "Switch now")
    hope.write("Short name of this consultation", "ahp")
    hope.write("Why", "The findings are ready.")
    if hope.page.get_by_label("Begin in spite of what is amber").count():
        hope.tick("Begin in spite of what is amber")
    hope.press("Begin “Findings open for comment” now")


def slips(hope: Hands) -> str:
    """When an answer is owed, and slips for one group; the address on them."""
    hope.step("An answer promised, and slips to hand out")
    in_plain_sight(hope, "Host", "Consultation ahp", "When an answer is promised")
    hope.write("Stakeholders who agree (optional)", "1")
    hope.write("Days until the answer is due", "30")
    hope.press("Save")
    in_plain_sight(hope, "Invitation links")
    hope.choose("They take part as", "Carer")
    hope.write("How many people", "8")
    hope.write("Last day", f"{clock.now() + timedelta(days=8):%d/%m/%Y}")
    hope.press("Make the link")
    in_plain_sight(hope, "Print slips with it, eight on a page")
    return hope.page.locator(".typed code").first.inner_text()


def stakeholder_on_a_phone(carol: Hands, address: str) -> None:
    carol.step("A carer, on a phone")
    carol.count(0, len(address))
    carol.page.goto(address if address.startswith("http") else f"http://{address}")
    carol.write("E-mail address", "carol@example.org")
    clock.set_to(clock.now() + timedelta(seconds=20))  # nobody fills in a form in no time
    carol.press("I accept the house rules and join")
    make.afresh()
    mail = db.session.scalars(select(Mail).where(Mail.address == "carol@example.org").order_by(Mail.id.desc())).first()
    carol.page.goto(re.search(r"http://127\.0\.0\.1:\d+(/\S+)", mail.body).group(1))
    carol.press("Yes, go on")
    in_plain_sight(carol, "Findings", FINDING)
    carol.count(1)
    carol.page.get_by_role("button", name="Agree").first.click()
    carol.page.get_by_role("button", name="You agree").wait_for()
    carol.press("Comment on this finding", role="link")
    carol.write("Your text", "My mother never got a letter in time.")
    carol.press("Send your comment")


def answer(hope: Hands) -> None:
    hope.step("The comment decided, and an answer")
    in_plain_sight(hope, "Moderation")
    begins(hope, "Comment")
    hope.press("Approve")
    hope.count(1)
    hope.page.get_by_role("banner").get_by_role("link").first.click()  # the name of the site
    in_plain_sight(hope, "Findings", FINDING, "Respond")
    hope.choose("Where it stands", "Accepted")
    hope.write("Your response (optional)", "Reminders go out two days before, from spring on.")
    hope.write("Who answers for it (optional)", "Head of outpatients")
    hope.write("By when (optional)", f"{clock.now() + timedelta(days=90):%d/%m/%Y}")
    hope.press("Publish the response")


def two_findings(ana: Hands) -> None:
    ana.step("Two findings, with what each rests on and what speaks against it")
    in_plain_sight(ana, "The findings as one document")
    why = "Members say that a reminder works when it can be answered and comes late."
    finding(ana, "Evening clinics bring people in", "Members ask for them.", words="clinics", rests_on=["evening"])
    in_plain_sight(ana, "Analysis", "The findings as one document")
    both = ("answering the reminder", "two days before")
    finding(ana, FINDING, why, words="reminder", rests_on=both, against="Buses")


def written(ana: Hands, second: Hands) -> None:
    """The analysts' part."""
    codebook(ana)
    share(ana)
    coding(ana, 6, name="Coding, six contributions")
    coding(second, 3, name="The second coder, three of them", differently=1)
    settle(ana)
    two_findings(ana)
    quote(ana)
    considered(ana)


def test_from_the_bell_to_the_report(app, at, consultation, analyst, host, sits_down):
    authors = [make.member(consultation) for _n in range(6)]
    for who, text in zip(authors, TEXTS, strict=True):
        make.contribution(consultation.questions[0], by=who, text=text)
    bea = Actor(app, make.person("second-analyst@example.org", roles="A", name="Bea Second").id)
    make.moved(consultation, Phase.ANALYSIS, clock.now() - timedelta(hours=1))
    ana, second, hope = (Hands(sits_down(who, viewport=DESK)) for who in (analyst, bea, host))
    for hands in (ana, second, hope):
        hands.counted = ana.counted  # one table
        hands.page.goto("/c/ahp/")
    written(ana, second)
    publish(hope)
    figures(hope)
    opening(hope)
    hope.step("The report")
    report(hope, "Make the report")
    hope.picture("report")
    in_plain_sight(hope, "Slides", "Report on the findings")
    address = slips(hope)
    phone = Hands(sits_down(viewport={"width": 360, "height": 800}))
    phone.counted = ana.counted
    stakeholder_on_a_phone(phone, address)
    answer(hope)
    counted = dict(ana.counted)
    at(clock.now() + 21 * make.DAY)
    phone.page.goto("/c/ahp/")
    in_plain_sight(phone, "What happened since")
    since = phone.page.get_by_role("main")
    for words in ("Accepted", FINDING, "Head of outpatients", "Reminders go out two days before"):
        assert since.get_by_text(words).first.is_visible()
    in_plain_sight(phone, "Findings", "Report on the findings")
    assert phone.page.get_by_text(TEXTS[1]).first.is_visible()  # the quote
    assert phone.page.get_by_text(TEXTS[4]).count() == 0  # dissent is counted and named, and was not quoted
    assert told("From the bell to a published report") == counted
