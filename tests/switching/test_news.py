"""Mails with news: to whom, when, once, in chunks, and how to turn them off (P4, P17)."""

import re
from datetime import timedelta

import pytest

from crowd import clock
from crowd.db import db, transaction
from crowd.i18n import deadline
from crowd.models import Draft, Follow, Mail, Person, Record
from crowd.states import Phase, Standing, State
from crowd.switching import news
from tests import make
from tests.switching.test_missed import SECOND, worker


def got(kind: str) -> set[str]:
    return {mail.address for mail in db.session.query(Mail).filter_by(kind=kind)}


@pytest.fixture
def registering(app):
    made = make.consultation(phase=Phase.REGISTRATION)
    make.ready(made)
    return make.anew(made)


def test_p17_members_hear_once_that_the_discussion_is_open(registering, at):
    make.member(registering, "a@example.org")
    make.member(registering, "b@example.org")
    make.member(registering, "s@example.org", standing=Standing.STAKEHOLDER, group="Carer")
    worker()
    assert got("opening") == set()
    at(registering.members + SECOND)
    for _n in range(3):
        worker()
    assert got("opening") == {"a@example.org", "b@example.org"}
    assert db.session.query(Mail).filter_by(kind="opening").count() == 2
    make.member(registering, "late@example.org")
    worker()
    assert "late@example.org" not in got("opening"), "who joins later sees for themselves that it is open"


def test_p17_72_hours_before_the_bell_those_hear_who_wrote_nothing_or_left_a_draft(consultation, at):
    silent, wrote, drafted = (make.member(consultation, f"{n}@example.org") for n in ("silent", "wrote", "drafted"))
    for who in (wrote, drafted):
        make.contribution(consultation.questions[0], by=who, state=State.HELD)
    with transaction() as session:
        place = f"question-{consultation.questions[0].id}"
        row = Draft(person_id=drafted.id, consultation_id=consultation.id, place=place, saved_at=clock.now())
        row.fields = {"text": "Half a"}
        session.add(row)
    at(consultation.analysis - timedelta(hours=73))
    worker()
    assert got("closing") == set()
    at(consultation.analysis - timedelta(hours=71))
    worker()
    at(consultation.analysis - timedelta(hours=1))
    worker()
    assert got("closing") == {silent.email, drafted.email}
    assert db.session.query(Mail).filter_by(kind="closing").count() == 2


def test_p17_the_reminder_names_the_real_end_and_goes_to_nobody_who_is_suspended(consultation, at):
    make.member(consultation, "silent@example.org")
    out, back = (make.member(consultation, f"{name}@example.org") for name in ("out", "back"))
    with transaction() as session:
        session.get_one(Person, out.id).suspended_until = consultation.analysis
        session.get_one(Person, back.id).suspended_until = clock.now() + timedelta(hours=1)
    at(consultation.analysis - timedelta(hours=30))
    worker()
    assert got("closing") == {"silent@example.org", "back@example.org"}
    subject = db.session.query(Mail).filter_by(kind="closing").first().subject
    assert "Three days" not in subject
    assert f"Ends on {deadline(consultation.analysis, consultation.timezone)}" in subject


def test_p17_nobody_is_reminded_on_the_last_day(consultation, at):
    """Of an end that was moved this near the mail about the move has told."""
    make.member(consultation, "silent@example.org")
    at(consultation.analysis - timedelta(hours=23))
    worker()
    assert got("closing") == set()


def test_p17_after_the_bell_no_reminder_goes_out_any_more(consultation, at):
    make.member(consultation, "silent@example.org")
    at(consultation.analysis - timedelta(hours=25))
    worker()
    at(consultation.analysis + SECOND)
    worker()
    reminder = db.session.query(Mail).filter_by(kind="closing").one()
    assert reminder.state == "failed"
    assert got("ended") == {"silent@example.org"}
    thanks = db.session.query(Mail).filter_by(kind="ended").one()
    assert "Thank you for taking part" in thanks.body
    assert "Findings open for comment" in thanks.body, "what comes next"


