"""The queue, /moderate, its order (M6) and its tabs (M7)."""

import re
from datetime import timedelta

from sqlalchemy import select, update

from crowd import clock
from crowd.db import db, transaction
from crowd.models import Case
from crowd.moderation import cases, queue
from crowd.moderation.cases import About, Urgency
from crowd.moderation.queue import Tab
from crowd.states import Phase, Standing, State
from tests import make
from tests.moderation.desk import decide, edited, waiting


def _held(consultation, texts, by=None):
    by = by or make.member(consultation)
    begun = clock.now() - timedelta(hours=12)
    return [
        make.contribution(
            consultation.questions[0], by=by, text=text, state=State.HELD, at=begun + timedelta(minutes=number)
        )
        for number, text in enumerate(texts)
    ]


def test_the_oldest_submission_stands_first_and_pages_follow_by_key(moderator, consultation):
    _held(consultation, [f"Text number {n:03}" for n in range(25)])
    address, seen, sizes = "/moderate", [], []
    for _turn in range(3):
        page = moderator.get(address)
        assert "Waiting (25)" in page
        found = re.findall(r"Text number (\d{3})", page)
        sizes.append(len(found))
        seen += found
        following = re.search(r'href="([^"]+)" rel="next"', page)
        address = following[1] if following else ""
    assert sizes == [10, 10, 5]
    assert seen == [f"{n:03}" for n in range(25)]
    assert address == "", "the last page leads no further"


def test_a_page_follows_also_when_its_last_text_was_decided_meanwhile(moderator, second_moderator, consultation):
    held = _held(consultation, [f"Text number {n:03}" for n in range(12)])
    following = re.search(r'href="([^"]+)" rel="next"', moderator.get("/moderate"))[1]
    decide(second_moderator, waiting(held[9]), "approve")
    assert re.findall(r"Text number (\d{3})", moderator.get(following)) == ["010", "011"]


def test_odd_keys_lead_to_a_page(moderator, consultation):
    _held(consultation, ["The only one"])
    for key in ("x", "-1", "99999999999999999999", "٣"):
        assert "The only one" in moderator.get(f"/moderate?after={key}")
    assert moderator.get("/moderate?after=4711").status == 200


def test_nothing_waits(moderator, consultation):
    assert "Nothing waits for you" in moderator.get("/moderate")
    assert "No text is with its author" in moderator.get("/moderate/returned")
    assert "Nothing has been decided yet" in moderator.get("/moderate/decided")


def test_an_item_says_what_it_answers_and_since_when(moderator, consultation):
    author = make.member(consultation)
    idea = make.contribution(consultation.questions[1], by=author, text="Stop the double records")
    make.contribution(idea, by=make.member(consultation), text="Which of them?", state=State.HELD)
    change = edited(idea, "Stop all double records", by=author)
    page = moderator.get("/moderate")
    assert "In reply to: “Stop the double records”" in page
    assert "Change to a published text" in page
    assert "waiting for 1 minute" in page
    assert f'href="/moderate/{change.id}"' in page


def test_texts_of_every_consultation_and_comments_on_findings_wait_in_one_queue(moderator, consultation):
    other = make.consultation("placements", phase=Phase.OPEN)
    found = make.finding(other, title="Placements are short")
    carer = make.member(other, standing=Standing.STAKEHOLDER, group="Carer")
    make.contribution(found, by=carer, text="Three weeks at least", state=State.HELD)
    _held(consultation, ["From the members"])
    page = moderator.get("/moderate")
    assert "Three weeks at least" in page
    assert "Finding 1: Placements are short" in page
    assert "From the members" in page
    assert "Waiting (2)" in page


def test_next_leads_through_the_queue_and_back_to_its_beginning(moderator, consultation):
    held = _held(consultation, ["First", "Second", "Third"])
    second = decide(moderator, waiting(held[1]), "approve")
    assert second.path == f"/moderate/{waiting(held[2]).id}"
    third = decide(moderator, waiting(held[2]), "approve")
    assert third.path == f"/moderate/{waiting(held[0]).id}", "what was left out comes round again"
    assert decide(moderator, waiting(held[0]), "approve").path == "/moderate"


