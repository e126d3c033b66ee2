"""What a follower of a finding hears of the finding itself: a new edition, and what will be done about it."""

import pytest

from crowd.db import db, transaction
from crowd.findings import deeds
from crowd.findings.wording import mark, prepare, response_mark
from crowd.models import Finding, Follow, Mail
from crowd.rules import Asker
from tests import make
from tests.notices.test_feeds import ATOM, key_of, parsed, titles

PATH = "/c/ahp/findings/1"


@pytest.fixture
def finding(consultation, colleague):
    idea = make.contribution(consultation.questions[0], by=make.as_asker(colleague.id), text="Self-referral")
    return make.finding(consultation, title="Care time counts", evidence=(idea,))


def follow(actor, path=PATH):
    assert "You follow it" in actor.post("/follow", on=path, having="target", do="follow")


def change(finding, host, *, title="Care time counts twice", note="We say <how> often"):
    with transaction() as session:
        now = session.get(Finding, finding.id)
        by = Asker(id=host.id, roles=frozenset("H"))
        deeds.change_finding(now, by=by, wording=prepare(title, "", "In *other* words"), seen=mark(now), note=note)


def answer(finding, host, said="We will pay for it"):
    with transaction() as session:
        now = session.get(Finding, finding.id)
        by = Asker(id=host.id, roles=frozenset("H"))
        html = prepare("", "", said).html if said else ""
        deeds.respond(now, by=by, source=said, html=html, seen=response_mark(now))


def told(actor):
    page = actor.get("/me/notices")
    assert page.status == 200
    return page.split("<h1>")[1].split("</main>")[0]


def test_a_new_edition_is_told_with_its_note_and_counted_and_mailed_to_nobody(
    member, colleague, host, finding, consultation, at
):
    at(consultation.open)
    follow(member)
    mails = db.session.query(Mail).count()
    change(finding, host)
    said = told(member)
    assert "Finding 1 has a new edition" in said
    assert f'href="{PATH}">Care time counts twice' in said
    assert "What has changed: We say &lt;how&gt; often" in said
    assert ">New<" in said
    assert "1 new notice" in member.get("/me")
    assert "new edition" not in told(colleague), "who does not follow it hears nothing"
    assert db.session.query(Mail).count() == mails
    member.post("/me/notices/read", on="/me/notices", having="until")
    assert ">New<" not in told(member)


def test_a_response_is_told_and_goes_when_it_is_taken_back(member, host, finding, consultation, at):
    at(consultation.open)
    follow(member)
    answer(finding, host)
    assert "The host has said what will be done about finding 1" in told(member)
    assert "1 new notice" in member.get("/me")
    answer(finding, host, "")
    assert "Nothing new yet" in told(member)


def test_what_was_there_before_one_followed_is_not_told(member, host, finding, consultation, at):
    at(consultation.open)
    change(finding, host)
    answer(finding, host)
    follow(member)
    assert "Nothing new yet" in told(member)
    change(finding, host, title="Once more", note="Shorter")
    assert told(member).count("new edition") == 1


def test_only_while_the_finding_may_be_read(member, analyst, host, finding, consultation, at):
    """P1: what analysts change before the opening is told to those who read it, and to nobody else."""
    at(consultation.analysis)
    follow(analyst)
    token = member.get("/me").form("/logout")[1]["csrf_token"]
    asked = {"csrf_token": token, "target": "finding", "key": finding.id, "do": "follow"}
    assert member.send("/follow", asked).status == 404
    with transaction() as session:
        session.add(
            Follow(
                person_id=member.id,
                consultation_id=consultation.id,
                target="finding",
                key=finding.id,
                created_at=make.clock.now(),
            )
        )
    change(finding, host)
    answer(finding, host)
    private = key_of(member.id, "/me/following.atom")
    assert "new edition" in told(analyst)
    assert "Nothing new yet" in told(member)
    assert "new notice" not in member.get("/me")
    assert titles(member.get(private)) == []
    assert member.get(f"{PATH}.atom").status == 404
    make.ready(consultation)
    at(consultation.open)
    assert "new edition" in told(member)
    assert len(titles(member.get(private))) == 2


def test_both_are_entries_of_the_finding_s_feed_and_of_all_that_one_follows(
    member, visitor, host, stakeholder, finding, consultation, at
):
    at(consultation.open)
    follow(member)
    assert titles(visitor.get(f"{PATH}.atom")) == []
    change(finding, host)
    answer(finding, host)
    make.contribution(finding, by=make.as_asker(stakeholder.id), text="As a carer I agree")
    both = [
        "What will be done about finding 1: Care time counts twice",
        "Finding 1, edition 2: Care time counts twice",
    ]
    assert titles(visitor.get(f"{PATH}.atom"))[1:] == both
    private = visitor.get(key_of(member.id, "/me/following.atom"))
    assert titles(private)[1:] == both
    _comment, response, edition = parsed(private).findall(f"{ATOM}entry")
    assert edition.findtext(f"{ATOM}id").endswith(":c/ahp/findings/1/edition/2")
    assert "<p>What has changed: We say &lt;how&gt; often</p>" in edition.findtext(f"{ATOM}content")
    assert "<em>other</em>" in edition.findtext(f"{ATOM}content")
    assert response.findtext(f"{ATOM}id").endswith(":c/ahp/findings/1/response")
    assert "We will pay for it" in response.findtext(f"{ATOM}content")
    for entry in (edition, response):
        assert entry.find(f"{ATOM}link").get("href") == f"http://localhost{PATH}"
    change(finding, host, title="Third", note="")
    assert titles(visitor.get(f"{PATH}.atom"))[0] == "Finding 1, edition 3: Third"
    (entry,) = parsed(visitor.get("/c/ahp/findings.atom")).findall(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}updated") == make.anew(finding).edited_at.isoformat()


def test_pages_of_notices_go_on_after_a_finding(member, host, consultation, at):
    at(consultation.open)
    made = [make.finding(consultation, title=f"Title {n}.") for n in range(35)]
    for one in made:
        follow(member, f"/c/ahp/findings/{one.number}")
    for one in made:
        change(one, host, title=f"Title {one.number}.")
    page = member.get("/me/notices")
    on = page.split('rel="next"')[0].rpartition('href="')[2].split('"')[0]
    seen = [int(part.split(".")[0]) for text in (page, member.get(on)) for part in text.split(">Title ")[1:]]
    assert seen == list(range(35, 0, -1))
