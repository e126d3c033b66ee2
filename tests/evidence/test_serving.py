"""Who gets a file, in each phase, state and promise: exactly who may read what it belongs to (P12, P13)."""

import io
from itertools import product

import pytest

from crowd import clock
from crowd.db import db, transaction
from crowd.evidence import storing
from crowd.models import Attachment, Contribution, Record, Version
from crowd.rules import VISITOR, may
from crowd.states import PHASES, Promise, Standing, State
from tests import make
from tests.actors import Actor
from tests.evidence import made
from tests.evidence.asking import fetched

STATES = (State.HELD, State.PUBLISHED, State.RETURNED, State.REJECTED, State.HIDDEN, State.REMOVED, State.WITHDRAWN)


@pytest.fixture(params=PHASES)
def world(request, app):
    """A consultation in each phase, with a file of a text in each state under each promise."""
    of = make.consultation("ahp", phase=request.param)
    author = make.member(of, "author@example.org")
    files = {}
    for state, promise in product(STATES, Promise):
        text = make.contribution(of.questions[0], by=author, promise=promise, state=State.HELD)
        number = make.file(text, by=author.id)
        with transaction() as session:
            kept = session.get_one(Contribution, text.id)
            kept.state = state
            if state not in (State.HELD, State.RETURNED, State.REJECTED):
                version = session.query(Version).filter_by(contribution_id=text.id).one()
                kept.version_id, kept.public_since, kept.files = version.id, clock.now(), 1
        files[number] = text.id
    people = {"author": author.id, "B": make.member(of).id}
    people["S"] = make.member(of, standing=Standing.STAKEHOLDER, group="Carer").id
    people |= {letter: make.person(roles=letter).id for letter in "MAH"}
    return of, files, {"V": Actor(app)} | {name: Actor(app, number) for name, number in people.items()}


def test_a_file_is_there_for_who_may_read_its_text_and_for_nobody_else(world):
    _of, files, cast = world
    wrong, there = [], 0
    for name, who in cast.items():
        asker = make.as_asker(who.id) if who.id else VISITOR
        for number, text in files.items():
            contribution = db.session.get(Contribution, text)
            expected = 200 if may(asker, "read", contribution) else 404
            found = fetched(who, number).status_code
            there += found == 200
            if found != expected:
                wrong.append(f"{name}: {contribution.state} {contribution.promise}: {found} instead of {expected}")
    assert wrong == []
    assert there > 20  # moderators, hosts and authors at least


def test_a_withdrawn_file_is_gone_for_others_at_once(member, colleague, moderator, question, consultation):
    text = make.contribution(consultation.questions[0], by=make.as_asker(member.id))
    number = make.file(text, by=member.id)
    assert fetched(colleague, number).status_code == 200
    member.post(f"/p/{text.id}/withdraw")
    assert fetched(colleague, number).status_code == 404
    assert "a.pdf" not in colleague.get(f"/p/{text.id}")
    assert fetched(member, number).status_code == 200


def test_a_waiting_file_is_its_owners_alone(member, colleague, moderator, host, visitor, consultation):
    number = make.file(consultation.questions[0], by=member.id)
    assert fetched(member, number).status_code == 200
    for who in (colleague, moderator, host, visitor):
        assert fetched(who, number).status_code == 404


def test_a_file_is_saved_and_never_shown_by_the_browser(member, consultation):
    text = make.contribution(consultation.questions[0], by=make.as_asker(member.id))
    number = make.file(text, by=member.id, name="Größe “x”.pdf", content=made.pdf())
    answer = fetched(member, number)
    assert answer.data == made.pdf() and answer.content_type == "application/pdf"
    headers = answer.headers
    assert headers["Content-Disposition"].startswith("attachment; filename=")
    assert "filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%E2%80%9Cx%E2%80%9D.pdf" in headers["Content-Disposition"]
    assert headers["X-Content-Type-Options"] == "nosniff" and headers["X-Robots-Tag"] == "noindex"
    assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert headers["Cache-Control"] == "private, no-store" and "Last-Modified" not in headers
    head = fetched(member, number, "HEAD")
    assert head.data == b"" and int(head.headers["Content-Length"]) == len(made.pdf())
    part = fetched(member, number, Range="bytes=0-3")
    assert part.status_code == 206 and part.data == b"%PDF"
    assert fetched(member, number, Range="bytes=99999-").status_code == 416


