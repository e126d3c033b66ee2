"""The record of a phase: what is in it, who may have it, and that it can be checked (P18)."""

import json
from datetime import timedelta
from hashlib import sha256

import pytest

from crowd import cli, commands
from crowd.db import db, transaction
from crowd.models import PhaseRecord, Record
from crowd.states import Promise, State
from crowd.switching import records
from tests import make
from tests.switching.test_missed import SECOND, worker

HIDDEN = "Only among ourselves"


@pytest.fixture
def recorded(consultation, member, at):
    """The members' discussion has ended, with a text of each promise and one that waits."""
    author = make.as_asker(member.id)
    for promise in Promise:
        make.contribution(
            consultation.questions[0],
            by=author,
            promise=promise,
            text=HIDDEN if promise == Promise.MEMBERS else f"Text {promise}",
        )
    make.contribution(consultation.questions[0], by=author, state=State.HELD, text="Nobody may know of this")
    at(consultation.analysis + SECOND)
    worker()
    return db.session.query(PhaseRecord).one()


def test_p18_a_record_holds_counts_texts_promises_and_figures(recorded):
    found = json.loads(recorded.body)
    assert (found["phase"], found["begun_by"]) == ("analysis", "clock")
    assert found["counts"]["contributions"] == 3
    assert [q["number"] for q in found["counts"]["questions"]] == [1, 2, 3]
    assert [text["promise"] for text in found["texts"]] == ["nameless", "alias"]
    assert len({text["sum"] for text in found["texts"]} | {found["members_only"]["sum"]}) == 3
    assert found["members_only"]["count"] == 1
    assert found["moderation"]["received"] == 4
    assert found["moderation"]["states"] == {"published": 3, "held": 1}
    assert "." not in recorded.body.replace(found["began_at"], "").replace(found["recorded_at"], "")


def test_p18_no_wording_and_no_guess_at_one_is_in_it(recorded):
    assert HIDDEN not in recorded.body
    assert "Nobody may know of this" not in recorded.body
    for words in (HIDDEN, "Text 1"):  # a name that is struck out of it later must not be found by trying names
        for guess in (words, f"1 idea\n{words}", f"1 idea {words}"):
            assert sha256(guess.encode()).hexdigest() not in recorded.body


def test_p18_the_timeline_shows_its_sha256_and_who_may_read_the_discussion_may_have_it(
    recorded, visitor, member, consultation, at
):
    address = "/c/ahp/records/analysis.json"
    assert recorded.sha256 in visitor.get("/c/ahp/"), "everybody sees what it has to be"
    assert address not in visitor.get("/c/ahp/")
    assert visitor.get(address).status == 403
    assert address in member.get("/c/ahp/")
    page = member.get(address)
    assert sha256(page.encode()).hexdigest() == recorded.sha256
    assert member.get("/c/ahp/records/members.json").status == 404
    make.ready(consultation)
    at(consultation.open + SECOND)
    assert visitor.get(address).status == 200


def test_p18_switch_now_writes_it_in_its_own_transaction_and_undo_marks_it(consultation, host, visitor):
    host.post("/host/ahp/switch", slug="ahp", why="All is said")
    row = db.session.query(PhaseRecord).one()
    assert json.loads(row.body)["begun_by"] == "host"
    assert db.session.query(Record).filter_by(deed="phase recorded").one().person_id == host.id
    host.post("/host/ahp/undo", having="seen")
    assert db.session.query(PhaseRecord).count() == 1
    page = visitor.get("/c/ahp/")
    assert "whose beginning was taken back" in page
    assert row.sha256 in page


def test_p18_a_record_that_was_taken_back_stands_beside_the_next_one(consultation, host, member):
    host.post("/host/ahp/switch", slug="ahp", why="All is said")
    first = db.session.query(PhaseRecord).one().sha256
    host.post("/host/ahp/undo", having="seen")
    assert member.get(f"/c/ahp/records/analysis.json?sha256={first}").status == 404
    host.post("/host/ahp/switch", slug="ahp", why="Now really")
    assert db.session.query(PhaseRecord).count() == 2
    old = member.get(f"/c/ahp/records/analysis.json?sha256={first}")
    assert sha256(old.encode()).hexdigest() == first
    assert sha256(member.get("/c/ahp/records/analysis.json").encode()).hexdigest() != first


