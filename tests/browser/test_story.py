"""The whole story with the cast, in a real browser: from the first invitation to the stakeholders' comments."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from crowd import clock
from crowd.db import db
from crowd.models import Contribution, Mail, Version
from crowd.states import Phase, State
from tests import make

pytestmark = pytest.mark.browser
START = datetime(2026, 4, 1, 9, tzinfo=UTC)  # 10am in London
DAY = timedelta(days=1)
UNDER_ALIAS = "Everybody, once the findings are published, under"
REGISTER = """email,name,profession,number,region
ann@example.org,Ann Ash,Dietitian,DT1234,North West
bea@example.org,Bea Birch,Paramedic,PA5678,London
"""


def newest_mail(address: str, kind: str = "") -> str:
    """The text of the last mail to an address."""
    make.afresh()
    query = select(Mail).where(Mail.address == address).order_by(Mail.id.desc())
    return db.session.scalars(query.where(Mail.kind == kind) if kind else query).first().body


def link_in(mail: str) -> str:
    return re.search(r"http://127\.0\.0\.1:\d+(/\S+)", mail).group(1)


def waiting(words: str) -> int:
    """The version that holds these words and waits."""
    make.afresh()
    held = select(Version.id).where(Version.source.contains(words), Version.state == State.HELD)
    return db.session.scalars(held).one()


def test_the_story(app, at, host, moderator, second_moderator, visitor, sits_down, checked):  # noqa: PLR0915  # one story
    at(START)
    desk = sits_down(host)

    # The host makes a consultation, asks a question, sets the dates and invites.
    desk.goto("/host/new")
    desk.get_by_label("Title").fill("Allied health professions into action")
    desk.get_by_label("Short name").fill("ahp")
    desk.get_by_label("What it is about").fill("How could England use its **therapists** better?")
    desk.locator("main form button.btn").click()
    desk.goto("/host/ahp/")
    desk.get_by_label("Professions").fill("Dietitian\nParamedic")
    desk.get_by_label("Regions").fill("North West\nLondon")
    desk.get_by_label("Groups of stakeholders").fill("Carer\nCommissioner")
    desk.locator("main form button.btn").first.click()
    desk.goto("/host/ahp/questions")
    desk.get_by_label("Question", exact=True).fill("What should allied health professions do differently?")
    desk.get_by_label("Guidance").fill("Say why, and how.")
    desk.locator("main form button.btn").last.click()
    plan(desk, registration=1, members=2, analysis=12, open=20, closed=30)
    checked(desk, "/host/ahp/", "/host/ahp/schedule", "/host/ahp/questions", "/c/ahp/", briefly=True)
    at(START + 1.5 * DAY)
    desk.goto("/host/register")
    desk.get_by_label("Paste the list").fill(REGISTER)
    desk.get_by_role("button", name="Look at what would change").click()
    checked(desk, "/host/register", briefly=True)
    desk.get_by_role("button", name="Load the good rows").click()

    # What is red on the checklist is mended before the discussion is to begin (P5).
    desk.goto("/host/ahp/checklist")
    desk.get_by_role("button", name="Send a test mail to me").click()
    desk.get_by_role("button", name="Confirm the reasons").click()
    desk.get_by_label("Months after the end").fill("24")
    desk.get_by_role("button", name="Save").click()
    checked(desk, "/host/ahp/checklist", briefly=True)
    assert desk.locator(".checks .bad").count() == 0

    # A member joins against the register, with the code from the mail; a colleague with its link.
    at(START + 3 * DAY)
    ann = sits_down()
    ann.goto("/c/ahp/join")
    ann.get_by_label("E-mail address").fill("ann@example.org")
    clock.set_to(clock.now() + timedelta(seconds=20))  # nobody fills in a form in no time
    ann.get_by_role("button", name="I accept").click()
    ann.get_by_label("Code").fill(re.search(r"\b\d{6}\b", newest_mail("ann@example.org")).group())
    ann.get_by_role("button", name="Go on").click()
    ann.get_by_text("Dietitian").first.wait_for()
    bea = sits_down()
    bea.goto("/c/ahp/join")
    bea.get_by_label("E-mail address").fill("bea@example.org")
    clock.set_to(clock.now() + timedelta(seconds=20))
    bea.get_by_role("button", name="I accept").click()
    bea.goto(link_in(newest_mail("bea@example.org")))
    bea.get_by_role("button", name="Yes, go on").click()
    checked(ann, "/c/ahp/", "/c/ahp/q/1", "/c/ahp/q/1/new", "/me", briefly=True)

    # The colleague writes an idea, the member two and a comment on the colleague's.
    write(bea, "Paramedics should refer to dietitians themselves")
    decide(sits_down(moderator), "refer to dietitians", "Approve")
    write(ann, "Every ward should weigh its patients weekly", promise=UNDER_ALIAS)
    write(ann, "Dr Example of our trust blocks all of this")
    ann.goto("/c/ahp/q/1")
    ann.get_by_role("link", name=re.compile("^Comment")).first.click()
    ann.get_by_label("Your text").fill("We would welcome that")
    ann.get_by_label("Members only").check()
    ann.get_by_role("button", name="Send your comment").click()
    ann.get_by_text("Your comment has been saved").wait_for()

    # A moderator returns one and approves the other; the second moderator's stale decision is refused.
    first, second = sits_down(moderator), sits_down(second_moderator)
    number = waiting("weigh its patients")
    second.goto(f"/moderate/{number}")
    checked(first, "/moderate", f"/moderate/{number}", briefly=True)
    decide(first, "weigh its patients", "Approve")
    second.get_by_role("button", name="Approve").click()
    second.get_by_text("Your decision was not taken").wait_for()
    assert "Approve" in second.content()
    decide(first, "Dr Example", "Return", reason="Names or identifies an individual")
    decide(first, "welcome that", "Approve")
    assert "Names or identifies an individual" in newest_mail("ann@example.org", "returned")
    ann.goto("/me")
    ann.get_by_text("Returned to you").first.wait_for()

    # The colleague votes.
    bea.goto("/c/ahp/q/1")
    card = bea.locator("article", has_text="weigh its patients")
    card.get_by_role("button", name="Agree").first.click()
    card.get_by_role("button", name="You agree").wait_for()

    # The bell rings while the member is writing; the text is kept. What was waiting is decided afterwards.
    write(bea, "Let dietitians prescribe supplements")
    ann.goto("/c/ahp/q/1/new")
    ann.get_by_label("Your text").fill("A thought that came too late")
    at(START + 12 * DAY + timedelta(minutes=11))
    ann.get_by_role("button", name="Send your answer").click()
    ann.get_by_text("We have kept it as a draft").wait_for()
    ann.goto("/me")
    ann.get_by_text("A thought that came too late").wait_for()
    decide(first, "prescribe supplements", "Approve")
    make.afresh()
    in_phase = select(Contribution).where(Contribution.phase == Phase.MEMBERS)
    late = db.session.scalars(in_phase.order_by(Contribution.id.desc())).first()
    assert late.state == State.PUBLISHED
    assert late.submitted_at < START + 12 * DAY < late.public_since
    checked(ann, "/me", "/c/ahp/q/1", briefly=True)

    # The host writes a finding on the member's idea and opens.
    make.afresh()
    weighing = select(Version.contribution_id).where(Version.source.contains("weigh its patients"))
    idea = db.session.scalars(weighing).one()
    desk.goto("/c/ahp/findings/new")
    desk.get_by_label("Finding in one sentence").fill("Weighing is care")
    desk.get_by_label("Text").fill("Members want patients weighed every week.")
    desk.get_by_role("button", name="Save").click()
    desk.goto("/c/ahp/findings/1/evidence")
    desk.get_by_label("Address or number of a contribution").fill(f"/p/{idea}")
    desk.get_by_role("button", name="Add").first.click()
    desk.goto("/c/ahp/findings/1/publish")
    desk.locator("main form button.btn").first.click()
    checked(desk, "/c/ahp/findings/1", "/c/ahp/findings/1/evidence", briefly=True)
    desk.goto("/host/ahp/promises")
    desk.get_by_role("button", name="I have read it").click()
    checked(desk, "/host/ahp/promises", "/host/ahp/checklist", briefly=True)
    desk.goto("/host/ahp/switch")
    desk.get_by_label("To confirm").or_(desk.get_by_label("Short name of this consultation")).first.fill("ahp")
    desk.get_by_label("Why").fill("The findings are ready early.")
    desk.get_by_role("button", name="Begin").click()

    # A visitor reads what the promise allows and nothing else.
    guest = sits_down()
    guest.goto("/c/ahp/findings/1")
    guest.get_by_text("Every ward should weigh").wait_for()
    guest.goto("/c/ahp/q/1")
    guest.get_by_text("refer to dietitians").wait_for()
    for path in ("/c/ahp/q/1", f"/p/{idea}", "/c/ahp/findings/1", "/c/ahp/"):
        seen = visitor.get(path)
        assert seen.status == 200
        for hidden in ("We would welcome that", "Dr Example", "came too late", "ann@example.org"):
            assert hidden not in seen
    checked(
        guest,
        "/",
        "/c/ahp/",
        "/c/ahp/q/1",
        f"/p/{idea}",
        "/c/ahp/findings",
        "/c/ahp/findings/1",
        "/c/ahp/rules",
        briefly=True,
    )

    # A stakeholder joins, comments on the finding, and sees it there after approval.
    carer = sits_down()
    carer.goto("/c/ahp/join")
    carer.get_by_label("Carer").check()
    carer.get_by_label("E-mail address").fill("carol@example.org")
    clock.set_to(clock.now() + timedelta(seconds=20))
    carer.get_by_role("button", name="I accept").click()
    carer.goto(link_in(newest_mail("carol@example.org")))
    carer.get_by_role("button", name="Yes, go on").click()
    carer.goto("/c/ahp/findings/1")
    carer.get_by_role("link", name="Comment on this finding").click()
    carer.get_by_label("Your text").fill("My mother lost six kilos unnoticed")
    carer.get_by_role("button", name="Send your comment").click()
    carer.get_by_text("Your comment has been saved").wait_for()
    assert "six kilos" not in visitor.get("/c/ahp/findings/1")
    decide(first, "six kilos", "Approve")
    carer.goto("/c/ahp/findings/1")
    carer.get_by_text("six kilos unnoticed").wait_for()
    carer.get_by_role("button", name="Agree").first.click()
    carer.get_by_role("button", name="You agree").wait_for()
    assert "six kilos" in visitor.get("/c/ahp/findings/1")
    checked(carer, "/c/ahp/findings/1", "/c/ahp/findings/1/comment", "/me", briefly=True)

    # Everything closes.
    at(START + 31 * DAY)
    carer.goto("/c/ahp/findings/1")
    assert carer.get_by_role("link", name="Comment on this finding").count() == 0
    assert carer.get_by_role("button", name="Agree").count() == 0
    assert "six kilos" in visitor.get("/c/ahp/findings/1")
    checked(guest, "/c/ahp/", "/c/ahp/findings/1", briefly=True)


def plan(desk, **days: int) -> None:
    """Fill in the schedule: how many days after the start each part begins, at 10am."""
    desk.goto("/host/ahp/schedule")
    for phase, day in days.items():
        moment = START + day * DAY
        desk.locator(f"[name='{phase}_day'], [name='{phase}-day']").fill(moment.strftime("%d/%m/%Y"))
        desk.locator(f"[name='{phase}_time'], [name='{phase}-time']").fill("10:00")
    desk.get_by_role("button", name="Save the dates").click()


def write(window, words: str, promise: str = "") -> None:
    window.goto("/c/ahp/q/1/new")
    window.get_by_label("Your text").fill(words)
    if promise:
        window.get_by_label(promise).check()
    window.get_by_role("button", name="Send your answer").click()
    window.get_by_text("Your contribution has been saved").wait_for()


def decide(window, words: str, button: str, reason: str = "") -> None:
    window.goto(f"/moderate/{waiting(words)}")
    if reason:
        window.get_by_label("Reason").select_option(label=reason)
    window.get_by_role("button", name=button, exact=False).first.click()
    window.wait_for_load_state()
