"""What everybody may have: the same for whoever asks, as promised, and nothing by which two files would tell more."""

import csv
import io
import json
import zipfile
from datetime import timedelta
from hashlib import sha256

import pytest
from openpyxl import load_workbook

from crowd import clock
from crowd.db import transaction
from crowd.exports import data
from crowd.models import Contribution, Evidence, Theme, Themed, VoteEvent, VoteNow
from crowd.states import PHASES, Phase, Promise, Stance, State
from crowd.threads import deeds as threads
from tests import make
from tests.actors import Actor
from tests.exports.made import body, crowd_of, made, tables, vote

DATA = "/c/ahp/data"


def saved(actor, form="zip"):
    return body(actor, f"{DATA}/public.{form}")


def opened_with(*texts):
    """A consultation that everybody may read, with these texts of one member."""
    of = make.consultation(phase=Phase.MEMBERS)
    author = make.member(of)
    written = [make.contribution(of.questions[0], by=author, text=t, promise=p, state=s) for t, p, s in texts]
    make.moved(of, Phase.ANALYSIS, make.clock.now() - 2 * make.DAY)
    make.moved(of, Phase.OPEN, make.clock.now() - make.DAY)
    return of, author, written


def test_it_holds_what_a_visitor_may_read(app, visitor, host):
    of, author, (alias, nameless, hidden, _gone) = opened_with(
        ("Alias shown", Promise.ALIAS, State.PUBLISHED),
        ("=1+1 is no name", Promise.NAMELESS, State.PUBLISHED),
        ("For members", Promise.MEMBERS, State.PUBLISHED),
        ("Taken back", Promise.ALIAS, State.WITHDRAWN),
    )
    answer = make.contribution(of.questions[0], by=author, text="x", state=State.HELD)
    finding = make.finding(of, evidence=(alias, hidden))
    with transaction() as session:
        against = {"stance": Stance.DISSENTS, "added_at": clock.now()}
        session.add(Evidence(finding_id=finding.id, contribution_id=nameless.id, **against))
        for number, name, given in ((1, "Access", alias), (2, "Secret", hidden)):
            theme = Theme(consultation_id=of.id, number=number, name=name)
            session.add(theme)
            session.flush()
            session.add(Themed(contribution_id=given.id, theme_id=theme.id))
    found = tables(saved(visitor))
    assert [row["contribution"] for row in found["contributions"]] == [str(alias.id), str(nameless.id)]
    assert [row["author"] for row in found["contributions"]] == [alias.alias, "Name not shown, Dietitian, North West"]
    assert found["contributions"][1]["text"] == "'=1+1 is no name"  # P12, and no formula
    assert [row["name"] for row in found["themes"]] == ["Access"]
    assert [list(row.values()) for row in found["evidence"]] == [
        ["1", str(alias.id), "supports"],
        ["1", str(nameless.id), "dissents"],
    ]
    listed = json.loads(visitor.get("/c/ahp/data/findings.json"))["items"]
    assert [(item["contributions"], item["dissenting"]) for item in listed] == [([alias.id], [nameless.id])]
    assert found["findings"][0]["rests_on"] == "2" and answer.id != finding.id
    assert saved(visitor) == saved(host)  # the same for whoever asks
    assert not {"votes", "people"} & set(found)
    listed = {(row["table"], row["column"]) for row in found["dictionary"]}
    assert all(
        (name, column) in listed for name, rows in found.items() if name != "dictionary" for column in (rows or [{}])[0]
    )


def test_its_files_are_as_the_manifest_says(app, visitor):
    opened_with(("One", Promise.ALIAS, State.PUBLISHED))
    with zipfile.ZipFile(io.BytesIO(saved(visitor))) as archive:
        sums = dict(reversed(line.split("  ")) for line in archive.read("SHA256SUMS").decode().splitlines())
        assert sums.keys() == set(archive.namelist()) - {"SHA256SUMS"}
        assert all(sha256(archive.read(name)).hexdigest() == digest for name, digest in sums.items())
        assert "All rights reserved" in archive.read("README.txt").decode()


def test_a_text_in_the_workbook_is_never_a_formula(app, visitor):
    opened_with(("=HYPERLINK(1) and more", Promise.ALIAS, State.PUBLISHED))
    book = load_workbook(io.BytesIO(saved(visitor, "xlsx")))
    cells = [cell for row in book["contributions"].iter_rows(min_row=2) for cell in row]
    assert "=HYPERLINK(1) and more" in [cell.value for cell in cells]
    assert {cell.data_type for page in book for row in page.iter_rows() for cell in row} <= {"s", "n", "inlineStr"}
    assert book.sheetnames[:3] == ["README", "Dictionary", "questions"]


@pytest.mark.parametrize("phase", PHASES)
def test_before_a_visitor_may_read_there_is_nothing(app, visitor, phase):
    """P13: also for those who may read more than a visitor, as the file is everybody's."""
    of = make.consultation(phase=phase)
    member = Actor(app, make.member(of).id)
    open_ = phase in (Phase.OPEN, Phase.CLOSED)
    for name in ("public.zip", "contributions.json", "findings.json", "themes.json", "datacite.json", "cite.bib"):
        for reader in (visitor, member):
            if open_:
                assert body(reader, f"{DATA}/{name}"), name
            else:
                assert reader.get(f"{DATA}/{name}").status == 404, name
    assert visitor.get(DATA).status == (404 if phase == Phase.DRAFT else 200)
    assert visitor.get(f"{DATA}/public.exe").status == 404


