"""Mails about what one follows: each at once, one a day or none; to a real mail server."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from crowd import clock, outbox
from crowd.db import db, transaction
from crowd.models import Consultation, Mail, Person
from crowd.notices import digests
from crowd.states import Phase, Promise, Standing, State
from tests import make
from tests.actors import Actor
from tests.faults.mails import mail_server  # noqa: F401  # a fixture is found by its import

LONDON = ZoneInfo("Europe/London")
MINUTES = timedelta(minutes=1)


@pytest.fixture
def third(consultation):
    return make.member(consultation, "third@example.org", profession="Podiatrist")


@pytest.fixture
def idea(consultation, colleague):
    return make.contribution(consultation.questions[0], by=make.as_asker(colleague.id), text="Self-referral")


def choose(actor, how):
    return actor.post("/me/notices/mails", follow_mails=how)


def follow(actor, idea):
    actor.post("/follow", on=f"/p/{idea.id}", having="target", do="follow")


def later(span):
    clock.set_to(clock.now() + span)


def got(address, *kinds):
    found = db.session.query(Mail).filter(Mail.address == address, Mail.kind.in_(kinds or ("followed", "digest")))
    return found.order_by(Mail.id).all()


def rounds(number=2):
    """However often the worker looks."""
    for _n in range(number):
        digests.tell()
        db.session.rollback()


@pytest.fixture
def morning(at, consultation):
    """The next half past seven in the consultation's time zone, as a function that goes there and some minutes on."""

    def go():
        local = clock.now().astimezone(LONDON)
        next_one = datetime.combine(local.date() + timedelta(days=1), digests.AT, LONDON)
        at(next_one + 2 * MINUTES)

    return go


def test_nobody_is_mailed_who_has_not_chosen_it(member, third, idea, at):
    follow(member, idea)
    make.contribution(idea, by=third, text="Yes")
    later(timedelta(days=2))
    rounds()
    assert got(member.email) == []


def test_each_at_once_once_with_why_and_in_its_thread(app, member, third, idea, server, at):
    app.config["BASE_URL"] = "https://crowd.example.org"
    follow(member, idea)
    choose(member, "each")
    first = make.contribution(idea, by=third, text="Yes, and soon")
    rounds()
    assert got(member.email) == [], "not while a decision can be undone"
    later(2 * MINUTES)
    rounds(3)
    later(5 * MINUTES)
    make.contribution(first, by=third, text="Or later")
    later(2 * MINUTES)
    rounds()
    assert [mail.kind for mail in got(member.email)] == ["followed", "followed"]
    outbox.send_due()
    mails = [mail for mail in server.mails if mail["To"] == member.email]
    assert "commented in a thread that you follow" in mails[0]["Subject"]
    assert f"https://crowd.example.org/p/{first.id}" in mails[0].get_content()
    assert "“Yes, and soon”" in mails[0].get_content()
    assert "You get this mail because you follow this" in mails[0].get_content()
    assert mails[0]["In-Reply-To"] == mails[1]["References"] != None  # noqa: E711  # both, and there
    assert mails[0]["Message-ID"] != mails[1]["Message-ID"]
    assert mails[0]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_one_a_day_at_half_past_seven_and_never_an_empty_one(member, third, idea, morning):
    morning()
    follow(member, idea)
    choose(member, "daily")
    morning()
    rounds()
    assert got(member.email) == [], "nothing is new"
    for text in ("Yes, and soon", "Or later"):
        make.contribution(idea, by=third, text=text)
    later(timedelta(hours=8))
    rounds()
    assert got(member.email) == [], "it is not morning"
    morning()
    rounds(3)
    (mail,) = got(member.email)
    assert mail.subject == "2 new notices from Allied Health Professions"
    assert mail.body.index("Or later") < mail.body.index("Yes, and soon")
    assert "chose one mail a day" in mail.body
    morning()
    rounds()
    assert len(got(member.email)) == 1


def test_what_was_marked_as_read_on_the_page_is_not_mailed(member, third, idea, morning):
    follow(member, idea)
    choose(member, "daily")
    make.contribution(idea, by=third, text="Yes")
    member.post("/me/notices/read", on="/me/notices", having="until")
    morning()
    rounds()
    assert got(member.email) == []


def test_much_at_once_is_one_mail(member, third, idea, at):
    follow(member, idea)
    choose(member, "each")
    for n in range(digests.MOST_ALONE + 1):
        make.contribution(idea, by=third, text=f"Text {n}")
    later(2 * MINUTES)
    rounds()
    (mail,) = got(member.email)
    assert (mail.kind, mail.subject.split()[0]) == ("digest", "6")


