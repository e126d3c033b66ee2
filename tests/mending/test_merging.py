"""Putting a text under one that says the same, /moderate/<version>/merge, and parting them again (M15)."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from crowd import clock
from crowd.db import Overtaken, db, transaction
from crowd.mending import uniting
from crowd.models import (
    Case,
    Consultation,
    Contribution,
    Follow,
    Mail,
    Merge,
    Question,
    Record,
    Version,
    VoteEvent,
    VoteNow,
)
from crowd.notices import deeds as notices
from crowd.states import Kind, Phase, Promise, State, Vote
from crowd.threads import deeds as threads
from crowd.threads import facilitating, voting
from crowd.threads.appearing import vanish
from tests import make
from tests.mending.acts import merge, now, shown, undo, wrong
from tests.moderation.desk import edited, mails


@pytest.fixture
def target(consultation, author):
    return make.contribution(consultation.questions[0], by=author, text="Count the time we care in hours each day")


@pytest.fixture
def child(consultation, colleague):
    by = make.as_asker(colleague.id)
    return make.contribution(
        consultation.questions[0], by=by, text="Count each day the time we care, in hours", state=State.HELD
    )


def vote(thing: Contribution, by, value: Vote | None) -> None:
    with transaction() as session:
        voting.vote(session.get_one(Contribution, thing.id), by=by, value=value)


def votes(thing: Contribution) -> dict[int, int]:
    make.afresh()
    return dict(
        db.session.execute(select(VoteNow.person_id, VoteNow.value).where(VoteNow.contribution_id == thing.id)).all()
    )


def replay(thing: Contribution) -> dict[int, int]:
    """The current votes as the history has them."""
    events = db.session.scalars(select(VoteEvent).where(VoteEvent.contribution_id == thing.id).order_by(VoteEvent.id))
    last = {event.person_id: event.value for event in events}
    return {person: value for person, value in last.items() if value is not None}


def published(consultation, by, text="The same again", **more) -> Contribution:
    return make.contribution(consultation.questions[0], by=by, text=text, **more)


def places() -> dict[int, tuple]:
    make.afresh()
    rows = db.session.execute(
        select(
            Contribution.id,
            Contribution.parent_id,
            Contribution.parent_author_id,
            Contribution.thread_id,
            Contribution.path,
            Contribution.level,
            Contribution.question_id,
            Contribution.replies,
            Contribution.agree,
            Contribution.disagree,
            Contribution.passed,
            Contribution.merged,
            Contribution.closed,
        )
    )
    return {row.id: tuple(row[1:]) for row in rows}


def test_m15_a_held_text_appears_under_the_one_that_stays(moderator, member, question, consultation, target, child):
    page = moderator.get(f"/moderate/{shown(child).id}/merge")
    assert "Says much the same" in page
    assert f'name="chosen" value="{target.id}"' in page
    answer = moderator.post(f"/moderate/{shown(child).id}/merge", chosen=str(target.id), having="target", note="Thanks")
    assert answer.path == "/moderate"
    assert "Put under a text that says the same" in answer
    assert "You can undo it for 30 seconds" in answer
    thread = member.get(f"/p/{target.id}")
    for there in ("Count each day the time we care", child.alias, "Says the same", "Said by 1 other too"):
        assert there in thread
    found = now(child)
    assert (found.state, found.parent_id, found.thread_id, found.level) == (State.PUBLISHED, target.id, target.id, 2)
    assert found.submitted_at == child.submitted_at
    assert found.kind == Kind.IDEA
    assert "Count each day" not in member.get(question), "it stands among the answers no longer"
    assert db.session.scalars(select(Record.facts).where(Record.deed == "merged")).one()["target"] == target.id
    assert db.session.scalar(select(Consultation.held)) == 0
    assert wrong() == []


def test_m09_m22_after_merging_comes_what_waits_next_and_it_can_be_undone(moderator, consultation, target, child):
    following = shown(published(consultation, make.member(consultation), state=State.HELD))
    version = shown(child)
    answer = moderator.post(f"/moderate/{version.id}/merge", target=str(target.id), note="")
    assert answer.path == f"/moderate/{following.id}"
    claimed = select(Case.claimed_by_id).where(Case.version_id == following.id)
    assert db.session.scalar(claimed) == moderator.id
    back = moderator.post(f"/moderate/{version.id}/undo", on=f"/moderate/{following.id}", having="csrf_token")
    assert back.path == f"/moderate/{version.id}"
    assert "all is as it was before" in back
    assert (now(child).state, now(child).merged) == (State.HELD, False)
    assert wrong() == []


def test_m15_both_authors_hear(member, colleague, consultation, target, child, desk):
    merge(child, target, by=desk)
    [told] = mails(colleague.id)
    assert told.subject == "Your text stands with another one that says the same"
    assert "Count each day the time we care" in told.body
    assert f"/p/{child.id}" in told.body
    heard = mails(member.id)[-1]
    assert heard.subject == "Somebody else said the same as you"
    assert f"/p/{child.id}" in heard.body
    assert all(mail.due_at > mail.created_at for mail in (told, heard))
    assert "Mo Desk" not in told.body + heard.body
    assert "The moderators put this under a text that says the same" in colleague.get("/me")


def test_m15_the_old_addresses_point_on(member, consultation, target, child, desk):
    merge(child, target, by=desk)
    number = f"AHP-2016-{now(child).serial:04}"
    for old in (f"/p/{child.id}", f"/p/{number}"):
        page = member.get(old)
        assert page.first_status == 302
        assert page.path == f"/p/{target.id}"
    moved = member.browser.get(f"/p/{child.id}", base_url="http://localhost")
    assert moved.location.endswith(f"/p/{target.id}#c{child.id}")
    assert "Count each day" in member.get(f"/p/{child.id}.atom")
    assert "Count each day" not in member.get("/c/ahp/q/1.atom")
    assert f"/p/{child.id}" in member.get("/c/ahp/search?q=care")


def test_m15_its_own_replies_stay_below_it_at_any_depth(consultation, author, desk, member, target):
    by = make.member(consultation)
    child = published(consultation, by)
    first = make.contribution(child, by=author, text="First reply")
    second = make.contribution(first, by=by, text="Second reply")
    held = make.contribution(second, by=author, text="Held reply", state=State.HELD)
    before = places()
    merged = merge(child, target, by=desk)
    found = places()
    assert [found[c.id][4] for c in (child, first, second, held)] == [4 - 2, 3, 4, 5]
    assert {found[c.id][2] for c in (child, first, second, held)} == {target.id}
    assert found[target.id][6] == 3
    assert found[child.id][6] == 0
    page = member.get(f"/p/{target.id}")
    assert page.index("The same again") < page.index("First reply") < page.index("Second reply")
    assert wrong() == []
    later = make.contribution(second, by=author, text="Written later")
    undo(merged, by=desk)
    assert {key: value for key, value in places().items() if key not in (later.id, child.id)} == {
        key: value for key, value in before.items() if key != child.id
    }
    assert "Written later" in member.get(f"/p/{child.id}")
    assert now(child).replies == 3
    assert wrong() == []


def test_m15_votes_are_united_for_each_person_and_parted_again(consultation, author, desk, target):
    writer = make.member(consultation, profession="Podiatrist")
    one, two, three = (make.member(consultation, profession=p) for p in ("Dietitian", "Paramedic", "Paramedic"))
    child = published(consultation, writer)
    vote(child, one, Vote.AGREE)
    vote(child, two, Vote.DISAGREE)
    vote(child, author, Vote.AGREE)  # who wrote the text that stays
    vote(target, two, Vote.AGREE)
    vote(target, three, Vote.PASS)
    vote(target, writer, Vote.AGREE)
    before = places()
    merged = merge(child, target, by=desk)
    assert votes(child) == {} == replay(child)
    assert votes(target) == {one.id: 1, two.id: 1, three.id: 0, writer.id: 1} == replay(target)
    assert (now(target).agree, now(target).disagree, now(target).passed) == (3, 0, 1)
    assert db.session.scalar(select(Consultation.votes)) == 4
    assert wrong() == []
    undo(merged, by=desk)
    assert votes(child) == {one.id: 1, two.id: -1, author.id: 1} == replay(child)
    assert votes(target) == {two.id: 1, three.id: 0, writer.id: 1} == replay(target)
    assert places() == before
    assert db.session.scalar(select(Consultation.votes)) == 6
    assert wrong() == []


def test_m15_what_people_have_voted_since_is_theirs(consultation, desk, target):
    changed, back, stays = (make.member(consultation) for _n in range(3))
    child = published(consultation, make.member(consultation))
    for who in (changed, back, stays):
        vote(child, who, Vote.AGREE)
    merged = merge(child, target, by=desk)
    vote(target, changed, Vote.DISAGREE)
    vote(target, back, None)
    undo(merged, by=desk)
    assert votes(target) == {changed.id: -1}
    assert votes(child) == {changed.id: 1, stays.id: 1}
    assert wrong() == []


def test_m15_a_merged_text_takes_no_votes(member, consultation, desk, target, child, author):
    merge(child, target, by=desk)
    page = member.send("/vote", member.get("/me").form("/logout")[1] | {"vote": f"agree-{child.id}"})
    assert page.status == 403
    assert "vote there" in page
    assert f'value="agree-{child.id}"' not in member.get(f"/p/{target.id}")
    other = published(consultation, make.member(consultation), "Something else altogether")
    assert f'value="agree-{other.id}"' in member.get("/c/ahp/vote"), "nor is it offered"
    assert f'value="agree-{child.id}"' not in member.get(f"/c/ahp/vote?skip={other.id}")


def test_m15_from_one_question_to_another(consultation, desk, author, member):
    one, two = consultation.questions[0], consultation.questions[1]
    target = make.contribution(one, by=author)
    writer = make.member(consultation)
    child = make.contribution(two, by=writer)
    make.contribution(child, by=author)
    vote(child, author, Vote.AGREE)
    vote(child, make.member(consultation), Vote.AGREE)
    merged = merge(child, target, by=desk)
    assert now(child).question_id == one.id
    kept = [(q.contributions, q.comments, q.votes) for q in db.session.scalars(select(Question).order_by(Question.id))]
    assert kept[:2] == [(2, 1, 1), (0, 0, 0)]
    assert wrong() == []
    undo(merged, by=desk)
    assert now(child).question_id == two.id
    assert wrong() == []


def test_m15_a_comment_under_another_text(consultation, desk, author, target):
    other = published(consultation, make.member(consultation), "Another idea")
    comment = make.contribution(other, by=make.member(consultation), text="Count hours")
    make.contribution(comment, by=author)
    before = places()
    merged = merge(comment, target, by=desk)
    assert now(other).replies == 0
    assert now(target).replies == 2
    assert wrong() == []
    undo(merged, by=desk)
    assert places() == before
    assert wrong() == []


def test_m15_comments_on_a_finding(app, desk, visitor):
    of = make.consultation("later", phase=Phase.OPEN)
    finding = make.finding(of)
    target = make.contribution(finding, by=make.member(of), text="We stand by that")
    child = make.contribution(finding, by=make.member(of), text="That is what we stand by")
    merged = merge(child, target, by=desk)
    page = visitor.get(f"/c/later/findings/{finding.number}")
    assert page.index("We stand by that") < page.index("That is what we stand by")
    assert "Says the same" in page
    assert f"#c{child.id}" in visitor.browser.get(f"/p/{child.id}", base_url="http://localhost").location
    assert wrong() == []
    undo(merged, by=desk)
    assert "Says the same" not in visitor.get(f"/c/later/findings/{finding.number}")
    assert wrong() == []


def test_m15_followers_come_along_and_leave_again(consultation, desk, target, author):
    child = published(consultation, make.member(consultation))
    of_child, of_both = make.member(consultation), make.member(consultation)
    with transaction():
        for who, text in ((of_child, child), (of_both, child), (of_both, target)):
            notices.follow("contribution", text.id, consultation, by=who.id)
    merged = merge(child, target, by=desk)

    def followers(text):
        make.afresh()
        return set(db.session.scalars(select(Follow.person_id).where(Follow.key == text.id)))

    assert followers(target) == {of_child.id, of_both.id}
    undo(merged, by=desk)
    assert followers(target) == {of_both.id}
    assert followers(child) == {of_child.id, of_both.id}


def test_m15_a_prompt_is_taken_down(consultation, desk, host, target, member, question):
    asked = make.contribution(consultation.questions[0], by=make.as_asker(host.id), text="What counts?", moderator=desk)
    with transaction() as session:
        facilitating.pin(session.get_one(Contribution, asked.id), by=desk)
    merge(asked, target, by=desk)
    make.afresh()
    assert db.session.scalars(select(Question.prompt_id).where(Question.number == 1)).one() is None
    assert "What counts?" not in member.get(question)


# ---- the promise -----------------------------------------------------------------------------------------------------


def test_m15_p12_a_child_never_becomes_visible_to_more(consultation, desk, author, visitor, member, at):
    """P12: members only stays so under what everybody reads; its votes count and its words do not show."""
    target = published(consultation, author, "Everybody reads this")
    child = published(consultation, make.member(consultation), "Only members read this", promise=Promise.MEMBERS)
    vote(child, make.member(consultation), Vote.AGREE)
    merge(child, target, by=desk)
    assert "Only members read this" in member.get(f"/p/{target.id}")
    assert consultation.open
    at(consultation.open + timedelta(hours=1))
    page = visitor.get(f"/p/{target.id}")
    assert "Everybody reads this" in page
    for address in (f"/p/{target.id}", "/c/ahp/q/1", "/c/ahp/search?q=members", f"/p/{target.id}.atom"):
        assert "Only members read this" not in visitor.get(address)
    assert visitor.get(f"/p/{child.id}").status == 404
    assert "Only members read this" in member.get(f"/p/{target.id}")


def test_m15_p12_nor_to_fewer(consultation, desk, author):
    target = published(consultation, author, promise=Promise.MEMBERS)
    child = published(consultation, make.member(consultation), promise=Promise.ALIAS)
    with pytest.raises(uniting.NotTogether, match="for fewer readers"):
        merge(child, target, by=desk)


# ---- what cannot be merged -------------------------------------------------------------------------------------------


def test_m15_what_cannot_be_the_target_is_said(moderator, consultation, target, child, desk, author, host):
    other = make.consultation("other")
    elsewhere = make.contribution(other.questions[0], by=make.member(other))
    comment = make.contribution(target, by=author)
    waits = published(consultation, author, state=State.HELD)
    closed = published(consultation, author, "Closed")
    merged = published(consultation, make.member(consultation), "Merged")
    merge(merged, target, by=desk)
    of_the_moderator = published(consultation, desk, "Mine", moderator=make.as_asker(host.id))
    with transaction() as session:
        facilitating.close_thread(session.get_one(Contribution, closed.id), by=desk, why="Said")
    address = f"/moderate/{shown(child).id}/merge"
    for typed, said in (
        ("", "Choose a text, or enter"),
        ("nonsense", "There is no such text"),
        ("99999", "There is no such text"),
        (f"/p/{elsewhere.id}", "There is no such text"),
        (str(child.id), "This is the same text."),
        (f"/p/{target.id}#c{comment.id}", "This is a comment."),
        (str(waits.id), "has to be published"),
        (str(closed.id), "is closed"),
        (str(merged.id), "stands under another one itself"),
        (str(of_the_moderator.id), "You wrote the text that stays"),
    ):
        page = moderator.post(address, target=typed, note="My note")
        assert page.status == 422, typed
        assert said in page, typed
        assert "My note" in page
    assert now(child).state == State.HELD
    assert moderator.post(address, target=f"ahp 2016 {target.serial}", note="").path == f"/moderate/{shown(waits).id}"


def test_m15_m24_nobody_merges_their_own(moderator, consultation, target):
    own = published(consultation, make.as_asker(moderator.id), state=State.HELD)
    assert moderator.get(f"/moderate/{shown(own).id}/merge").status == 403


def test_m23_the_page_of_merging_is_blind(moderator, target, child):
    page = moderator.get(f"/moderate/{shown(child).id}/merge")
    assert "Count the time we care in hours each day" in page
    for hidden in (target.alias, child.alias, "agree-", "Paramedic"):
        assert hidden not in page


def test_m10_a_merge_is_refused_when_somebody_was_first(moderator, second_moderator, child, target, consultation, at):
    version = shown(child)
    address = f"/moderate/{version.id}/merge"
    _where, values = moderator.get(address).form(address, "target")
    second_moderator.post(f"/moderate/{version.id}", decision="approve")
    page = moderator.send(address, values | {"target": str(target.id), "note": "My note"})
    assert page.status == 409
    assert "Another moderator decided on this text" in page
    assert "My note" in page
    assert f'value="{target.id}"' in page
    assert not now(child).merged
    assert moderator.send(address, page.form(address, "target")[1]).path == "/moderate/merges"
    at(consultation.analysis + make.DAY)
    page = moderator.send(address, values | {"target": str(target.id)})
    assert page.status == 409


def test_m10_the_deed_itself_refuses_what_is_stale(child, target, desk):
    with pytest.raises(Overtaken), transaction() as session:
        uniting.merge(shown(child), session.get_one(Contribution, target.id), by=desk, phase="open")
    with pytest.raises(Overtaken), transaction() as session:
        uniting.merge(shown(child), session.get_one(Contribution, target.id), by=desk, state="published")


# ---- undoing ---------------------------------------------------------------------------------------------------------


def test_m15_it_can_be_undone_for_seven_days(moderator, member, colleague, child, target, desk, at, question):
    merged = merge(child, target, by=desk)
    with transaction() as session:
        for mail in session.scalars(select(Mail).where(Mail.once.is_not(None))):
            mail.state = "sent"
    at(merged.at + timedelta(days=6, hours=23))
    page = moderator.get("/moderate/merges")
    assert "can be undone until" in page
    answer = moderator.post(f"/moderate/merges/{merged.id}/undo", on="/moderate/merges", having="csrf_token")
    assert "The two texts stand apart again, both published. Both authors are told." in answer
    assert "Undone" in answer
    assert "Count each day the time we care" in colleague.get(question), "it stays published, among the answers"
    assert [mails(who.id)[-1].subject for who in (member, colleague)] == ["Two texts stand apart again"] * 2
    of_target, of_child = (mails(who.id)[-1].body for who in (member, colleague))
    assert "published on its own now" in of_child
    assert "on its own" not in of_target
    assert db.session.scalars(select(Record.facts).where(Record.deed == "merge undone")).one() == {
        "contribution": child.id,
        "target": target.id,
    }
    assert wrong() == []
    again = moderator.send(f"/moderate/merges/{merged.id}/undo", moderator.get("/me").form("/logout")[1])
    assert "This has been undone already." in again


def test_m15_after_seven_days_it_stays(moderator, child, target, desk, at):
    merged = merge(child, target, by=desk)
    at(merged.at + timedelta(days=7, seconds=1))
    assert "Part them again" not in moderator.get("/moderate/merges")
    page = moderator.send(f"/moderate/merges/{merged.id}/undo", moderator.get("/me").form("/logout")[1])
    assert "these are over" in page
    assert now(child).merged


def test_m15_undone_at_once_nobody_hears(child, target, desk, member, colleague):
    """M22: the mails wait as long as a decision can be undone."""
    merged = merge(child, target, by=desk)
    undo(merged, by=desk)
    assert mails(colleague.id) == []
    assert [mail.kind for mail in mails(member.id)] == ["published"]


def test_m15_one_after_the_other(consultation, desk, author):
    """What stands under a text comes along when that is merged too; it is undone in the other order."""
    first, second, third = (published(consultation, make.member(consultation), f"Same {n}") for n in range(3))
    voter = make.member(consultation)
    vote(first, voter, Vote.AGREE)
    before = places()
    one = merge(first, second, by=desk)
    two = merge(second, third, by=desk)
    assert votes(third) == {voter.id: 1}
    assert now(first).level == 3
    assert wrong() == []
    with pytest.raises(uniting.NotTogether, match="Undo that first"):
        undo(one, by=desk)
    undo(two, by=desk)
    undo(one, by=desk)
    assert places() == before
    assert votes(first) == {voter.id: 1}
    assert wrong() == []


def test_m15_m17_a_change_beside_it_still_waits(consultation, desk, target):
    by = make.member(consultation)
    child = published(consultation, by)
    change = edited(now(child), "The same, in other words", by=by)
    public = db.session.get_one(Version, now(child).version_id)
    with transaction() as session:
        uniting.merge(public, session.get_one(Contribution, target.id), by=desk)
    assert shown(child).id == change.id
    [case] = db.session.scalars(select(Case).where(Case.closed_at.is_(None)))
    assert case.version_id == change.id
    assert wrong() == []


def test_m15_what_is_hidden_while_it_is_checked_is_not_merged(moderator, consultation, desk, target):
    child = published(consultation, make.member(consultation))
    with transaction() as session:
        vanish(session.get_one(Contribution, child.id), State.HIDDEN)
    page = moderator.get(f"/moderate/{shown(child).id}/merge")
    assert "This text is hidden while it is checked." in page
    with pytest.raises((uniting.NotTogether, Overtaken)):
        merge(child, target, by=desk)


def test_m15_a_merged_text_can_be_withdrawn_and_leaves_its_mark(consultation, desk, target, member):
    by = make.member(consultation)
    child = published(consultation, by)
    merge(child, target, by=desk)
    assert "Said by 1 other too" in member.get(f"/p/{target.id}")
    with transaction() as session:
        threads.withdraw(session.get_one(Contribution, child.id), by=by)
    page = member.get(f"/p/{target.id}")
    assert "Said by 1 other too" not in page
    assert "Withdrawn by its author" in page
    assert wrong() == []


def test_the_list_costs_the_same_with_one_and_with_thirty(moderator, consultation, desk, target, queries):
    def pair():
        merge(published(consultation, make.member(consultation)), target, by=desk)

    def cost():
        moderator.get("/moderate/merges")
        with queries() as sent:
            moderator.get("/moderate/merges")
        return len(sent)

    pair()
    few = cost()
    for _n in range(29):
        pair()
    assert cost() == few
    assert db.session.scalar(select(func.count()).select_from(Merge)) == 30
    assert 'rel="next"' in moderator.get("/moderate/merges")
    assert clock.now()
