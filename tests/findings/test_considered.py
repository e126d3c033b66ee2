"""What no finding cites: the worklist, the public figures, and what authors are told."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from crowd.db import db, transaction
from crowd.findings import considering
from crowd.models import Considered, Mail
from crowd.states import State
from crowd.switching import news
from tests import make

LIST = "/host/ahp/considered"


@pytest.fixture
def texts(consultation, at):
    made = [
        make.contribution(consultation.questions[0], by=make.member(consultation), text=f"Idea about {word}")
        for word in ("time", "money", "money again", "parking", "tea")
    ]
    make.contribution(made[0], by=make.member(consultation), text="A comment is not counted")
    make.finding(consultation, title="Time counts", evidence=(made[0],))
    at(consultation.analysis + timedelta(hours=1))
    return made


def settled(actor, do, *chosen, query="", **more):
    page = actor.get(f"{LIST}{query}")
    fields = page.form(having="which")[1]
    return actor.send(f"{LIST}{query}", {**fields, "do": do, "contribution": [str(text.id) for text in chosen], **more})


def test_each_is_used_or_covered_or_not_pursued(host, analyst, visitor, consultation, texts, at):
    page = analyst.get(LIST)
    assert "Cited by no finding: 4 of 5 answers to the questions." in page
    assert "Idea about time" not in page
    assert "A comment is not counted" not in page
    assert "Say why they are not pursued" in settled(analyst, "left", texts[3])
    unticked = settled(analyst, "left", why="Not ours")
    assert unticked.status == 422
    assert "Tick at least one contribution." in unticked.split("Which ones</legend>")[1].split("</fieldset>")[0]
    assert 'value="Not ours"' in unticked
    assert "Choose the finding that covers them." in settled(analyst, "covered", texts[1])
    asked = settled(analyst, "covered", query="?q=money", which="all", finding="1")
    assert "This settles all 2 contributions" in asked
    assert db.session.scalars(select(Considered)).all() == []
    sure = asked.form(having="which")[1] | {"do": "covered", "which": "all", "finding": "1"}
    assert "2 contributions are settled." in analyst.send(f"{LIST}?q=money", sure)
    left = settled(analyst, "left", texts[3], why="Car parks are not ours")
    assert "1 contribution is settled." in left
    assert "Not pursued because: Car parks are not ours" in analyst.get(f"{LIST}?fate=left")
    assert considering.figures(consultation) == (5, 1, 2, 1, 1)
    assert "1 contribution is settled." in settled(analyst, "again", texts[3], query="?fate=left")
    assert considering.figures(consultation) == (5, 1, 2, 0, 2)
    make.ready(consultation)
    at(consultation.open)
    public = visitor.get("/c/ahp/findings")
    assert "5 contributions to the questions were published." in public
    assert visitor.get(LIST).status in (403, 404)


def test_what_is_of_another_consultation_is_left_out(analyst, consultation, texts):
    other = make.consultation("other")
    elsewhere = make.contribution(other.questions[0], by=make.member(other))
    assert "0 contributions are settled." in settled(analyst, "left", elsewhere, why="Not ours")
    assert db.session.scalars(select(Considered)).all() == []


def test_an_author_sees_what_became_of_theirs_once_findings_are_open(app, consultation, texts, at):
    from tests.actors import Actor

    make.finding(consultation, state=State.DRAFT, title="Canary draft", evidence=(texts[4],))
    by = make.as_asker(texts[0].author_id)
    with transaction():
        considering.settle(consultation, [texts[1].id], by=by, why="It is done already")
    authors = [Actor(app, text.author_id) for text in texts]
    for author in authors:
        assert "Findings that name it" not in author.get("/me")
        assert "not pursued" not in author.get("/me")
    make.ready(consultation)
    at(consultation.open)
    assert "Time counts" in authors[0].get("/me")
    assert "Considered and not pursued, because: It is done already" in authors[1].get("/me")
    assert "Canary" not in authors[4].get("/me")


def test_p17_who_is_named_by_a_later_finding_hears_it_once(host, consultation, texts, at):
    """P17"""
    make.finding(consultation, state=State.DRAFT, title="A late one", evidence=(texts[4],))
    make.ready(consultation)
    at(consultation.open + timedelta(hours=2))
    host.post("/c/ahp/findings/2/publish", having="csrf_token")
    for _turn in range(2):
        news.tell_used()
    mails = db.session.scalars(select(Mail).where(Mail.kind == "used")).all()
    assert [mail.person_id for mail in mails] == [texts[4].author_id]
    assert "A late one" in mails[0].body
