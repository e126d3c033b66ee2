"""What is new since a reader's last visit, and how the site learns of a visit: reading itself writes nothing."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from crowd import clock
from crowd.db import db, transaction
from crowd.models import Version
from crowd.moderation import deeds
from crowd.rules import Asker
from crowd.states import State
from tests import make
from tests.threads.test_pages import ids

HOUR = timedelta(hours=1)


@pytest.fixture
def thread(consultation, member):
    """An idea with one comment, an hour old."""
    idea = make.contribution(consultation.questions[0], by=make.as_asker(member.id), text="The idea")
    make.contribution(idea, by=make.as_asker(member.id), text="An old comment")
    return idea


def visit(who, path: str, **more: str) -> None:
    """As the script does after a while, or the button with all=read."""
    _to, fields = who.get(path).form("/seen")
    headers = {} if more else {"X-Fragment": "1"}
    assert who.send("/seen", fields | more, headers=headers).status in (200, 204)


def marked(page: str) -> list[int]:
    return [n for n in ids(page) if f'new" id="c{n}"' in page]


def later(at, **by: int) -> None:
    at(clock.now() + timedelta(**(by or {"hours": 1})))


def test_nothing_is_new_on_a_first_visit(thread, colleague):
    page = colleague.get(f"/p/{thread.id}")
    assert marked(page) == []
    assert "since you were last here" not in page


def test_what_others_publish_after_a_visit_is_new_and_leads_on(thread, member, colleague, at):
    path = f"/p/{thread.id}"
    visit(colleague, path)
    later(at)
    one, two = (make.contribution(thread, by=make.as_asker(member.id), text=f"Fresh {n}") for n in range(2))
    page = colleague.get(path)
    assert marked(page) == [one.id, two.id]
    assert "2 are new since you were last here" in page
    assert f'<a href="#c{one.id}">Go to the first</a>' in page
    assert page.count(f'<a class="next-new" href="#c{two.id}">') == 1
    assert page.count("Next new") == 1
    only = colleague.get(f"{path}?show=new")
    assert ids(only) == [one.id, two.id]
    assert "An old comment" not in only
    assert "Show all" in only


def test_one_s_own_texts_are_never_new(thread, colleague, at):
    path = f"/p/{thread.id}"
    visit(colleague, path)
    later(at)
    make.contribution(thread, by=make.as_asker(colleague.id), text="Mine")
    assert marked(colleague.get(path)) == []
    assert "since you were last here" not in colleague.get(path)
    assert "Nothing is new" in colleague.get(f"{path}?show=new")


def test_a_held_text_is_not_new_until_it_is_published(thread, member, colleague, at):
    """M5; and then it is, though it was written before the visit."""
    path = f"/p/{thread.id}"
    held = make.contribution(thread, by=make.as_asker(member.id), text="Waiting", state=State.HELD)
    visit(colleague, path)
    later(at)
    assert marked(colleague.get(path)) == []
    with transaction() as session:
        version = session.scalars(select(Version).where(Version.contribution_id == held.id)).one()
        deeds.approve(version, by=Asker(id=member.id, roles=frozenset("M")))
    db.session.expire_all()
    assert marked(colleague.get(path)) == [held.id]


def test_new_stays_new_while_one_turns_pages_and_ends_with_the_visit(thread, member, colleague, at):
    path = f"/p/{thread.id}"
    visit(colleague, path)
    later(at)
    fresh = make.contribution(thread, by=make.as_asker(member.id))
    visit(colleague, path)
    later(at, minutes=5)
    assert marked(colleague.get(path)) == [fresh.id]
    later(at, hours=1)
    assert marked(colleague.get(path)) == []


def test_a_button_marks_all_as_read_at_once(thread, member, colleague, at):
    path = f"/p/{thread.id}"
    visit(colleague, path)
    later(at)
    make.contribution(thread, by=make.as_asker(member.id))
    assert len(marked(colleague.get(path))) == 1
    visit(colleague, path, all="read")
    assert marked(colleague.get(path)) == []


def test_reading_writes_nothing(thread, colleague, queries):
    with queries() as sent:
        colleague.get(f"/p/{thread.id}")
        colleague.get(f"/p/{thread.id}?show=new")
    assert [s for s in sent if not s.startswith(("SELECT", "BEGIN"))] == []


def test_answers_of_a_question_are_marked_too(consultation, question, member, colleague, at):
    make.contribution(consultation.questions[0], by=make.as_asker(member.id))
    visit(colleague, question)
    later(at)
    fresh = make.contribution(consultation.questions[0], by=make.as_asker(member.id))
    assert marked(colleague.get(question)) == [fresh.id]
    visit(colleague, question, all="read")
    assert marked(colleague.get(question)) == []


def test_comments_on_a_finding_are_marked_too(consultation, member, stakeholder, at):
    finding = make.finding(consultation)
    at(consultation.open + HOUR)
    path = f"/c/{consultation.slug}/findings/{finding.number}"
    make.contribution(finding, by=make.as_asker(member.id))
    visit(stakeholder, path)
    later(at)
    fresh = make.contribution(finding, by=make.as_asker(member.id))
    assert marked(stakeholder.get(path)) == [fresh.id]
    assert ids(stakeholder.get(f"{path}?show=new")) == [fresh.id]


@pytest.mark.parametrize(
    "forged",
    [
        {"place": "thread-999999"},
        {"place": "thread-x"},
        {"place": "thread-99999999999999"},
        {"place": "people-1"},
        {"upto": "tomorrow"},
        {"upto": ""},
        {"upto": "0001-01-01T00:00:00+14:00"},
    ],
)
def test_a_forged_visit_is_refused(thread, colleague, forged):
    _to, fields = colleague.get(f"/p/{thread.id}").form("/seen")
    assert colleague.send("/seen", fields | forged).status in (400, 404)


def test_nobody_can_have_read_the_future(thread, member, colleague, at):
    path = f"/p/{thread.id}"
    _to, fields = colleague.get(path).form("/seen")
    colleague.send("/seen", fields | {"upto": "2999-01-01T00:00:00+00:00"})
    later(at)
    fresh = make.contribution(thread, by=make.as_asker(member.id))
    assert marked(colleague.get(path)) == [fresh.id]


def test_a_visitor_has_no_visits(consultation, member, visitor, thread, at):
    at(consultation.open + HOUR)
    page = visitor.get(f"/p/{thread.id}")
    assert "/seen" not in page
    assert visitor.get(f"/p/{thread.id}?show=new").status == 200
