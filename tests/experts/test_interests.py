"""What an expert has declared can be changed with the answer while the phase lasts, and the log keeps that it was."""

import pytest
from sqlalchemy import select

from crowd.db import db
from crowd.models import Contribution, Record, Version
from crowd.states import State
from tests import make
from tests.actors import Actor
from tests.experts.asking import answers, ask, link
from tests.make import DAY
from tests.moderation import desk


@pytest.fixture
def expert(app, host, moderator, consultation):
    """Has answered, and the answer is published."""
    ask(host)
    expert = Actor(app)
    answers(expert, link())
    desk.decide(moderator, desk.waiting(written()), "approve")
    return expert


def written() -> Contribution:
    db.session.rollback()
    return db.session.scalars(select(Contribution).order_by(Contribution.id)).first()


def newest() -> Version:
    db.session.rollback()
    return db.session.scalars(select(Version).order_by(Version.id.desc())).first()


def changes() -> int:
    return len(db.session.scalars(select(Record).where(Record.deed == "expert interests changed")).all())


def test_other_interests_are_handed_in_with_a_line_in_the_log(expert, moderator, member):
    edit = f"/p/{written().id}/edit"
    fields = expert.get(edit).form(having="interests")[1]
    assert fields["interests"] == "Paid by a mill in 2019." and "none" not in fields
    expert.post(edit, having="interests", interests="Paid by a mill in 2019 and since.", do="send")
    version = newest()
    assert (version.card, version.state) == ({"interests": "Paid by a mill in 2019 and since."}, State.HELD)
    assert changes() == 1
    assert "and since" not in member.get("/c/ahp/q/1"), "nobody has read it yet"
    desk.decide(moderator, version, "approve")
    assert "Paid by a mill in 2019 and since." in member.get("/c/ahp/q/1")
    expert.post(edit, having="interests", text="Said better.", do="send")
    assert newest().card == {"interests": "Paid by a mill in 2019 and since."}
    assert changes() == 1


def test_none_can_become_some_and_both_or_neither_is_asked_again(expert):
    edit = f"/p/{written().id}/edit"
    page = expert.post(edit, having="interests", interests="Some", none="y", text="My words", do="send")
    assert page.status == 422 and "Clear one of the two" in page and "My words" in page
    page = expert.post(edit, having="interests", interests="", do="send")
    assert page.status == 422 and "or tick that you have none" in page
    expert.post(edit, having="interests", interests="", none="y", do="send")
    assert newest().card == {"interests": "None to declare"}
    fields = expert.get(edit).form(having="interests")[1]
    assert fields["interests"] == "" and fields["none"] == ["y"]
    assert changes() == 1


def test_other_texts_of_an_expert_ask_for_none(expert, consultation):
    comment = make.contribution(written(), by=make.as_asker(written().author_id), text="A comment")
    assert "declare" not in expert.get(f"/p/{comment.id}/edit")
    expert.post(f"/p/{comment.id}/edit", having="text", text="Another", do="send")
    assert changes() == 0


def test_after_the_bell_they_stay_as_they_were(expert, consultation, at):
    at(make.anew(consultation).analysis + DAY)
    assert expert.get(f"/p/{written().id}/edit").status == 403
