"""What stands beside a decision: the blind desk, second opinions, moving, notes (M11, M23, M27)."""

import pytest
from sqlalchemy import select

from crowd.db import db, transaction
from crowd.models import Case, Contribution, Decision, Note, Record
from crowd.states import State
from crowd.threads import appearing
from tests import make
from tests.moderation.desk import decide, edited, mails, waiting


def lines(deed):
    return [line.facts for line in db.session.scalars(select(Record).where(Record.deed == deed).order_by(Record.id))]


def orthoptist(consultation, **how):
    author = make.member(consultation, profession="Orthoptist", region="Rutland")
    return author, make.contribution(consultation.questions[0], by=author, **({"state": State.HELD} | how))


def test_m23_who_wrote_it_is_shown_on_demand_and_that_is_logged(moderator, second_moderator, consultation, host):
    _author, idea = orthoptist(consultation)
    version = waiting(idea).id
    assert "Orthoptist" not in moderator.get(f"/moderate/{version}")
    page = moderator.post(f"/moderate/{version}/show", on=f"/moderate/{version}", what="author")
    assert "Orthoptist" in page
    assert "Orthoptist" not in second_moderator.get(f"/moderate/{version}"), "shown to one is shown to one"
    moderator.send(f"/moderate/{version}/show", page.form("/moderate/keys")[1] | {"what": "author"})
    about = {"contribution": idea.id, "version": version, "what": "author"}
    assert lines("shown") == [about], "once"
    decide(moderator, waiting(idea), "approve")
    assert db.session.query(Decision).one().shown == ["author"], "M27"
    assert "who wrote it" in host.get("/host/ahp/log")


def test_m23_votes_are_shown_on_demand(moderator, consultation):
    author, idea = orthoptist(consultation, state=State.PUBLISHED)
    version = edited(idea, "Another wording", by=author).id
    assert "Votes:" not in moderator.get(f"/moderate/{version}")
    assert "Votes: 0 agree" in moderator.post(f"/moderate/{version}/show", on=f"/moderate/{version}", what="votes")
    fields = moderator.get(f"/moderate/{version}").form("/moderate/keys")[1]
    assert moderator.send(f"/moderate/{version}/show", fields | {"what": "address"}).status == 400


def test_m23_the_page_has_what_bears_on_the_decision(moderator, member, consultation, reasons):
    author = make.as_asker(member.id)
    for state in (State.PUBLISHED, State.RETURNED, State.REJECTED, State.REJECTED):
        make.contribution(consultation.questions[0], by=author, state=state)
    same = "Dietitians should prescribe supplements themselves instead of asking doctors"
    twin = make.contribution(consultation.questions[0], by=make.member(consultation), text=same)
    idea = make.contribution(consultation.questions[0], by=author, text=f"{same} for it", state=State.HELD)
    make.file(idea, by=author.id, name="waits.pdf")
    edited(idea, f"{same} every time", by=author)
    page = moderator.get(f"/moderate/{waiting(idea).id}")
    assert "1 published, 1 returned, 2 rejected, 0 reports upheld" in page
    assert f'href="/p/{twin.id}"' in page
    assert "Every text is read before it is published" in page
    assert "waits.pdf" in page
    assert "Version 1, written on" in page
    assert "Rule:" in page


def test_m23_notes_are_for_colleagues_alone(moderator, second_moderator, member, consultation):
    idea = make.contribution(consultation.questions[0], by=make.as_asker(member.id), state=State.HELD)
    version = waiting(idea).id
    moderator.post(f"/moderate/{version}/notes", on=f"/moderate/{version}", remark="Asked the legal team")
    page = second_moderator.get(f"/moderate/{version}")
    assert "Asked the legal team" in page
    assert "Mo Desk" in page
    note = db.session.query(Note).one()
    assert lines("note added") == [{"contribution": idea.id, "note": note.id}]
    decide(moderator, waiting(idea), "approve")
    assert "legal team" not in member.get("/me") + member.get(f"/p/{idea.id}") + mails(member.id)[0].body
    empty = moderator.post(f"/moderate/{version}/notes", on=f"/moderate/{version}", remark="x" * 1001)
    assert empty.status == 422
    assert "x" * 1001 in empty, "what was typed stays"


def test_m11_a_second_opinion_is_for_somebody_else(moderator, second_moderator, consultation):
    _author, idea = orthoptist(consultation)
    version = waiting(idea).id
    moderator.post("/moderate/next", on="/moderate", having="csrf_token")
    answer = moderator.post(f"/moderate/{version}/ask", on=f"/moderate/{version}", asked="Is it fair?")
    assert answer.path == "/moderate", "nothing else waits"
    case = db.session.scalars(select(Case)).one()
    assert (case.asked, case.not_by_id, case.claimed_by_id) == ("Is it fair?", moderator.id, None)
    assert lines("second opinion asked") == [{"contribution": idea.id, "version": version, "asked": "Is it fair?"}]
    again = moderator.post("/moderate/next", on="/moderate", having="csrf_token")
    assert again.path == "/moderate"
    page = second_moderator.post("/moderate/next", on="/moderate", having="csrf_token")
    assert "A colleague asks for a second opinion: “Is it fair?”" in page
    empty = moderator.post(f"/moderate/{version}/ask", on=f"/moderate/{version}", asked="")
    assert empty.status == 422


