"""A text's own page says which findings cite it, to whoever may read both, and as soon as that changes."""

from datetime import timedelta

import pytest

from crowd.db import transaction
from crowd.findings import deeds
from crowd.models import Contribution, Evidence, Finding
from crowd.states import Phase, Promise, Stance, State
from crowd.threads import deeds as threads
from tests import make
from tests.reports.reporting import decide, report

OPENED = (Phase.OPEN, Phase.CLOSED)


@pytest.fixture
def idea(consultation):
    return make.contribution(consultation.questions[0], by=make.member(consultation), text="More time")


@pytest.fixture
def comment(consultation, idea):
    return make.contribution(idea, by=make.member(consultation), text="And for carers")


def dissenting(finding, contribution):
    """The finding shows it as what speaks against it."""
    with transaction() as session:
        about = {"finding_id": finding.id, "contribution_id": contribution.id}
        session.add(Evidence(**about, stance=Stance.DISSENTS, added_at=finding.created_at))


def says(who, text):
    """What the text's page says of findings."""
    page = who.get(f"/p/{text.id}")
    assert page.status == 200
    _before, _found, after = page.partition('<div class="notice note">\n<p><a href="/c/ahp/findings/')
    return after.partition("</div>")[0] if after else ""


def test_both_kinds_are_told_for_the_text_and_for_what_answers_it(consultation, visitor, idea, comment, at):
    first = make.finding(consultation, title="Time is what people ask for", evidence=(idea, comment))
    dissenting(make.finding(consultation, title="Nobody lacks time", evidence=(comment,)), idea)
    third = make.finding(consultation, title="Care", evidence=(idea,))
    dissenting(third, comment)
    at(consultation.open + timedelta(hours=1))
    page = visitor.get(f"/p/{idea.id}")
    for number, words, title in (
        (1, "Cited by finding AHP-2016-F1", "Time is what people ask for"),
        (2, "Cited as dissent by finding AHP-2016-F2", "Nobody lacks time"),
        (3, "Cited by finding AHP-2016-F3", "Care"),
        (1, "A comment is cited by finding AHP-2016-F1", "Time is what people ask for"),
        (3, "A comment is cited as dissent by finding AHP-2016-F3", "Care"),
    ):
        assert f'<a href="/c/ahp/findings/{number}">{words}</a>: <span>{title}</span>' in page
    assert "Findings cite 1 comment here" in page
    assert page.count(f'<a href="/p/{comment.id}">Read the comment</a>') == 3
    assert first.title in visitor.get(f"/p/{comment.id}"), "a comment's address leads to the same page"


@pytest.mark.parametrize("phase", [Phase.MEMBERS, Phase.ANALYSIS, Phase.OPEN, Phase.CLOSED])
@pytest.mark.parametrize("shown", [False, True])
def test_each_reads_of_the_findings_that_they_may_read(
    consultation, member, stakeholder, visitor, analyst, moderator, host, idea, phase, shown, at
):
    make.finding(consultation, title="A published one", evidence=(idea,))
    make.finding(consultation, title="A draft", state=State.DRAFT, evidence=(idea,))
    with transaction():
        deeds.show_drafts(consultation, by=make.as_asker(host.id), on=shown)
    make.ready(consultation)
    if phase != Phase.MEMBERS:
        at(getattr(consultation, phase) + timedelta(hours=1))
    staff = {host: True, analyst: True, moderator: phase != Phase.MEMBERS}
    for who, drafts in [*staff.items(), (member, shown and phase == Phase.ANALYSIS)]:
        page = who.get(f"/p/{idea.id}")
        assert ("A draft" in page) == drafts, who.email
        assert ("A published one" in page) == (drafts or phase in OPENED), who.email
        assert ('<span class="tag warn">Draft</span>' in page) == drafts
    for who in (stakeholder, visitor):
        page = who.get(f"/p/{idea.id}")
        assert page.status == (200 if phase in OPENED else 404)
        assert ("A published one" in page) == (phase in OPENED)
        assert "A draft" not in page


def test_what_changes_shows_at_once(consultation, visitor, member, host, idea, at):
    make.finding(consultation, title="The first", evidence=(idea,))
    finding = make.finding(consultation, title="The second", state=State.DRAFT, evidence=(idea,))
    make.ready(consultation)
    at(consultation.open + timedelta(hours=1))
    address, everybody = f"/c/ahp/findings/{finding.number}", (visitor, member)

    def told(words):
        return [words in who.get(f"/p/{idea.id}") for who in everybody]

    assert told("The second") == [False, False]
    host.post(f"{address}/publish", having="csrf_token")
    assert told("Cited by finding AHP-2016-F2</a>: <span>The second") == [True, True]
    host.post(f"{address}/edit", title="Said better", text="What we found.", note="Words")
    assert told("Cited by finding AHP-2016-F2</a>: <span>Said better") == [True, True]
    other = make.contribution(consultation.questions[1], by=make.member(consultation))
    for contributions, stance in (([other.id], Stance.SUPPORTS), ([idea.id], Stance.DISSENTS), ([idea.id], None)):
        with transaction() as session:
            one = session.get_one(Finding, finding.id)
            deeds.set_evidence(one, contributions, stance, by=make.as_asker(host.id), note="Read again")
        assert told("Said better") == [stance is not None] * 2
        assert told("Cited as dissent by finding AHP-2016-F2") == [stance == Stance.DISSENTS] * 2


def test_what_was_taken_back_or_hidden_is_not_named(consultation, visitor, member, moderator, idea, comment, at):
    make.finding(consultation, title="It stands", evidence=(idea, comment))
    at(consultation.open + timedelta(hours=1))
    assert "A comment is cited" in says(visitor, idea)
    report(member, comment, "threat")
    assert "It stands" in says(visitor, idea)
    assert "A comment" not in says(visitor, idea)
    decide(moderator, comment, "fine")
    assert "A comment is cited" in says(visitor, idea)
    with transaction() as session:
        threads.withdraw(session.get_one(Contribution, idea.id), by=make.as_asker(idea.author_id))
    page = visitor.get(f"/p/{idea.id}")
    assert "Withdrawn by its author" in page
    assert "Cited by" not in page
    assert "A comment is cited by finding AHP-2016-F1" in page


def test_p12_a_comment_for_members_alone_is_named_to_them_alone(consultation, visitor, member, idea, at):
    """P12"""
    hidden = make.contribution(idea, by=make.member(consultation), promise=Promise.MEMBERS)
    make.finding(consultation, title="On both", evidence=(hidden,))
    at(consultation.open + timedelta(hours=1))
    assert "Findings cite 1 comment here" in member.get(f"/p/{idea.id}")
    page = visitor.get(f"/p/{idea.id}")
    assert "On both" not in page
    assert "cited" not in page


def test_a_page_asks_once_and_not_at_all_where_no_finding_can_be_read(consultation, member, visitor, idea, queries, at):
    def asked(who):
        with queries() as sent:
            who.get(f"/p/{idea.id}")
        return len([statement for statement in sent if "FROM evidence" in statement])

    assert asked(member) == 0, "the members' discussion"
    at(consultation.analysis + timedelta(hours=1))
    assert asked(member) == 0, "no draft is shown"
    make.finding(consultation, evidence=(idea,))
    at(consultation.open + timedelta(hours=1))
    assert [asked(member), asked(member), asked(visitor), asked(visitor)] == [1, 0, 1, 0]
