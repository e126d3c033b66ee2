"""Decide Madrid's proposals and comments: nothing lost on the way in, and no vote counted that nobody can show."""

import csv
import re
import shutil
from collections import defaultdict
from datetime import UTC
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from crowd import clock, schedule, text
from crowd.db import db, transaction
from crowd.exports import jobs, package
from crowd.imports import running, sources
from crowd.imports.shape import BadExport
from crowd.models import Consultation, Contribution, Imported, Mail, Person, Version, VoteNow
from crowd.states import Phase, State
from crowd.threads import recount
from tests import make
from tests.conftest import lacking
from tests.exports.made import body, tables

DATA = Path(__file__).parents[2].parent / "shared" / "data" / "decide-madrid"
MADRID = ZoneInfo("Europe/Madrid")


@pytest.fixture
def folder() -> Path:
    if not DATA.is_dir():
        lacking("decide-madrid lies in ../shared/data beside the checkout")
    return DATA


def load(folder: Path, **how) -> running.Report:
    return running.run("decide-madrid", sources.of_folder(folder), **how)


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def taken() -> dict[str, tuple]:
    """Everything by its key there: contribution, wording, where it came from, and the address of its author."""
    asked = (
        select(Contribution, Version, Imported, Person.email)
        .join(Version, Version.contribution_id == Contribution.id)
        .join(Imported, Imported.contribution_id == Contribution.id)
        .join(Person, Person.id == Contribution.author_id)
    )
    return {row[2].key: tuple(row) for row in db.session.execute(asked)}


def test_nothing_is_lost_and_a_second_time_changes_nothing(app, host, visitor, folder):
    dry = load(folder, dry=True)
    people = {row["userId"] for name in ("comments.csv", "proposals.csv") for row in rows(name)}
    assert f"To be taken: {len(people):,} people, 40 contributions, 2,963 comments, " in str(dry)
    assert db.session.scalar(select(func.count()).select_from(Consultation)) == 0
    report = load(folder)
    assert dry.lines[1:-1] == [line.replace("Taken:", "To be taken:") for line in report.lines[1:]]
    assert "91 replies answer comments that were removed there" in str(report)

    there, by_id, deepest, lost = taken(), {row["id"]: row for row in rows("comments.csv")}, 0, defaultdict(list)
    of_id = {one.id: key for key, (one, *_more) in there.items()}
    for row in by_id.values():
        one, version, source, email = there[f"c{row['id']}"]
        above = f"c{row['parentId']}" if row["parentId"] != "-1" else f"p{row['proposalId']}"
        local = one.submitted_at.replace(tzinfo=one.submitted_at.tzinfo or UTC).astimezone(MADRID)
        for what, is_, was in (
            ("text", version.source, text.tidy(row["text"]) or "(no text)"),
            ("parent", of_id[one.parent_id], above),
            ("thread", of_id[one.thread_id], f"p{row['proposalId']}"),
            ("author", email, f"decide-madrid-decide-madrid-{row['userId']}@invalid"),
            ("time", local.strftime("%Y-%m-%d 0 days %H:%M:%S"), f"{row['date']} {row['time']}"),
            ("totals", (source.agree, source.disagree), (int(row["numPositiveVotes"]), int(row["numNegativeVotes"]))),
            ("facts", source.facts.get("userType", ""), row["userType"]),
            ("language", version.language, "es"),
        ):
            if is_ != was:
                lost[what].append((row["id"], is_, was))
        deepest = max(deepest, one.level)
    assert dict(lost) == {}
    for row in rows("proposals.csv"):
        _one, version, source, _email = there[f"p{row['id']}"]
        for part in ("title", "summary", "text"):
            assert text.tidy(row[part]) in version.source
        assert (source.agree, source.facts["code"]) == (int(row["numSupports"]), row["code"])
    gone = [one for one, *_more in there.values() if one.state == State.REMOVED]
    assert (len(gone), len(there), deepest) == (75, 40 + 2963 + 75, 1 + 1 + 24)  # idea, comment, 24 levels of replies

    assert db.session.scalar(select(func.count()).select_from(VoteNow)) == 0
    assert recount.mend() == "All counts are what is there."
    assert sum(source.agree or 0 for _o, _v, source, _e in taken().values()) == 114710 + 7604
    before = len(there)
    assert "Nothing is new" in str(load(folder))
    assert len(taken()) == before
    assert db.session.scalars(select(Mail)).all() == []

    consultation = db.session.scalars(select(Consultation)).one()
    assert schedule.current(consultation) == Phase.ANALYSIS
    reply = next(row for row in by_id.values() if row["parentId"] != "-1" and row["parentId"] not in by_id)
    page = host.get(f"/p/{there['c' + reply['id']][0].id}")
    assert page.status == 200
    assert "Removed contribution: it was gone before" in page
    assert "as counted there:" in page
    assert 'lang="es"' in page
    found = host.get("/c/decide-madrid/search?q=contaminacion")
    assert "40 found" in found  # accents do not count
    assert "<mark>contaminación</mark>" in found