def test_m05_and_p13_only_what_its_reader_may_read(app, consultation, member, third, idea, at):
    follower = Actor(app, make.member(consultation, standing=Standing.STAKEHOLDER, group="Carer").id, "")
    open_since = make.consultation("open", phase=Phase.OPEN)
    finding = make.finding(open_since)
    for actor in (member, follower):
        with transaction() as session:
            session.get_one(Person, actor.id).follow_mails = "each"
            session.get_one(Person, actor.id).follow_mails_until = clock.now()
    follow(member, idea)
    make.contribution(idea, by=third, text="It waits", state=State.HELD)
    make.contribution(idea, by=third, text="For members", promise=Promise.MEMBERS)
    assert finding.id
    later(2 * MINUTES)
    rounds()
    assert [("For members" in m.body, "It waits" in m.body) for m in got(member.email)] == [(True, False)]
    who = db.session.get(Person, follower.id)
    assert got(who.email) == []


def test_p17_after_the_bell_the_closed_phase_mails_nobody(consultation, member, third, idea, at):
    follow(member, idea)
    choose(member, "each")
    make.contribution(idea, by=third, text="At the last minute")
    at(consultation.analysis + 2 * MINUTES)
    rounds()
    assert got(member.email) == []


def test_an_address_that_bounces_gets_none(member, third, idea, at):
    follow(member, idea)
    choose(member, "each")
    with transaction() as session:
        session.get_one(Person, member.id).bounced_address = member.email
    make.contribution(idea, by=third, text="Yes")
    later(2 * MINUTES)
    rounds()
    assert got(member.email) == []


def test_one_press_in_a_mail_program_ends_them(app, member, colleague, third, idea, at):
    choose(colleague, "each")
    make.contribution(idea, by=third, text="Yes, and soon")
    later(2 * MINUTES)
    rounds()
    (mail,) = got(colleague.email)
    assert "answered you" in mail.subject
    (path,) = re.findall(r"http://localhost(/following/\S+)", mail.body)
    for method in ("GET", "HEAD"):
        assert app.test_client().open(path, method=method).status_code == 200
    assert make.anew(db.session.get(Person, colleague.id)).follow_mails == "each"
    for _again in range(2):
        assert app.test_client().post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
        assert make.anew(db.session.get(Person, colleague.id)).follow_mails == "none"
    assert "They are off" in app.test_client().get(path).text
    assert app.test_client().post(path.replace("/following/", "/news/")).status_code == 404, "another list's key"


def test_the_choice_is_one_of_three(member):
    assert choose(member, "hourly").status == 422
    assert "Saved" in choose(member, "daily")
    assert member.get("/me/notices/mails").form(having="follow_mails")[1]["follow_mails"] == "daily"


@pytest.mark.parametrize(
    ("zone", "now", "morning"),
    [
        ("Europe/London", "2026-03-29T07:00:00+00:00", "2026-03-29T06:30:00+00:00"),  # clocks went forward that night
        ("Europe/London", "2026-10-25T07:00:00+00:00", "2026-10-24T06:30:00+00:00"),  # and back
        ("Europe/London", "2026-10-25T07:30:00+00:00", "2026-10-25T07:30:00+00:00"),
        ("Pacific/Auckland", "2026-06-10T20:00:00+00:00", "2026-06-10T19:30:00+00:00"),
    ],
)
def test_half_past_seven_is_that_of_the_place(zone, now, morning):
    assert digests.last_morning(zone, datetime.fromisoformat(now)) == datetime.fromisoformat(morning)


def test_a_quiet_round_asks_little(member, colleague, consultation, queries, at):
    for actor in (member, colleague):
        choose(actor, "each")
    later(2 * MINUTES)
    rounds(1)
    later(2 * MINUTES)
    with queries() as sent:
        rounds(1)
    few = len(sent)
    with transaction() as session:
        for n in range(5):
            who = session.get_one(Person, make_follower(consultation, n))
            who.follow_mails, who.follow_mails_until = "each", clock.now()
    later(2 * MINUTES)
    with queries() as sent:
        rounds(1)
    assert len(sent) == few
    assert db.session.query(Consultation).count() == 1


def make_follower(consultation, n):
    made = Person(email=f"follower{n}@example.org", created_at=clock.now(), confirmed_at=clock.now())
    db.session.add(made)
    db.session.flush()
    return made.id
