"""Findings as tables: what everybody reads on their pages, and nothing of drafts, of words taken back or of the few."""

from crowd.db import transaction
from crowd.models import Coding, Considered, Contribution, Evidence, PublishedFigures, Run
from crowd.states import Promise, Stance, State
from crowd.threads import deeds as threads
from tests import make
from tests.exports.made import made, tables
from tests.exports.test_public import opened_with, saved
from tests.findings.test_quotes import AT, chosen, confirmed

ANSWER = {"step": "accepted", "owner": "Head of workforce", "text": "We **count** it."}


def test_findings_with_dissent_quotes_editions_answers_and_figures(app, analyst, host, visitor):
    of, author, (one, other, hidden) = opened_with(
        ("Count care time, not activity", Promise.ALIAS, State.PUBLISHED),
        ("Counting takes time from care", Promise.ALIAS, State.PUBLISHED),
        ("For members", Promise.MEMBERS, State.PUBLISHED),
    )
    finding = make.finding(of, state=State.DRAFT, title="Care time counts", evidence=(one,))
    make.finding(of, state=State.DRAFT, title="A draft", evidence=(hidden,))
    now = make.clock.now()
    with transaction() as session:
        session.add(Evidence(finding_id=finding.id, contribution_id=other.id, added_at=now, stance=Stance.DISSENTS))
        session.add(Considered(contribution_id=hidden.id, why="Said for members alone", at=now))
        session.add(Coding(consultation_id=of.id, contribution_id=one.id, hand=1, themes=[], at=now))
        told = [{"label": "Dietitian", "number": 7, "few": False}, {"label": "Paramedic", "number": None, "few": True}]
        run = Run(consultation_id=of.id, kind="participation", asked_at=now)
        run.result = {"people": 9, "attributes": {"profession": told}}
        session.add(run)
        session.flush()
        session.add(PublishedFigures(consultation_id=of.id, audience="members", run_id=run.id))
    chosen(analyst, one, "Count care time")
    confirmed(host)
    host.post(f"{AT}/publish", having="csrf_token")
    host.post(f"{AT}/respond", **ANSWER)

    found = tables(saved(visitor))
    (row,) = found["findings"]
    assert (row["title"], row["rests_on"], row["dissent"]) == ("Care time counts", "1", "1")
    assert {(line["contribution"], line["stance"]) for line in found["evidence"]} == {
        (str(one.id), Stance.SUPPORTS),
        (str(other.id), Stance.DISSENTS),
    }
    assert [line["words"] for line in found["quotes"]] == ["Count care time"]
    assert [(line["edition"], line["people"]) for line in found["editions"]] == [("1", "fewer than 5")]
    assert [(line["step"], line["owner"], line["response"]) for line in found["answers"]] == [
        ("accepted", "Head of workforce", "We count it.")
    ]
    # the draft uses the hidden one: for everybody it is what the worklist says of it
    assert {line["outcome"]: line["contributions"] for line in found["considered"]} == {
        "used": "2",
        "covered": "0",
        "left": "1",
        "waiting": "0",
    }
    assert [(line["value"], line["people"]) for line in found["participation"]] == [
        ("", "9"),
        ("Dietitian", "7"),
        ("Paramedic", "fewer than 5"),
    ]
    assert "A draft" not in str(found) and "Said for members alone" not in str(found)  # P12
    assert "codings" not in found

    hosts = tables(made(host, "host"))
    assert [line["title"] for line in hosts["findings"]] == ["Care time counts", "A draft"]
    assert {line["contribution"]: line["outcome"] for line in hosts["considered"]}[str(hidden.id)] == "used"
    assert [(line["coder"], line["theme"], line["taken_in"]) for line in hosts["codings"]] == [("first", "", "yes")]

    with transaction() as session:
        threads.withdraw(session.get_one(Contribution, one.id), by=author)
    found = tables(saved(visitor))
    assert found["quotes"] == [] and [line["stance"] for line in found["evidence"]] == [Stance.DISSENTS]
