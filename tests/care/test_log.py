"""The log for hosts shows all of it and is never changed (M27)."""

import csv
import io

import pytest
from sqlalchemy import select

from crowd import clock, log
from crowd.db import db, transaction
from crowd.models import Consultation, Decision, Record
from crowd.states import State
from tests import make
from tests.care.test_readings import decide
from tests.moderation.desk import newest


def rows(host) -> list[dict[str, str]]:
    file = host.get("/host/ahp/log.csv")
    return list(csv.DictReader(io.StringIO(file.removeprefix("\ufeff"))))


@pytest.fixture
def text(wednesday):
    return make.contribution(wednesday.questions[0], by=make.member(wednesday), state=State.HELD)


def test_m27_an_undone_decision_has_two_lines(host, moderator, text, wednesday):
    decide(text, moderator, "return", "Off topic")
    version = newest(text).id
    with transaction() as session:
        decision = session.scalars(select(Decision)).one()
        log.record(
            "decision undone",
            by=moderator.id,
            consultation=session.get_one(Consultation, wednesday.id),
            contribution=text.id,
            version=version,
            decision=decision.id,
        )
    undone, first = rows(host)
    assert (undone["decision"], first["decision"]) == ("decision undone", "returned")
    assert undone["number of the decision"] == first["number of the decision"] == str(decision.id)
    assert (undone["moderator"], first["reason"], first["waited (seconds)"]) == ("Mo Desk", "Off topic", "0")
    page = host.get("/host/ahp/log")
    assert "Decision undone" in page
    assert "Returned" in page


def test_m27_it_says_what_was_shown_before_deciding(host, moderator, text):
    decide(text, moderator, "approve")
    with transaction() as session:
        session.execute(Decision.__table__.update().values(shown=["author", "votes"]))
    assert rows(host)[0]["shown"] == "author, votes"
    assert "who wrote it, votes" in host.get("/host/ahp/log")


@pytest.mark.parametrize(
    ("deed", "words", "facts"),
    [
        ("redacted", "Passages removed", {"version", "decision", "waited"}),
        ("merged", "Merged", {"version", "decision", "target", "waited"}),
        ("removed", "Removed", {"version", "decision", "waited"}),
        ("moved", "Moved", {"before", "after"}),
        ("second opinion asked", "Second opinion asked", {"version", "asked"}),
        ("merge undone", "Merge undone", {"target"}),
        ("appeal decided", "Appeal decided", {"appeal", "outcome"}),
        ("seal broken", "Read what was struck out", {"version", "why"}),
        ("unveiling asked", "Asked who is behind the alias", {"unveiling"}),
        ("unveiling decided", "Answered who may look", {"unveiling", "granted", "told"}),
        ("unveiled", "Looked behind the alias", {"unveiling"}),
    ],
)
def test_m27_everything_that_moderators_do_to_texts_has_a_line(host, moderator, text, wednesday, deed, words, facts):
    known = {"version": newest(text).id, "waited": 60, "decision": 999}
    known |= {side: {"question": text.question_id, "kind": "idea"} for side in ("before", "after")}
    with transaction() as session:
        log.record(
            deed,
            by=moderator.id,
            consultation=session.get_one(Consultation, wednesday.id),
            contribution=text.id,
            **{fact: known.get(fact, f"the {fact}") for fact in facts},
        )
    (line,) = rows(host)
    assert (line["decision"], line["moderator"], line["contribution"]) == (deed, "Mo Desk", str(text.id))
    for fact in facts & {"target", "before", "after", "asked", "outcome", "why", "granted", "told"}:
        told = "Idea under question 1" if fact in known else f"the {fact}"
        assert f"{fact}: {told}" in line["more"]
    page = host.get("/host/ahp/log")
    assert words in page
    assert "Mo Desk" in page


def test_m27_the_orm_refuses_to_change_or_take_away_a_line(moderator, text):
    decide(text, moderator, "approve")

    def changing(kind, deed) -> None:
        with transaction() as session:
            deed(session.scalars(select(kind).order_by(kind.id.desc())).first())
            session.flush()

    def change(line) -> None:
        line.at = clock.now()

    for kind in (Record, Decision):
        for deed in (change, db.session.delete):
            with pytest.raises(RuntimeError, match="the log is never changed"):
                changing(kind, deed)
            make.afresh()
    assert db.session.scalars(select(Record).where(Record.deed == "published")).one()
    assert db.session.scalars(select(Decision)).one()


def test_m27_the_page_costs_the_same_with_many_lines(host, moderator, wednesday, queries):
    author = make.member(wednesday)

    def cost(number: int) -> int:
        for _n in range(number):
            made = make.contribution(wednesday.questions[0], by=author, state=State.HELD)
            decide(made, moderator, "return", "Off topic")
        with queries() as sent:
            assert host.get("/host/ahp/log").status == 200
        return len(sent)

    assert cost(1) == cost(29)
