"""Looking behind an alias takes a reason and a second person, and the author is told (M25)."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from crowd import clock
from crowd.db import db, transaction
from crowd.models import Contribution, Mail, Person, Record, Unveiling
from crowd.models.people import FORMER_MEMBER
from crowd.states import State
from tests import make
from tests.actors import Actor
from tests.care.conftest import WEDNESDAY
from tests.moderation.desk import newest

LIST = "/moderate/unveilings"
REASON = "The text threatens to harm somebody at a clinic."
UNTOLD = "The police have asked us not to warn this person."


@pytest.fixture
def text(wednesday) -> Contribution:
    return make.contribution(
        wednesday.questions[0], by=make.member(wednesday, "secret@example.org"), text="Watch out", state=State.HELD
    )


def ask(actor: Actor, text: Contribution, **more: str):
    return actor.post(f"/moderate/{newest(text).id}/who", **{"reason": REASON, **more})


def wish() -> Unveiling:
    make.afresh()
    return db.session.scalars(select(Unveiling).order_by(Unveiling.id.desc())).first()


def answer(actor: Actor, do: str):
    return actor.post(f"{LIST}/{wish().id}", on=LIST, having="csrf_token", do=do)


def look(actor: Actor):
    """Press the button, or send what it would have sent."""
    form = {"csrf_token": re.search(r'name="csrf_token"[^>]*value="([^"]+)"', actor.get(LIST))[1]}
    return actor.send(f"{LIST}/{wish().id}/look", form)


def log_lines() -> list[str]:
    return list(db.session.scalars(select(Record.deed).where(Record.deed.like("unveil%")).order_by(Record.id)))


def told() -> list[Mail]:
    return list(db.session.scalars(select(Mail).where(Mail.kind == "unveiled")))


def test_m25_one_asks_a_second_one_grants_the_author_is_told_and_all_is_logged(moderator, host, text):
    assert "A second person is asked now" in ask(moderator, text)
    assert "You asked this" in moderator.get(LIST)
    page = host.get(LIST)
    assert REASON in page
    assert "secret@example.org" not in page
    assert "The author is told by mail" in answer(host, "grant")
    page = look(moderator)
    assert "secret@example.org" in page
    assert page.headers["Cache-Control"] == "no-store"
    assert log_lines() == ["unveiling asked", "unveiling decided", "unveiled"]
    people = list(db.session.scalars(select(Record.person_id).where(Record.deed.like("unveil%")).order_by(Record.id)))
    assert people == [moderator.id, host.id, moderator.id]
    look(moderator)
    assert log_lines().count("unveiled") == 2, "each look is a line"
    (mail,) = told()
    assert mail.address == "secret@example.org"
    for words in (REASON, text.alias, "24 hours", "Watch out"):
        assert words in mail.body
    for hidden in ("Mo Desk", "Hope Host"):
        assert hidden not in mail.body


def test_m25_the_desk_page_without_it_shows_no_address(moderator, text):
    ask(moderator, text)
    page = look(moderator)
    assert page.status == 403
    assert "secret@example.org" not in page + moderator.get(LIST) + moderator.get(f"/moderate/{newest(text).id}/who")


def test_m23_m27_the_alias_is_named_only_once_it_was_granted(moderator, second_moderator, host, text):
    """A page that is only opened leaves no line in the log, so it may not tell what is shown on demand alone."""
    page = moderator.get(f"/moderate/{newest(text).id}/who")
    assert text.alias not in page
    assert f"the author of text {text.id}" in page
    ask(moderator, text)
    for who in (moderator, second_moderator, host):
        page = who.get(LIST)
        assert text.alias not in page
        assert f"Text {text.id} " in page
    answer(host, "grant")
    assert text.alias in moderator.get(LIST)


def test_m25_nobody_grants_what_they_asked_themselves(moderator, text):
    ask(moderator, text)
    form = {"csrf_token": moderator.get(LIST).form("/logout")[1]["csrf_token"], "do": "grant"}
    page = moderator.send(f"{LIST}/{wish().id}", form)
    assert page.status == 403
    assert wish().granted is None
    assert told() == []


@pytest.mark.parametrize("who", ["second_moderator", "host"])
def test_m25_the_look_is_for_the_one_who_asked_and_nobody_else(request, moderator, host, text, who):
    ask(moderator, text)
    answer(host, "grant")
    page = look(request.getfixturevalue(who))
    assert page.status == 403
    assert "secret@example.org" not in page


def test_m25_it_ends_after_24_hours_and_can_be_asked_again(moderator, host, text, at):
    ask(moderator, text)
    answer(host, "grant")
    assert ask(moderator, text).status == 422
    at(WEDNESDAY + timedelta(hours=24, minutes=1))
    page = look(moderator)
    assert page.status == 403
    assert "secret@example.org" not in page
    assert ask(moderator, text).status == 200


def test_m25_declined_is_declined_and_nobody_is_told(moderator, host, text):
    ask(moderator, text)
    assert "Declined" in answer(host, "decline")
    assert "Declined" in moderator.get(LIST)
    assert look(moderator).status == 403
    assert told() == []
    assert log_lines() == ["unveiling asked", "unveiling decided"]


def test_m25_safety_is_a_reason_not_to_tell_if_the_second_person_agrees(moderator, host, text):
    ask(moderator, text, untold=UNTOLD)
    assert UNTOLD in host.get(LIST)
    assert "The author is not told" in answer(host, "grant-untold")
    assert told() == []
    (line,) = db.session.scalars(select(Record).where(Record.deed == "unveiling decided"))
    assert (line.facts["granted"], line.facts["told"]) == (True, False)
    assert "secret@example.org" in look(moderator)


def test_m25_the_author_is_told_if_the_second_person_does_not_agree_to_silence(moderator, host, text):
    ask(moderator, text, untold=UNTOLD)
    answer(host, "grant")
    (mail,) = told()
    assert UNTOLD not in mail.body


def test_m25_without_a_reason_of_safety_silence_cannot_be_chosen(moderator, host, text):
    ask(moderator, text)
    assert "grant-untold" not in host.get(LIST)
    answer(host, "grant-untold")
    assert len(told()) == 1


def test_m25_a_reason_is_needed_and_nothing_typed_is_lost(moderator, text):
    page = ask(moderator, text, reason="Because", untold="No")
    assert page.status == 422
    assert ">\nBecause</textarea>" in page.replace("\r\n", "\n")
    assert "Say in a sentence why" in page
    assert "who would be in danger" in page
    assert wish() is None


def test_m25_the_second_of_two_answers_is_told(moderator, second_moderator, host, text):
    ask(moderator, text)
    form = {"csrf_token": second_moderator.get(LIST).form("/logout")[1]["csrf_token"], "do": "decline"}
    answer(host, "grant")
    assert second_moderator.send(f"{LIST}/{wish().id}", form).status == 409
    assert wish().granted is True
    assert len(told()) == 1


def test_m25_never_about_own_texts_nor_about_facilitators(app, moderator, second_moderator, wednesday):
    own = make.contribution(wednesday.questions[0], by=make.as_asker(moderator.id), state=State.HELD)
    number = newest(own).id
    assert moderator.get(f"/moderate/{number}/who").status == 403
    assert second_moderator.get(f"/moderate/{number}/who").status == 403, "a facilitator is named"


def test_m25_the_author_of_a_text_cannot_be_the_second_person(app, wednesday, moderator):
    """Somebody who wrote as a member and became a moderator meanwhile."""
    author = make.member(wednesday, "now-staff@example.org")
    text = make.contribution(wednesday.questions[0], by=author, state=State.HELD)
    with transaction() as session:
        session.get_one(Person, author.id).roles = "M"
    staff = Actor(app, author.id)
    ask(moderator, text)
    assert REASON not in staff.get(LIST)
    form = {"csrf_token": staff.get(LIST).form("/logout")[1]["csrf_token"], "do": "grant"}
    assert staff.send(f"{LIST}/{wish().id}", form).status == 403
    assert wish().granted is None


def test_m25_of_erased_people_nothing_is_known(moderator, host, text):
    ask(moderator, text)
    answer(host, "grant")
    with transaction() as session:
        session.get_one(Person, text.author_id).email = FORMER_MEMBER
    page = look(moderator)
    assert "nobody knows any more" in page
    assert FORMER_MEMBER not in page


def test_m25_a_wish_about_a_published_text_is_told_of_in_the_list_alone(
    moderator, second_moderator, member_of, queries
):
    def cost() -> int:
        with queries() as sent:
            assert second_moderator.get(LIST).status == 200
        return len(sent)

    make.wish(member_of(1)[0])
    one = cost()
    for text in member_of(25):
        make.wish(text)
    assert cost() == one
    assert 'rel="next"' in second_moderator.get(LIST)


@pytest.fixture
def member_of(wednesday):
    author = make.member(wednesday)
    return lambda number: [make.contribution(wednesday.questions[0], by=author) for _n in range(number)]


def test_looking_is_no_get(moderator, host, text):
    """A prefetch, a mail scanner or a cache must not look."""
    ask(moderator, text)
    answer(host, "grant")
    assert moderator.get(f"{LIST}/{wish().id}/look").status == 405
    assert "unveiled" not in log_lines()
    assert clock.now() > WEDNESDAY
