"""In which orders a question's answers stand, and what their formulas say."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from crowd import log
from crowd.db import db, transaction
from crowd.models import Contribution, ProfessionVotes
from crowd.states import Vote
from crowd.threads import orders, paging, voting
from crowd.threads.recount import check, mend
from tests import make
from tests.threads.test_pages import ids, next_page

PROFESSIONS = ("Dietitian", "Paramedic", "Podiatrist")


def vote(idea: Contribution, of, profession: str, agree: int, disagree: int = 0, passed: int = 0) -> None:
    """Votes of so many people of one profession."""
    values = [Vote.AGREE] * agree + [Vote.DISAGREE] * disagree + [Vote.PASS] * passed
    for value in values:
        who = make.member(of, profession=profession)
        with transaction() as session:
            voting.vote(session.get_one(Contribution, idea.id), by=who, value=value)


@pytest.mark.parametrize(
    ("agree", "votes", "bound"), [(8, 10, 0.4902), (80, 100, 0.7112), (0, 5, 0.0), (3, 3, 0.4385), (0, 0, 0.0)]
)
def test_wilson_s_lower_bound_is_the_published_one(app, agree, votes, bound):
    found = db.session.scalar(select(orders.wilson(agree, votes)))
    assert found == pytest.approx(bound * orders.SCALE, abs=60)


def test_most_agreed_is_not_who_was_seen_most(consultation, member, question):
    few, many, torn = (make.contribution(consultation.questions[0], by=make.as_asker(member.id)) for _n in range(3))
    vote(few, consultation, "Dietitian", 2)
    vote(many, consultation, "Dietitian", 9, 1)
    vote(torn, consultation, "Dietitian", 8, 8)
    assert ids(member.get(f"{question}?sort=agreed")) == [many.id, few.id, torn.id]
    assert ids(member.get(f"{question}?sort=divided"))[0] == torn.id


def test_what_unites_professions_rises_above_what_one_large_profession_applauds(consultation, member, question):
    applauded, uniting, unknown = (
        make.contribution(consultation.questions[0], by=make.as_asker(member.id)) for _n in range(3)
    )
    vote(applauded, consultation, "Dietitian", 12)
    vote(applauded, consultation, "Paramedic", 1, 5)
    vote(uniting, consultation, "Dietitian", 4, 2)
    vote(uniting, consultation, "Paramedic", 4, 1)
    vote(unknown, consultation, "Podiatrist", 7)  # one profession alone unites nothing
    assert ids(member.get(f"{question}?sort=agreed"))[-1] != applauded.id
    assert ids(member.get(f"{question}?sort=bridging")) == [uniting.id, applauded.id, unknown.id]
    found = dict(db.session.execute(select(Contribution.id, orders.bridging(Contribution))).all())
    assert found[uniting.id] == pytest.approx(5 / 8 * orders.SCALE, abs=1)
    assert found[applauded.id] == pytest.approx(2 / 8 * orders.SCALE, abs=1)
    assert found[unknown.id] == 0


def test_votes_by_profession_follow_every_change_and_are_verified(consultation, member, colleague):
    idea = make.contribution(consultation.questions[0], by=make.as_asker(member.id))
    path = f"/p/{idea.id}"
    for word, counts in [("agree", (1, 0, 0)), ("disagree", (0, 1, 0)), ("pass", (0, 0, 1)), ("back", (0, 0, 0))]:
        _to, fields = colleague.get(path).form("/vote")
        colleague.send("/vote", fields | {"vote": f"{word}-{idea.id}"})
        row = db.session.scalars(select(ProfessionVotes)).one()
        assert (row.profession, row.agree, row.disagree, row.passed) == ("Paramedic", *counts)
    mend()  # the cast joined past the deeds that count
    with transaction():
        db.session.scalars(select(ProfessionVotes)).one().agree = 7
    assert [(w.table, w.name) for w in check()] == [("profession_votes", "agree")]
    assert "agree was 7 and is 0" in mend()
    assert check() == []


def test_answers_are_shuffled_for_each_person_and_day_and_each_stands_there_once(
    consultation, member, colleague, question, at
):
    made = {make.contribution(consultation.questions[0], by=make.as_asker(member.id)).id for _n in range(65)}

    def read(who) -> list[int]:
        found, address = [], question
        while address:
            page = who.get(address)
            found += ids(page)
            address = next_page(page)
        return found

    mine, again, others = read(member), read(member), read(colleague)
    assert mine == again
    assert set(mine) == set(others) == made
    assert len(mine) == len(others) == 65
    assert mine != others
    assert mine not in (sorted(mine), sorted(mine, reverse=True))
    at(consultation.members + timedelta(days=2))
    tomorrow = read(member)
    assert tomorrow != mine
    assert set(tomorrow) == made


def test_pages_turned_past_midnight_are_of_the_day_on_which_they_began(consultation, member, question, at):
    made = {make.contribution(consultation.questions[0], by=make.as_asker(member.id)).id for _n in range(65)}
    at(consultation.members + timedelta(days=1))
    page = member.get(question)
    found = ids(page)
    at(consultation.members + timedelta(days=2))
    while address := next_page(page):
        page = member.get(address)
        found += ids(page)
    assert (len(found), set(found)) == (65, made)


def test_no_place_of_a_shuffle_belongs_to_two(app):
    shuffle = orders.Shuffle.of(7, "2026-05-01", 1)
    places = [(n * shuffle.times + shuffle.plus) % orders.PRIME for n in range(1, 5000)]
    assert len(set(places)) == len(places)


@pytest.mark.parametrize("order", orders.ANSWERS)
def test_each_order_turns_its_pages_without_losing_any(consultation, member, question, order):
    made = [make.contribution(consultation.questions[0], by=make.as_asker(member.id)).id for _n in range(31)]
    vote(make.anew(db.session.get_one(Contribution, made[3])), consultation, "Dietitian", 3)
    first = member.get(f"{question}?sort={order}")
    second = member.get(next_page(first))
    assert len(ids(first)) == paging.TOPS
    assert sorted(ids(first) + ids(second)) == made
    assert "Back to the first page" in second


def test_an_unknown_order_is_not_found(member, question):
    assert member.get(f"{question}?sort=best").status == 404


# ---- what is told of votes ------------------------------------------------------------------------------------------


def test_fewer_than_three_votes_are_not_told(consultation, member, colleague, question):
    idea = make.contribution(consultation.questions[0], by=make.as_asker(member.id))
    vote(idea, consultation, "Dietitian", 1, 1)
    assert "Fewer than 3 votes" in member.get(question)
    assert "<b>" not in colleague.get(question)
    vote(idea, consultation, "Dietitian", 0, 0, 1)
    assert "1 agree" in member.get(question)
    assert colleague.get(question).count("<b>1</b>") == 2


def test_counts_are_hidden_until_the_bell_if_the_host_says_so(
    consultation, member, colleague, visitor, host, question, at
):
    idea = make.contribution(consultation.questions[0], by=make.as_asker(member.id))
    vote(idea, consultation, "Dietitian", 4)
    path = f"/host/{consultation.slug}/"
    assert host.send(path, host.get(path).form(having="counts_hidden")[1] | {"counts_hidden": "y"}).status == 200
    for who, address in ((member, question), (colleague, question), (colleague, f"/p/{idea.id}")):
        page = who.get(address)
        assert not re.search(r"<b>\d|\d agree", page)
        assert "Most agreed" not in page
        assert "What unites" not in page
    assert "Votes are told when the discussion has ended" in member.get(question)
    for order in orders.BY_VOTES:
        assert colleague.get(f"{question}?sort={order}").status == 404
    assert colleague.get(f"/p/{idea.id}?sort=agreed").status == 404
    _to, fields = colleague.get(question).form("/vote")
    answer = colleague.send("/vote", fields | {"vote": f"agree-{idea.id}"}, headers={"X-Fragment": "1"})
    assert "You agree" in answer
    assert "<b>" not in answer
    at(consultation.open + timedelta(hours=1))
    assert "5 agree" in visitor.get(question)
    assert visitor.get(f"{question}?sort=agreed").status == 200


def test_a_vote_without_scripts_returns_to_where_it_was_pressed(consultation, member, colleague, question):
    idea = make.contribution(consultation.questions[0], by=make.as_asker(member.id))
    _to, fields = colleague.get(f"{question}?sort=newest").form("/vote")
    answer = colleague.browser.post("/vote", data=fields | {"vote": f"agree-{idea.id}"})
    assert answer.headers["Location"] == f"{question}?sort=newest#c{idea.id}"
    _to, fields = colleague.get(f"/p/{idea.id}").form("/vote")
    forged = colleague.browser.post("/vote", data=fields | {"vote": f"back-{idea.id}", "next": "//evil.example"})
    assert forged.headers["Location"] == f"/p/{idea.id}#c{idea.id}"


def test_one_idea_after_the_other_begins_with_the_least_seen_and_remembers_what_was_skipped(
    consultation, member, colleague
):
    seen, unseen = (make.contribution(consultation.questions[0], by=make.as_asker(member.id)) for _n in range(2))
    vote(seen, consultation, "Dietitian", 1)
    path = f"/c/{consultation.slug}/vote"
    assert f"agree-{unseen.id}" in colleague.get(path)
    skipped = f"{path}?skip={unseen.id}"
    page = colleague.get(skipped)
    assert f"agree-{seen.id}" in page
    answer = colleague.browser.post("/vote", data=page.form("/vote")[1] | {"vote": f"pass-{seen.id}"})
    assert answer.headers["Location"] == skipped
    assert "You have seen every idea" in colleague.get(skipped)


def test_what_is_kept_of_a_list_knows_its_order(consultation, member, colleague, question):
    """Two orders must not share what is kept of one."""
    one, two = (make.contribution(consultation.questions[0], by=make.as_asker(member.id)) for _n in range(2))
    vote(one, consultation, "Dietitian", 3)
    assert ids(colleague.get(f"{question}?sort=agreed")) == [one.id, two.id]
    assert ids(colleague.get(f"{question}?sort=newest")) == [two.id, one.id]
    with transaction():
        log.touch(consultation.id)
    assert ids(colleague.get(f"{question}?sort=agreed")) == [one.id, two.id]
