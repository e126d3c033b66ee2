"""The kept frame of a page: shared by readers of one standing, true at once, and nothing of one reader in it."""

from datetime import timedelta

import pytest
from flask import template_rendered

from crowd.db import transaction
from crowd.models import Person, Site
from crowd.states import State, Vote
from crowd.threads import voting
from tests import make
from tests.actors import Actor
from tests.moderation import desk


@pytest.fixture
def idea(app, consultation, colleague):
    return make.contribution(consultation.questions[0], by=make.as_asker(colleague.id), text="An idea for all")


@pytest.fixture(params=["question", "thread"])
def path(request, idea, question):
    return question if request.param == "question" else f"/p/{idea.id}"


@pytest.fixture
def third(app, consultation):
    """Somebody who reads after the member, and of whom the member's page knew nothing."""
    return Actor(app, make.member(consultation, "third@example.org", profession="Podiatrist").id)


@pytest.fixture
def made(app):
    """The templates that were rendered for the pages asked for meanwhile."""
    names = []

    def note(_app, template, **_more):
        names.append(template.name)

    template_rendered.connect(note, app)
    yield names
    template_rendered.disconnect(note, app)


def _named(actor, name):
    with transaction() as session:
        session.get(Person, actor.id).name = name


def _tokens(page):
    return {page.form("/logout")[1]["csrf_token"], page.form("/vote")[1]["csrf_token"]}


def test_a_second_reader_gets_their_own_and_nothing_of_the_first(app, member, third, consultation, idea, path, made):
    own = make.as_asker(member.id)
    _named(member, "Leaky <Name>")
    _named(third, "Third & Co")
    under = consultation.questions[0] if path.endswith("/q/1") else idea
    make.contribution(under, by=own, text="A waiting text that could leak", state=State.HELD)
    with transaction():
        voting.vote(make.anew(idea), by=own, value=Vote.AGREE)
    first = member.get(path)
    made.clear()
    second = third.get(path)
    assert [name for name in made if name in ("threads/question.html", "threads/contribution.html")] == []
    assert "Signed in as Leaky &lt;Name&gt;" in first
    assert "Signed in as Third &amp; Co" in second
    assert "A waiting text that could leak" in first
    assert "You agree" in first
    alias = own.memberships[consultation.id].alias
    for leak in ("Leaky", "member@example.org", "A waiting text", "You agree", alias, *_tokens(first)):
        assert leak not in second
    assert len(_tokens(second)) == 1
    assert third.post("/vote", on=path, having="vote", vote=f"disagree-{idea.id}").status == 200
    assert "You disagree" in third.get(path)
    assert "You agree" in member.get(path)
    assert "Leaky" in member.get(path)


def test_an_address_stands_where_a_name_is_missing(member, third, path):
    assert "Signed in as member@example.org" in member.get(path)
    assert "Signed in as third@example.org" in third.get(path)


def test_each_standing_has_a_frame_of_its_own(app, member, moderator, third, question, idea, path):
    for _round in range(2):
        assert ">Moderation<" not in member.get(path)
        assert ">Moderation<" in moderator.get(path)
    with transaction() as session:
        session.get(Person, third.id).suspended_until = make.clock.now() + timedelta(days=1)
    assert "Your account is suspended" in third.get(path)
    assert "Your account is suspended" not in member.get(path)


def test_what_a_frame_shows_changes_at_once(app, member, third, moderator, consultation, idea, path, at):
    assert "1 contribution ·" in member.get(f"/c/{consultation.slug}/q/1")
    assert 'data-theme="dark"' not in member.get(path)
    member.send("/theme", {"theme": "dark", "next": path})
    assert 'data-theme="dark"' in member.get(path)
    assert 'data-theme="dark"' not in third.get(path)
    for voter in (make.as_asker(third.id), make.member(consultation), make.member(consultation)):
        with transaction():
            voting.vote(make.anew(idea), by=voter, value=Vote.AGREE)
    assert "3 votes" in member.get(f"/c/{consultation.slug}/q/1")
    assert "<b>3</b>" in member.get(path)
    at(consultation.analysis - timedelta(hours=5, minutes=30))
    assert "5 hours left" in member.get(path)
    at(consultation.analysis + timedelta(minutes=1))
    page = member.get(path)
    assert "Writing up findings" in page
    assert "That ended on" in page
    assert 'action="/vote"' not in page


def test_a_withdrawal_and_the_host_s_changes_show_at_once(app, member, host, colleague, consultation, idea, path):
    assert "An idea for all" in member.get(path)
    colleague.post(f"/p/{idea.id}/withdraw", having="csrf_token")
    assert "An idea for all" not in member.get(path)
    assert "Allied Health Professions</a>" in member.get(path)
    with transaction() as session:
        session.query(Site).one().name = "Another name"
    assert "Another name</a>" in member.get(path)
    fields = host.get(f"/host/{consultation.slug}/questions/1").form(having="guidance")[1]
    assert host.send(f"/host/{consultation.slug}/questions/1", fields | {"title": "Asked anew?"}).status == 200
    assert make.anew(consultation.questions[0]).title == "Asked anew?"
    assert "Asked anew?" in member.get(path)


def test_a_message_shows_once_and_to_its_reader(member, third, path):
    member.get(path)
    with member.browser.session_transaction() as session:
        session["_flashes"] = [("ok", "Meant for one")]
    assert "Meant for one" in member.get(path)
    assert "Meant for one" not in member.get(path) + third.get(path)


def test_a_next_page_keeps_what_was_chosen_and_nothing_else(app, member, colleague, consultation, question):
    by = make.as_asker(colleague.id)
    for n in range(31):
        make.contribution(consultation.questions[0], by=by, text=f"Idea {n}")
    page = member.get(f"{question}?sort=agreed&kind=idea&endpoint=x&_external=1")
    assert page.status == 200
    assert f'href="{question}?sort=agreed&amp;kind=idea&amp;after=0-' in page


def test_the_host_s_switch_and_a_moderator_s_decision_show_at_once(member, visitor, host, moderator, idea, path):
    """What is asked of the table is kept by the change number too: it must not outlive what changed it."""
    waiting = make.contribution(idea, by=make.as_asker(member.id), text="Waits for a decision", state=State.HELD)
    assert member.get(f"/p/{waiting.id}").path == f"/p/{waiting.id}"
    assert visitor.get(path).status in (403, 404)
    page = moderator.get("/moderate")
    assert "Waits for a decision" in page
    version = desk.waiting(waiting)
    assert desk.decide(moderator, version, "approve").status == 200
    assert "Waits for a decision" in moderator.get(f"/p/{idea.id}")
    assert 'action="/vote"' in member.get(path)
    host.post("/host/ahp/switch", slug="ahp", why="The hall is full")
    assert 'action="/vote"' not in member.get(path)
    assert "Writing up findings" in member.get(path)