def test_decided_and_returned_texts_have_their_tabs(moderator, second_moderator, consultation, reasons):
    held = _held(consultation, ["Goes back", "Goes out"])
    decide(moderator, waiting(held[0]), "return", reason=reasons["Off topic"], note="See question 2")
    decide(second_moderator, waiting(held[1]), "approve")
    assert "Goes back" in moderator.get("/moderate/returned")
    assert "Goes out" not in moderator.get("/moderate/returned")
    page = moderator.get("/moderate/decided")
    assert page.rindex("Goes out") < page.rindex("Goes back"), "the newest first"
    assert "by another moderator" in page
    assert "by you" in page
    assert "See question 2" in page
    assert "Sam Second" not in page


def test_who_else_may(visitor, member, stakeholder, analyst, host, consultation):
    _held(consultation, ["A held canary"])
    for address in ("/moderate", "/moderate/returned", "/moderate/decided"):
        for other in (visitor, member, stakeholder, analyst):
            answer = other.get(address)
            assert answer.status == 403
            assert "A held canary" not in answer
        assert host.get(address).status == 200


def test_the_queue_asks_the_same_number_of_queries_for_1_and_for_30(moderator, consultation, queries):
    def count(number):
        _held(consultation, [f"Text {number}.{n}" for n in range(number)])
        moderator.get("/moderate")
        with queries() as sent:
            moderator.get("/moderate")
        return len(sent)

    assert count(1) == count(29)


def test_m30_the_queue_reads_along_its_index(app, moderator, consultation):
    """What waits is read in the order of an index, never gathered and sorted."""
    if db.engine.dialect.name != "sqlite":
        return  # PostgreSQL chooses by statistics, which a test's few rows do not have
    _held(consultation, ["One", "Two"])
    who, kinds = make.as_asker(moderator.id), list(About)
    orders = {Tab.ALL: "ix_cases_next", Tab.OVERDUE: "ix_cases_due", Tab.DUE: "ix_cases_due"}
    orders |= {Tab.REPORTED: "ix_cases_queue", Tab.APPEALS: "ix_cases_queue"}
    for tab, index in orders.items():
        order = queue._TIME if index == "ix_cases_due" else queue._URGENCY
        statement = queue.listing(who, kinds, tab).order_by(*order).limit(11)
        found = _plan(statement.where(queue._beyond(order, 1)))
        assert f"cases USING INDEX {index}" in found or f"cases USING COVERING INDEX {index}" in found
        assert "TEMP B-TREE" not in found
    counted = _plan(queue.counting(who, kinds))
    assert counted.count("cases USING INDEX") + counted.count("cases USING COVERING INDEX") == len(Tab)


def _plan(statement):
    compiled = statement.compile(db.engine, compile_kwargs={"literal_binds": True})
    rows = db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}")
    return " / ".join(row[3] for row in rows)


def _case(idea, **values):
    with transaction():
        db.session.execute(update(Case).where(Case.contribution_id == idea.id).values(**values))


def _seen(actor, address="/moderate"):
    return re.findall(r"Text number (\d)", actor.get(address))


def test_m06_harm_personal_data_and_the_bell_come_before_the_oldest(moderator, consultation):
    held = _held(consultation, [f"Text number {n}" for n in range(5)])
    for n, urgency in ((4, Urgency.HARM), (3, Urgency.PERSONAL_DATA), (2, Urgency.NEAR_A_BELL)):
        _case(held[n], urgency=int(urgency))
    assert _seen(moderator) == ["4", "3", "2", "0", "1"]
    for words in ("Reported for harm", "Personal data in public", "Sent near the end"):
        assert words in moderator.get("/moderate")