def test_what_is_withdrawn_is_gone_from_the_next_answer(app, visitor):
    _of, author, (_kept, gone) = opened_with(
        ("Stays", Promise.ALIAS, State.PUBLISHED), ("Goes", Promise.ALIAS, State.PUBLISHED)
    )
    page = f"{DATA}/contributions.json"
    assert "Goes" in visitor.get(page) and len(tables(saved(visitor))["contributions"]) == 2
    with transaction() as session:
        threads.withdraw(session.get_one(Contribution, gone.id), by=author)
    assert "Goes" not in visitor.get(page)
    assert [row["text"] for row in tables(saved(visitor))["contributions"]] == ["Stays"]


def test_json_comes_page_by_page(app, visitor, monkeypatch):
    _of, _author, _written = opened_with(*((f"Text {n}", Promise.ALIAS, State.PUBLISHED) for n in range(5)))
    monkeypatch.setattr(data, "PAGE", 2)
    seen, onward = [], f"{DATA}/contributions.json"
    while onward:
        page = json.loads(visitor.get(onward))
        seen += [item["text"] for item in page["items"]]
        onward = page["next"]
    assert seen == [f"Text {n}" for n in range(5)]
    wrong = visitor.get(f"{DATA}/contributions.json?after=x")
    assert wrong.status == 400 and "in digits" in json.loads(wrong)["error"]
    told = json.loads(visitor.get(f"{DATA}/consultation.json"))
    assert told["phase"] == "open" and told["counts"]["contributions"] == 5 and len(told["questions"]) == 3


def test_votes_of_a_day_are_never_one_to_four(app, visitor):
    """Nor is one such day alone, which all votes together would tell."""
    of, _author, (idea,) = opened_with(("Idea", Promise.ALIAS, State.PUBLISHED))
    for n, person in enumerate(crowd_of(of, "D" * 18)):
        vote(person, idea, 1, days=3 if n < 2 else 4 if n < 9 else 5)
    exported = {row["day"]: row["votes"] for row in tables(saved(visitor))["days"]}
    assert sorted(exported.values()) == ["0", "9", "fewer than 5", "not shown"]
    on_page = csv.DictReader(io.StringIO(visitor.get("/c/ahp/participation/days.csv").lstrip("\ufeff")))
    assert all(exported.get(row["from"], "0") == row["votes"] for row in on_page)  # nor on the page beside it


def test_votes_on_findings_by_day_are_those_of_the_page(app, visitor):
    """Of members and of stakeholders apart: a sum beside one of them would tell the other."""
    of, _author, (idea,) = opened_with(("Idea", Promise.ALIAS, State.PUBLISHED))
    finding = make.finding(of, evidence=(idea,))
    for standing, days, n in (("B", 0, 3), ("B", 1, 9), ("S", 0, 7), ("S", 1, 9)):
        for _vote in range(n):
            given = {"person_id": make.person().id, "finding_id": finding.id, "standing": standing, "value": 1}
            with transaction() as session:
                session.add_all([VoteNow(**given), VoteEvent(at=clock.now() - timedelta(days=days), **given)])
    names = {"finding_votes_of_members": "votes_of_members", "finding_votes_of_stakeholders": "votes_of_stakeholders"}
    exported = [[row[name] for name in names] for row in tables(saved(visitor))["days"]]
    assert [row for row in exported if row != ["0", "0"]] == [["not shown", "9"], ["fewer than 5", "7"]]
    page = visitor.get("/c/ahp/participation/finding_days.csv").lstrip("\ufeff")
    assert [[row[name] for name in names.values()] for row in csv.DictReader(io.StringIO(page))] == exported[-2:]


def test_the_host_has_the_same_and_more(app, host, visitor):
    of, author, (_alias, hidden, gone) = opened_with(
        ("Alias shown", Promise.ALIAS, State.PUBLISHED),
        ("For members", Promise.MEMBERS, State.PUBLISHED),
        ("Taken back", Promise.ALIAS, State.WITHDRAWN),
    )
    found = tables(made(host, "host"))
    texts = {row["contribution"]: row for row in found["contributions"]}
    assert texts[str(hidden.id)]["text"] == "For members" and texts[str(hidden.id)]["promise"] == "members only"
    assert texts[str(gone.id)]["state"] == "withdrawn" and texts[str(gone.id)]["text"] == ""
    assert author.memberships[of.id].alias in {row["alias"] for row in found["people"]}
    assert len(found["decisions"]) == 3
    assert "@" not in str(found) and "votes" not in found  # neither addresses nor what one person voted
    assert tables(made(host, "public")).keys() == tables(saved(visitor)).keys()
    page = host.get("/host/ahp/exports")
    assert "SHA-256" in page and "Hope Host" in page
    refused = host.post("/host/ahp/exports", audience="host", form="zip", purpose="")
    assert refused.status == 422 and "Tick that you keep it safe" in refused


def test_two_files_around_an_event_differ_by_what_the_pages_differ_by(app, visitor):
    """P12: a promise that was widened adds that one text, and changes nothing else; its author is told of by what they
    chose, and not by what had been counted before."""
    of, author, (_stays, widened) = opened_with(
        ("Stays", Promise.NAMELESS, State.PUBLISHED), ("Widened", Promise.MEMBERS, State.PUBLISHED)
    )
    make.finding(of, evidence=(widened,))
    before = tables(saved(visitor))
    with transaction() as session:
        threads.widen(session.get_one(Contribution, widened.id), by=author, promise=Promise.NAMELESS)
    after = tables(saved(visitor))
    assert [row for row in after["contributions"] if row not in before["contributions"]] == [after["contributions"][1]]
    assert after["contributions"][1]["author"] == "Name not shown, Dietitian, North West"
    assert widened.alias not in str(after)
    assert len(after["evidence"]) == len(before["evidence"]) + 1
    assert {name for name in after if after[name] != before[name]} == {"contributions", "evidence", "days"}