def test_a_table_goes_out_with_one_charset(member, question):
    member.post(f"{question}/new", text="Kept", kind="idea", files=[(io.BytesIO("Ä;1\nÖ;2\n".encode()), "t.csv")])
    number = db.session.query(Attachment.id).scalar()
    answer = fetched(member, number)
    assert answer.headers.getlist("Content-Type") == ["text/csv; charset=utf-8"]
    assert "Ä;1" in answer.data.decode("utf-8")
    assert "CSV, " in member.get(f"/p/{db.session.query(Contribution.id).scalar()}")


def test_a_missing_file_and_one_that_may_not_be_known_look_alike(colleague, member, consultation):
    held = make.contribution(consultation.questions[0], by=make.as_asker(member.id), state=State.HELD)
    fetched(colleague, 99_998)  # whoever comes for the first time gets a cookie, whatever they ask for
    hidden, missing = fetched(colleague, make.file(held, by=member.id)), fetched(colleague, 99_999)

    def same(answer):
        return [line for line in answer.text.splitlines() if "/files/" not in line and "csrf" not in line]

    assert hidden.status_code == missing.status_code == 404 and same(hidden) == same(missing)
    assert set(hidden.headers.keys()) == set(missing.headers.keys())


def test_bytes_that_are_gone_from_the_disk_are_not_found(member, consultation, caplog):
    text = make.contribution(consultation.questions[0], by=make.as_asker(member.id))
    number = make.file(text, by=member.id)
    storing.path_of(db.session.get(Attachment, number).sha256).unlink()
    assert fetched(member, number).status_code == 404
    assert f"file {number} is not in the uploads" in caplog.text


def test_a_hosts_document_follows_the_discussion(host, member, visitor, consultation, at):
    address = f"/host/{consultation.slug}/questions/1/documents"
    page = host.post(address, title="Terms of reference", files=[(io.BytesIO(made.pdf()), "tor_v7_FINAL.pdf")])
    assert page.status == 200 and "Terms of reference.pdf" in page
    number = db.session.query(Attachment.id).scalar()
    assert "Terms of reference.pdf" in member.get(f"/c/{consultation.slug}/q/1")
    assert fetched(member, number).status_code == 200 and fetched(visitor, number).status_code == 404
    at(consultation.open + make.DAY)
    assert fetched(visitor, number).status_code == 200
    assert "Terms of reference.pdf" in visitor.get(f"/c/{consultation.slug}/q/1")
    host.post(f"{address}/{number}/remove", on=address, having="csrf_token")
    assert fetched(host, number).status_code == 404
    assert "Terms of reference" not in visitor.get(f"/c/{consultation.slug}/q/1")
    deeds = [line.deed for line in db.session.query(Record).order_by(Record.id)]
    assert {"document added", "document removed"} <= set(deeds)


def test_a_document_that_is_not_taken_keeps_the_title(host, consultation):
    address = f"/host/{consultation.slug}/questions/1/documents"
    page = host.post(address, title="Kept title", files=[(io.BytesIO(b"MZ\0\0"), "a.exe")])
    assert page.status == 422 and "Kept title" in page and "We cannot take “a.exe”" in page
    assert host.post(address, title="Kept title").status == 422


def test_a_question_can_be_taken_away_with_its_documents(host, consultation):
    number = make.file(consultation.questions[2], by=host.id, document=True)
    host.post("/host/ahp/questions/3/drop", on="/host/ahp/questions/3", having="csrf_token")
    assert db.session.get(Attachment, number) is None and list(storing.folder().glob("??/*")) == []
