"""Reading findings: the list and the page of one. The wall (P12) is tried with texts and aliases that could leak."""

import pytest

from crowd.db import db, transaction
from crowd.findings import sections
from crowd.models import Contribution
from crowd.states import Kind, Phase, Promise, State, Vote
from crowd.threads import deeds as threads
from crowd.threads import voting
from tests import make

PROMISES = {"Canary of members": Promise.MEMBERS, "Canary nameless": Promise.NAMELESS, "Canary by alias": Promise.ALIAS}


@pytest.fixture
def wall(consultation, at):
    """A finding that rests on a text of every promise, in the open phase; the alias of each text."""
    made, aliases = [], {}
    for (text, promise), profession in zip(PROMISES.items(), ("Dietitian", "Paramedic", "Podiatrist"), strict=True):
        author = make.member(consultation, profession=profession, region="London")
        made.append(make.contribution(consultation.questions[0], by=author, text=text, promise=promise))
        aliases[text] = author.memberships[consultation.id].alias
    make.finding(consultation, title="Care time counts", evidence=tuple(made))
    at(consultation.open)
    return aliases


def test_outside_the_wall_only_what_its_promise_allows(wall, visitor, stakeholder):
    for other in (visitor, stakeholder):
        page = other.get("/c/ahp/findings/1")
        assert page.status == 200
        assert "Rests on 3 contributions" in page
        assert "Canary of members" not in page
        assert wall["Canary of members"] not in page
        assert "1 more was written for members only and is not shown." in page
        assert "Canary nameless" in page
        assert wall["Canary nameless"] not in page
        assert "Paramedic, London" in page
        assert "Canary by alias" in page
        assert wall["Canary by alias"] in page
        assert "Dietitian" not in page.split("Rests on")[1]


def test_p12_a_finding_on_hidden_texts_alone_says_so_and_not_that_there_are_more(consultation, at, visitor):
    texts = [
        make.contribution(consultation.questions[0], by=make.member(consultation), promise=Promise.MEMBERS)
        for _n in range(2)
    ]
    make.finding(consultation, title="Alone", evidence=tuple(texts[:1]))
    make.finding(consultation, title="Both", evidence=tuple(texts))
    at(consultation.open)
    assert "It was written for members only and is not shown." in visitor.get("/c/ahp/findings/1")
    assert "They were all written for members only and are not shown." in visitor.get("/c/ahp/findings/2")


def test_p12_who_publishes_is_told_that_readers_will_see_none_of_it(consultation, at, host):
    open_, closed = (
        make.contribution(consultation.questions[0], by=make.member(consultation), promise=promise)
        for promise in (Promise.ALIAS, Promise.MEMBERS)
    )
    make.finding(consultation, state=State.DRAFT, evidence=(open_, closed))
    at(consultation.analysis)
    said = "All of these were written for members only"
    assert said not in host.get("/c/ahp/findings/1/publish")
    with transaction():
        threads.withdraw(make.anew(open_), by=make.as_asker(open_.author_id))
    assert said in host.get("/c/ahp/findings/1/publish")


def test_inside_the_wall_all_of_it(wall, member, moderator, analyst, host):
    for other in (member, moderator, analyst, host):
        page = other.get("/c/ahp/findings/1")
        for text, alias in wall.items():
            assert text in page
            assert alias in page
        assert "is not shown" not in page


def test_what_was_withdrawn_since_is_counted_and_not_shown(wall, member, visitor):
    idea = db.session.query(Contribution).filter_by(promise=Promise.ALIAS).one()
    author = make.as_asker(idea.author_id)
    with transaction():
        threads.withdraw(idea, by=author)
    for other in (member, visitor):
        page = other.get("/c/ahp/findings/1")
        assert "Canary by alias" not in page
        assert "1 has been withdrawn since." in page
        assert "Rests on 3 contributions" in page


def test_a_comment_as_evidence_does_not_name_whom_it_answers(consultation, visitor, at):
    author, other = make.member(consultation), make.member(consultation)
    idea = make.contribution(consultation.questions[0], by=author, promise=Promise.MEMBERS, text="Canary parent")
    reply = make.contribution(idea, by=other, text="I agree with that", promise=Promise.ALIAS)
    make.finding(consultation, evidence=(reply,))
    at(consultation.open)
    page = visitor.get("/c/ahp/findings/1")
    assert "I agree with that" in page
    assert author.memberships[consultation.id].alias not in page
    assert "Canary parent" not in page


def test_p14_votes_stand_apart_and_never_as_one_sum(consultation, stakeholder, member, at):
    """P14"""
    finding = make.finding(consultation)
    at(consultation.open)
    voters = [make.member(consultation) for _n in range(3)]
    with transaction():
        for n, voter in enumerate(voters):
            voting.vote(finding, by=voter, value=Vote.AGREE if n else Vote.DISAGREE)
    assert "You agree" in stakeholder.post("/vote", on="/c/ahp/findings/1", vote=f"agree-f{finding.id}")
    for page in (stakeholder.get("/c/ahp/findings/1"), member.get("/c/ahp/findings")):
        assert "<dt>Members</dt><dd>2 agree · 1 disagree · 0 passed</dd>" in page
        assert "<dt>Stakeholders</dt><dd>1 agree · 0 disagree · 0 passed</dd>" in page
        assert "3 agree" not in page