def test_p18_a_file_is_verified_by_a_command(recorded, app, tmp_path, capsys):
    file = tmp_path / "record.json"
    file.write_bytes(recorded.body.encode())
    args = commands.parser().parse_args(["verify-record", str(file), "--sha256", recorded.sha256])
    assert args.does(app, args) == 0
    assert "This instance holds the same record." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"slug":"ahp"', '"slug":"other"', "has no record of that phase"),
        ('"phase":"analysis"', '"phase":"open"', "has no record of that phase"),
        ('"began_at":"2', '"began_at":"1', "but another record of that phase: begun at"),
    ],
)
def test_p18_the_command_fails_where_it_verified_nothing(recorded, app, tmp_path, capsys, old, new, said):
    file = tmp_path / "record.json"
    raw = recorded.body.replace(old, new).encode()
    file.write_bytes(raw)
    args = commands.parser().parse_args(["verify-record", str(file)])
    with pytest.raises(SystemExit) as ended:
        args.does(app, args)
    assert ended.value.code == 1
    told = capsys.readouterr().err
    assert said in told
    assert "nothing was verified" in told
    args = commands.parser().parse_args(["verify-record", str(file), "--sha256", sha256(raw).hexdigest()])
    assert args.does(app, args) == 0
    assert said in capsys.readouterr().out


def test_p18_the_command_makes_no_instance(recorded, tmp_path, monkeypatch, capsys):
    file, folder = tmp_path / "record.json", tmp_path / "none"
    file.write_bytes(recorded.body.encode())
    monkeypatch.setenv("CROWD_INSTANCE", str(folder))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    with pytest.raises(SystemExit) as ended:
        cli.main(["verify-record", str(file)])
    assert ended.value.code == 1
    assert "no instance here to compare it with. So nothing was verified" in capsys.readouterr().err
    assert cli.main(["verify-record", str(file), "--sha256", recorded.sha256]) == 0
    assert not folder.exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda body: body.replace('"people":', '"people": '), "not written as Crowd writes it"),
        (lambda body: body.replace('"held":1', '"held":1.5'), "is a fraction"),
        (lambda body: body.replace('"held":1', '"held":1,"held":1'), "comes twice"),
        (lambda body: "{}", "does not begin with the format"),
        (lambda body: "\ud800".encode("utf-16", "surrogatepass").decode("latin-1"), "no record"),
        (lambda body: body.replace('"received":4', '"received":5'), "another record of that phase"),
    ],
)
def test_p18_a_changed_file_is_refused(recorded, change, said):
    changed = change(recorded.body)
    assert changed != recorded.body
    with pytest.raises(records.BadRecord, match=said):
        records.compared(*records.check(changed.encode()))


def test_p18_another_sha256_than_the_one_of_the_timeline_is_refused(recorded):
    with pytest.raises(records.BadRecord, match="not the one that was given"):
        records.check(recorded.body.encode(), "0" * 64)


def test_p18_what_was_changed_in_the_database_is_found_out(recorded):
    found, stamp = records.check(recorded.body.encode())
    with transaction():
        db.session.query(PhaseRecord).update({"body": recorded.body.replace('"received":4', '"received":3')})
    with pytest.raises(records.BadRecord, match="changed in the database"):
        records.compared(found, stamp)


def test_p18_a_record_asks_the_same_number_of_statements_for_1_and_for_30(consultation, queries):
    author = make.member(consultation)
    sent = []
    for n in (1, 30):
        while db.session.query(make.Contribution).count() < n:
            make.contribution(consultation.questions[0], by=author)
        with queries() as asked, transaction() as session:
            its = session.get_one(make.Consultation, consultation.id)
            records.write(its, make.Phase.ANALYSIS, consultation.analysis + timedelta(seconds=n), by=None)
        sent.append(len(asked))
    assert sent[0] == sent[1]
