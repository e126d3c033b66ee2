"""Warnings, holds, suspensions and blocks (M26)."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from crowd import clock
from crowd.db import db
from crowd.models import Contribution, Draft, Person, Record, Sanction
from tests import make
from tests.actors import Actor, Page
from tests.make import DAY
from tests.reports.reporting import mails, report


@pytest.fixture
def idea(consultation, member) -> Contribution:
    return make.contribution(consultation.questions[0], by=make.as_asker(member.id), text="Count care time.")


def impose(who: Actor, text: Contribution, kind: str, *, words: str = "Be kind.", days: int = 0) -> Page:
    """Through both pages, as a moderator who knows the text alone."""
    until = (clock.now() + timedelta(days=days)).date().isoformat() if days else ""
    address = f"/moderate/sanctions/new?version={make.anew(text).version_id}"
    page = who.post(address, kind=kind, words=words, until=until)
    assert "Check before it takes effect" in page
    where, values = page.form(having="do")
    return who.send(where, values | {"do": "impose"})


def newest() -> Sanction:
    return db.session.scalars(select(Sanction).order_by(Sanction.id.desc())).first()


def test_m26_nothing_happens_before_it_is_confirmed(moderator, idea):
    page = moderator.post(
        f"/moderate/sanctions/new?version={idea.version_id}", kind="warning", words="Be kind.", until=""
    )
    assert "Check before it takes effect" in page
    assert "Be kind." in page
    assert db.session.scalars(select(Sanction)).all() == []


def test_m26_a_warning_is_confirmed_before_one_writes_again(member, moderator, idea, question):
    impose(moderator, idea, "warning", words="Do not name Dr Miller.")
    (mail,) = mails(member.id, "sanctioned")
    assert "Do not name Dr Miller." in mail.body
    page = member.get(f"{question}/new")
    assert page.path == f"/me/warnings/{newest().id}"
    assert "Do not name Dr Miller." in page
    assert "Do not name Dr Miller." in member.get("/me")
    assert member.get(question).status == 200
    after = member.post(f"/me/warnings/{newest().id}", on=page.path + f"?next={question}/new", having="next")
    assert after.path == f"{question}/new"
    assert member.get(f"{question}/new").path == f"{question}/new"
    assert db.session.scalars(select(Record.deed).where(Record.deed == "sanction confirmed")).all()
    assert "You confirmed this on" in member.get("/me")


def test_m26_nothing_typed_is_lost_when_a_warning_comes_while_one_writes(member, moderator, idea, question):
    values = member.get(f"{question}/new").form(having="text")[1]
    impose(moderator, idea, "warning")
    page = member.send(f"{question}/new", values | {"text": "Half an hour of thought.", "kind": "idea", "promise": "2"})
    assert page.path == f"/me/warnings/{newest().id}"
    assert "It is kept as a draft" in page
    assert len(db.session.scalars(select(Contribution)).all()) == 1
    assert db.session.scalars(select(Draft)).one().fields["text"] == "Half an hour of thought."
    member.post(page.path, on=f"{page.path}?next={question}/new", having="next")
    assert "Half an hour of thought." in member.get(f"{question}/new")


def test_m26_a_warning_cannot_be_gone_around_by_the_scripts_header(member, moderator, idea, question):
    values = member.get(f"{question}/new").form(having="text")[1]
    impose(moderator, idea, "warning")
    sent = values | {"text": "Past it.", "kind": "idea", "promise": "2"}
    member.send(f"{question}/new", sent, headers={"X-Fragment": "1"})
    member.send(f"{question}/new?save", sent)
    assert len(db.session.scalars(select(Contribution)).all()) == 1


@pytest.mark.parametrize("kind", ["warning", "hold"])
def test_m26_a_button_that_is_pressed_twice_sanctions_once(member, moderator, idea, kind):
    address = f"/moderate/sanctions/new?version={idea.version_id}"
    where, values = moderator.post(address, kind=kind, words="Be kind.", until="").form(having="do")
    for _press in range(2):
        assert "Done." in moderator.send(where, values | {"do": "impose"})
    assert len(mails(member.id, "sanctioned")) == 1
    assert len(db.session.scalars(select(Sanction)).all()) == 1
    moderator.send(where, values | {"do": "impose", "words": "Be kinder."})
    assert len(db.session.scalars(select(Sanction)).all()) == 2, "another reason is another sanction"


def test_m26_a_warning_is_its_own_persons_alone(member, colleague, moderator, idea):
    impose(moderator, idea, "warning")
    assert colleague.get(f"/me/warnings/{newest().id}").status == 404
    assert member.get(f"/me/warnings/{newest().id}").status == 200


def test_m26_m23_a_moderator_does_not_learn_who_it_is(member, moderator, idea, consultation):
    alias = make.as_asker(member.id).memberships[consultation.id].alias
    page = moderator.get(f"/moderate/sanctions/new?version={idea.version_id}")
    said = impose(moderator, idea, "hold")
    for hidden in (alias, "member@example.org"):
        assert hidden not in page
        assert hidden not in said
    again = moderator.get(f"/moderate/sanctions/new?version={idea.version_id}")
    assert "Always held" in again


def test_m26_the_page_of_a_reported_text_leads_there(moderator, colleague, idea):
    report(colleague, idea, "off topic")
    page = moderator.get(f"/p/{idea.id}/check")
    assert f"/moderate/sanctions/new?version={idea.version_id}" in page


def test_m26_always_hold_is_a_row_that_holds_until_it_ends(member, moderator, idea):
    impose(moderator, idea, "hold", days=5)
    found = newest()
    assert (found.kind, found.person_id, found.ended_at, found.confirmed_at) == ("hold", member.id, None, None)
    assert found.until.date() == (clock.now() + 5 * DAY).date()
    assert "a moderator reads each of your texts before others do" in member.get("/me")


def test_m26_suspended_until_a_date_and_texts_stay(app, member, colleague, moderator, idea, question, at):
    impose(moderator, idea, "suspended", days=3)
    assert member.get("/me").status == 403
    again = Actor(app, member.id)
    assert again.get(f"{question}/new").status == 403
    assert "Your account is suspended until" in again.get("/me")
    assert "Count care time." in colleague.get(question)
    at(clock.now() + 4 * DAY)
    assert Actor(app, member.id).get(f"{question}/new").status == 200


def test_m26_blocked_until_a_host_ends_it(app, member, moderator, host, idea, question, at):
    impose(moderator, idea, "blocked")
    at(clock.now() + 5 * DAY)
    assert Actor(app, member.id).get(f"{question}/new").status == 403
    later = Actor(app, host.id)
    assert "Blocked" in later.get(f"/host/people/{member.id}")
    page = f"/host/people/{member.id}/sanctions"
    assert "Say why it ends" in later.post(f"/host/sanctions/{newest().id}/end", on=page, why=" ")
    assert "It has ended" in later.post(f"/host/sanctions/{newest().id}/end", on=page, why="A mistake.")
    assert Actor(app, member.id).get(f"{question}/new").status == 200
    assert "A mistake." in mails(member.id, "sanction_ended")[0].body
    assert db.session.scalars(select(Record.facts).where(Record.deed == "sanction ended")).one()["why"] == "A mistake."
    page = Actor(app, member.id).get("/me")
    assert "It ended on" in page
    assert "Your account was blocked for a time." in page
    assert "is blocked" not in page


def test_m26_what_is_over_is_told_as_past(app, member, moderator, host, idea, at):
    impose(moderator, idea, "warning")
    host.post(f"/host/sanctions/{newest().id}/end", on=f"/host/people/{member.id}/sanctions", why="A mistake.")
    body = mails(member.id, "sanction_ended")[0].body
    assert "You need not confirm it any more." in body
    assert "kept you from" not in body
    assert "The moderators had warned you." in member.get("/me")
    impose(moderator, idea, "hold", days=5)
    at(clock.now() + 6 * DAY)
    page = Actor(app, member.id).get("/me")
    assert "For a time a moderator read each of your texts" in page
    assert "a moderator reads each of your texts" not in page


def test_m26_the_latest_end_counts(app, member, moderator, host, idea, question):
    impose(moderator, idea, "blocked")
    impose(moderator, idea, "suspended", days=2)
    page = f"/host/people/{member.id}/sanctions"
    assert db.session.get(Person, member.id).suspended_until.year == 9999
    blocked = db.session.scalars(select(Sanction).where(Sanction.kind == "blocked")).one()
    host.post(f"/host/sanctions/{blocked.id}/end", on=page, why="A mistake.")
    assert db.session.get(Person, member.id).suspended_until.date() == (clock.now() + 2 * DAY).date()


def test_m26_a_host_does_it_from_the_account(host, member):
    address = f"/host/people/{member.id}/sanctions"
    page = host.post(address, kind="warning", words="Be kind.", until="")
    where, values = page.form(having="do")
    assert "Be kind." in host.send(where, values | {"do": "impose"})
    assert newest().consultation_id is None


def test_m26_what_is_missing_is_asked_for_again(moderator, idea):
    address = f"/moderate/sanctions/new?version={idea.version_id}"
    page = moderator.post(address, kind="suspended", words="Be kind.", until="")
    assert page.status == 422
    assert "Enter the last day" in page
    assert "Be kind." in page
    assert "Choose a day after today" in moderator.post(address, kind="suspended", words="x", until="2016-01-01")
    assert "has no last day" in moderator.post(address, kind="blocked", words="x", until="2036-01-01")
    assert moderator.post(address, kind="hold", words="", until="").status == 422


def test_m26_nobody_sanctions_themselves_and_staff_only_a_host(consultation, moderator, second_moderator, host):
    own = make.contribution(consultation.questions[0], by=make.as_asker(moderator.id))
    assert "about yourself" in impose(moderator, own, "warning")
    assert "A host decides" in impose(second_moderator, own, "warning")
    assert db.session.scalars(select(Sanction)).all() == []
    assert "Done." in impose(host, own, "warning")


def test_who_may(member, visitor, analyst, idea):
    for who in (member, visitor, analyst):
        assert who.get(f"/moderate/sanctions/new?version={idea.version_id}").status in (403, 404)
        assert who.get(f"/host/people/{member.id}/sanctions").status == 403