def test_m07_tabs_by_the_target(moderator, consultation):
    held, now = _held(consultation, [f"Text number {n}" for n in range(4)]), clock.now()
    for n, hours in ((0, 3), (1, 0.5), (2, -1), (3, -2)):
        _case(held[n], due_at=now + timedelta(hours=hours))
    assert _seen(moderator, "/moderate?tab=due") == ["0"]
    assert _seen(moderator, "/moderate?tab=nearly") == ["1"]
    assert _seen(moderator, "/moderate?tab=overdue") == ["3", "2"], "what was due first stands first"
    page = moderator.get("/moderate")
    for words in ("Waiting (4)", "Due (1)", "Nearly due (1)", "Overdue (2)", "Overdue for 1 hour", "Due in 30 minutes"):
        assert words in page


def test_m07_mine_is_what_i_have_claimed(moderator, second_moderator, consultation):
    held = _held(consultation, [f"Text number {n}" for n in range(2)])
    until = clock.now() + timedelta(minutes=10)
    _case(held[1], claimed_by_id=moderator.id, claimed_until=until)
    assert _seen(moderator, "/moderate?tab=mine") == ["1"]
    assert _seen(second_moderator, "/moderate?tab=mine") == []
    _case(held[1], claimed_until=clock.now() - timedelta(seconds=1))
    assert _seen(moderator, "/moderate?tab=mine") == []


def test_m07_reports_and_appeals_have_tabs_and_an_appeal_is_never_for_who_decided(
    app, moderator, second_moderator, consultation
):
    who = {name: make.as_asker(actor.id) for name, actor in (("m", moderator), ("s", second_moderator))}
    ideas = [make.contribution(consultation.questions[0], by=make.member(consultation)) for _n in range(4)]
    about = (About.REPORT, About.APPEAL, About.READING, About.REVIEW)
    with transaction():
        for idea, kind in zip(ideas, about, strict=True):
            urgency, not_by = Urgency.USUAL, moderator.id if kind != About.REPORT else None
            cases.begin(
                kind, consultation, contribution=idea.id, version=idea.version_id, urgency=urgency, since=clock.now(),
                not_by=not_by,
            )  # fmt: skip
    kinds, tabs = list(About), (Tab.REPORTED, Tab.APPEALS, Tab.READINGS, Tab.REVIEW)
    assert [len(queue.page(who["s"], kinds, tab)) for tab in tabs] == [1, 1, 1, 1]
    assert [len(queue.page(who["m"], kinds, tab)) for tab in tabs] == [1, 0, 0, 1]
    assert queue.counts(who["s"], kinds)["all"] == 4
    assert queue.counts(who["m"], kinds)["appeals"] == 0
    assert queue.next_free(who["m"], kinds).kind == About.REPORT, "and Next passes over all that others are asked for"
    assert "Appeals" in moderator.get("/moderate?tab=appeals")
    fields = moderator.get("/moderate").form("/moderate/keys")[1]
    for case in db.session.scalars(select(Case.id).where(Case.kind.in_([About.APPEAL, About.READING]))).all():
        assert moderator.send(f"/moderate/cases/{case}/claim", fields).status == 403, "M20, M29"


def test_m30_tabs_count_to_a_hundred_and_no_further(moderator, consultation):
    assert "Waiting</a>" in moderator.get("/moderate"), "no number where there is none"
    _held(consultation, [f"Many {n}" for n in range(101)])
    assert "Waiting (99+)" in moderator.get("/moderate")


def test_m23_the_desk_does_not_say_who_wrote_a_text(moderator, consultation, reasons):
    author = make.member(consultation, profession="Orthoptist", region="Rutland")
    ideas = [make.contribution(consultation.questions[0], by=author, state=State.HELD) for _n in range(3)]
    pages = ["/moderate", f"/moderate/{waiting(ideas[0]).id}", "/moderate/returned", "/moderate/decided"]
    decide(moderator, waiting(ideas[1]), "approve")
    decide(moderator, waiting(ideas[2]), "return", reason=reasons["Off topic"])
    for address in pages:
        page = moderator.get(address)
        assert "Orthoptist" not in page
        assert "Rutland" not in page
        assert re.search(r"Idea, text \d+", page)
