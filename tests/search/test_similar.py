"""Before an answer is sent: what others have said in much the same words (analysis.md, 2)."""

import csv
from pathlib import Path

import pytest
from sqlalchemy import select

from crowd.db import db
from crowd.models import Contribution, Draft, VoteNow
from crowd.search.similar import similar
from crowd.states import Kind, Promise, State
from tests import make

TEXT = "Let every dietitian see the whole record of a patient before the first appointment."
ALIKE = "Every dietitian should see a patient’s whole record before a first appointment."
TOWN = Path(__file__).parents[3] / "shared" / "data" / "polis-bowling-green" / "comments.csv"


@pytest.fixture
def others(colleague, consultation):
    question = consultation.questions[0]
    for text in ("Evening clinics for people who work.", "A first appointment within a week.", "Shared records."):
        make.contribution(question, by=make.as_asker(colleague.id), text=text)
    return make.contribution(question, by=make.as_asker(colleague.id), text=TEXT)


def texts() -> int:
    db.session.rollback()
    return len(db.session.scalars(select(Contribution.id).where(Contribution.state == State.HELD)).all())


def test_what_is_alike_is_shown_once_and_the_text_stays(member, others, question):
    page = member.post(f"{question}/new", text=ALIKE, promise="1")
    assert page.status == 200
    assert "Has this been said already?" in page
    assert page.count('<article class="c') == 1
    assert f'id="c{others.id}"' in page
    assert texts() == 0
    where, fields = page.form(having="text")
    assert (fields["text"], fields["promise"], fields["similar"]) == (ALIKE, "1", "seen")
    draft = db.session.scalars(select(Draft)).one()
    assert draft.fields["text"] == ALIKE
    page = member.send(where, fields | {"do": "send"})
    assert page.path.endswith("/sent")
    assert texts() == 1
    assert db.session.scalars(select(Draft)).all() == []


def test_agreeing_without_scripts_leads_back_to_the_text(member, others, consultation):
    """Also to another question than that of what one agrees with."""
    path = "/c/ahp/q/2/new"
    page = member.post(path, text=ALIKE)
    where, fields = page.form("/vote")
    back = member.send(where, fields | {"vote": f"agree-{others.id}"})
    assert back.path == path
    assert "We kept your draft" in back
    assert db.session.scalars(select(VoteNow.contribution_id)).all() == [others.id]
    where, fields = back.form(having="text")
    assert fields["text"] == ALIKE
    assert member.send(where, fields | {"do": "send"}).path.endswith("/sent")


def test_what_one_does_not_want_any_more_is_discarded(member, others, question):
    page = member.post(f"{question}/new", text=ALIKE)
    _where, fields = page.form(having="text")
    page = member.send(f"{question}/new", fields | {"do": "discard"})
    assert page.form(having="text")[1]["text"] == ""
    assert texts() == 0


def test_a_forged_way_back_leads_nowhere_else(member, others, question):
    fields = member.get(question).form("/vote")[1]
    for forged in ("write-", "write-x", "write-1/../..", "https://example.org", "write-9999999999"):
        page = member.send("/vote", fields | {"vote": f"agree-{others.id}", "next": forged})
        assert page.path == f"/p/{others.id}"


def test_other_texts_are_sent_at_once(member, others, question, consultation):
    for text in ("Bicycles for home visits in every town.", "Because", "ok", "!!! a", "of the of the of the"):
        assert member.post(f"{question}/new", text=text).path.endswith("/sent"), text


def test_comments_and_previews_are_not_compared(member, others, question):
    page = member.post(f"{question}/new", text=ALIKE, do="preview")
    assert "Has this been said" not in page
    assert member.post(f"/p/{others.id}/reply", text=TEXT).path.endswith("/sent")


def test_only_others_published_answers_that_one_may_read_are_shown(member, colleague, consultation):
    question, own, other = consultation.questions[0], make.as_asker(member.id), make.as_asker(colleague.id)
    parent = make.contribution(question, by=other, text="Something else entirely, about bicycles.")
    make.contribution(question, by=own, text=TEXT)
    make.contribution(parent, by=make.member(consultation), text=TEXT)
    for state in (State.HELD, State.RETURNED, State.REJECTED, State.WITHDRAWN):
        make.contribution(question, by=make.member(consultation), text=TEXT, state=state)
    assert similar(consultation, own, TEXT) == []
    authors = [make.member(consultation) for _promise in Promise]
    shown = [
        make.contribution(question, by=author, text=TEXT, promise=promise).id
        for author, promise in zip(authors, Promise, strict=True)
    ]
    assert {row.id for row in similar(consultation, own, TEXT)} == set(shown)
    elsewhere = make.consultation("other")
    assert similar(elsewhere, own, TEXT) == []


def test_the_most_alike_come_first_and_not_more_than_five(colleague, member, consultation):
    question, other = consultation.questions[0], make.as_asker(colleague.id)
    near = [make.contribution(question, by=other, text=f"{TEXT} {n}").id for n in ("Now and here.", "Now.", "")]
    found = [row.id for row in similar(consultation, make.as_asker(member.id), TEXT)]
    assert found == near[::-1]
    for _n in range(5):
        make.contribution(question, by=make.member(consultation), text=TEXT)
    assert len(similar(consultation, make.as_asker(member.id), TEXT)) == 5


def test_the_number_of_queries_does_not_grow(app, member, colleague, consultation, queries):
    question, own = consultation.questions[0], make.as_asker(member.id)
    counts = []
    for number in (1, 29):
        for _n in range(number):
            make.contribution(question, by=make.member(consultation), text=TEXT)
        similar(consultation, own, TEXT)
        with queries() as sent:
            similar(consultation, own, TEXT + " more words" * number)
        counts.append(len(sent))
    assert counts == [3, 3], sent


def test_an_example_is_compared_by_its_text(member, colleague, consultation):
    third = consultation.questions[2]
    make.contribution(third, by=make.as_asker(colleague.id), text=TEXT, kind=Kind.EXAMPLE)
    page = member.post("/c/ahp/q/3/new", text=ALIKE, setting="A clinic", effect="14 days", consent="y")
    assert "Has this been said already?" in page
    assert page.form(having="text")[1]["setting"] == "A clinic"


@pytest.mark.skipif(not TOWN.exists(), reason="the shared data does not lie beside the checkout")
def test_in_a_real_town_near_duplicates_are_found_and_others_are_not(app, member, colleague, consultation):
    """Pairs of a consultation with 896 ideas, judged by a person; what only shares its subject is not much the same."""
    with TOWN.open(encoding="utf-8") as file:
        ideas = {row["comment-id"]: row["comment-body"] for row in csv.DictReader(file)}
    question, other, own = consultation.questions[0], make.as_asker(colleague.id), make.as_asker(member.id)
    ids = {}
    for number in list(ideas)[:250]:
        ids[number] = make.contribution(question, by=other, text=ideas[number]).id
    found = {n: [row.id for row in similar(consultation, own, ideas[n])] for n in ids}
    assert all(ids[n] in some for n, some in found.items() if len(ideas[n].split()) > 4)
    for one, two in (("875", "865"), ("875", "864"), ("865", "864")):
        assert ids[one] in found[two]
        assert ids[two] in found[one]
    for one, two in (("860", "859"), ("869", "858"), ("872", "871"), ("870", "868")):
        assert ids[one] not in found[two]
