"""Writing: previews, drafts, changes, and who may."""

import pytest
from sqlalchemy import select

from crowd.db import db, transaction
from crowd.models import Contribution, Draft, Person, Version
from crowd.states import Promise, State
from tests import make
from tests.actors import Actor


def test_a_preview_stores_nothing(app, member, question):
    page = member.post(f"{question}/new", text="A **strong** word", kind="idea", promise="2", do="preview")
    assert "This is how it will look" in page
    assert "<strong>strong</strong>" in page
    assert db.session.scalars(select(Contribution)).all() == []


def test_a_draft_is_kept_shown_again_and_discarded(app, member, question):
    member.post(f"{question}/new", text="Half a thought", do="draft")
    page = member.get(f"{question}/new")
    assert "Half a thought" in page
    assert "We kept your draft" in page
    member.post(f"{question}/new", text="", do="discard")
    assert "Half a thought" not in member.get(f"{question}/new")


def test_the_script_saves_drafts_without_sending(app, member, question):
    _to, fields = member.get(f"{question}/new").form(having="text")
    page = member.send(f"{question}/new?save", fields | {"text": "While typing"}, headers={"X-Fragment": "1"})
    assert page.status == 204
    assert db.session.scalars(select(Contribution)).all() == []
    assert db.session.scalars(select(Draft)).one().fields["text"] == "While typing"


def test_posting_takes_the_draft_away(app, member, question):
    member.post(f"{question}/new", text="Half a thought", do="draft")
    member.post(f"{question}/new", text="A whole thought", kind="idea", promise="2", do="send")
    assert db.session.scalars(select(Draft)).all() == []


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"text": " "}, "Write something before you send it"),
        ({"text": "x" * 10_001}, "longer than 10,000 characters"),
        ({"text": "A thought", "promise": "7"}, "Choose who will read this"),
        ({"text": "A thought", "kind": "comment"}, "Choose what it is"),
        ({"text": "> " * 60 + "deep"}, "Your text"),
    ],
)
def test_bad_input_gets_a_sentence_and_loses_nothing(app, member, question, fields, sentence):
    page = member.post(f"{question}/new", **{"kind": "idea", "promise": "2", **fields})
    assert page.status == 422
    assert sentence in page
    assert fields["text"].strip()[:40].replace(">", "&gt;") in page
    assert db.session.scalars(select(Contribution)).all() == []


def test_an_example_brings_its_evidence(app, member, colleague, moderator, consultation):
    member.post(
        f"/c/{consultation.slug}/q/3/new",
        text="A falls service",
        promise="2",
        kind="example",
        effect="12 of 40 people at home",
        setting="A county",
        consent="y",
    )
    version = db.session.scalars(select(Version)).one()
    assert {k: version.card[k] for k in ("effect", "setting")} == {
        "effect": "12 of 40 people at home",
        "setting": "A county",
    }
    assert "12 of 40 people at home" in member.get(f"/c/{consultation.slug}/q/3")


def test_mass_assignment_changes_nothing(app, member, question):
    member.post(
        f"{question}/new",
        text="Mine",
        kind="idea",
        promise="2",
        state="published",
        author_id="1",
        facilitator="1",
        phase="open",
        best_practice="1",
        agree="99",
    )
    sent = db.session.scalars(select(Contribution)).one()
    assert (sent.state, sent.author_id, sent.facilitator, sent.agree) == (State.HELD, member.id, False, 0)


def test_a_facilitator_is_marked_as_one(app, moderator, member, question):
    moderator.post(f"{question}/new", text="Could you say why?", kind="idea", promise="2")
    sent = db.session.scalars(select(Contribution)).one()
    assert sent.facilitator
    assert sent.alias == "Mo Desk"


@pytest.mark.parametrize("who", ["visitor", "stakeholder", "analyst"])
def test_who_may_not_write_or_read(app, request, member, consultation, question, who):
    other = request.getfixturevalue(who)
    idea = make.contribution(consultation.questions[0], by=make.as_asker(member.id), text="Canary in the discussion")
    assert other.get(f"{question}/new").status == 403
    assert other.get(f"/p/{idea.id}").status == (200 if who == "analyst" else 404)
    if who != "analyst":
        assert "Canary" not in other.get(question)


def test_another_ones_text_cannot_be_changed(app, member, colleague, consultation):
    idea = make.contribution(consultation.questions[0], by=make.as_asker(member.id))
    assert colleague.get(f"/p/{idea.id}/edit").status == 403
    assert colleague.get(f"/p/{idea.id}/withdraw").status == 403
    _to, fields = member.get(f"/p/{idea.id}/edit").form(having="text")
    mine = {**colleague.get(f"/p/{idea.id}/reply").form(having="text")[1], "text": fields["text"] + " changed"}
    assert colleague.send(f"/p/{idea.id}/edit", mine).status == 403


def test_an_edit_waits_while_the_approved_text_stays(app, member, colleague, consultation):
    """M17."""
    idea = make.contribution(consultation.questions[0], by=make.as_asker(member.id), text="The first wording")
    member.post(f"/p/{idea.id}/edit", text="The second wording")
    assert "The first wording" in colleague.get(f"/p/{idea.id}")
    assert "The second wording" not in colleague.get(f"/p/{idea.id}")


