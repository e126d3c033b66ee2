"""One in twenty decisions goes blind to a second moderator (M29)."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from crowd import clock
from crowd.care import sampling, watching
from crowd.db import db, transaction
from crowd.models import Case, Contribution, Decision, Finding, Reading, Record
from crowd.moderation import cases, deeds
from crowd.moderation.cases import About
from crowd.states import Phase, State
from tests import make
from tests.moderation.desk import waiting

LIST = "/moderate/readings"


@pytest.fixture
def text(wednesday, moderator) -> Contribution:
    """A text that the moderator has returned."""
    author = make.member(wednesday, profession="Podiatrist")
    text = make.contribution(wednesday.questions[0], by=author, text="Shoes for everybody", state=State.HELD)
    decide(text, moderator, "return", "Off topic")
    return text


def decide(text, moderator, decision: str, title: str = "") -> None:
    with transaction():
        deeds.decide(
            waiting(text),
            by=make.as_asker(moderator.id),
            decision=decision,
            phase="members",
            reason=make.reason(title) if title else None,
        )


def chosen(number: int = 1) -> list[int]:
    """The first ids of decisions that are read again."""
    return [n for n in range(1, 1000) if sampling.is_chosen(n)][:number]


def cases_of_readings() -> list[Case]:
    make.afresh()
    return list(db.session.scalars(select(Case).where(Case.kind == About.READING).order_by(Case.id)))


# ---- which are read again -------------------------------------------------------------------------------------------


def test_m29_one_in_twenty_is_chosen_by_a_key_that_nobody_else_has(app):
    first = [n for n in range(20_000) if sampling.is_chosen(n)]
    assert 880 < len(first) < 1120
    assert [n for n in range(20_000) if sampling.is_chosen(n)] == first
    app.secret_key = "another" * 8
    others = [n for n in range(20_000) if sampling.is_chosen(n)]
    assert len(set(first) & set(others)) < 120, "about one in twenty of them"


def test_m29_a_decision_that_is_chosen_opens_a_case_after_the_time_for_undoing(wednesday, moderator, at):
    author, number = make.member(wednesday), chosen()[0]
    for _n in range(number):
        last = make.contribution(wednesday.questions[0], by=author, state=State.HELD)
        decide(last, moderator, "approve")
    (case,) = cases_of_readings()
    assert (case.decision_id, case.not_by_id, case.contribution_id) == (number, moderator.id, last.id)
    decision = db.session.get_one(Decision, number)
    assert case.version_id == decision.version_id
    assert case.since == decision.at + timedelta(seconds=30)


# ---- reading --------------------------------------------------------------------------------------------------------


def test_m29_the_second_moderator_sees_the_text_and_neither_who_nor_what(second_moderator, text, at):
    number = make.second_reading(text)
    listed, page = second_moderator.get(LIST), second_moderator.get(f"{LIST}/{number}")
    for shown in (listed, page):
        assert "Shoes for everybody" in shown
        for hidden in (text.alias, "Podiatrist", "Mo Desk", "Returned", "returned"):
            assert hidden not in shown
    assert "Off topic" not in page.replace("<option", "\n<option").split('name="reason"')[0]
    assert "selected" not in page
    assert "How will England be different?" in page, "what it answers"
    assert "Every text is read before it is published." in page, "why it was held"


def test_m29_it_shows_the_wording_that_was_decided_on(second_moderator, moderator, wednesday):
    author = make.member(wednesday)
    text = make.contribution(wednesday.questions[0], by=author, text="As it was", state=State.HELD)
    decide(text, moderator, "approve")
    number = make.second_reading(text)
    from tests.moderation.desk import edited

    edited(text, "As it is now", by=author)
    page = second_moderator.get(f"{LIST}/{number}")
    assert "As it was" in page
    assert "As it is now" not in page


def test_m29_the_same_decision_agrees_and_closes_the_case(second_moderator, text):
    number = make.second_reading(text)
    page = second_moderator.post(f"{LIST}/{number}", decision="return", reason=str(make.reason("Duplicate").id))
    assert "Thank you" in page
    (reading,) = db.session.scalars(select(Reading))
    assert (reading.decision, reading.agrees, reading.moderator_id) == ("return", True, second_moderator.id)
    assert cases_of_readings()[0].closed_at is not None
    (line,) = db.session.scalars(select(Record).where(Record.deed == "read again"))
    assert line.facts == {"contribution": text.id, "decision": reading.decision_id, "agrees": True}
    assert db.session.get_one(Contribution, text.id).state == State.RETURNED, "nothing changes for the text"


def test_m29_a_reason_is_needed_and_what_was_chosen_stays(second_moderator, text):
    number = make.second_reading(text)
    page = second_moderator.post(f"{LIST}/{number}", decision="reject")
    assert page.status == 422
    assert "Choose a reason" in page
    assert second_moderator.post(f"{LIST}/{number}", decision="").status == 422
    assert not db.session.scalar(select(func.count()).select_from(Reading))


def test_m29_whoever_decided_never_learns_of_it(moderator, text):
    number = make.second_reading(text)
    assert "No second reading waits for you" in moderator.get(LIST)
    assert moderator.get(f"{LIST}/{number}").status == 404


def test_m24_nobody_reads_their_own_text_again(app, wednesday, moderator, second_moderator):
    own = make.contribution(wednesday.questions[0], by=make.as_asker(second_moderator.id), state=State.HELD)
    decide(own, moderator, "approve")
    number = make.second_reading(own)
    assert "No second reading waits for you" in second_moderator.get(LIST)
    assert second_moderator.get(f"{LIST}/{number}").status == 403


def test_m29_it_is_not_shown_before_the_time_for_undoing_is_over(second_moderator, text, at):
    number = make.second_reading(text, at=clock.now() + timedelta(seconds=30))
    assert "Shoes" not in second_moderator.get(LIST)
    early = second_moderator.get(f"{LIST}/{number}")
    assert "Shoes" not in early
    assert "which can still be undone. Read it in half a minute." in early
    assert "another moderator has read it" not in early
    at(clock.now() + timedelta(seconds=31))
    assert "Shoes" in second_moderator.get(LIST)


def test_m29_an_undone_decision_is_not_read_again(second_moderator, text):
    number = make.second_reading(text)
    form = second_moderator.get(f"{LIST}/{number}").form()[1]
    with transaction() as session:
        session.execute(Decision.__table__.update().values(undone_at=clock.now()))
    assert "Shoes" not in second_moderator.get(LIST)
    late = second_moderator.send(f"{LIST}/{number}", form | {"decision": "approve"})
    assert (late.status, "the decision was undone" in late) == (409, True)
    watching.drop_readings()
    assert cases_of_readings()[0].closed_at is not None


def test_m29_what_its_author_took_back_is_not_read_again(second_moderator, text):
    make.second_reading(text)
    with transaction() as session:
        session.get_one(Contribution, text.id).state = State.WITHDRAWN
    assert "Shoes" not in second_moderator.get(LIST)
    watching.drop_readings()
    assert cases_of_readings()[0].closed_at is not None


def test_m29_the_second_of_two_is_told(app, second_moderator, host, text):
    number = make.second_reading(text)
    form = second_moderator.get(f"{LIST}/{number}").form()[1] | {"decision": "approve"}
    host.post(f"{LIST}/{number}", decision="approve")
    page = second_moderator.send(f"{LIST}/{number}", form)
    assert page.status == 409
    assert "another moderator has read it" in page
    assert "another moderator has read it" in second_moderator.get(f"{LIST}/{number}")
    assert db.session.scalar(select(func.count()).select_from(Reading)) == 1


def test_m29_a_comment_on_a_finding_says_what_it_answers(second_moderator, moderator, wednesday, at):
    opened = make.consultation("opened", phase=Phase.OPEN)
    finding: Finding = make.finding(opened, title="Train more")
    who = make.member(opened, standing="S", group="Carer")
    text = make.contribution(finding, by=who, moderator=make.as_asker(moderator.id))
    page = second_moderator.get(f"{LIST}/{make.second_reading(text)}")
    assert "Train more" in page
    assert "Carer" not in page


def test_m29_the_list_costs_the_same_with_thirty_and_goes_on(second_moderator, moderator, wednesday, queries):
    author = make.member(wednesday)

    def cost(number: int) -> int:
        for _n in range(number):
            one = make.contribution(wednesday.questions[0], by=author, moderator=make.as_asker(moderator.id))
            if not db.session.scalar(select(Case.id).where(Case.contribution_id == one.id, Case.kind == "reading")):
                make.second_reading(one, at=clock.now() - timedelta(minutes=1))
        with queries() as sent:
            assert second_moderator.get(LIST).status == 200
        return len(sent)

    assert cost(1) == cost(29)
    first = second_moderator.get(LIST)
    following = re.search(r'href="([^"]+)" rel="next"', first)[1]
    seen = re.findall(r'href="/moderate/readings/(\d+)"', first + second_moderator.get(following))
    assert len(seen) == len(set(seen)) >= 29


# ---- what moderators learn of it ------------------------------------------------------------------------------------


def test_m29_disagreements_stand_side_by_side_without_names(host, second_moderator, text):
    number = make.second_reading(text)
    reason = str(make.reason("Advertising").id)
    second_moderator.post(f"{LIST}/{number}", decision="reject", reason=reason)
    page = host.get("/moderate/disagreements")
    for told in ("Shoes for everybody", "Returned: Off topic", "Not published: Advertising"):
        assert told in page
    for hidden in ("Mo Desk", "Sam Second", text.alias):
        assert hidden not in page


def test_m29_readings_do_not_count_as_texts_that_wait(text):
    make.second_reading(text)
    with transaction():
        assert not cases.end(text), "nothing of the text itself waits"
