"""The second demonstration: a food-safety authority asks experts by name, with documents attached."""

import re
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import select

from crowd import schedule
from crowd.db import db
from crowd.demonstration import documents, load
from crowd.models import Attachment, Contribution, ExpertRequest, Finding, Mail, Membership, Site, Version
from crowd.outbox import send_due
from crowd.states import State
from crowd.threads import recount
from tests.actors import Actor
from tests.demonstration.test_load import (
    PHASES,
    consultation,
    nothing_happens_before_its_cause,
    nothing_happens_in_the_future,
    number,
    signed_in,
)

SLUG = "ergot-2026"


@pytest.mark.parametrize("phase", PHASES)
def test_every_phase_loads_and_is_the_current_one(app, phase):
    load.everything(phase=phase, consultation="expert")
    assert schedule.current(consultation(SLUG)) == phase
    site = db.session.scalars(select(Site)).one()
    assert site.demonstration and site.name == "Food Safety Board"
    assert recount.check() == []
    assert send_due() == 0
    nothing_happens_in_the_future()
    nothing_happens_before_its_cause()


def test_what_became_of_each_request_is_there(app):
    load.everything(phase="members", consultation="expert")
    rows = {asked.name: asked for asked in db.session.scalars(select(ExpertRequest))}
    assert sorted(asked.state for asked in rows.values()) == sorted(
        ["answered"] * 6 + ["accepted", "sent", "declined", "passed on"]
    )
    for asked in rows.values():
        answer = db.session.get(Contribution, asked.contribution_id) if asked.contribution_id else None
        assert (answer is None) == (asked.state != "answered")
        if answer:
            assert (answer.alias, answer.expert, answer.question_id) == (asked.name, True, asked.question_id)
            assert answer.author_id == asked.person_id and answer.submitted_at > asked.created_at
            card = db.session.scalars(select(Version.card).where(Version.contribution_id == answer.id)).one()
            assert card["interests"]
    (passed,) = [asked for asked in rows.values() if asked.state == "passed on"]
    (to,) = [asked for asked in rows.values() if asked.passed_from_id == passed.id]
    assert to.created_at == passed.ended_at and to.state == "answered"
    assert number(Membership, Membership.expert) == 7
    assert consultation(SLUG).held == 3


def test_later_phases_have_findings_and_nothing_waits_in_the_end(app):
    load.everything(phase="closed", consultation="expert")
    assert consultation(SLUG).held == 0
    assert number(Finding, Finding.state == State.PUBLISHED) == 2
    assert number(Finding, Finding.responded_at.is_not(None)) == 1
    assert consultation(SLUG).votes > 60


def test_documents_are_there_as_real_files_and_the_same_each_time(app):
    load.everything(phase="members", consultation="expert")
    before = {row.name: row.sha256 for row in db.session.scalars(select(Attachment))}
    for row in db.session.scalars(select(Attachment)):
        data = (Path(app.config["INSTANCE"]) / "uploads" / row.sha256[:2] / row.sha256).read_bytes()
        assert (len(data), sha256(data).hexdigest()) == (row.size, row.sha256)
        assert data.startswith(b"%PDF-1.4") == (row.media == "application/pdf")
        assert row.question_id and not row.contribution_id
    load.everything(phase="open", consultation="expert")
    assert {row.name: row.sha256 for row in db.session.scalars(select(Attachment))} == before
    assert len(before) == 3


def test_a_pdf_says_where_each_of_its_parts_begins():
    made = documents.pdf("A (small) title\n" + "\n".join(f"line {n}" for n in range(120)))
    start = int(re.search(rb"startxref\n(\d+)", made)[1])
    assert made[start:].startswith(b"xref")
    for number_, offset in enumerate(re.findall(rb"(\d{10}) 00000 n", made), 1):
        assert made[int(offset) :].startswith(b"%d 0 obj" % number_)
    assert made.count(b"/Type /Page ") == 3
    assert rb"A \(small\) title" in made
    for stream in re.finditer(rb"/Length (\d+) >>\nstream\n(.*?)\nendstream", made, re.DOTALL):
        assert len(stream[2]) == int(stream[1])


def test_the_waiting_request_can_be_tried_by_its_link(app):
    load.everything(phase="members", consultation="expert")
    mail = db.session.scalars(select(Mail).where(Mail.kind == "expert")).one()
    path = re.search(r"(/x/\S+)", mail.body)[1]
    expert = Actor(app)
    page = expert.get(path)
    assert page.status == 200 and "Which uncertainties matter most" in page and "are invented" in page
    assert re.search(rf"{path}/files/\d+/uncertainty-table.pdf", page)
    page = expert.post(path, having="csrf_token")
    assert page.path == f"/c/{SLUG}/q/3/new" and "Dr Piers Onslowe" in page


def test_the_cast_sees_experts_marked_and_the_host_their_requests(app):
    load.everything(phase="members", consultation="expert")
    member, host = signed_in(app, "member"), signed_in(app, "host")
    page = member.get(f"/c/{SLUG}/q/1")
    assert "Prof Ingrid Aldersey" in page and "Invited expert" in page and "Declared interests" in page
    assert signed_in(app, "e10").get(f"/c/{SLUG}/q/2/new").count("stands as “Dr Bertrand Lockwell”") == 1
    page = host.get(f"/host/{SLUG}/experts")
    for words in ("Waiting", "Writing", "Answered", "Passed on", "Not theirs", "I advise a maker of infant cereals"):
        assert words in page


def test_one_demonstration_takes_the_place_of_the_other(app):
    load.everything(phase="members", consultation="expert")
    load.everything(phase="members")
    assert consultation().people == 62
    assert number(ExpertRequest) == number(Attachment, Attachment.question_id.is_not(None)) == 0
