"""The kept counts are what is there, whatever happened; and where they are not, `recount` says so and mends it."""

import pytest
from sqlalchemy import select, update

from crowd.db import db, transaction
from crowd.models import Consultation, Contribution, Finding, Question, Record, VoteNow
from crowd.states import Standing, State, Vote
from crowd.threads import deeds, recount, voting
from tests import make

COUNTS = {
    Consultation: "people stakeholders contributions comments votes finding_comments finding_votes held",
    Question: "contributions comments votes",
    Contribution: "agree disagree passed replies files",
    Finding: "agree disagree passed member_agree member_disagree member_passed comments",
}


@pytest.fixture
def lively(consultation: Consultation) -> Consultation:
    """Something of everything that is counted, written through deeds, in two consultations."""
    for of in (consultation, make.consultation("other")):
        one, two = make.member(of), make.member(of)
        public = make.member(of, standing=Standing.STAKEHOLDER, group="Carer")
        idea = make.contribution(
            db.session.scalars(select(Question).where(Question.consultation_id == of.id)).first(), by=one
        )
        answer = make.contribution(idea, by=two)
        make.contribution(answer, by=one)
        make.contribution(idea, by=two, state=State.HELD)
        make.contribution(idea, by=two, state=State.REJECTED)
        make.contribution(idea, by=two, state=State.WITHDRAWN)
        finding = make.finding(of, evidence=(idea,))
        make.contribution(make.contribution(finding, by=public), by=one)
        with transaction() as session:
            deeds.tally(Consultation, of.id, people=2, stakeholders=1)
            idea, answer, finding = (session.merge(thing) for thing in (idea, answer, finding))
            voting.vote(idea, by=two, value=Vote.AGREE)
            voting.vote(answer, by=one, value=Vote.AGREE)
            voting.vote(answer, by=one, value=Vote.PASS)
            voting.vote(idea, by=one, value=Vote.DISAGREE)
            voting.vote(idea, by=one, value=None)
            voting.vote(finding, by=one, value=Vote.DISAGREE)
            voting.vote(finding, by=public, value=Vote.AGREE)
    return consultation


def test_what_deeds_have_counted_is_what_is_there(lively: Consultation) -> None:
    assert recount.check() == []
    assert recount.mend() == "All counts are what is there."
    assert db.session.scalars(select(Record).where(Record.deed == "counts mended")).all() == []
    db.session.refresh(lively)
    assert (lively.contributions, lively.comments, lively.votes, lively.held) == (1, 2, 2, 1)
    assert (lively.people, lively.stakeholders, lively.finding_comments, lively.finding_votes) == (2, 1, 2, 2)


def test_every_planted_error_is_found_and_mended(lively: Consultation) -> None:
    for kind, names in COUNTS.items():
        row = db.session.scalars(select(kind).order_by(kind.id)).first()
        for name in names.split():
            kept = getattr(row, name)
            _plant(kind, row.id, **{name: kept + 7})
            wrong = (kind.__tablename__, row.id, name, kept + 7, kept)
            assert recount.check() == [wrong]
            said = recount.mend()
            assert f"{name} was {kept + 7} and is {kept}." in said
            assert recount.check() == []


def test_all_errors_at_once_and_kept_pages_are_made_anew(lively: Consultation) -> None:
    change, stamps = lively.change, dict(db.session.execute(select(Contribution.id, Contribution.stamp)).all())
    for kind, names in COUNTS.items():
        _plant(kind, None, **dict.fromkeys(names.split(), 99))
    said = recount.mend().splitlines()
    assert recount.check() == []
    assert said[-1] == f"{len(said) - 1} counts were wrong and have been mended."
    db.session.expire_all()
    assert lively.change > change
    now = dict(db.session.execute(select(Contribution.id, Contribution.stamp)).all())
    assert all(now[key] > stamp for key, stamp in stamps.items())
    assert db.session.scalars(select(Record.facts).where(Record.deed == "counts mended")).all() == [
        {"number": len(said) - 1}
    ]


def test_a_vote_from_before_its_person_became_a_member_leaves_the_count_it_is_in(consultation: Consultation) -> None:
    finding = make.finding(consultation)
    carer = make.member(consultation, standing=Standing.STAKEHOLDER, group="Carer")

    def counts() -> tuple[int, ...]:
        db.session.refresh(finding)
        return finding.agree, finding.disagree, finding.member_agree, finding.member_disagree

    with transaction():
        voting.vote(finding, by=carer, value=Vote.AGREE)
    assert counts() == (1, 0, 0, 0)
    with transaction() as session:
        session.merge(carer.memberships[consultation.id]).standing = Standing.MEMBER
        deeds.tally(Consultation, consultation.id, people=1)
    member = make.as_asker(carer.id)
    for value, there in ((Vote.DISAGREE, (0, 0, 0, 1)), (Vote.AGREE, (0, 0, 1, 0)), (None, (0, 0, 0, 0))):
        with transaction():
            voting.vote(finding, by=member, value=value)
        assert counts() == there
        assert recount.check() == []


def test_a_vote_without_its_count_is_found(lively: Consultation) -> None:
    vote = db.session.scalars(select(VoteNow).where(VoteNow.contribution_id.is_not(None))).first()
    with transaction() as session:
        session.delete(vote)
    assert {(w.table, w.name) for w in recount.check()} == {
        ("contributions", "agree"),
        ("questions", "votes"),
        ("consultations", "votes"),
        ("profession_votes", "agree"),
    }


def _plant(kind: type, key: int | None, **values: int) -> None:
    with transaction() as session:
        wrong = update(kind).values(**values).execution_options(synchronize_session=False)
        session.execute(wrong if key is None else wrong.where(kind.id == key))
