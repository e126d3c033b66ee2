"""From writing to reading, in order."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from crowd import log
from crowd.db import db, transaction
from crowd.models import Contribution, Version
from crowd.states import Promise, State, Vote
from crowd.threads import deeds, voting
from tests import make

HOUR = timedelta(hours=1)


def test_an_idea_waits_and_its_author_sees_it_alone(member, colleague, moderator, visitor, question):
    """M4, M5: held text is seen by its author, in place, and by nobody else."""
    sent = member.post(f"{question}/new", text="Count **care time**", kind="idea", promise="2")
    assert "Your contribution has been saved" in sent
    assert "<strong>care time</strong>" in member.get(question)
    assert "only you can see this" in member.get(question)
    for other in (colleague, moderator, visitor):
        assert "care time" not in other.get(question)


def test_a_published_thread_with_votes(app, member, colleague, consultation, question):
    by = make.as_asker(member.id)
    idea = make.contribution(consultation.questions[0], by=by, text="Book straight in with us")
    reply = make.contribution(idea, by=make.as_asker(colleague.id), text="Only where diagnostics are there")
    make.contribution(reply, by=by, text="Then start with those")
    page = colleague.get(f"/p/{idea.id}")
    assert page.status == 200
    assert "Then start with those" in page
    assert page.count("<details") == 2 + 1
    voted = colleague.post("/vote", on=f"/p/{idea.id}", having="vote", vote=f"agree-{idea.id}")
    assert voted.status == 200
    assert "You agree" in voted
    assert db.session.get(Contribution, idea.id).agree == 1
    own = member.send("/vote", {"vote": f"agree-{idea.id}"} | {"csrf_token": "x"})
    assert own.status == 400


def test_sent_twice_is_one(app, member, question):
    _to, fields = member.get(f"{question}/new").form(having="text")
    fields |= {"text": "Once is enough", "promise": str(int(Promise.ALIAS)), "kind": "idea"}
    assert member.send(f"{question}/new", fields).status == 200
    assert member.send(f"{question}/new", fields).status == 200
    assert len(db.session.scalars(select(Version)).all()) == 1


def test_a_vote_without_reload_comes_back_with_its_own_count(app, member, colleague, consultation):
    idea = make.contribution(consultation.questions[0], by=make.as_asker(member.id), text="Count it at once")
    for voter in (make.member(consultation), make.member(consultation)):
        with transaction():
            voting.vote(make.anew(idea), by=voter, value=Vote.AGREE)
    _to, fields = colleague.get(f"/p/{idea.id}").form("/vote")
    vote = colleague.send("/vote", fields | {"vote": f"agree-{idea.id}"}, headers={"X-Fragment": "1"})
    assert "<b>3</b>" in vote


def test_waiting_texts_stand_in_their_places_in_a_thread(app, member, colleague, visitor, consultation):
    """M4: under the text they answer, also as its first reply, and for nobody else."""
    own, other = make.as_asker(member.id), make.as_asker(colleague.id)
    idea = make.contribution(consultation.questions[0], by=other, text="the idea")
    early = make.contribution(idea, by=other, text="early reply")
    make.contribution(early, by=own, text="my first below", state=State.HELD)
    make.contribution(idea, by=own, text="my middle", state=State.HELD)
    make.contribution(idea, by=other, text="late reply")
    page = member.get(f"/p/{idea.id}")
    texts = ["early reply", "my first below", "my middle", "late reply"]
    assert [page.index(text) for text in texts] == sorted(page.index(text) for text in texts)
    assert page.count("<ol") - page.count("</ol>") == 0
    assert page.count("<li>") + page.count("<li ") == page.count("</li>")
    assert "4 comments" in page
    assert "1 reply" in page
    assert "my middle" not in colleague.get(f"/p/{idea.id}")


def test_rows_are_not_changed_outside_of_a_transaction(app, consultation):
    """Past the session as through it: SQLite would take the change and lose it."""
    with pytest.raises(RuntimeError, match="with transaction"):
        log.touch(consultation.id)


def test_times_follow_the_consultations_zone(member, consultation, question):
    make.contribution(consultation.questions[0], by=make.as_asker(member.id))
    before = re.findall(r"data-ago>([^<]*)", member.get(question))
    with transaction() as session:
        session.merge(consultation).timezone = "Asia/Tokyo"
        log.touch(consultation.id)
    after = re.findall(r"data-ago>([^<]*)", member.get(question))
    assert len(before) == len(after) == 1
    assert before != after


def test_p09_what_is_approved_after_the_bell_says_so(member, colleague, moderator, consultation, question, at):
    """P9; and no longer once the bell is moved behind it."""
    author = make.as_asker(member.id)
    make.contribution(consultation.questions[0], by=author, text="In time")
    assert "Approved after closing" not in colleague.get(question)
    late = make.contribution(consultation.questions[0], by=author, text="Read late", state=State.HELD)
    at(consultation.analysis + HOUR)
    version = db.session.scalars(select(Version).where(Version.contribution_id == late.id)).one()
    moderator.post(f"/moderate/{version.id}", decision="approve")
    page = colleague.get(question)
    assert page.count("Approved after closing") == 1
    assert page.index("Approved after closing") < page.index("Read late") < page.index("In time")
    with transaction() as session:
        session.merge(consultation).analysis += 2 * HOUR
        log.touch(consultation.id)
    assert "Approved after closing" not in colleague.get(question)


def test_what_is_approved_after_comments_on_findings_closed_says_so(stakeholder, visitor, consultation, at):
    finding = make.finding(consultation)
    at(consultation.closed - HOUR)
    make.contribution(finding, by=make.as_asker(stakeholder.id))
    assert "Approved after closing" not in visitor.get(f"/c/{consultation.slug}/findings/1")
    at(consultation.closed + HOUR)
    make.contribution(finding, by=make.as_asker(stakeholder.id))
    assert visitor.get(f"/c/{consultation.slug}/findings/1").count("Approved after closing") == 1


def test_replies_name_nobody_whose_text_is_withdrawn(member, colleague, consultation):
    author = make.member(consultation, profession="Podiatrist")
    alias = author.memberships[consultation.id].alias
    above = idea = make.contribution(consultation.questions[0], by=make.as_asker(member.id))
    for _level in range(3):
        above = make.contribution(above, by=make.as_asker(member.id))
    gone = make.contribution(above, by=author)
    make.contribution(gone, by=make.as_asker(member.id), text="I answer")
    page = colleague.get(f"/p/{idea.id}")
    assert (page.count(alias) > 2, f"reply to {alias}" in page, f">{alias}</a>" in page) == (True, True, True)
    with transaction() as session:
        deeds.withdraw(session.merge(gone), by=author)
    page = colleague.get(f"/p/{idea.id}")
    assert "I answer" in page
    assert alias not in page
    assert page.count("a withdrawn text") == 2


def test_a_new_wording_that_waits_stands_below_its_text_for_its_author_alone(member, colleague, consultation, question):
    """M4, M17: the others go on reading the published one."""
    author = make.as_asker(member.id)
    idea = make.contribution(consultation.questions[0], by=author, text="The first wording")
    waits = "Your new wording waits for a moderator"
    assert waits not in member.get(question)
    writing = deeds.prepare("A **second** wording")
    with transaction() as session:
        deeds.edit(session.merge(idea), by=author, writing=writing)
    for address in (question, f"/p/{idea.id}"):
        page = member.get(address)
        assert page.index("The first wording") < page.index(waits) < page.index("<strong>second</strong>")
        read = colleague.get(address)
        assert ("The first wording" in read, "second" in read, waits in read) == (True, False, False)
    again = deeds.prepare("A third wording")
    with transaction() as session:
        deeds.edit(session.merge(idea), by=author, writing=again)
    assert ("second" in member.get(question), "A third wording" in member.get(question)) == (False, True)
    with transaction() as session:
        deeds.withdraw(session.merge(idea), by=author)
    assert "third" not in member.get(f"/p/{idea.id}")
