"""Parting what was merged a moment ago (M15, M22)."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from crowd.db import db, transaction
from crowd.models import Case, Consultation, Contribution, Decision, Record, Version
from crowd.search import queries as found
from crowd.states import State
from tests import make
from tests.mending.acts import merge, now, shown, wrong
from tests.moderation.desk import edited, mails


@pytest.fixture
def target(consultation, author):
    return make.contribution(consultation.questions[0], by=author, text="Count the time we care in hours each day")


@pytest.fixture
def child(consultation, colleague):
    by = make.as_asker(colleague.id)
    return make.contribution(consultation.questions[0], by=by, text="Count each day the time we care", state=State.HELD)


def part(actor, merged):
    return actor.send(f"/moderate/merges/{merged.id}/undo", actor.get("/moderate").form("/moderate/keys")[1])


def undone() -> list[Decision]:
    make.afresh()
    return list(db.session.scalars(select(Decision).where(Decision.undone_at.is_not(None))))


def test_m15_m22_parted_at_once_what_was_held_waits_again(
    moderator, member, colleague, child, target, desk, question, consultation
):
    version = shown(child).id
    case = db.session.scalars(select(Case.id).where(Case.closed_at.is_(None))).one()
    merged = merge(child, target, by=desk)
    page = part(moderator, merged)
    assert "One waits as it did before, and no author hears of it." in page
    assert page.path == f"/moderate/{version}"
    of = now(child)
    assert (of.state, of.merged, of.version_id, of.public_since) == (State.HELD, False, None, None)
    assert shown(child).state == State.HELD
    [again] = db.session.scalars(select(Case).where(Case.closed_at.is_(None)))
    assert (again.id, again.claimed_by_id) == (case, desk.id)
    assert [decision.id for decision in undone()] == [merged.decision_id]
    assert db.session.scalars(select(Record).where(Record.deed == "decision undone")).one()
    assert db.session.scalar(select(Consultation.held)) == 1
    assert mails(colleague.id) == []
    assert [mail.kind for mail in mails(member.id)] == ["published"]
    assert "Count each day the time we care" not in member.get(question) + member.get(f"/p/{target.id}")
    assert "put this under a text" not in colleague.get("/me")
    assert found.stray() == found.missing() == [] == wrong()
    merge(child, target, by=desk)
    assert now(child).merged, "and it can be merged again"
    assert wrong() == []


def test_m15_m17_a_change_that_was_merged_waits_again(moderator, consultation, desk, target):
    by = make.member(consultation)
    child = make.contribution(consultation.questions[0], by=by, text="The first wording")
    change = edited(now(child), "Another wording", by=by).id
    merged = merge(child, target, by=desk)
    part(moderator, merged)
    assert shown(child).id == change
    assert db.session.get_one(Version, now(child).version_id).source == "The first wording"
    assert now(child).state == State.PUBLISHED
    assert wrong() == []


def test_m15_once_it_was_answered_it_stays_published_and_its_author_hears(
    moderator, colleague, member, consultation, child, target, desk, question
):
    merged = merge(child, target, by=desk)
    make.contribution(now(child), by=make.member(consultation), text="Just so")
    page = part(moderator, merged)
    assert "The author of the one that moves is told." in page
    assert now(child).state == State.PUBLISHED
    assert undone() == []
    [told] = mails(colleague.id)
    assert "Your text is published on its own now." in told.body
    assert [mail.kind for mail in mails(member.id)][:1] == ["published"]
    assert "merge_undone" not in [mail.kind for mail in mails(member.id)]
    assert "Count each day the time we care" in member.get(question)
    assert wrong() == []


def test_m15_m22_parted_by_somebody_else_or_later_it_stays_published(
    moderator, second_moderator, colleague, child, target, desk, at
):
    merged = merge(child, target, by=desk)
    part(second_moderator, merged)
    assert now(child).state == State.PUBLISHED
    assert [mail.kind for mail in mails(colleague.id)] == ["merge_undone"]
    merged = merge(child, target, by=desk)
    at(merged.at + timedelta(seconds=31))
    part(moderator, merged)
    assert now(child).state == State.PUBLISHED
    assert undone() == []
    assert "Your text is published on its own now." in mails(colleague.id)[-1].body


def test_m15_what_was_public_is_parted_at_once_without_a_word(moderator, consultation, desk, target):
    by = make.member(consultation)
    child = make.contribution(consultation.questions[0], by=by, text="The same")
    page = part(moderator, merge(child, target, by=desk))
    assert "The two texts stand apart again, and no author hears of it." in page
    assert now(child).state == State.PUBLISHED
    assert [mail.kind for mail in mails(by.id)] == ["published"]
    assert db.session.scalars(select(Case).where(Case.closed_at.is_(None))).all() == []
    assert wrong() == []


def test_m15_removed_meanwhile_it_is_parted_and_stays_removed(moderator, child, target, desk):
    from crowd.threads.appearing import vanish

    merged = merge(child, target, by=desk)
    with transaction() as session:
        vanish(session.get_one(Contribution, child.id), State.REMOVED)
    part(moderator, merged)
    assert (now(child).state, now(child).merged) == (State.REMOVED, False)
    assert wrong() == []


def test_m15_the_author_s_own_page_says_that_it_was_parted(colleague, child, target, desk, at, moderator):
    merged = merge(child, target, by=desk)
    at(merged.at + timedelta(days=1))
    part(moderator, merged)
    page = colleague.get("/me")
    assert "had put this under a text that says the same, and parted the two again" in page
    assert "The moderators put this under" not in page
    assert '<li class="tag ok">Published</li>' in page
