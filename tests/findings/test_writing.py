"""Writing, publishing and answering findings, and choosing what they rest on."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from crowd.db import db, transaction
from crowd.models import Evidence, Finding
from crowd.states import Kind, Phase, Promise, State
from crowd.threads import deeds as threads
from crowd.threads import numbers
from crowd.threads.numbers import addressed
from tests import make

AT = "/c/ahp/findings"


@pytest.fixture
def idea(consultation, at):
    """A published idea; the consultation is in analysis."""
    made = make.contribution(
        consultation.questions[0], by=make.member(consultation), text="Count **care time**, not activity"
    )
    at(consultation.analysis + timedelta(hours=1))
    return made


def test_from_a_draft_to_a_published_finding(host, analyst, member, visitor, consultation, idea, at):
    sent = analyst.post(f"{AT}/new", title="Care time counts", section="Impacts", text="It **does**.")
    assert sent.path == f"{AT}/1/evidence"
    refused = analyst.send(f"{AT}/1/publish", _token(analyst, f"{AT}/1/evidence"))
    assert refused.status == 422
    assert "It rests on nothing yet." in refused
    added = analyst.post(f"{AT}/1/evidence", contribution=f"http://localhost/p/{idea.id}")
    assert f"Contribution {numbers.written(consultation.code, idea.serial)} is added." in added
    assert "<strong>care time</strong>" in added
    published = host.post(f"{AT}/1/publish", having="csrf_token")
    assert "The finding is published. Everybody can read it from" in published
    assert visitor.get(f"{AT}/1").status == 404
    assert member.get(f"{AT}/1").status == 404
    make.ready(consultation)
    at(consultation.open)
    page = visitor.get(f"{AT}/1")
    assert "It <strong>does</strong>." in page
    assert "Rests on 1 contribution" in page


def _token(actor, page):
    return {"csrf_token": actor.get(page).form(having="csrf_token")[1]["csrf_token"]}


def test_a_finding_does_not_rest_on_what_was_withdrawn(host, consultation, idea):
    make.finding(consultation, state=State.DRAFT, evidence=(idea,))
    token = _token(host, f"{AT}/1/publish")
    with transaction():
        threads.withdraw(idea, by=make.as_asker(idea.author_id))
    assert "It rests on nothing yet." in host.get(f"{AT}/1/publish")
    assert host.send(f"{AT}/1/publish", token).status == 422
    assert db.session.scalars(select(Finding.state)).one() == State.DRAFT


def test_in_the_open_phase_a_finding_is_read_at_once(host, visitor, consultation, idea, at):
    make.finding(consultation, state=State.DRAFT, title="A late one", evidence=(idea,))
    at(consultation.open)
    assert visitor.get(f"{AT}/1").status == 404
    assert "Everybody can read it at once." in host.post(f"{AT}/1/publish", having="csrf_token")
    assert "A late one" in visitor.get(AT)


def test_publishing_says_when_nobody_will_see_what_it_rests_on(host, consultation, at):
    hidden = make.contribution(
        consultation.questions[0], by=make.member(consultation), promise=Promise.MEMBERS, text="Between us"
    )
    make.finding(consultation, state=State.DRAFT, evidence=(hidden,))
    at(consultation.analysis)
    assert "other readers will see none of them" in host.get(f"{AT}/1/publish")


def test_a_change_to_a_published_finding_says_what_has_changed(host, visitor, consultation, idea, at):
    make.finding(consultation, evidence=(idea,))
    at(consultation.open)
    silent = host.post(f"{AT}/1/edit", text="Better words.", note="")
    assert silent.status == 422
    assert "Say what has changed" in silent
    assert "Better words." in silent
    host.post(f"{AT}/1/edit", text="Better words.", note="Clearer")
    page = visitor.get(f"{AT}/1")
    assert "Better words." in page
    assert "Edition 2. What has changed: Clearer" in page


def test_a_draft_changes_without_a_note_and_keeps_its_edition(analyst, consultation, idea):
    make.finding(consultation, state=State.DRAFT)
    assert "The finding is saved." in analyst.post(f"{AT}/1/edit", title="New title")
    finding = db.session.scalars(select(Finding)).one()
    assert (finding.title, finding.edition, finding.change_note) == ("New title", 1, "")


def test_the_second_of_two_is_told_and_keeps_the_text(host, analyst, consultation, idea):
    make.finding(consultation, state=State.DRAFT, title="Before")
    address, fields = host.get(f"{AT}/1/edit").form(having="text")
    analyst.post(f"{AT}/1/edit", text="Theirs stands here.")
    late = host.send(address, fields | {"text": "Mine stands here."})
    assert late.status == 409
    assert "Somebody else has changed this finding" in late
    assert "[taken out: </span>Theirs" in late
    assert "[added: </span>Mine" in late
    assert db.session.scalars(select(Finding.source)).one() == "Theirs stands here."
    where, kept = late.form(having="text")
    assert kept["text"] == "Mine stands here."
    assert host.send(where, kept).status == 200
    assert db.session.scalars(select(Finding.source)).one() == "Mine stands here."


def test_a_draft_published_meanwhile_asks_for_the_note(host, analyst, consultation, idea):
    make.finding(consultation, state=State.DRAFT, evidence=(idea,))
    address, fields = host.get(f"{AT}/1/edit").form(having="text")
    analyst.post(f"{AT}/1/publish", having="csrf_token")
    late = host.send(address, fields | {"text": "Other words."})
    assert late.status == 409
    assert "What has changed" in late
    assert "Other words." in late


def test_sent_twice_is_one(analyst, consultation, idea):
    _to, fields = analyst.get(f"{AT}/new").form(having="text")
    for _turn in range(2):
        analyst.send(f"{AT}/new", fields | {"title": "Once", "text": "Only once."})
    assert len(db.session.scalars(select(Finding)).all()) == 1


def test_bad_input_is_said_and_kept(analyst, consultation, idea):
    empty = analyst.post(f"{AT}/new", title="", text="Kept words")
    assert empty.status == 422
    assert "Give the finding a sentence of at most 300 characters." in empty
    assert "Kept words" in empty
    assert "Write the text of the finding." in analyst.post(f"{AT}/new", title="A", text=" ")
    long = analyst.post(f"{AT}/new", title="A", text="B", section="x" * 101)
    assert "The name of the section can have 100 characters at most." in long
    deep = analyst.post(f"{AT}/new", title="A", text="> " * 50 + "deep")
    assert deep.status == 422
    assert "levels deep" in deep
    script = analyst.post(f"{AT}/new", title="<script>alert(1)</script>", text="<script>alert(1)</script>")
    assert "<script>alert(1)" not in script


def test_evidence_is_published_and_of_this_consultation(analyst, consultation, idea, at):
    make.finding(consultation, state=State.DRAFT)
    other = make.consultation("other")
    elsewhere = make.contribution(other.questions[0], by=make.member(other), text="Canary elsewhere")
    held = make.contribution(
        consultation.questions[0], by=make.member(consultation), state=State.HELD, text="Canary held"
    )
    for typed in (str(elsewhere.id), f"/p/{held.id}", "0", "4711", "99999999999999", "x", "OTHER-2016-0001"):
        refused = analyst.post(f"{AT}/1/evidence", contribution=typed)
        assert refused.status == 422
        assert "There is no published contribution with this address or number" in refused
        assert "Canary" not in refused
    assert db.session.scalars(select(Evidence)).all() == []
    for words in ("elsewhere", "held", "_anary", "a"):
        assert "Canary" not in analyst.get(f"{AT}/1/evidence?q={words}")


def test_a_search_finds_what_holds_all_the_words(analyst, consultation, idea):
    make.finding(consultation, state=State.DRAFT)
    make.contribution(consultation.questions[0], by=make.member(consultation), text="50% more time for visits")
    both = analyst.get(f"{AT}/1/evidence?q=CARE+time")
    assert "<strong>care time</strong>" in both
    assert "for visits" not in both
    assert "for visits" in analyst.get(f"{AT}/1/evidence?q=50%25")
    assert "Nothing found" in analyst.get(f"{AT}/1/evidence?q=5%25")
    added = analyst.post(
        f"{AT}/1/evidence", on=f"{AT}/1/evidence?q=care", having="contribution", contribution=str(idea.id)
    )
    assert "is added." in added
    assert "Nothing found" in analyst.get(f"{AT}/1/evidence?q=care+time"), "it is chosen already"
    again = analyst.post(f"{AT}/1/evidence", contribution=str(idea.id))
    assert "It was there already." in again


def test_evidence_is_taken_away_but_never_the_last_of_a_published_finding(analyst, consultation, idea):
    more = make.contribution(consultation.questions[0], by=make.member(consultation))
    make.finding(consultation, evidence=(idea, more))
    _to, fields = analyst.get(f"{AT}/1/evidence").form(having="contribution")
    away = {**fields, "do": "away", "note": "One was off topic", "contribution": str(more.id)}
    silent = analyst.send(f"{AT}/1/evidence", away | {"note": ""})
    assert silent.status == 422
    assert "Say what has changed" in silent
    assert "is taken away." in analyst.send(f"{AT}/1/evidence", away)
    _to, fields = analyst.get(f"{AT}/1/evidence").form(having="contribution")
    kept = analyst.send(f"{AT}/1/evidence", {**away, "contribution": str(idea.id), "seen": fields["seen"]})
    assert kept.status == 422
    assert "rests on at least one contribution" in kept
    assert db.session.scalars(select(Evidence.contribution_id)).all() == [idea.id]


def test_a_response_stands_under_you_said_we_did(host, analyst, visitor, consultation, idea, at):
    make.finding(consultation, evidence=(idea,))
    assert host.get(f"{AT}/1/respond").status == 403
    at(consultation.open)
    assert analyst.get(f"{AT}/1/respond").status == 403
    address, stale = host.get(f"{AT}/1/respond").form(having="text")
    assert "Your response is published." in host.post(f"{AT}/1/respond", step="answered", text="We **will**.")
    page = visitor.get(f"{AT}/1")
    assert "You said, we did" in page
    assert "We <strong>will</strong>." in page
    late = host.send(address, stale | {"step": "answered", "text": "We will not."})
    assert late.status == 409
    assert "We will not." in late
    at(consultation.closed)
    assert "taken back" in host.post(f"{AT}/1/respond", text="")
    assert "You said, we did" not in visitor.get(f"{AT}/1")


def test_who_else_may(visitor, member, stakeholder, moderator, host, consultation, idea, at):
    make.finding(consultation, evidence=(idea,))
    pages = ("1/edit", "1/evidence", "1/publish", "1/respond")
    for page in pages:
        for other in (visitor, member, stakeholder):
            assert other.get(f"{AT}/{page}").status == 404
        assert moderator.get(f"{AT}/{page}").status == 403
    at(consultation.open)
    for other in (visitor, member, stakeholder, moderator):
        assert other.get(f"{AT}/new").status == 403
        for page in pages:
            assert other.get(f"{AT}/{page}").status == 403
    at(consultation.closed)
    assert host.get(f"{AT}/1/edit").status == 403
    assert host.get(f"{AT}/1/respond").status == 200


def test_findings_may_be_begun_while_members_discuss(host, analyst, visitor, app):
    consultation = make.consultation("running", phase=Phase.MEMBERS)
    make.contribution(consultation.questions[0], by=make.member(consultation), kind=Kind.IDEA)
    assert analyst.get("/c/running/findings/new").status == 200
    assert host.get("/c/running/findings/new").status == 200
    assert visitor.get("/c/running/findings/new").status == 403


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("12", 12),
        ("/p/12", 12),
        ("https://crowd.example.org/p/12", 12),
        ("/p/12#c34", 34),
        ("http://localhost/p/12?x=1#c34", 34),
        ("#12", 12),
        ("twelve", None),
        ("12; 13", None),
        ("", None),
    ],
)
def test_a_contribution_is_named_by_number_or_address(typed, number):
    assert addressed(typed) == number