def test_a_vote_without_reload_shows_no_sum_either(consultation, member, at):
    finding = make.finding(consultation)
    at(consultation.open)
    address, fields = member.get("/c/ahp/findings/1").form("/vote", "vote")
    answer = member.send(address, fields | {"vote": f"agree-f{finding.id}"}, headers={"X-Fragment": "1"})
    assert "You agree" in answer
    assert "<b>" not in answer
    assert f"pass-f{finding.id}" in answer


@pytest.mark.parametrize("phase", [Phase.REGISTRATION, Phase.MEMBERS, Phase.ANALYSIS])
def test_nothing_of_them_is_known_before_the_opening(app, visitor, stakeholder, member, phase):
    consultation = make.consultation("early", phase=phase)
    make.finding(consultation, title="Canary published")
    make.finding(consultation, title="Canary draft", state=State.DRAFT)
    for other in (visitor, stakeholder, member):
        page = other.get("/c/early/findings")
        assert page.status == 200
        assert "No findings to read yet" in page
        assert "They can be read from" in page
        assert "Canary" not in page + other.get("/c/early/")
        for number in (1, 2):
            answer = other.get(f"/c/early/findings/{number}")
            assert answer.status == 404
            assert "Canary" not in answer


def test_drafts_are_read_by_those_who_work_on_them(app, visitor, member, moderator, analyst, host):
    consultation = make.consultation("working", phase=Phase.ANALYSIS)
    make.finding(consultation, title="Still a draft", state=State.DRAFT)
    for other in (moderator, analyst, host):
        page = other.get("/c/working/findings")
        assert "Still a draft" in page
        assert '<span class="tag warn">Draft</span>' in page
        assert other.get("/c/working/findings/1").status == 200


def test_a_draft_stays_unread_in_the_open_phase(visitor, stakeholder, member, consultation, at):
    make.finding(consultation, title="Canary draft", state=State.DRAFT)
    make.finding(consultation, title="For everybody")
    at(consultation.open)
    for other in (visitor, stakeholder, member):
        page = other.get("/c/ahp/findings")
        assert "For everybody" in page
        assert "Canary draft" not in page
        assert other.get("/c/ahp/findings/1").status == 404


def test_comments_stand_below_and_held_ones_do_not(consultation, stakeholder, visitor, member, moderator, at):
    finding = make.finding(consultation)
    at(consultation.open)
    sent = stakeholder.post("/c/ahp/findings/1/comment", text="What about carers?")
    assert "has been saved" in sent
    assert "What about carers?" not in visitor.get("/c/ahp/findings/1") + visitor.get("/c/ahp/findings")
    assert "0 comments" in visitor.get("/c/ahp/findings")
    assert "What about carers?" in moderator.get("/moderate")
    make.contribution(finding, by=make.as_asker(member.id), text="Carers come first", kind=Kind.COMMENT)
    assert "Carers come first" in visitor.get("/c/ahp/findings/1")
    assert "1 comment" in visitor.get("/c/ahp/findings")


def test_controls_that_are_not_there_say_why(consultation, visitor, member, host, at):
    make.finding(consultation)
    at(consultation.open)
    assert "Sign in if you are one of them." in visitor.get("/c/ahp/findings/1")
    assert 'action="/vote"' not in visitor.get("/c/ahp/findings/1")
    assert "can vote on findings" in host.get("/c/ahp/findings/1")
    at(consultation.closed)
    page = member.get("/c/ahp/findings/1")
    assert "until then you could vote on findings." in page
    assert "until then you could comment on findings." in page


def test_findings_stand_by_section_and_number(consultation, visitor, host, at):
    for number, section in enumerate(("Impacts", "Commitments", "Impacts", ""), 1):
        finding = make.finding(consultation, title=f"Finding titled {number}")
        with transaction():
            here = db.session.merge(finding)
            sections.place_last(here, sections.section_for(consultation, section, by=make.as_asker(host.id)))
    at(consultation.open)
    page = visitor.get("/c/ahp/findings")
    order = [page.index(words) for words in ("Impacts", "titled 1", "titled 3", "Commitments", "titled 2", "titled 4")]
    assert order == sorted(order)


def test_the_list_asks_the_same_number_of_queries_for_1_and_for_30(consultation, stakeholder, queries, at):
    at(consultation.open)

    def count(number):
        for _n in range(number):
            make.finding(consultation)
        with queries() as sent:
            stakeholder.get("/c/ahp/findings")
        return len(sent)

    assert count(1) == count(29)
