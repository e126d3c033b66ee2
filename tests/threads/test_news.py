"""What an open page is told of: how much others have published since it was made, and nothing else."""

import re

import pytest

from crowd.db import db, transaction
from crowd.models import Contribution, Record, Visit
from crowd.states import Kind, Promise, State
from crowd.threads import deeds
from crowd.threads.facilitating import close_thread
from tests import make
from tests.moderation import desk


@pytest.fixture
def author(colleague):
    return make.as_asker(colleague.id)


@pytest.fixture
def idea(consultation, author):
    return make.contribution(consultation.questions[0], by=author, text="Self-referral")


def address(actor, path):
    """Where the script of this page asks; nothing if it does not."""
    page = actor.get(path)
    assert page.status == 200
    found = re.search('data-poll="([^"]*)"', page)
    return found[1].replace("&amp;", "&") if found else ""


def asked(statements):
    return [statement for statement in statements if statement != "BEGIN"]


def test_an_open_thread_is_told_of_what_others_have_published_since(member, author, consultation, idea):
    make.contribution(idea, by=author, text="Was there before")
    news = address(member, f"/p/{idea.id}")
    assert member.get(news).status == 204
    assert member.get(news) == ""
    first = make.contribution(idea, by=author, text="Yes, and soon")
    assert member.get(news) == f'<p><a href="/p/{first.id}">1 new comment: show it</a></p>'
    make.contribution(first, by=author, text="Or later")
    make.contribution(idea, by=make.as_asker(member.id), text="What the reader wrote")
    make.contribution(consultation.questions[0], by=author, text="In another thread")
    assert f'<a href="/p/{first.id}">2 new comments: show them</a>' in member.get(news)
    assert member.get(address(member, f"/p/{idea.id}")).status == 204, "a page that is made now has them all"


def test_m5_what_waits_is_not_told_before_it_is_published(member, moderator, author, idea):
    news = address(member, f"/p/{idea.id}")
    held = make.contribution(idea, by=author, text="Waits", state=State.HELD)
    for state in (State.REJECTED, State.WITHDRAWN):
        make.contribution(idea, by=author, text="Canary", state=state)
    for who in (member, moderator):
        assert who.get(news).status == 204
    desk.decide(moderator, desk.waiting(held), "approve")
    assert "1 new comment: show it" in member.get(news)
    with transaction() as session:
        deeds.withdraw(session.get_one(Contribution, held.id), by=author)
    assert member.get(news).status == 204


def test_a_question_is_told_of_answers_and_not_of_their_comments(member, author, consultation, question, idea):
    news = address(member, question)
    make.contribution(idea, by=author, text="A comment")
    assert member.get(news).status == 204
    for _n in range(2):
        make.contribution(consultation.questions[0], by=author)
    assert member.get(news) == f'<p><a href="{question}?sort=newest">2 new answers: show them</a></p>'


def test_a_page_without_any_text_is_told_of_the_first(member, author, consultation, question):
    news = address(member, question)
    make.contribution(consultation.questions[0], by=author)
    assert "1 new answer: show it" in member.get(news)


def test_a_finding_tells_its_readers_of_comments(visitor, stakeholder, consultation, at):
    at(consultation.open)
    finding = make.finding(consultation)
    news = address(visitor, "/c/ahp/findings/1")
    said = make.contribution(finding, by=make.as_asker(stakeholder.id), text="As a carer I agree")
    told = visitor.get(news)
    assert f'<a href="/p/{said.id}">1 new comment: show it</a>' in told
    assert visitor.get(f"/p/{said.id}").path == "/c/ahp/findings/1"
    assert stakeholder.get(news).status == 204, "it is their own"


