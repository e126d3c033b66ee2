"""Claims: who reads what, and Next (M9)."""

from datetime import timedelta

from sqlalchemy import select, update

from crowd import clock
from crowd.db import db, transaction
from crowd.models import Case, Contribution, Record
from crowd.states import State
from tests import make
from tests.moderation.desk import decide, edited, waiting


def held(consultation, *texts, by=None):
    by = by or make.member(consultation)
    begun = clock.now() - timedelta(hours=1)
    return [
        make.contribution(
            consultation.questions[0], by=by, text=text, state=State.HELD, at=begun + timedelta(minutes=number)
        )
        for number, text in enumerate(texts)
    ]


def case_of(contribution):
    return db.session.scalars(
        select(Case).where(Case.contribution_id == contribution.id, Case.closed_at.is_(None))
    ).one()


def lines(deed):
    return [line.facts for line in db.session.scalars(select(Record).where(Record.deed == deed).order_by(Record.id))]


def press_next(actor, **fields):
    return actor.post("/moderate/next", on="/moderate", having="csrf_token", **fields)


def test_m09_two_who_press_next_never_meet(moderator, second_moderator, consultation):
    first, second = held(consultation, "First", "Second")
    mine, theirs = press_next(moderator), press_next(second_moderator)
    assert mine.path == f"/moderate/{waiting(first).id}"
    assert theirs.path == f"/moderate/{waiting(second).id}"
    assert press_next(second_moderator, after=str(case_of(second).id)).path == "/moderate", "nothing else is free"


def test_m09_opening_from_the_queue_claims_and_reading_by_address_writes_nothing(
    moderator, second_moderator, consultation
):
    (idea,) = held(consultation, "Only one")
    case, version = case_of(idea).id, waiting(idea).id
    page = moderator.get(f"/moderate/{version}")
    assert "Nobody is reading this." in page
    assert lines("claimed") == []
    opened = moderator.post(f"/moderate/cases/{case}/open", on="/moderate", having="csrf_token")
    assert opened.path == f"/moderate/{version}"
    assert "Nobody is reading this." not in opened
    assert case_of(idea).claimed_by_id == moderator.id
    assert case_of(idea).claimed_until - clock.now() > timedelta(minutes=9)
    assert "Mo Desk is reading it" in second_moderator.get("/moderate")
    assert "Mo Desk is reading this." in second_moderator.get(f"/moderate/{version}")
    assert lines("claimed") == [{"case": case, "version": version}]


def test_m09_who_looks_may_take_over_and_it_is_logged(moderator, second_moderator, consultation):
    (idea,) = held(consultation, "Only one")
    case, version = case_of(idea).id, waiting(idea).id
    press_next(moderator)
    looked = second_moderator.post(f"/moderate/cases/{case}/open", on="/moderate", having="csrf_token")
    assert "Mo Desk is reading this." in looked, "opening does not take it away"
    second_moderator.post(f"/moderate/cases/{case}/claim", on=f"/moderate/{version}", do="take over")
    assert case_of(idea).claimed_by_id == second_moderator.id
    assert lines("claim taken over") == [{"case": case, "version": version, "from_person": moderator.id}]
    assert "Sam Second is reading this." in moderator.get(f"/moderate/{version}")


def test_m09_the_page_holds_its_claim_and_hears_of_another(moderator, second_moderator, consultation, at):
    (idea,) = held(consultation, "Only one")
    case, version = case_of(idea).id, waiting(idea).id
    where, fields = moderator.get(f"/moderate/{version}").form(f"/moderate/cases/{case}/claim")
    assert moderator.send(where, fields, headers={"X-Fragment": "1"}).status == 204
    begun = clock.now()
    at(begun + timedelta(minutes=8))
    assert moderator.send(where, fields, headers={"X-Fragment": "1"}).status == 204
    at(begun + timedelta(minutes=12))
    where, fields = second_moderator.get("/moderate").form("/moderate/next")
    told = second_moderator.send(f"/moderate/cases/{case}/claim", fields, headers={"X-Fragment": "1"})
    assert (told.status, str(told)) == (409, "Mo Desk")
    assert len(lines("claimed")) == 1, "holding on leaves no line"
    at(begun + timedelta(minutes=19))
    assert press_next(second_moderator).path == f"/moderate/{version}", "time releases it"


def test_m09_leaving_and_deciding_release_it(moderator, second_moderator, consultation):
    first, second = held(consultation, "First", "Second")
    press_next(moderator)
    moderator.post(
        f"/moderate/cases/{case_of(first).id}/leave", on=f"/moderate/{waiting(first).id}", having="csrf_token"
    )
    assert case_of(first).claimed_by_id is None
    mine = press_next(moderator)
    after = decide(moderator, waiting(first), "approve")
    assert mine.path != after.path == f"/moderate/{waiting(second).id}", "the next one opens"
    assert case_of(second).claimed_by_id == moderator.id, "and is claimed in the same transaction"
    assert press_next(second_moderator).path == "/moderate"


def test_m09_a_newer_wording_ends_the_claim_and_keeps_the_place(moderator, consultation):
    author = make.member(consultation)
    first, _second = held(consultation, "First", "Second", by=author)
    press_next(moderator)
    edited(db.session.get(Contribution, first.id), "First, said better", by=author)
    assert case_of(first).claimed_by_id is None
    assert press_next(moderator).path == f"/moderate/{waiting(first).id}"


def test_m09_a_claim_stops_nobody_from_deciding(moderator, second_moderator, consultation):
    (idea,) = held(consultation, "Only one")
    press_next(moderator)
    assert decide(second_moderator, waiting(idea), "approve").path == "/moderate"


def test_m09_next_passes_over_what_one_asked_others_about(moderator, second_moderator, consultation):
    first, second = held(consultation, "First", "Second")
    with transaction():
        db.session.execute(
            update(Case).where(Case.contribution_id == first.id).values(not_by_id=moderator.id, asked="Is it fair?")
        )
    assert press_next(moderator).path == f"/moderate/{waiting(second).id}"
    assert press_next(second_moderator).path == f"/moderate/{waiting(first).id}"


def test_m24_next_passes_over_own_texts_and_answers_to_them(moderator, consultation):
    own = make.contribution(consultation.questions[0], by=make.as_asker(moderator.id), text="From the desk")
    held(consultation, "Mine too", by=make.as_asker(moderator.id))
    reply = make.contribution(own, by=make.member(consultation), text="Not at all", state=State.HELD)
    (other,) = held(consultation, "Somebody else's")
    assert press_next(moderator).path == f"/moderate/{waiting(other).id}"
    assert press_next(moderator, after=str(case_of(other).id)).path == "/moderate"
    forged = moderator.get("/moderate").form("/moderate/keys")[1]
    for what in ("open", "claim", "leave"):
        assert moderator.send(f"/moderate/cases/{case_of(reply).id}/{what}", forged).status == 403
    assert case_of(reply).claimed_by_id is None


def test_m22_the_keys_can_be_turned_off(moderator, consultation):
    assert 'data-keys="on"' in moderator.get("/moderate")
    answer = moderator.post("/moderate/keys", on="/moderate", do="off")
    assert "The keys are off." in answer
    assert "data-keys" not in answer
    assert 'data-keys="on"' in moderator.post("/moderate/keys", on="/moderate", do="on")
