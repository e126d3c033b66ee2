"""What moderators and hosts do to a discussion: pin a text above the answers, close a thread with a reason."""

import pytest

from crowd.db import db, transaction
from crowd.models import Question, Record
from crowd.states import Kind, Promise, State
from crowd.threads import deeds
from tests import make
from tests.moderation import desk


@pytest.fixture
def asked(consultation, moderator):
    """A facilitator's text under the first question."""
    return make.contribution(
        consultation.questions[0], by=make.as_asker(moderator.id), text="What of rural areas?", kind=Kind.EXPERIENCE
    )


@pytest.fixture
def idea(consultation, colleague):
    return make.contribution(consultation.questions[0], by=make.as_asker(colleague.id), text="Self-referral")


def _pin(actor, contribution, do="pin"):
    return actor.post(f"/p/{contribution.id}/pin", on=f"/p/{contribution.id}", having="do", do=do)


def _log(deed):
    return db.session.query(Record).filter_by(deed=deed).count()


def test_a_pinned_text_stands_above_the_answers_and_not_among_them(member, host, question, asked, idea):
    assert "It stands above the answers now." in _pin(host, asked)
    page = member.get(question)
    above, among = page.split("What people say")
    assert "A question from the facilitator" in above
    assert "What of rural areas?" in above
    assert f'href="/p/{asked.id}/reply"' in above
    assert page.count("What of rural areas?") == 1
    assert "Self-referral" in among
    assert _log("prompt pinned") == 1


def test_a_second_one_takes_its_place(member, moderator, consultation, question, asked):
    second = make.contribution(consultation.questions[0], by=make.as_asker(moderator.id), text="And of islands?")
    _pin(moderator, asked)
    _pin(moderator, second)
    above, among = member.get(question).split("What people say")
    assert "And of islands?" in above
    assert "What of rural areas?" in among


def test_it_can_be_taken_down_and_a_withdrawn_one_is_gone(member, moderator, question, asked):
    _pin(moderator, asked)
    _pin(moderator, asked, do="unpin")
    assert "A question from the facilitator" not in member.get(question)
    _pin(moderator, asked)
    moderator.post(f"/p/{asked.id}/withdraw", having="csrf_token")
    page = member.get(question)
    assert "A question from the facilitator" not in page
    assert "What of rural areas?" not in page
    assert db.session.query(Question).filter_by(number=1).one().prompt_id is None
    assert _log("prompt taken down") == 2


def test_a_member_can_pin_nothing_and_nobody_a_member_s_text(member, colleague, moderator, asked, idea):
    assert 'action="/p/' not in member.get(f"/p/{asked.id}")
    token = member.get(f"/p/{asked.id}").form("/vote")[1]["csrf_token"]
    assert member.send(f"/p/{asked.id}/pin", {"csrf_token": token, "do": "pin"}).status == 403
    assert f"/p/{idea.id}/pin" not in moderator.get(f"/p/{idea.id}")
    token = moderator.get(f"/p/{asked.id}").form(having="do")[1]["csrf_token"]
    assert moderator.send(f"/p/{idea.id}/pin", {"csrf_token": token, "do": "pin"}).status == 403
    assert moderator.send(f"/p/{asked.id}/pin", {"csrf_token": token, "do": "up"}).status == 400
    assert db.session.query(Question).filter(Question.prompt_id.is_not(None)).count() == 0


def test_outside_of_the_discussion_a_prompt_keeps_its_promise(visitor, member, moderator, consultation, question, at):
    private = make.contribution(
        consultation.questions[0], by=make.as_asker(moderator.id), text="Only between us?", promise=Promise.MEMBERS
    )
    _pin(moderator, private)
    at(consultation.open)
    assert "Only between us?" in member.get(question)
    page = visitor.get(question)
    assert page.status == 200
    assert "Only between us?" not in page
    assert "A question from the facilitator" not in page


def test_a_prompt_takes_no_place_of_a_page_of_answers(member, moderator, consultation, question, asked, colleague):
    by = make.as_asker(colleague.id)
    for n in range(31):
        make.contribution(consultation.questions[0], by=by, text=f"Idea {n} of many")
    _pin(moderator, asked)
    page = member.get(question)
    assert page.count(" of many") == 30
    assert "Next page" in page


def test_the_prompt_costs_no_query_once_it_is_kept(member, moderator, question, asked, queries):
    member.get(question)
    with queries() as before:
        member.get(question)
    _pin(moderator, asked)
    member.get(question)
    with queries() as after:
        member.get(question)
    assert len(after) <= len(before)


def _close(actor, first, reason="The question is answered"):
    return actor.post(f"/p/{first.id}/close", reason=reason)


