"""The public page "How we moderate" (M28)."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from crowd import clock
from crowd.db import db, transaction
from crowd.models import Decision
from crowd.reports import figures
from crowd.states import Promise, State
from tests import make
from tests.reports.reporting import decide, report

PAGE = "/c/ahp/moderation"


def text_of(page: str) -> str:
    return " ".join(page.split())


def test_m28_everybody_reads_policy_target_reasons_and_figures(visitor, consultation):
    page = visitor.get(PAGE)
    assert "How we moderate" in page
    assert "within 4 working hours" in page
    assert "Monday, Tuesday, Wednesday, Thursday, Friday, 09:00 to 17:00" in page
    assert "Be firm on the matter and fair to the person." in page
    assert "Who thinks that a refusal or a removal is wrong can appeal once" in page
    assert "How long it took" not in page


def test_m28_the_way_there_from_the_landing_page_and_from_writing(visitor, member, consultation, question):
    for page in (visitor.get("/c/ahp/"), member.get(f"{question}/new")):
        assert f'href="{PAGE}"' in page


def test_m28_the_figures_are_what_happened(visitor, member, colleague, moderator, second_moderator, consultation):
    by, question = make.as_asker(member.id), consultation.questions[0]
    idea = make.contribution(question, by=by)
    make.contribution(question, by=by, state=State.RETURNED)
    refused = make.contribution(question, by=by, state=State.REJECTED, moderator=make.as_asker(moderator.id))
    make.contribution(question, by=by, state=State.HELD)
    report(colleague, idea, "off topic")
    decide(moderator, idea, "remove", reason=str(make.reason("Spam").id))
    member.post(f"/p/{refused.id}/appeal", words="It is on topic.")
    found = figures.counted(consultation.id)
    assert found.received == 4
    assert found.decided == {"approve": 1, "return": 1, "reject": 1, "remove": 1}
    assert found.reasons == [("Off topic", {"return": 1, "reject": 1}), ("Spam", {"remove": 1})]
    assert (found.reports, found.appeals) == ({"removed": 1}, {"": 1})
    page = text_of(visitor.get(PAGE))
    assert "<dt>Texts received</dt><dd>4</dd>" in page
    assert "<dt>Waiting now</dt><dd>1</dd>" in page
    assert '<th scope="row">Off topic</th><td class="n">1</td><td class="n">1</td><td class="n">0</td>' in page


@pytest.mark.parametrize(("waits", "median", "ninetieth"), [([60], 60, 60), (list(range(1, 11)), 5, 9), ([7, 3], 3, 7)])
def test_m28_median_and_ninetieth_percentile_by_nearest_rank(consultation, waits, median, ninetieth):
    author = make.member(consultation)
    for waited in waits:
        text = make.contribution(consultation.questions[0], by=author)
        with transaction() as session:
            session.execute(
                update(Decision)
                .where(Decision.version_id == text.version_id)
                .values(waited=waited)
                .execution_options(synchronize_session=False)
            )
    found = figures.counted(consultation.id)
    assert (found.median, found.ninetieth) == (median, ninetieth)


def test_m28_what_was_undone_does_not_count(consultation):
    text = make.contribution(consultation.questions[0], by=make.member(consultation))
    with transaction() as session:
        session.execute(
            update(Decision)
            .where(Decision.version_id == text.version_id)
            .values(undone_at=text.submitted_at)
            .execution_options(synchronize_session=False)
        )
    found = figures.counted(consultation.id)
    assert (found.decided, found.median) == ({}, None)


def test_m28_nothing_that_members_wrote_is_told(visitor, member, consultation):
    make.contribution(
        consultation.questions[0],
        by=make.as_asker(member.id),
        text="A canary among members.",
        promise=Promise.MEMBERS,
        state=State.REJECTED,
    )
    page = visitor.get(PAGE)
    assert "canary" not in page
    assert make.as_asker(member.id).memberships[consultation.id].alias not in page


def test_m28_another_consultations_figures_are_its_own(consultation):
    other = make.consultation("other")
    make.contribution(other.questions[0], by=make.member(other))
    assert figures.counted(consultation.id).decided == {}
    assert figures.counted(other.id).decided == {"approve": 1}


def test_m28_the_page_asks_as_much_with_one_text_and_with_thirty(visitor, consultation, queries, at):
    author = make.member(consultation)
    asked = []
    for n in range(30):
        make.contribution(consultation.questions[0], by=author, state=[State.PUBLISHED, State.RETURNED][n % 2])
        if n in (1, 29):
            at(clock.now() + timedelta(minutes=2))  # when no figures are kept
            with queries() as sent:
                visitor.get(PAGE)
            asked.append(len(sent))
    assert asked[0] == asked[1] <= 16


def test_m28_a_host_writes_the_policy(host, visitor, consultation):
    assert "has been saved" in host.post("/host/ahp/policy", policy="We read **everything**.")
    page = visitor.get(PAGE)
    assert "<strong>everything</strong>" in page
    assert "can appeal once" not in page
    host.post("/host/ahp/policy", policy="")
    assert "can appeal once" in visitor.get(PAGE)


def test_m28_two_hosts_at_once_lose_nothing(host, consultation):
    values = host.get("/host/ahp/policy").form(having="policy")[1]
    host.post("/host/ahp/policy", policy="First words.")
    page = host.send("/host/ahp/policy", values | {"policy": "Second words."})
    assert page.status == 409
    assert "Second words." in page
    assert db.session.get(type(consultation), consultation.id).policy == "First words."
    assert host.post("/host/ahp/policy", policy="x" * 10_001).status == 422