def test_a_withdrawn_text_leaves_a_mark_and_its_replies(app, member, colleague, consultation):
    """M19."""
    idea = make.contribution(consultation.questions[0], by=make.as_asker(member.id), text="To be taken back")
    make.contribution(idea, by=make.as_asker(colleague.id), text="An answer that stays")
    member.post(f"/p/{idea.id}/withdraw", having="csrf_token")
    page = colleague.get(f"/p/{idea.id}")
    assert "Withdrawn by its author" in page
    assert "An answer that stays" in page
    assert "To be taken back" not in page


def test_p12_a_promise_can_be_widened_by_its_author_but_not_narrowed(app, member, consultation):
    """P12."""
    idea = make.contribution(consultation.questions[0], by=make.as_asker(member.id), promise=Promise.MEMBERS)
    member.post(f"/p/{idea.id}/promise", promise="1")
    assert db.session.get(Contribution, idea.id).promise == Promise.NAMELESS
    _to, fields = member.get(f"/p/{idea.id}/promise").form(having="promise")
    member.send(f"/p/{idea.id}/promise", fields | {"promise": "0"})
    assert db.session.get(Contribution, idea.id).promise == Promise.NAMELESS


def test_a_question_page_asks_the_database_as_often_for_thirty_as_for_one(
    app, member, colleague, consultation, question, queries
):
    by = make.as_asker(colleague.id)
    counts = []
    for more in (1, 29):
        for _n in range(more):
            make.contribution(consultation.questions[0], by=by)
        app.extensions["fragments"].__init__()
        with queries() as sent:
            assert member.get(question).status == 200
        counts.append(len(sent))
    assert counts[0] == counts[1]


def test_the_form_names_the_name_that_is_shown(app, consultation, question):
    """P12: somebody who was a member before they became a moderator writes as a facilitator, and is told so."""
    who = make.member(consultation)
    with transaction() as session:
        person = session.get(Person, who.id)
        person.roles, person.name = "M", "Mary Moderator"
    page = Actor(app, who.id).get(f"{question}/new")
    assert "Mary Moderator" in page
    assert who.memberships[consultation.id].alias not in page


def test_a_public_comment_under_a_text_for_members_has_its_own_page(app, member, visitor, consultation, at):
    """P12: what its author let everybody read can be read, also where what it answers cannot."""
    by = make.as_asker(member.id)
    root = make.contribution(consultation.questions[0], by=by, text="For members only", promise=Promise.MEMBERS)
    comment = make.contribution(root, by=by, text="For everybody")
    at(consultation.open)
    page = visitor.get(f"/p/{comment.id}")
    assert page.status == 200
    assert "For everybody" in page
    assert "For members only" not in page


@pytest.mark.parametrize(
    "address", ["/c/%00/", "/c/ahp/vote?skip=%C2%B2", "/c/ahp/q/1?sort=%00", "/p/99999999999999999999"]
)
def test_hostile_addresses_are_not_errors_of_ours(member, address):
    assert member.get(address).status in (200, 404)


def test_a_held_text_changes_no_page_of_others_to_the_byte(app, member, visitor, consultation, question):
    """M5: no count, no ETag."""
    before = visitor.get(f"/c/{consultation.slug}/")
    member.post(f"{question}/new", text="Waits", kind="idea", promise="2")
    after = visitor.get(f"/c/{consultation.slug}/")
    assert (before, before.headers["ETag"]) == (after, after.headers["ETag"])


@pytest.mark.parametrize("text", ["\0", "\u202e", "\u200b\u2060", "***", "> ", "1.", "\u3164"])
def test_a_text_with_nothing_to_read_is_refused(member, question, text):
    page = member.post(f"{question}/new", text=text, kind="idea", promise="2")
    assert page.status == 422
    assert "Write something before you send it." in page
    assert db.session.scalars(select(Version)).all() == []


@pytest.mark.parametrize("text", ["?!", "👍", "3", "是", "[x](http://a.b)"])
def test_little_is_enough(member, question, text):
    assert "has been saved" in member.post(f"{question}/new", text=text, kind="idea", promise="2")


def test_p12_the_page_that_widens_a_promise_is_linked_where_ones_own_text_stands(
    app, member, colleague, consultation, question
):
    """P12: on one's own page, in the thread and in the list, for as long as a wider promise is offered."""
    by = make.as_asker(member.id)
    narrow = make.contribution(consultation.questions[0], by=by, promise=Promise.MEMBERS)
    widest = make.contribution(consultation.questions[0], by=by)
    held = make.contribution(consultation.questions[0], by=by, promise=Promise.NAMELESS, state=State.HELD)
    for path in ("/me", question):
        page = member.get(path)
        assert f'href="/p/{narrow.id}/promise"' in page
        assert f'href="/p/{held.id}/promise"' in page
        assert f'href="/p/{widest.id}/promise"' not in page
    assert "/promise" in member.get(f"/p/{narrow.id}")
    assert "/promise" not in colleague.get(question)
    assert 'href="/me/news"' in member.get("/me")
    member.post(f"/p/{narrow.id}/promise", promise="2")
    assert f"/p/{narrow.id}/promise" not in member.get(question)
