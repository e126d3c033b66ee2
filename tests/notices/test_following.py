"""Following and what one hears of it: on a page, never by mail, and only of what one may read."""

from datetime import timedelta

import pytest

from crowd.db import db, transaction
from crowd.models import Follow, Mail, Membership, Person, Theme, Themed
from crowd.states import Phase, Promise, Standing, State
from crowd.threads import deeds as threads
from tests import make
from tests.actors import Actor
from tests.moderation import desk


@pytest.fixture
def idea(consultation, colleague):
    return make.contribution(consultation.questions[0], by=make.as_asker(colleague.id), text="Self-referral")


@pytest.fixture
def finding(consultation, idea):
    return make.finding(consultation, title="Care time counts", evidence=(idea,))


@pytest.fixture
def third(consultation):
    return make.member(consultation, "third@example.org", profession="Podiatrist")


def _follow(actor, path, do="follow"):
    return actor.post("/follow", on=path, having="target", do=do)


def _theme(consultation, number=1, name="Access"):
    with transaction() as session:
        made = Theme(consultation_id=consultation.id, number=number, name=name)
        session.add(made)
    return made


def _give(theme, contribution):
    with transaction() as session:
        session.add(Themed(contribution_id=contribution.id, theme_id=theme.id))


def _notices(actor):
    """Their sentences, without the words of the texts."""
    page = actor.get("/me/notices")
    assert page.status == 200
    return page.split("<h1>")[1].split("</main>")[0]


def test_an_answer_to_one_s_own_text_needs_no_following(colleague, member, third, consultation, idea):
    make.contribution(idea, by=third, text="Yes, and soon")
    said = _notices(colleague)
    assert f"{third.memberships[consultation.id].alias} answered you" in said
    assert "Yes, and soon" in said
    assert "Yes, and soon" not in _notices(member)


def test_a_followed_thread_tells_of_its_comments(member, third, idea):
    assert 'aria-pressed="false">Follow<' in member.get(f"/p/{idea.id}")
    page = _follow(member, f"/p/{idea.id}")
    assert page.path == f"/p/{idea.id}"
    assert "You follow it" in page
    assert 'aria-pressed="true">Following<' in member.get(f"/p/{idea.id}")
    reply = make.contribution(idea, by=third, text="Yes, and soon")
    below = make.contribution(reply, by=third, text="Or later")
    said = _notices(member)
    assert "commented in a thread that you follow" in said
    assert said.index("Or later") < said.index("Yes, and soon")
    assert f'href="/p/{below.id}"' in said


def test_following_a_comment_is_following_its_thread(member, third, idea):
    reply = make.contribution(idea, by=third, text="Yes, and soon")
    token = member.get("/me").form("/logout")[1]["csrf_token"]
    member.send("/follow", {"csrf_token": token, "target": "contribution", "key": reply.id, "do": "follow"})
    assert [(f.target, f.key) for f in db.session.query(Follow)] == [("contribution", idea.id)]


def test_a_followed_question_tells_of_answers_and_not_of_their_comments(member, third, consultation, question):
    _follow(member, question)
    answer = make.contribution(consultation.questions[0], by=third, text="A new answer")
    make.contribution(answer, by=third, text="A comment on it")
    make.contribution(consultation.questions[1], by=third, text="An answer to another")
    said = _notices(member)
    assert "answered question 1" in said
    assert "A new answer" in said
    assert "A comment on it" not in said
    assert "An answer to another" not in said


def test_a_followed_finding_tells_of_its_comments(member, stakeholder, consultation, finding, at):
    at(consultation.open)
    _follow(member, f"/c/{consultation.slug}/findings/1")
    make.contribution(finding, by=make.as_asker(stakeholder.id), text="As a carer I agree")
    said = _notices(member)
    assert "commented on finding 1" in said
    assert "As a carer I agree" in said


