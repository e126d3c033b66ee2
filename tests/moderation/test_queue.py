"""The queue, /moderate, and its tabs."""

import re
from datetime import timedelta

from crowd import clock
from crowd.db import db
from crowd.moderation import queries
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
    _held(consultation, [f"Text number {n:03}" for n in range(45)])
    address, seen, sizes = "/moderate", [], []
    for _turn in range(3):
        page = moderator.get(address)
        assert "Waiting (45)" in page
        found = re.findall(r"Text number (\d{3})", page)
        sizes.append(len(found))
        seen += found
        following = re.search(r'href="([^"]+)" rel="next"', page)
        address = following[1] if following else ""
    assert sizes == [20, 20, 5]
    assert seen == [f"{n:03}" for n in range(45)]
    assert address == "", "the last page leads no further"


def test_a_page_follows_also_when_its_last_text_was_decided_meanwhile(moderator, second_moderator, consultation):
    held = _held(consultation, [f"Text number {n:03}" for n in range(22)])
    following = re.search(r'href="([^"]+)" rel="next"', moderator.get("/moderate"))[1]
    decide(second_moderator, waiting(held[19]), "approve")
    assert re.findall(r"Text number (\d{3})", moderator.get(following)) == ["020", "021"]


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
    assert f"In reply to {author.memberships[consultation.id].alias}: Stop the double records" in page
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
    assert page.index("Goes out") < page.index("Goes back"), "the newest first"
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


def test_the_queue_reads_along_its_index(app, moderator, consultation):
    """M30: what waits is read in the order of ix_versions_queue, never gathered and sorted."""
    if db.engine.dialect.name != "sqlite":
        return  # PostgreSQL chooses by statistics, which a test's few rows do not have
    _held(consultation, ["One", "Two"])
    statement = queries._items(State.HELD, make.as_asker(moderator.id)).compile(
        db.engine, compile_kwargs={"literal_binds": True}
    )
    plan = " / ".join(row[3] for row in db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}"))
    assert "ix_versions_queue" in plan
    assert "TEMP B-TREE" not in plan
