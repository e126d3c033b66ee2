"""Drafts: at every place for writing, on every device, visible, discarded on request, gone with posting."""

import pytest
from sqlalchemy import select

from crowd.db import db, transaction
from crowd.models import Contribution, Draft, Version
from crowd.threads import deeds
from tests import make
from tests.actors import Actor


@pytest.fixture(params=["write", "reply", "edit", "comment on a finding"])
def path(request, member, colleague, consultation, at) -> str:
    asked = consultation.questions[0]
    if request.param == "write":
        return "/c/ahp/q/1/new"
    if request.param == "reply":
        return f"/p/{make.contribution(asked, by=make.as_asker(colleague.id)).id}/reply"
    if request.param == "edit":
        return f"/p/{make.contribution(asked, by=make.as_asker(member.id), text='As it was').id}/edit"
    make.finding(consultation)
    at(consultation.open)
    return "/c/ahp/findings/1/comment"


def test_a_draft_goes_with_its_person_to_another_device_and_is_seen_to_be_one(app, member, colleague, path):
    member.post(path, text="Half a thought", do="draft")
    phone = Actor(app, member.id, member.email)
    page = phone.get(path)
    assert "We kept your draft from" in page
    assert "Half a thought" in page
    phone.post(path, text="A whole thought", do="draft")
    assert "A whole thought" in member.get(path)
    assert "A whole thought" not in colleague.get(path)


def test_it_is_discarded_on_request(member, path):
    member.post(path, text="Half a thought", do="draft")
    page = member.post(path, having="text", do="discard")
    assert "Half a thought" not in page
    assert "We kept your draft" not in page
    assert ("As it was" in page) is path.endswith("/edit")
    assert db.session.scalars(select(Draft)).all() == []


def test_it_is_gone_with_posting(member, path):
    member.post(path, text="Half a thought", do="draft")
    assert "has been saved" in member.post(path, text="A whole thought")
    assert db.session.scalars(select(Draft)).all() == []


def test_both_happen_or_neither(app, member, question, consultation):
    """One transaction: what is not posted after all is still a draft."""
    member.post(f"{question}/new", text="Half a thought", do="draft")
    writing = deeds.prepare("A whole thought")
    asked = consultation.questions[0]

    def posted_in_vain() -> None:
        with transaction():
            deeds.submit(asked, by=make.as_asker(member.id), writing=writing, once="once-12345678")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        posted_in_vain()
    assert db.session.scalars(select(Contribution)).all() == []
    assert db.session.scalars(select(Draft)).one().fields["text"] == "Half a thought"


def _again(member, path, **changed):
    """Go back to the form that was sent, as browsers keep it, and send it again."""
    _to, fields = member.get(path).form(having="text")
    fields |= {"text": "First wording", "kind": "idea", "promise": "2"}
    member.send(path, fields)
    member.send(path, fields | {"do": "draft"})  # what the script does meanwhile
    return member.send(path, fields | changed)


def test_a_text_sent_again_as_it_was_is_one_and_leaves_no_draft(member, question):
    assert "has been saved" in _again(member, f"{question}/new")
    assert len(db.session.scalars(select(Contribution)).all()) == 1
    assert db.session.scalars(select(Draft)).all() == []


def test_words_changed_after_going_back_are_not_thrown_away(member, question):
    assert "has been saved" in _again(member, f"{question}/new", text="First wording and a second thought")
    texts = db.session.scalars(select(Version.source).order_by(Version.id)).all()
    assert texts == ["First wording", "First wording and a second thought"]
    assert db.session.scalars(select(Draft)).all() == []
