"""Whoever was asked reads the documents of the question before they decide; the link opens nothing else."""

import re

from crowd.db import db
from tests import make
from tests.actors import Actor
from tests.experts.asking import ask, link


def fetched(who: Actor, path: str):
    answer = who.browser.get(path, base_url="http://localhost", buffered=True)
    answer.close()
    return answer


def test_the_link_opens_the_documents_of_its_question_alone(app, host, member, consultation):
    first, second = consultation.questions[:2]
    by = make.as_asker(member.id)
    shown = make.file(db.session.merge(first), by=host.id, document=True)
    other = make.file(db.session.merge(second), by=host.id, document=True)
    attached = make.file(make.contribution(first, by=by), by=member.id)
    ask(host)
    expert = Actor(app)
    page = expert.get(link())
    (path,) = re.findall(r'href="(/x/[^"]*/files/[^"]*)"', page)
    assert f"/files/{shown}/" in path
    answer = fetched(expert, path)
    assert answer.status_code == 200 and answer.data
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    for number in (other, attached, 99999):
        assert fetched(expert, f"{link()}/files/{number}/a.pdf").status_code == 404
    assert fetched(expert, f"/files/{shown}/a.pdf").status_code == 404, "the link is the key, and no cookie"


def test_a_link_that_is_over_opens_no_document(app, host, consultation):
    shown = make.file(db.session.merge(consultation.questions[0]), by=host.id, document=True)
    ask(host)
    expert, path = Actor(app), f"{link()}/files/{shown}/a.pdf"
    assert fetched(expert, path).status_code == 200
    expert.post(f"{link()}/not-mine", having="reason", reason="No time")
    assert fetched(expert, path).status_code == 404
