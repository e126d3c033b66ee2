"""A change to a text that was approved waits, and the approved version stays public, whatever it changes (M17)."""

from crowd.db import db, transaction
from crowd.models import Contribution
from crowd.moderation import deeds as moderation
from crowd.states import Kind
from crowd.threads import deeds as threads
from tests import make
from tests.mending.acts import now, shown, wrong
from tests.moderation.desk import edited


def plain(page: str) -> str:
    return page.replace("<mark>", "").replace("</mark>", "")


def test_m17_the_approved_wording_stays_until_the_change_is_approved(
    member, colleague, moderator, consultation, author, desk, question
):
    idea = make.contribution(consultation.questions[0], by=author, text="Approved quibble")
    counted = now(consultation).contributions
    edited(idea, "Changed plinth", by=author)
    everywhere = (question, f"/p/{idea.id}", "/c/ahp/search?q=quibble", f"{question}.atom", f"/p/{idea.id}.atom")
    for address in everywhere:
        page = plain(colleague.get(address))
        assert "Approved quibble" in page, address
        assert "plinth" not in page, address
    assert f"/p/{idea.id}" not in colleague.get("/c/ahp/search?q=plinth")
    own = member.get(f"/p/{idea.id}")
    assert "Changed plinth" in own, "its author sees it"
    assert "Your new wording waits for a moderator; only you can see it" in own
    assert now(consultation).contributions == counted
    with transaction():
        moderation.approve(shown(idea), by=desk)
    for address in everywhere[:2]:
        assert "Changed plinth" in colleague.get(address)
        assert "Approved quibble" not in colleague.get(address)
    assert f"/p/{idea.id}" in colleague.get("/c/ahp/search?q=plinth")
    assert f"/p/{idea.id}" not in colleague.get("/c/ahp/search?q=quibble")
    assert wrong() == []


def test_m17_so_do_its_card_and_on_whose_behalf_it_is(colleague, consultation, author):
    example = make.contribution(
        consultation.questions[2],
        by=author,
        writing=threads.prepare("We tried it.", {"effect": "Waits fell by a fifth"}),
        kind=Kind.EXAMPLE,
    )
    writing = threads.prepare("We tried it.", {"effect": "Waits fell by a half", "branch": "Leeds"})
    with transaction():
        threads.edit(now(example), by=author, writing=writing)
    for address in (
        f"/p/{example.id}",
        "/c/ahp/q/3",
        "/c/ahp/evidence",
        "/c/ahp/evidence.csv",
        "/c/ahp/search?q=waits",
    ):
        page = plain(colleague.get(address))
        assert "a half" not in page, address
        assert "Leeds" not in page, address
    assert "a fifth" in colleague.get(f"/p/{example.id}")


def test_m17_so_do_its_files(colleague, member, consultation, author):
    idea = make.contribution(consultation.questions[0], by=author)
    there = make.file(idea, by=author.id, name="there.pdf")
    waits = make.file(consultation.questions[0], by=author.id, name="waits.pdf")
    with transaction() as session:
        found = session.get_one(Contribution, idea.id)
        threads.edit(found, by=author, writing=threads.prepare("Other words"), files=[])
    page = colleague.get(f"/p/{idea.id}")
    assert "there.pdf" in page, "taken out by the change, it stays until that is approved"
    assert colleague.get(f"/files/{there}/there.pdf").status == 200
    assert colleague.get(f"/files/{waits}/waits.pdf").status == 404
    assert "waits.pdf" not in page
    assert now(idea).files == 1
    assert wrong() == []


def test_m17_so_does_what_it_names(colleague, consultation, author, desk):
    one = make.contribution(consultation.questions[0], by=author, text="The first thing")
    two = make.contribution(consultation.questions[0], by=author, text="The second thing")
    first, second = (f"AHP-2016-{now(text).serial:04}" for text in (one, two))
    naming = make.contribution(consultation.questions[1], by=author, text=f"As in {first}")
    edited(naming, f"As in {second}", by=author)
    page = colleague.get(f"/p/{naming.id}")
    assert "The first thing" in page
    assert "The second thing" not in page
    with transaction():
        moderation.approve(shown(naming), by=desk)
    page = colleague.get(f"/p/{naming.id}")
    assert "The second thing" in page
    assert "The first thing" not in page


def test_m17_a_change_that_is_refused_leaves_everything(colleague, consultation, author, desk):
    idea = make.contribution(consultation.questions[0], by=author, text="Stays as it was")
    edited(idea, "Never seen", by=author)
    with transaction():
        moderation.reject(shown(idea), by=desk, reason=make.reason())
    page = colleague.get(f"/p/{idea.id}")
    assert "Stays as it was" in page
    assert "Never seen" not in page
    assert db.session.get_one(Contribution, idea.id).state == "published"