def test_a_followed_theme_tells_of_what_it_is_given_to(member, third, consultation, idea, at):
    theme, other = _theme(consultation), _theme(consultation, 2, "Pay")
    _give(theme, make.contribution(consultation.questions[0], by=third, text="Given before"))
    at(consultation.analysis)
    token = member.get("/me").form("/logout")[1]["csrf_token"]
    asked = {"csrf_token": token, "target": "theme", "key": theme.id, "do": "follow"}
    assert member.send("/follow", asked).status == 200
    at(consultation.analysis + timedelta(hours=1))
    _give(other, idea)
    assert "Self-referral" not in _notices(member)
    _give(theme, idea)
    said = _notices(member)
    assert "was given the theme “Access”" in said
    assert "Self-referral" in said
    assert "Given before" not in said


def test_what_was_there_before_is_not_told_and_one_s_own_never(member, third, consultation, question):
    make.contribution(consultation.questions[0], by=third, text="Was there before")
    _follow(member, question)
    make.contribution(consultation.questions[0], by=make.as_asker(member.id), text="My own answer")
    said = _notices(member)
    assert "Was there before" not in said
    assert "My own answer" not in said


def test_m5_what_waits_causes_nothing_and_is_told_when_it_is_published(
    member, moderator, third, consultation, question
):
    _follow(member, question)
    held = make.contribution(consultation.questions[0], by=third, text="Waits for a moderator", state=State.HELD)
    make.contribution(consultation.questions[0], by=third, text="Was rejected", state=State.REJECTED)
    make.contribution(consultation.questions[0], by=third, text="Was withdrawn", state=State.WITHDRAWN)
    assert "Nothing new yet" in _notices(member)
    assert "new notice" not in member.get("/me")
    desk.decide(moderator, desk.waiting(held), "approve")
    assert "Waits for a moderator" in _notices(member)
    assert "1 new notice" in member.get("/me")


def test_what_has_two_reasons_is_told_once_for_the_nearer(colleague, third, idea, question):
    _follow(colleague, f"/p/{idea.id}")
    make.contribution(idea, by=third, text="Yes, and soon")
    said = _notices(colleague)
    assert said.count("Yes, and soon") == 1
    assert "answered you" in said
    assert "1 new notice" in colleague.get("/me")


def test_following_twice_is_following_once_and_stopping_stops(member, third, consultation, question):
    fields = member.get(question).form("/follow", having="target")[1]
    for _time in range(2):
        member.send("/follow", fields | {"do": "follow"})
    assert db.session.query(Follow).count() == 1
    assert "You do not follow it any more." in _follow(member, question, do="stop")
    make.contribution(consultation.questions[0], by=third, text="A new answer")
    assert "A new answer" not in _notices(member)


def test_marked_as_read_they_are_new_no_more(member, third, consultation, question):
    _follow(member, question)
    make.contribution(consultation.questions[0], by=third, text="The first")
    page = member.get("/me/notices")
    assert '<span class="tag warn">New</span>' in page
    fields = page.form("/me/notices/read")[1]
    make.contribution(consultation.questions[0], by=third, text="Published after the page was shown")
    assert "All are marked as read." in member.send("/me/notices/read", fields)
    said = _notices(member)
    assert said.count(">New<") == 1
    assert said.index(">New<") < said.index("Published after the page was shown") < said.index("The first")
    assert "1 new notice" in member.get("/me")


def test_looking_marks_nothing(member, third, consultation, question):
    _follow(member, question)
    make.contribution(consultation.questions[0], by=third)
    for _time in range(2):
        member.get("/me/notices")
    assert "1 new notice" in member.get("/me")
    assert db.session.get(Person, member.id).notices_seen_at is None


def test_a_time_that_is_none_is_refused_and_a_later_one_is_now(member, third, consultation, question):
    token = member.get("/me").form("/logout")[1]["csrf_token"]
    assert member.send("/me/notices/read", {"csrf_token": token, "until": "soon"}).status == 400
    assert member.send("/me/notices/read", {"csrf_token": token, "until": "9" * 16}).status == 200
    assert db.session.get(Person, member.id).notices_seen_at <= make.clock.now()


