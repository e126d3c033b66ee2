"""The bell (P8 to P11): the server's time decides, ten minutes of grace, and what was typed is never lost."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from crowd import clock
from crowd.db import db, transaction
from crowd.models import Contribution, Draft, SignIn
from crowd.states import Phase, State
from tests import make

MINUTE = timedelta(minutes=1)


@pytest.fixture
def bell(consultation, at):
    """Sets the clock to so many minutes after the end of the members' discussion."""
    return lambda minutes: at(consultation.analysis + minutes * MINUTE)


def _form(member, question):
    _to, fields = member.get(f"{question}/new").form(having="text")
    return fields | {"text": "Written while the bell rang", "kind": "idea", "promise": "2"}


def test_p08_a_form_shown_before_the_bell_is_taken_for_ten_minutes(member, question, bell):
    """P8, P9: it counts into the members' phase and waits for a moderator."""
    bell(-1)
    fields = _form(member, question)
    bell(9)
    assert "has been saved" in member.send(f"{question}/new", fields)
    sent = db.session.scalars(select(Contribution)).one()
    assert (sent.state, sent.phase) == (State.HELD, Phase.MEMBERS)


def test_p08_later_it_is_refused_with_409_and_kept_as_a_draft(member, question, bell):
    """P8: the page keeps the text, says why, and what the person can do."""
    bell(-1)
    fields = _form(member, question)
    bell(11)
    page = member.send(f"{question}/new", fields)
    assert page.status == 409
    assert "Written while the bell rang" in page
    assert "kept it as a draft" in page
    assert db.session.scalars(select(Contribution)).all() == []
    assert db.session.scalars(select(Draft)).one().fields["text"] == "Written while the bell rang"


@pytest.mark.parametrize("stamp", ["", "tampered", "1.0.bad"])
def test_a_form_that_we_did_not_stamp_has_no_grace(member, question, bell, stamp):
    bell(-1)
    fields = _form(member, question)
    bell(1)
    assert member.send(f"{question}/new", fields | {"rendered": stamp}).status == 409


def test_a_form_from_two_phases_ago_has_no_grace(member, question, consultation, at):
    fields = _form(member, question)
    at(consultation.open + MINUTE)
    assert member.send(f"{question}/new", fields).status == 409


def test_p10_votes_stop_at_the_bell_and_so_does_taking_them_back(app, member, colleague, consultation, bell):
    """P10."""
    idea = make.contribution(consultation.questions[0], by=make.as_asker(member.id))
    _to, fields = colleague.get(f"/p/{idea.id}").form("/vote")
    assert colleague.send("/vote", fields | {"vote": f"agree-{idea.id}"}).status == 200
    bell(1)
    assert colleague.send("/vote", fields | {"vote": f"back-{idea.id}"}).status == 409
    assert db.session.get(Contribution, idea.id).agree == 1


def test_p11_editing_stops_and_withdrawing_never_does(app, member, consultation, bell):
    """P11."""
    idea = make.contribution(consultation.questions[0], by=make.as_asker(member.id))
    _to, fields = member.get(f"/p/{idea.id}/edit").form(having="text")
    bell(11)
    assert member.get(f"/p/{idea.id}/edit").status == 403
    late = member.send(f"/p/{idea.id}/edit", fields | {"text": "Another wording"})
    assert late.status == 409
    assert db.session.scalars(select(Draft)).one().place == f"edit-{idea.id}"
    assert member.post(f"/p/{idea.id}/withdraw", having="csrf_token").status == 200
    assert db.session.get(Contribution, idea.id).state == State.WITHDRAWN


def test_p09_a_returned_text_may_be_sent_again_for_three_days(app, member, moderator, consultation, bell):
    """P9: returned before the bell, resubmitted into analysis; afterwards the time is over."""
    bell(-60)
    idea = make.contribution(consultation.questions[0], by=make.as_asker(member.id), state=State.RETURNED)
    bell(2 * 24 * 60)
    _to, fields = member.get(f"/p/{idea.id}/edit").form(having="text")
    bell(4 * 24 * 60)
    assert member.get(f"/p/{idea.id}/edit").status == 403
    bell(2 * 24 * 60)
    assert "has been saved" in member.send(f"/p/{idea.id}/edit", fields | {"text": "Now without the name"})
    again = db.session.get(Contribution, idea.id)
    assert (again.state, again.phase) == (State.HELD, Phase.MEMBERS)
    assert again.submitted_at < consultation.analysis < clock.now()