def test_p12_nobody_is_told_of_what_they_may_not_read(analyst, visitor, author, idea, consultation, at):
    news = address(analyst, f"/p/{idea.id}")
    make.contribution(idea, by=author, text="Canary", promise=Promise.MEMBERS)
    at(consultation.open)
    assert "1 new comment" in analyst.get(news)
    assert visitor.get(news).status == 204
    private = make.contribution(consultation.questions[0], by=author, promise=Promise.MEMBERS)
    assert visitor.get(f"/p/{private.id}/news").status == 404


def test_asking_leaves_nothing_and_is_kept_by_nobody(member, author, idea):
    news = address(member, f"/p/{idea.id}")
    make.contribution(idea, by=author)
    lines, change = db.session.query(Record).count(), make.anew(idea).consultation.change
    for answer in (member.get(news), member.get(f"/p/{idea.id}/news?since=2100-01-01")):
        assert answer.status in (200, 204)
        assert answer.headers["Cache-Control"] == "private, no-cache"
        assert answer.headers["X-Robots-Tag"] == "noindex"
        assert "Set-Cookie" not in answer.headers
    assert db.session.query(Visit).count() == 0
    assert (db.session.query(Record).count(), make.anew(idea).consultation.change) == (lines, change)


def test_nothing_is_asked_where_no_text_can_come(member, moderator, visitor, consultation, question, idea, at):
    make.finding(consultation)
    make.finding(consultation, state=State.DRAFT)
    own = make.contribution(consultation.questions[0], by=make.as_asker(member.id), state=State.HELD)
    assert not address(member, f"/p/{own.id}")
    pages = (question, f"/p/{idea.id}")
    assert all(address(member, path) for path in pages)
    with transaction() as session:
        close_thread(session.get_one(Contribution, idea.id), by=make.as_asker(moderator.id), why="It is answered")
    assert not address(member, f"/p/{idea.id}")
    assert address(member, question)
    at(consultation.analysis)
    assert not any(address(member, path) for path in pages)
    at(consultation.open)
    assert not any(address(visitor, path) for path in pages)
    assert address(visitor, "/c/ahp/findings/1")
    assert not address(moderator, "/c/ahp/findings/2")
    at(consultation.closed)
    assert not address(visitor, "/c/ahp/findings/1")


@pytest.mark.parametrize("since", ["soon", "9999-12-31T23:59:59-23:59", "1", "2026-01-01\x00", "%", "", "٢٠٢٦-٠١-٠١"])
def test_a_time_that_is_none_is_not_found(member, idea, since):
    answer = member.browser.get(f"/p/{idea.id}/news", query_string={"since": since})
    assert answer.status_code == 404


def test_more_than_a_hundred_are_not_counted(member, author, idea):
    first = make.contribution(idea, by=author)
    news = address(member, f"/p/{idea.id}")
    for _n in range(100):
        make.contribution(first, by=author)
    assert "More than 99 new comments: show them" in member.get(news)


def test_it_is_counted_once_for_each_change(member, author, idea, queries):
    """As many queries for thirty as for one, and none of the texts while nothing changes."""
    news = address(member, f"/p/{idea.id}")
    counts = []
    for more in (1, 29):
        for _n in range(more):
            make.contribution(idea, by=author)
        with queries() as sent:
            assert member.get(news).status == 200
        counts.append(len(asked(sent)))
    assert counts[0] == counts[1] == 5
    with queries() as sent:
        assert "30 new comments" in member.get(news)
    assert not [statement for statement in sent if "contributions.public_since >" in statement]
    assert len(asked(sent)) == 3, "who asks, whether anything has changed, and the languages of the site"


def test_a_page_of_one_kind_is_told_of_that_kind_alone(member, author, consultation, idea, question):
    news = address(member, f"{question}?kind=experience")
    make.contribution(consultation.questions[0], by=author, text="An idea")
    assert member.get(news).status == 204
    make.contribution(consultation.questions[0], by=author, text="It happened", kind=Kind.EXPERIENCE)
    assert member.get(news) == (
        f'<p><a href="{question}?sort=newest&amp;kind=experience">1 new answer: show it</a></p>'
    )