def test_p12_beyond_the_wall_nobody_is_told_of_what_they_may_not_read(app, consultation, third, idea, at):
    """A member's text for members, an answer to a text of somebody who is a member no more."""
    gone = make.member(consultation, "gone@example.org")
    left = Actor(app, gone.id)
    mine = make.contribution(consultation.questions[0], by=gone, text="I was here")
    _follow(left, "/c/ahp/q/1")
    make.contribution(mine, by=third, text="Canary answer", promise=Promise.MEMBERS)
    make.contribution(consultation.questions[0], by=third, text="Canary in the question", promise=Promise.MEMBERS)
    assert "Canary answer" in _notices(left)
    with transaction() as session:
        session.query(Membership).filter_by(person_id=gone.id).one().standing = Standing.STAKEHOLDER
    assert "Canary" not in _notices(left)
    assert "new notice" not in left.get("/me")
    at(consultation.open)
    assert "Canary" not in _notices(left)


def test_p12_without_a_name_outside(consultation, stakeholder, third, at):
    theme = _theme(consultation)
    said, first = (
        make.contribution(consultation.questions[0], by=third, text=words, promise=Promise.NAMELESS)
        for words in ("Nameless words", "The first to have it")
    )
    _give(theme, first)
    at(consultation.open)
    token = stakeholder.get("/me").form("/logout")[1]["csrf_token"]
    stakeholder.send("/follow", {"csrf_token": token, "target": "theme", "key": theme.id, "do": "follow"})
    at(consultation.open + timedelta(hours=1))
    _give(theme, said)
    page = _notices(stakeholder)
    assert "Nameless words" in page
    assert "What Name not shown (Podiatrist, North West) wrote" in page
    assert third.memberships[consultation.id].alias not in page


def test_who_may_not_read_it_may_not_follow_it(visitor, stakeholder, member, consultation, question, idea, finding):
    private = make.contribution(
        consultation.questions[0], by=make.member(consultation), text="For members", promise=Promise.MEMBERS
    )
    token = stakeholder.get("/me").form("/logout")[1]["csrf_token"]
    asked = {"csrf_token": token, "do": "follow"}
    for target, key, status in (
        ("contribution", private.id, 404),
        ("contribution", 99999, 404),
        ("question", consultation.questions[0].id, 403),
        ("finding", finding.id, 404),
        ("theme", 99999, 404),
        ("person", 1, 400),
        ("question", "1 or 1", 400),
        ("question", "9" * 30, 400),
    ):
        assert stakeholder.send("/follow", asked | {"target": target, "key": key}).status == status, target
    token = visitor.get("/login").form("/login")[1]["csrf_token"]
    sent = visitor.send("/follow", {"csrf_token": token, "do": "follow", "target": "contribution", "key": idea.id})
    assert sent.status == 403
    assert db.session.query(Follow).count() == 0


def test_the_suspended_follow_nothing_new_and_may_stop(member, question, idea):
    _follow(member, question)
    fields = member.get(f"/p/{idea.id}").form("/follow", having="target")[1]
    with transaction() as session:
        session.get(Person, member.id).suspended_until = make.clock.now() + make.DAY
    assert 'action="/follow"' not in member.get(question)
    assert member.send("/follow", fields | {"do": "follow"}).status == 403
    assert "You do not follow it any more." in _follow(member, "/me/feeds", do="stop")
    assert db.session.query(Follow).count() == 0


def test_what_is_gone_can_be_stopped(member, colleague, idea):
    _follow(member, f"/p/{idea.id}")
    assert "Self-referral" in member.get("/me/feeds")
    with transaction():
        threads.withdraw(make.anew(idea), by=make.as_asker(colleague.id))
    page = member.get("/me/feeds")
    assert "Self-referral" not in page
    assert "Something that you cannot read any more" in page
    _follow(member, "/me/feeds", do="stop")
    assert db.session.query(Follow).count() == 0


def test_following_leads_back_within_the_site_alone(member, question):
    fields = member.get(question).form("/follow", having="target")[1]
    for outside in ("//evil.example", "https://evil.example", "/\\evil.example"):
        assert member.send("/follow", fields | {"do": "follow", "next": outside}).path == "/me/feeds"
    assert member.send("/follow", fields | {"do": "stop", "next": f"{question}?sort=agreed"}).path == question