def test_everything_that_was_typed_comes_back_also_without_a_sign_in(member, consultation):
    """Every field of an example, with its marks and without what the page had filled in."""
    address = f"/c/{consultation.slug}/q/3/new"
    _to, fields = member.get(address).form(having="text")
    typed = {"text": "\n<b>The text", "setting": "A ward", "change": "Calls", "effect": "Fewer", "source": "A study"}
    with transaction() as session:
        session.execute(delete(SignIn))
    page = member.send(address, fields | typed | {"kind": "example"})
    assert page.status == 403
    for words in ("\n&lt;b&gt;The text", "A ward", "Calls", "Fewer", "A study"):
        assert f">\n{words}</textarea>" in page
    assert page.count("<textarea") == len(typed)
    assert fields["once"] not in page


def test_an_expired_form_shows_what_was_typed_but_no_password(member):
    page = member.send("/me/password", {"csrf_token": "old", "new": "correct horse", "note": "A note"})
    assert (page.status, "A note" in page, "correct horse" in page) == (400, True, False)


def test_a_finding_refused_by_the_bell_is_shown_and_leaves_the_draft_of_a_comment(host, consultation, at):
    make.finding(consultation)
    at(consultation.closed - MINUTE)
    address = f"/c/{consultation.slug}/findings/1"
    host.post(f"{address}/comment", text="My comment", do="draft")
    _to, fields = host.get(f"{address}/edit").form(having="title")
    at(consultation.closed + MINUTE)
    page = host.send(f"{address}/edit", fields | {"title": "A title", "text": "A finding", "note": "A note"})
    assert page.status == 409
    assert all(f">\n{words}</textarea>" in page for words in ("A title", "A finding", "A note"))
    assert "kept it as a draft" not in page
    assert db.session.scalars(select(Draft)).one().fields["text"] == "My comment"


def test_a_long_draft_is_kept_whole_or_comes_back_whole(member, question, bell):
    bell(-1)
    long, longer = "word " * 39_000 + "end", "word " * 50_000 + "end"
    member.post(f"{question}/new", text=long, do="draft")
    assert db.session.scalars(select(Draft)).one().fields["text"] == long
    page = member.post(f"{question}/new", text=longer, do="draft")
    assert (page.status, "longer than 10,000 characters" in page, longer in page) == (422, True, True)
    fields = _form(member, question)
    bell(11)
    page = member.send(f"{question}/new", fields | {"text": longer})
    assert (page.status, longer in page, "kept it as a draft" in page) == (409, True, False)
    assert db.session.scalars(select(Draft)).one().fields["text"] == long


def test_a_returned_text_links_to_its_form_only_while_that_takes_it(app, member, consultation, question, bell):
    """P1: the link asks the table as the form does."""
    bell(-60)
    idea = make.contribution(consultation.questions[0], by=make.as_asker(member.id), state=State.RETURNED)
    for days, there in ((2, True), (4, False), (9, False)):
        bell(days * 24 * 60)
        assert (f"/p/{idea.id}/edit" in member.get(f"/p/{idea.id}")) == there
        assert (member.get(f"/p/{idea.id}/edit").status == 200) == there


def test_a_draft_saved_in_the_minutes_of_grace_leaves_the_form_to_send(member, question, bell):
    """P8: the form cannot be opened anew, so it is shown again with all that was typed and with its time."""
    bell(-1)
    fields = _form(member, question)
    bell(3)
    page = member.send(f"{question}/new", fields | {"do": "draft"})
    assert (page.status, "Your draft has been saved" in page) == (200, True)
    _to, again = page.form(having="text")
    assert (again["text"], again["rendered"]) == (fields["text"], fields["rendered"])
    bell(9)
    assert "has been saved" in member.send(f"{question}/new", again | {"do": "send"})
    assert db.session.scalars(select(Draft)).all() == []


def test_a_draft_discarded_in_the_minutes_of_grace_leads_to_one_s_own_page(member, question, bell):
    bell(-1)
    fields = _form(member, question)
    bell(3)
    page = member.send(f"{question}/new", fields | {"do": "discard"})
    assert (page.status, page.path) == (200, "/me")
    assert "Your draft has been discarded" in page
