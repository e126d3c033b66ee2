"""The demonstration: every phase loads again and again, is true to its clock, and shows nobody what is not for them."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from crowd import clock, commands, schedule
from crowd.db import db, transaction
from crowd.demonstration import load
from crowd.demonstration.when import calendar
from crowd.models import (
    Attachment,
    Coding,
    Consultation,
    Contribution,
    Decision,
    Draft,
    Evidence,
    Finding,
    JoinRequest,
    Mail,
    Membership,
    Person,
    Record,
    Registered,
    Site,
    Version,
    VoteEvent,
    VoteNow,
)
from crowd.outbox import send_due
from crowd.states import Kind, Phase, Place, Promise, State
from crowd.threads import recount
from tests import make
from tests.actors import Actor

pytestmark = pytest.mark.only_on("sqlite")  # what is loaded is the same; that it is taken, PostgreSQL shows once
PHASES = ["registration", "members", "analysis", "open", "closed"]
CAST = ("member", "colleague", "moderator", "second-moderator", "analyst", "host", "stakeholder")
AHP, PLACEMENTS = "/c/ahp-2016", "/c/placements-2020"


def signed_in(app, key: str) -> Actor:
    """One of the cast, through the page where people sign in."""
    actor = Actor(app, email=f"{key}@example.org")
    page = actor.post("/login", having="password", email=actor.email, password="demonstration")
    assert page.status == 200
    actor.id = db.session.scalar(select(Person.id).where(Person.email == actor.email))
    return actor


def consultation(slug: str = "ahp-2016") -> Consultation:
    return db.session.scalars(select(Consultation).where(Consultation.slug == slug)).one()


def number(kind, *where) -> int:
    return db.session.scalar(select(func.count()).select_from(kind).where(*where))


@pytest.mark.only_on("sqlite", "postgresql")
@pytest.mark.on_postgresql_in(Phase.CLOSED)
@pytest.mark.parametrize("phase", PHASES)
def test_every_phase_loads_and_is_the_current_one(app, phase):
    load.everything(phase=phase)
    assert schedule.current(consultation()) == phase
    assert schedule.current(consultation("placements-2020")) == Phase.OPEN
    site = db.session.scalars(select(Site)).one()
    assert site.demonstration
    assert site.name == "Allied Health Professions, NHS England"
    assert recount.check() == []
    assert number(JoinRequest, JoinRequest.state == "waiting") == (3 if phase in PHASES[:2] else 0)
    assert number(Registered) > 90
    nothing_happens_in_the_future()
    nothing_happens_before_its_cause()


def test_registration_has_people_who_joined_and_nobody_has_written(app):
    load.everything(phase="registration")
    ahp = consultation()
    assert 10 < ahp.people < 50
    assert (ahp.contributions, ahp.comments, ahp.votes, ahp.held) == (0, 0, 0, 0)
    assert number(Contribution, Contribution.consultation_id == ahp.id) == 0


def test_in_the_members_phase_most_is_there_and_the_queue_is_fresh(app):
    load.everything(phase="members")
    ahp = consultation()
    assert ahp.people == 62
    assert ahp.contributions > 60
    assert ahp.comments > 200
    assert ahp.votes > 1000
    assert ahp.held == 11
    waiting = db.session.scalars(select(Version.first_at).where(Version.state == State.HELD)).all()
    assert min(waiting) > clock.now() - timedelta(hours=12)
    bell = schedule.bell(ahp, Phase.MEMBERS).astimezone(ZoneInfo("Europe/London"))
    assert (bell.hour, bell.minute, bell.second) == (17, 0, 0)
    assert bell.date() - clock.now().astimezone(bell.tzinfo).date() == timedelta(days=7)
    assert clock.now() - ahp.members < timedelta(days=13)
    member = db.session.scalar(select(Person.id).where(Person.email == "member@example.org"))
    assert number(Draft, Draft.person_id == member) == 1
    aliases = db.session.scalars(select(Membership.alias).where(Membership.person_id == member)).all()
    assert len(set(aliases)) == 2  # one for each consultation, and nothing that links them
    assert all(alias.startswith("Dietitian ") and alias.endswith(", North West") for alias in aliases)


def test_findings_are_drafts_then_published_then_answered(app):
    load.everything(phase="analysis")
    ahp = Finding.consultation_id == consultation().id
    assert number(Finding, ahp, Finding.state == State.DRAFT) == 6
    assert number(Finding, ahp, Finding.state == State.PUBLISHED) == 2
    load.everything(phase="open")
    ahp = Finding.consultation_id == consultation().id
    assert number(Finding, ahp, Finding.state == State.PUBLISHED) == 12
    assert number(Finding, ahp, Finding.responded_at.is_not(None)) == 0
    assert number(Evidence) > 80
    assert consultation().finding_comments > 35
    assert consultation().finding_votes > 200
    assert consultation().stakeholders == 16
    load.everything(phase="closed")
    answered = select(Finding).where(Finding.responded_at.is_not(None), Finding.response_html != "")
    assert [f.number for f in db.session.scalars(answered.order_by(Finding.number))] == [1, 2, 5, 8]
    assert consultation().held == 0


def test_since_the_bell_themes_have_been_given_and_once_it_is_open_figures_and_a_report_are_there(app, visitor):
    load.everything("analysis")
    at_work = number(Coding)
    assert "How it was made" not in visitor.get("/c/ahp-2016/report")
    load.everything("open")
    make.afresh()
    assert 0 < at_work < number(Coding)
    assert "Direct access" in visitor.get("/c/ahp-2016/themes")
    page = visitor.get("/c/ahp-2016/participation")
    assert "fewer than 5" in page
    assert "Baseline: HCPC" in page
    assert "How it was made" in visitor.get("/c/ahp-2016/report")


def test_closed_holds_all_that_was_written(app):
    """67 published of question1.toml to question3.toml, and two of those that wait before the bell."""
    load.everything(phase="closed")
    ahp = consultation()
    assert ahp.contributions == 69
    assert number(Contribution, Contribution.consultation_id == ahp.id, Contribution.state == State.RETURNED) == 3
    assert number(VoteNow, VoteNow.contribution_id.is_not(None)) == ahp.votes + consultation("placements-2020").votes


def nothing_happens_in_the_future():
    now = clock.now()
    for column in (
        Contribution.submitted_at, Version.created_at, Decision.at, VoteEvent.at, Record.at, Membership.joined_at,
        Finding.created_at, Mail.sent_at, Evidence.added_at, JoinRequest.created_at, Person.created_at,
    ):  # fmt: skip
        assert (db.session.scalar(select(func.max(column))) or now) <= now, column


def nothing_happens_before_its_cause():
    above = aliased(Contribution)
    early = select(Contribution.id).join(above, above.id == Contribution.parent_id)
    assert db.session.scalars(early.where(Contribution.submitted_at < above.public_since)).all() == []
    assert number(Contribution, Contribution.public_since < Contribution.submitted_at) == 0
    joined = (Membership.person_id == Contribution.author_id) & (
        Membership.consultation_id == Contribution.consultation_id
    )
    late = select(Contribution.id).join(Membership, joined).where(Membership.joined_at >= Contribution.submitted_at)
    assert db.session.scalars(late).all() == []
    voted = select(VoteEvent.id).join(Contribution, Contribution.id == VoteEvent.contribution_id)
    assert db.session.scalars(voted.where(VoteEvent.at < Contribution.public_since)).all() == []
    for of in db.session.scalars(select(Consultation)):
        written = select(Contribution.submitted_at).where(Contribution.consultation_id == of.id)
        order = db.session.scalars(written.order_by(Contribution.id)).all()
        assert order == sorted(order)
        inside = written.where(Contribution.place == Place.DISCUSSION)
        assert all(of.members < at < of.analysis for at in db.session.scalars(inside))
    records = db.session.scalars(select(Record.at).order_by(Record.id)).all()
    assert records == sorted(records)


def test_threads_stand_as_deeds_would_have_left_them(app):
    load.everything(phase="open")
    above = aliased(Contribution)
    rows = db.session.execute(select(Contribution, above).outerjoin(above, above.id == Contribution.parent_id)).all()
    for it, parent in rows:
        assert it.path.startswith(parent.path if parent else "")
        assert len(it.path) == 6 * it.level
        assert it.thread_id == (parent.thread_id if parent else it.id)
        assert it.parent_author_id == (parent.author_id if parent else 0)
        assert it.promise == Promise.MEMBERS or parent is None or parent.promise != Promise.MEMBERS
        assert (it.version_id is None) == (it.state != State.PUBLISHED)
    published = number(Contribution, Contribution.state == State.PUBLISHED)
    assert number(Decision, Decision.decision == "approve") == published
    decided = number(Record, Record.deed.in_(["published", "returned", "rejected"]))
    assert decided == number(Decision)
    own = VoteNow.person_id == Contribution.author_id
    joined = select(VoteNow.id).join(Contribution, Contribution.id == VoteNow.contribution_id)
    assert db.session.scalars(joined.where(own)).all() == []


def test_the_last_vote_of_the_history_is_the_current_one(app):
    load.everything(phase="open")
    last = {}
    for event in db.session.scalars(select(VoteEvent).order_by(VoteEvent.at, VoteEvent.id)):
        last[event.person_id, event.contribution_id, event.finding_id] = event.value
    now = {(v.person_id, v.contribution_id, v.finding_id): v.value for v in db.session.scalars(select(VoteNow))}
    assert {key: value for key, value in last.items() if value is not None} == now
    assert None in last.values()
    assert number(VoteEvent) > len(last)


def test_it_is_the_same_each_time(app, at):
    noon = datetime(2026, 3, 20, 12, 0, tzinfo=UTC)

    def made() -> tuple[list, list, list]:
        at(noon)
        load.everything(phase="members")
        votes = select(VoteNow.person_id, VoteNow.contribution_id, VoteNow.finding_id, VoteNow.value)
        texts = select(Contribution.id, Contribution.once, Contribution.alias)
        return (
            db.session.execute(votes.order_by(VoteNow.id)).all(),
            db.session.execute(texts.order_by(Contribution.id)).all(),
            db.session.scalars(select(Membership.alias).order_by(Membership.id)).all(),
        )

    assert made() == made()


@pytest.mark.parametrize("phase", PHASES)
def test_the_schedule_holds_on_every_day_and_at_every_hour(phase):
    for hour in range(0, 366 * 24, 7):
        now = datetime(2026, 1, 1, 0, 30, tzinfo=UTC) + timedelta(hours=hour)
        for part, wanted in (("ahp", Phase(phase)), ("expert", Phase(phase)), ("placements", Phase.OPEN)):
            starts = calendar(part, Phase(phase), now).starts
            assert list(starts.values()) == sorted(starts.values())
            assert [name for name, start in starts.items() if start <= now][-1] == wanted
            assert starts[Phase.ANALYSIS].astimezone(ZoneInfo("Europe/London")).hour == 17


def test_no_mail_goes_out_and_the_outbox_is_not_empty(app):
    load.everything(phase="members")
    assert send_due() == 0
    sent = db.session.scalars(select(Mail)).all()
    assert {mail.state for mail in sent} == {"sent"}
    assert {mail.kind for mail in sent} == {"published", "returned"}
    assert {mail.address for mail in sent} == {"member@example.org", "colleague@example.org"}


def test_a_mail_of_a_later_decision_is_sent(app):
    """Loading leaves the sequences where deeds go on from them, also on PostgreSQL."""
    load.everything(phase="members")
    moderator = make.as_asker(db.session.scalar(select(Person.id).where(Person.email == "moderator@example.org")))
    version = db.session.scalars(select(Version).where(Version.state == State.HELD)).first()
    with transaction():
        make.moderation.approve(version, by=moderator)
    assert send_due() == 0, "it can be undone for half a minute"
    clock.set_to(clock.now() + timedelta(seconds=31))
    assert send_due() == 1
    assert recount.check() == []


def test_the_cast_signs_in_and_sees_its_pages(app, visitor):
    load.everything(phase="members")
    thread = db.session.scalar(
        select(Contribution.id).where(Contribution.replies > 10).order_by(Contribution.replies.desc()).limit(1)
    )
    cast = {key: signed_in(app, key) for key in CAST}
    seen = {
        "member": [f"{AHP}/", f"{AHP}/q/1", f"{AHP}/q/2", f"{AHP}/q/3", f"/p/{thread}", f"{AHP}/vote", "/me"],
        "colleague": [f"{AHP}/q/1", f"/p/{thread}"],
        "moderator": ["/moderate", f"{AHP}/q/1"],
        "second-moderator": ["/moderate"],
        "analyst": [f"{AHP}/q/2", f"/p/{thread}"],
        "host": [f"{AHP}/", "/moderate"],
        "stakeholder": [f"{PLACEMENTS}/findings/1", f"{PLACEMENTS}/findings", f"{PLACEMENTS}/"],
    }
    for key, paths in seen.items():
        for path in paths:
            page = cast[key].get(path)
            assert page.status == 200, (key, path)
            assert "on this site are invented" in page, (key, path)
    assert cast["member"].get(f"{AHP}/q/1/new").status == 200
    for refused in (f"{AHP}/q/1", f"/p/{thread}", "/moderate"):
        for who in (visitor, cast["stakeholder"]):
            assert who.get(refused).status in (403, 404), refused
    assert cast["member"].get("/moderate").status == 403
    assert visitor.get("/").status == 200


def _walk(visitor: Actor) -> dict[str, str]:
    """Everything under an address that somebody outside could type."""
    paths = ["/", AHP + "/", PLACEMENTS + "/", AHP + "/findings", PLACEMENTS + "/findings"]
    for of, questions in ((AHP, 3), (PLACEMENTS, 2)):
        paths += [f"{of}/findings/{n}" for n in range(1, 13)]
        paths += [
            f"{of}/q/{n}{more}" for n in range(1, questions + 1) for more in ("", "?sort=agreed", "?sort=discussed")
        ]
    paths += [f"/p/{n}" for n in db.session.scalars(select(Contribution.id)).all()]
    pages = {}
    for path in paths:
        page = visitor.get(path)
        assert page.status in (200, 403, 404), path
        while page.status == 200 and (more := re.search(r'href="([^"]*after=[^"]*)"', page)):
            pages[path] = pages.get(path, "") + page
            page = visitor.get(more[1].replace("&amp;", "&"))
        pages[path] = pages.get(path, "") + page
    return pages


def test_in_the_open_phase_a_visitor_meets_no_word_that_was_for_members_and_no_name_that_was_not_given(app, visitor):
    load.everything(phase="open")
    pages = _walk(visitor)
    rows = db.session.execute(
        select(Contribution, Version.html)
        .join(Version, Version.contribution_id == Contribution.id)
        .where(Contribution.place == Place.DISCUSSION)
    ).all()
    public = [(it, html) for it, html in rows if it.state == State.PUBLISHED and it.promise != Promise.MEMBERS]
    hidden = [(it, html) for it, html in rows if it.state != State.PUBLISHED or it.promise == Promise.MEMBERS]
    assert len([it for it, _html in hidden if it.promise == Promise.MEMBERS]) > 8
    everything = "\n".join(pages.values())
    for it, html in hidden:
        for paragraph in html.split("\n"):
            if len(paragraph) > 40:
                assert paragraph not in everything, it.once
    for it, html in public:
        if it.kind != Kind.COMMENT:
            assert html in pages[f"/p/{it.id}"], it.once
    on_findings = select(Contribution.alias).where(Contribution.place == Place.FINDING)
    named = {it.alias for it, _html in public if it.promise == Promise.ALIAS} | set(db.session.scalars(on_findings))
    nameless = {it.alias for it, _html in rows} - named
    assert nameless
    for alias in nameless:
        assert alias not in everything, alias
    for it, _html in public:
        if it.promise == Promise.NAMELESS:
            card = re.search(rf'id="c{it.id}".*?(?=id="c\d|</main>)', pages[f"/p/{it.thread_id}"], re.DOTALL)
            assert card is None or it.alias not in card[0], it.once


def test_the_library_is_not_empty_at_first_sight_and_its_files_are_what_they_say(app, visitor):
    load.everything(phase="open")
    page = visitor.get("/c/ahp-2016/evidence?files=yes")
    files = dict(re.findall(r'href="/files/(\d+)/([^"]+)"', page))
    assert set(files.values()) == {"falls-car-calls.csv", "foot-protection-pathway.pdf", "prehab-results.png"}
    for row in db.session.scalars(select(Attachment)):
        answer = visitor.browser.get(f"/files/{row.id}/{row.name}", base_url="http://localhost", buffered=True)
        assert answer.data.startswith(
            {"application/pdf": b"%PDF-1.", "image/png": b"\x89PNG", "text/csv": b"# Inv"}[row.media]
        )
    assert recount.check() == []


def test_loading_again_takes_away_what_was_there(app):
    load.everything(phase="closed")
    make.consultation("third")
    load.everything(phase="registration")
    assert db.session.scalars(select(Consultation.slug).order_by(Consultation.id)).all() == [
        "ahp-2016",
        "placements-2020",
    ]
    assert number(Contribution, Contribution.consultation_id == consultation().id) == 0


def test_real_data_is_never_replaced(app, capsys):
    make.consultation("real")
    with pytest.raises(SystemExit):
        commands.demonstrate(commands.parser().parse_args(["demo", "--phase", "open"]))
    assert "holds real data" in capsys.readouterr().err
    assert db.session.scalars(select(Consultation.slug)).all() == ["real"]