def test_nobody_else_sees_what_one_follows(member, colleague, moderator, host, question, idea):
    _follow(member, question)
    assert ">Following<" in member.get(question)
    for other in (colleague, moderator, host):
        assert ">Following<" not in other.get(question)
        assert "You follow nothing yet" in other.get("/me/feeds")


def test_nothing_is_mailed_for_following(member, colleague, moderator, third, consultation, question, idea, finding):
    """P17: the one mail of a publication goes to its author."""
    _follow(member, question)
    _follow(member, f"/p/{idea.id}")
    held = make.contribution(consultation.questions[0], by=third, text="A new answer", state=State.HELD)
    reply = make.contribution(idea, by=third, text="A comment", state=State.HELD)
    with transaction() as session:
        session.query(Mail).delete()
    for text in (held, reply):
        desk.decide(moderator, desk.waiting(text), "approve")
    assert "A new answer" in _notices(member)
    assert [(m.kind, m.address) for m in db.session.query(Mail)] == [("published", "third@example.org")] * 2


def test_pages_follow_one_another_without_gap_or_double(member, third, consultation, question):
    _follow(member, question)
    for n in range(65):
        make.contribution(consultation.questions[0], by=third, text=f"Answer number {n}.")
    seen, path = [], "/me/notices"
    while path:
        page = member.get(path)
        found = [int(part.split(".")[0]) for part in page.split("Answer number ")[1:]]
        assert len(found) <= 30
        seen += found
        path = page.split('rel="next"')[0].rpartition('href="')[2].split('"')[0] if 'rel="next"' in page else ""
    assert seen == list(range(64, -1, -1))


@pytest.mark.parametrize("before", ["x", "1", "1-", "-1", "1-x", "9" * 40 + "-1", "1-f", "1-f-1", "1-ff1"])
def test_a_page_that_is_none_is_not_found(member, before):
    assert member.get(f"/me/notices?before={before}").status == 404


@pytest.mark.parametrize("path", ["/me", "/me/notices", "/me/feeds"])
def test_a_page_costs_the_same_for_one_and_for_thirty(member, third, consultation, question, path, queries):
    def some(n):
        for _n in range(n):
            text = make.contribution(consultation.questions[0], by=third)
            with transaction() as session:
                at = make.clock.now()
                for target, key in (("contribution", text.id), ("question", 1000 + text.id)):
                    session.add(Follow(person_id=member.id, consultation_id=1, target=target, key=key, created_at=at))
            make.contribution(text, by=third)

    _follow(member, question)
    some(1)
    member.get(path)
    with queries() as few:
        member.get(path)
    some(30)
    member.get(path)
    with queries() as many:
        member.get(path)
    assert len(few) == len(many)


def test_the_button_costs_a_visitor_no_query(visitor, member, consultation, question, idea, at, queries):
    at(consultation.open)
    for path in (question, f"/p/{idea.id}", "/c/ahp/findings/1"):
        with queries() as sent:
            visitor.get(path)
        assert not [statement for statement in sent if "FROM follows" in statement]
    with queries() as sent:
        member.get(question)
    assert [statement for statement in sent if "FROM follows" in statement]


def test_a_moderator_who_writes_hears_of_answers(moderator, third, consultation):
    asked = make.contribution(consultation.questions[0], by=make.as_asker(moderator.id), text="What of islands?")
    make.contribution(asked, by=third, text="They need boats")
    assert "They need boats" in _notices(moderator)


def test_notices_come_from_every_consultation_one_is_in(member, third, consultation):
    other = make.consultation("other", phase=Phase.MEMBERS)
    with transaction() as session:
        session.add(
            Membership(
                person_id=member.id, consultation_id=other.id, standing="B", alias="Carer 1", joined_at=make.clock.now()
            )
        )
    _follow(member, "/c/other/q/1")
    _follow(member, "/c/ahp/q/1")
    stranger = make.member(other, "stranger@example.org")
    make.contribution(other.questions[0], by=stranger, text="Said elsewhere")
    make.contribution(consultation.questions[0], by=third, text="Said here")
    said = _notices(member)
    assert "Said elsewhere" in said
    assert "Said here" in said