def test_nothing_is_lost_between_import_and_export(app, host, visitor, folder):
    """Host: every text as typed, its parent, the second it was sent, whose it is (one alias for each author there) and
    its totals. Everybody: the same without the time and the marks of what is gone."""
    load(folder)
    of = db.session.scalars(select(Consultation)).one()
    with transaction() as session:
        session.get_one(Consultation, of.id).open_ready_at = clock.now() - 2 * make.DAY
    make.moved(of, Phase.OPEN, clock.now() - make.DAY)
    with jobs.source_of(of) as source:
        out = BytesIO()
        package.write("zip", jobs.package_for("host", source)[0], source, out)
        hosts, everybodys = tables(out.getvalue()), tables(body(visitor, "/c/decide-madrid/data/public.zip"))
    typed = {row["number_there"]: row for row in hosts["contributions"]}
    told = {row["contribution"]: row for row in everybodys["contributions"]}
    there, lost, aliases = {row["contribution"]: row for row in hosts["contributions"]}, defaultdict(list), set()
    for row in rows("comments.csv"):
        mine = typed[f"c{row['id']}"]
        public, parent = told[mine["contribution"]], there[mine["parent"]]
        above = f"c{row['parentId']}" if row["parentId"] != "-1" else f"p{row['proposalId']}"
        words, totals = text.tidy(row["text"]) or "(no text)", (row["numPositiveVotes"], row["numNegativeVotes"])
        aliases.add((row["userId"], mine["alias"]))
        for what, is_, was in (
            ("text", unquoted(mine["typed"]), words),
            ("public text", unquoted(public["text"]), text.plain(text.safe_html(words))),
            ("parent", parent["number_there"], above),
            ("public parent", public["parent"], mine["parent"] if parent["state"] == State.PUBLISHED else ""),
            ("thread", there[public["thread"]]["number_there"], f"p{row['proposalId']}"),
            ("time", mine["sent"][:19].replace("T", " 0 days "), f"{row['date']} {row['time']}"),
            ("public day", public["day"], row["date"]),
            ("totals", (mine["agree_there"], mine["disagree_there"]), totals),
            ("public totals", (public["agree_there"], public["disagree_there"]), totals),
            ("votes of ours", (public["agree"], mine["agree"]), ("0", "0")),
        ):
            if is_ != was:
                lost[what].append((row["id"], is_, was))
    assert {what: (len(found), found[0]) for what, found in lost.items()} == {}
    assert len(aliases) == len({one for one, _alias in aliases}) == len({alias for _one, alias in aliases})
    assert len(told) == 40 + 2963


def unquoted(cell: str) -> str:
    """Without the apostrophe that keeps a spreadsheet from calculating it."""
    return cell.removeprefix("'") if re.match(r"'[=+\-@\t\r]", cell) else cell


def test_a_later_file_adds_what_is_new(app, folder, tmp_path):
    first, proposal = tmp_path / "madrid", rows("proposals.csv")[0]["id"]
    first.mkdir()
    shutil.copy(folder / "proposals.csv", first)
    lines = (folder / "comments.csv").read_text(encoding="utf-8").splitlines()
    (first / "comments.csv").write_text("\n".join(lines[:3]), encoding="utf-8")
    assert "2 comments" in str(load(first))
    more = f"999999,{lines[2].split(',')[0]},{proposal},1,424242,Autor,2019-01-01,0 days 10:00:00,¿Más?,4,3,1"
    (first / "comments.csv").write_text("\n".join([*lines[:3], more]), encoding="utf-8")
    assert "1 person, 1 comment, 1 published." in str(load(first))
    one, version, source, _email = taken()["c999999"]
    assert (version.source, one.level, source.agree, source.disagree) == ("¿Más?", 4, 3, 1)
    assert recount.check() == []


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("1,-1,7,3,2780,,2015-09-15,10:50,Hola,1,1,0", "the time cannot be read"),
        ("x,-1,7,3,2780,,2015-09-15,0 days 10:50:19,Hola,1,1,0", "a number or the time cannot be read"),
        ("1,-1,8,3,2780,,2015-09-15,0 days 10:50:19,Hola,1,1,0", "it answers “p8”, which is not there"),
        ("1,-1,7,3,2780,,2015-09-15,0 days 10:50:19,Hola,1,9999999999,0", "a number or the time cannot be read"),
    ],
)
def test_a_bad_row_gets_a_sentence(app, tmp_path, row, said):
    head = "id,url,code,title,userId,date,summary,text,numComments,status,numSupports,isAssociation\n"
    (tmp_path / "proposals.csv").write_text(head + "7,/p/7,MAD,Limpiar,9884,2015-09-15,Algo,,188,archived,6560,0\n")
    names = "id,parentId,proposalId,page,userId,userType,date,time,text,numVotes,numPositiveVotes,numNegativeVotes\n"
    (tmp_path / "comments.csv").write_text(names + row)
    assert said in str(load(tmp_path))


def test_what_is_not_its_data_gets_a_sentence(app, tmp_path):
    with pytest.raises(BadExport, match=r"proposals\.csv is missing"):
        load(tmp_path)
    (tmp_path / "proposals.csv").write_text("id,title\n1,a\n")
    with pytest.raises(BadExport, match="has no column code, date, isAssociation"):
        load(tmp_path)