def test_m11_a_text_can_be_moved_and_its_author_hears(moderator, member, colleague, consultation):
    idea = make.contribution(
        consultation.questions[0], by=make.as_asker(member.id), text="Stands elsewhere", state=State.HELD
    )
    version, second = waiting(idea).id, consultation.questions[1]
    form = moderator.get(f"/moderate/{version}").form(f"/moderate/{version}/move")[1]
    assert (form["to_question"], form["sort"]) == (str(idea.question_id), "idea")
    moderator.post(
        f"/moderate/{version}/move", on=f"/moderate/{version}", to_question=str(second.id), sort="experience"
    )
    moved = db.session.get(Contribution, idea.id)
    assert (moved.question_id, moved.kind) == (second.id, "experience")
    [mail] = mails(member.id)
    assert second.title in mail.body
    assert "an experience" in mail.body
    before = {"question": consultation.questions[0].id, "kind": "idea"}
    assert lines("moved")[0]["before"] == before
    decide(moderator, waiting(idea), "approve")
    assert "Stands elsewhere" in colleague.get("/c/ahp/q/2")
    assert "Stands elsewhere" not in colleague.get("/c/ahp/q/1")


def test_m11_only_what_waits_at_the_top_can_be_moved_and_only_where_it_fits(moderator, member, consultation):
    author = make.as_asker(member.id)
    idea = make.contribution(consultation.questions[0], by=author)
    reply = make.contribution(idea, by=make.member(consultation), state=State.HELD)
    assert "Move to another question" not in moderator.get(f"/moderate/{waiting(reply).id}")
    change = edited(idea, "Another wording", by=author).id
    assert "Move to another question" not in moderator.get(f"/moderate/{change}")
    token = moderator.get("/moderate").form("/moderate/keys")[1]
    forged = {"to_question": str(consultation.questions[1].id), "sort": "idea"}
    assert moderator.send(f"/moderate/{change}/move", token | forged).status == 409
    held = make.contribution(consultation.questions[0], by=author, state=State.HELD)
    wrong = moderator.send(
        f"/moderate/{waiting(held).id}/move", token | {"to_question": str(consultation.questions[2].id), "sort": "idea"}
    )
    assert wrong.status == 422
    assert "does not take texts of this kind" in wrong


def test_m23_the_whole_text_that_is_answered_stands_folded_on_the_page(moderator, consultation):
    words = "Weigh every patient on the ward each week. " * 8 + "That is the point."
    idea = make.contribution(consultation.questions[0], by=make.member(consultation), text=words)
    reply = make.contribution(idea, by=make.member(consultation), state=State.HELD)
    page = moderator.get(f"/moderate/{waiting(reply).id}")
    assert "The whole text that it answers" in page
    assert "That is the point." in page
    assert "That is the point." not in moderator.get("/moderate")


@pytest.mark.parametrize(
    ("became", "said"),
    [
        (State.WITHDRAWN, "Withdrawn by its author on"),
        (State.REMOVED, "Removed by the moderators on"),
        (State.HIDDEN, "Hidden while it is checked"),
    ],
)
def test_m19_m23_what_is_answered_and_gone_is_said_to_be_and_not_quoted(moderator, consultation, became, said):
    idea = make.contribution(consultation.questions[0], by=make.member(consultation), text="Stop the double records")
    reply = make.contribution(idea, by=make.member(consultation), state=State.HELD)
    with transaction():
        appearing.vanish(db.session.get(Contribution, idea.id), became)
    for page in (moderator.get("/moderate"), moderator.get(f"/moderate/{waiting(reply).id}")):
        assert said in page
        assert "double records" not in page


ASIDES = [("notes", "remark", "Ask Anna first"), ("move", "sort", "experience"), ("show", "what", "author")]


@pytest.mark.parametrize(("where", "name", "value"), ASIDES)
def test_m10_m23_what_stands_in_the_decision_outlives_the_deeds_beside_it(
    moderator, consultation, reasons, where, name, value
):
    _author, idea = orthoptist(consultation)
    address = f"/moderate/{waiting(idea).id}"
    typed = {"reason": reasons["Off topic"], "note": "Half a note\nto the author", "asked": "Is it?"}
    if where != "notes":
        typed["remark"] = "For Anna"
    fields = moderator.get(address).form(f"{address}/{where}")[1] | typed | {"best_practice": "y", name: value}
    page = moderator.send(f"{address}/{where}", fields)
    assert page.status == 200
    kept = page.form(address, "decision")[1]
    assert {key: kept[key] for key in typed} == typed
    assert kept["best_practice"] == ["y"]
    if where == "notes":
        assert kept["remark"] == "", "said"
        moderator.send(f"{address}/{where}", fields)
        assert [note.words for note in db.session.query(Note)] == [value], "a page that is loaded again says it once"
    assert moderator.send(address, kept | {"decision": "return"}).first_status == 302
    assert db.session.query(Decision).one().note == typed["note"]


def test_m10_a_decision_that_is_refused_keeps_what_stands_beside_it(moderator, consultation):
    _author, idea = orthoptist(consultation)
    address = f"/moderate/{waiting(idea).id}"
    page = moderator.post(address, decision="reject", remark="For Anna", asked="Is it?")
    assert page.status == 422
    kept = page.form(address, "decision")[1]
    assert (kept["remark"], kept["asked"]) == ("For Anna", "Is it?")