def test_p17_when_the_findings_open_members_and_followers_hear_once_each(app, at):
    made = make.consultation(phase=Phase.ANALYSIS)
    make.member(made, "member@example.org")
    analyst = make.person("analyst@example.org", roles="A")
    with transaction() as session:
        for key in (1, 2):
            session.add(
                Follow(
                    person_id=analyst.id,
                    consultation_id=made.id,
                    target="question",
                    key=key,
                    created_at=clock.now(),
                )
            )
    make.finding(made, title="Care time counts")
    make.finding(made, title="Not yet", state=State.DRAFT)
    make.ready(made)
    at(made.open + SECOND)
    worker()
    worker()
    assert (got("reopening"), got("findings_open")) == ({"member@example.org"}, {"analyst@example.org"})
    bodies = [mail.body for mail in db.session.query(Mail)]
    assert all("Care time counts" in body and "Not yet" not in body for body in bodies)
    assert len(bodies) == 2


def test_p17_a_switch_that_may_still_be_undone_is_not_told(consultation, member, host, at):
    host.post("/host/ahp/switch", slug="ahp", why="All is said")
    worker()
    assert got("ended") == set()
    at(clock.now() + timedelta(minutes=16))
    worker()
    assert got("ended") == {member.email}


def test_p17_news_is_turned_off_by_a_link_and_a_button_and_decisions_are_told_all_the_same(
    consultation, member, visitor, at
):
    make.member(consultation, "other@example.org")
    at(consultation.analysis - timedelta(hours=71))
    worker()
    letter = db.session.query(Mail).filter_by(kind="closing", address=member.email).one()
    (link,) = re.findall(r"http://localhost(/news/\S+)", letter.body)
    assert "Turn news off" in visitor.get(link)
    assert make.anew(db.session.get(Person, member.id)).news_mails, "looking changes nothing: programs open links"
    visitor.post(link, having="do", do="off")
    assert not make.anew(db.session.get(Person, member.id)).news_mails
    assert visitor.get(link[:-1] + ("0" if link[-1] != "0" else "1")).status == 404
    idea = make.contribution(consultation.questions[0], by=make.as_asker(member.id))
    at(consultation.analysis + SECOND)
    worker()
    assert got("ended") == {"other@example.org"}
    assert got("published") == {member.email}, "a decision is always told"
    assert idea.author_id == member.id
    member.post("/me/news", having="csrf_token", do="on")
    assert make.anew(db.session.get(Person, member.id)).news_mails


def test_p17_in_chunks_that_go_on_where_they_ended(consultation, at, monkeypatch):
    """A worker that dies after a chunk: nobody gets two, and nobody none."""
    monkeypatch.setattr(news, "CHUNK", 3)
    for n in range(8):
        make.member(consultation, f"m{n}@example.org")
    at(consultation.analysis + SECOND)
    counts = []

    class Died(Exception):
        pass

    insert = news.insert_many

    def twice(kind, rows):
        if len(counts) == 2:
            raise Died
        counts.append(len(rows))
        insert(kind, rows)

    monkeypatch.setattr(news, "insert_many", twice)
    with pytest.raises(Died):
        news.tell()
    monkeypatch.setattr(news, "insert_many", insert)
    assert counts == [3, 3]
    assert db.session.query(Mail).filter_by(kind="ended").count() == 6
    news.tell()
    assert db.session.query(Mail).filter_by(kind="ended").count() == 8
    assert got("ended") == {f"m{n}@example.org" for n in range(8)}
    assert db.session.query(Record).filter_by(deed="news told").count() == 1


def test_p04_a_moved_start_is_told_once_to_everybody_who_takes_part(app, at, host):
    consultation = make.consultation(phase=Phase.MEMBERS)
    make.member(consultation, "member@example.org")
    make.member(consultation, "s@example.org", standing=Standing.STAKEHOLDER, group="Carer")
    later, latest = (consultation.analysis + timedelta(days=n) for n in (2, 12))
    host.post(
        "/host/ahp/schedule",
        analysis_day=f"{later:%Y-%m-%d}",
        open_day=f"{latest:%Y-%m-%d}",
        why="More time asked by three professions",
    )
    worker()
    worker()
    assert got("start_moved") == {"member@example.org", "s@example.org"}
    assert db.session.query(Mail).filter_by(kind="start_moved").count() == 2
    body = db.session.query(Mail).filter_by(kind="start_moved").first().body
    assert body.count("More time asked by three professions") == 2, "two dates were moved, in one mail"


def test_p17_no_mail_is_told_of_what_began_long_ago(app, at):
    made = make.consultation(phase=Phase.ANALYSIS)
    make.member(made, "a@example.org")
    at(made.analysis + timedelta(days=4))
    worker()
    assert got("ended") == set()