def test_a_closed_thread_says_why_and_takes_no_comments(member, moderator, question, idea, consultation):
    reply = make.contribution(idea, by=make.as_asker(member.id), text="Yes, and soon")
    assert f'href="/p/{reply.id}/reply"' in member.get(f"/p/{idea.id}")
    page = _close(moderator, idea)
    assert page.path == f"/p/{idea.id}"
    page = member.get(f"/p/{idea.id}")
    day = make.clock.now().strftime("%Y")
    assert f"{day}: The question is answered" in page
    assert "Closed by the moderators on" in page
    assert "/reply" not in page
    for text in (idea, reply):
        refused = member.get(f"/p/{text.id}/reply")
        assert refused.status == 403
        assert "A moderator has closed this thread." in refused
    assert "The question is answered" in member.get(question)
    assert _log("thread closed") == 1
    assert member.post("/vote", on=f"/p/{idea.id}", having="vote", vote=f"agree-{idea.id}").status == 200
    assert make.anew(idea).agree == 1


def test_a_comment_that_waited_is_still_decided_and_stands_closed(member, moderator, idea):
    waiting = make.contribution(idea, by=make.as_asker(member.id), text="Waited too long", state=State.HELD)
    _close(moderator, idea)
    desk.decide(moderator, desk.waiting(waiting), "approve")
    page = member.get(f"/p/{idea.id}")
    assert "Waited too long" in page
    assert "/reply" not in page


def test_a_text_sent_at_the_very_moment_is_closed_with_its_thread(member, moderator, idea):
    _close(moderator, idea)
    assert make.contribution(make.anew(idea), by=make.as_asker(member.id), text="A moment late").closed


def test_it_can_be_opened_again(member, moderator, host, idea):
    _close(moderator, idea)
    page = host.get(f"/p/{idea.id}/close")
    assert "The question is answered" in page
    assert host.send(f"/p/{idea.id}/open", page.form(f"/p/{idea.id}/open")[1]).path == f"/p/{idea.id}"
    page = member.get(f"/p/{idea.id}")
    assert f'href="/p/{idea.id}/reply"' in page
    assert "Closed by" not in page
    assert make.anew(idea).closed_why == ""
    assert _log("thread opened again") == 1


def test_a_reason_is_asked_for_and_what_was_typed_stays(moderator, idea):
    page = _close(moderator, idea, "")
    assert page.status == 422
    assert "Say why: readers are told." in page
    page = _close(moderator, idea, "x" * 301)
    assert page.status == 422
    assert "x" * 301 in page
    assert not make.anew(idea).closed


def test_only_facilitators_close_and_only_whole_threads(member, moderator, idea):
    reply = make.contribution(idea, by=make.as_asker(member.id))
    assert "Close the thread" not in member.get(f"/p/{idea.id}")
    assert member.get(f"/p/{idea.id}/close").status == 403
    assert moderator.get(f"/p/{reply.id}/close").status == 403


def test_the_reason_is_shown_as_text(member, moderator, idea):
    _close(moderator, idea, "<script>alert(1)</script>")
    page = member.get(f"/p/{idea.id}")
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page


def test_a_comment_on_a_finding_begins_a_thread_that_can_be_closed(
    consultation, member, moderator, stakeholder, visitor, at, idea
):
    finding = make.finding(consultation, evidence=(idea,))
    at(consultation.open)
    said = make.contribution(finding, by=make.as_asker(stakeholder.id), text="As a carer I agree")
    other = make.contribution(finding, by=make.as_asker(stakeholder.id), text="Another matter")
    address = f"/c/{consultation.slug}/findings/1"
    assert "Close the thread" in moderator.get(address)
    assert "Close the thread" not in member.get(address)
    assert _close(moderator, said, "It repeats itself").path == address
    page = member.get(address)
    assert "It repeats itself" in page
    assert "It repeats itself" in visitor.get(address)
    assert f"/p/{said.id}/reply" not in page
    assert f"/p/{other.id}/reply" in page
    assert member.get(f"/p/{said.id}/reply").status == 403
    assert "Open the thread again" in moderator.get(address)


def test_texts_of_facilitators_are_marked(member, asked):
    assert "Facilitator</span>" in member.get(f"/p/{asked.id}")


def test_withdrawing_what_is_not_pinned_leaves_the_prompt(member, moderator, colleague, question, asked, idea):
    _pin(moderator, asked)
    with transaction():
        deeds.withdraw(make.anew(idea), by=make.as_asker(colleague.id))
    assert "What of rural areas?" in member.get(question).split("What people say")[0]


def test_what_was_being_written_when_a_thread_was_closed_is_kept(member, moderator, idea):
    path = f"/p/{idea.id}/reply"
    _to, fields = member.get(path).form(having="text")
    moderator.post(f"/p/{idea.id}/close", reason="It went round in circles")
    page = member.send(path, fields | {"text": "My answer to all of it"})
    assert page.status == 403
    assert "We have kept it as a draft" in page
    assert f'href="/p/{idea.id}"' in page
    assert "My answer to all of it" in member.get("/me")


def test_a_facilitator_is_asked_about_the_name_and_not_about_an_alias(moderator, member, question, idea):
    for path in (f"{question}/new", f"/p/{idea.id}/reply"):
        page = moderator.get(path)
        assert "once the findings are published, under your name" in page
        assert "your alias" not in page
        assert "under your alias" in member.get(path)
