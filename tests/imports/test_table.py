"""A CSV of contributions and comments: read as people write it, and every row that cannot be taken gets a sentence."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from crowd import clock, commands
from crowd.analysis import jobs
from crowd.db import db
from crowd.imports import headings, running, sources
from crowd.imports.shape import BadExport
from crowd.models import (
    Case,
    Coding,
    Consultation,
    Contribution,
    Imported,
    Mail,
    Person,
    Question,
    Run,
    Theme,
    Themed,
    Version,
    VoteNow,
)
from crowd.reports import figures
from crowd.spreadsheet import csv_lines
from crowd.states import Kind, Promise, State
from crowd.threads import recount
from tests import make
from tests.conftest import lacking

HEAD = "id,parent_id,question,author,kind,text,time,promise,state,agree,disagree,pass,themes\n"
GOOD = HEAD + (
    "1,,What helps?,Jane Doe,idea,Count <b>care</b> time,2026-03-02 14:05,all,,41,6,12,Time | Rotas\n"
    "2,1,,B2,comment,We tried this,2026-03-02 16:30,members,,,,,\n"
    "3,2,,Jane Doe,,And now?,02/03/2026 17:00,,held,,,,\n"
    "4,,What hinders?,C3,experience,Too few hands,2026-03-01,all without a name,rejected,0,,,rotas\n"
)


def load(folder: Path, **how) -> running.Report:
    return running.run("csv", sources.of_paths([folder]), **how)


@pytest.fixture
def file(tmp_path):
    made = tmp_path / "Ward round.csv"
    made.write_text(GOOD, encoding="utf-8")
    return made


def texts() -> dict[str, tuple[Contribution, Version, Imported]]:
    asked = (
        select(Contribution, Version, Imported)
        .join(Version, Version.contribution_id == Contribution.id)
        .join(Imported, Imported.contribution_id == Contribution.id)
    )
    return {row[2].key: tuple(row) for row in db.session.execute(asked)}


def test_a_table_becomes_a_consultation_once(app, host, file):
    dry = load(file, dry=True)
    assert db.session.scalars(select(Contribution)).all() == []
    assert "To be taken: 3 people, 2 contributions, 2 comments, 2 published, 1 waiting for a moderator, 1 not" in str(
        dry
    )
    report = load(file)
    assert "2 new themes, themes given 2 times." in str(report)  # what is not published gets none
    desk = host.get(f"/host/{report.slug}/coding")  # what has themes is coded, by nobody here
    assert re.search(r"Taken in from elsewhere</th><td class=.n.>1<", desk)
    assert "Taken in from “Ward round”" in host.get(f"/host/{report.slug}/codebook")
    there = texts()
    first, second, third, fourth = (there[key][0] for key in "1234")
    assert (second.parent_id, third.parent_id, third.level) == (first.id, second.id, 3)
    assert [one.promise for one in (first, second, third, fourth)] == [
        Promise.ALIAS,
        Promise.MEMBERS,
        Promise.MEMBERS,  # nobody says that more was promised (P12)
        Promise.NAMELESS,
    ]
    assert (first.agree, there["1"][2].agree, there["1"][2].passed, there["4"][2].disagree) == (0, 41, 12, None)
    assert db.session.scalar(select(func.count()).select_from(VoteNow)) == 0
    assert (fourth.state, third.state, fourth.kind) == (State.REJECTED, State.HELD, Kind.EXPERIENCE)
    assert first.author_id == third.author_id
    assert [one.title for one in db.session.scalars(select(Question).order_by(Question.number))] == [
        "What helps?",
        "What hinders?",
    ]
    assert db.session.scalars(select(Person).where(Person.email.contains("Doe"))).all() == []
    assert recount.check() == []
    assert "Nothing is new" in str(load(file))
    file.write_text(GOOD + "5,4,,B2,,Yes,2026-03-04,all,,,,,\n", encoding="utf-8")
    assert "Taken: 1 comment, 1 published." in str(load(file))
    page = host.get(f"/p/{first.id}")
    assert "as counted there: 41 agree, 6 disagree, 12 passed" in page
    assert "Jane Doe" not in page
    assert db.session.scalars(select(Mail)).all() == []


@pytest.mark.parametrize(
    "data",
    [
        "\ufeff" + GOOD,
        GOOD.replace(",", ";")
        .replace("Count <b>care</b> time", "Zeit für Pflege; überall zählen")
        .replace("für Pflege;", "für Pflege"),
        GOOD.replace("Count", "Zähl").encode("cp1252"),
        GOOD.replace(",", "\t").encode("utf-16"),
        GOOD.replace("id,parent_id", "Comment ID,In reply to").replace(",text,", ",Comment,"),
    ],
)
def test_it_is_read_however_a_spreadsheet_wrote_it(app, file, data):
    file.write_bytes(data if isinstance(data, bytes) else data.encode())
    assert "2 contributions, 2 comments" in str(load(file, dry=True))


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (",,q,a,,No id,2026-01-01,,,,,,", "rows without an id"),
        ("1,,q,a,,Again,2026-01-01,,,,,,", "the id 1 stands in row 2 already"),
        ("9,77,,a,,To nobody,2026-01-01,,,,,,", "it answers “77”, which is not there, or was left"),
        ("9,9,,a,,To itself,2026-01-01,,,,,,", "it answers “9”, and that leads back in a circle"),
        ("9,10,,a,,Round,2026-01-01,,,,,,\n10,9,,a,,Round,2026-01-01,,,,,,", "“10”, and that leads back in a circle"),
        ("9,,q,a,,Tomorrow,2999-01-01,,,,,,", "2999-01-01 is in the future"),
        ("9,,q,a,,When?,yesterday,,,,,,", "“yesterday” is no time: write it as 2026-03-02 14:05"),
        ("9,,q,a,,When?,1/14/2022,,,,,,", "“1/14/2022” is no time"),
        ("9,,q,a,,How many?,2026-01-01,,,1e3,,,", "“1e3” in the column agree is no number of votes"),
        ("9,,q,a,,How many?,2026-01-01,,,,-3,,", "“-3” in the column disagree is no number of votes"),
        ("9,,q,a,rant,Kind?,2026-01-01,,,,,,", "“rant” is no kind: it can be idea, experience, example, comment"),
        ("9,,q,a,comment,On what?,2026-01-01,,,,,,", "comments that answer nothing, and answers that are no comments"),
        ("9,,q,a,,Promise?,2026-01-01,nobody,,,,,", "“nobody” is no promise: it can be members"),
        ("9,,q,a,,State?,2026-01-01,,lost,,,,", "“lost” is no state"),
        (f"9,,q,a,,{'long ' * 2500},2026-01-01,,,,,,", "It can have 10,000 at most"),
        (f"9,,q,{'a' * 300},,Who?,2026-01-01,,,,,,", "rows where “author” has more than 200 characters"),
        (f"9,,{'q' * 1001},a,,Long,2026-01-01,,,,,,", "rows where “question” has more than 1000 characters"),
    ],
)
def test_a_bad_row_is_left_with_its_number_and_why(app, file, row, said):
    file.write_text(GOOD + row + "\n", encoding="utf-8")
    report = load(file)
    assert any(name == "Ward round.csv" and n in (6, 7) and said in why for name, n, why in report.rows), report.rows
    assert set(texts()) == {"1", "2", "3", "4"}


def test_what_answers_a_row_that_was_left_is_left_too(app, file):
    file.write_text(GOOD + "8,,q,a,,x,never,,,,,,\n9,8,,a,,y,2026-01-01,,,,,,\n10,9,,a,,z,2026-01-01,,,,,,\n")
    assert [row[1:] for row in load(file).rows][1:] == [
        (7, "it answers “8”, which is not there, or was left"),
        (8, "it answers “9”, which was left"),
    ]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"a,b\n1,2\n", "has no column id and no column text in its first row, which reads: a, b"),
        (b"", "No row of Ward round.csv could be read"),
        (HEAD.encode(), "No row of Ward round.csv could be read"),
        (b"PK\x03\x04....", "is a workbook. Save its sheet as CSV UTF-8"),
        (b"id,text\n\x00\x01", "This is not a list in CSV form"),
        (b'id,text\n1,"' + b"x" * 200_000 + b'"\n', "cannot be read"),
    ],
)
def test_what_is_no_table_gets_a_sentence_and_nothing_is_taken(app, file, data, said, capsys):
    file.write_bytes(data)
    with pytest.raises(BadExport, match=said):
        load(file)
    with pytest.raises(SystemExit):
        commands.gather_in(app, commands.parser().parse_args(["import-csv", str(file)]))
    assert said in capsys.readouterr().err
    assert db.session.scalars(select(Consultation)).all() == []


def test_it_goes_into_a_draft_or_an_analysis_and_into_no_discussion(app, file):
    make.consultation("running")
    with pytest.raises(BadExport, match="go into a consultation that is a draft or in its analysis"):
        load(file, into="running")
    with pytest.raises(BadExport, match="Give the folder another name"):
        file.rename(file.with_name("running.csv")) and load(file.with_name("running.csv"))
    ended = make.consultation("ended", analysis=clock.now() - timedelta(hours=1))
    asked = db.session.scalars(select(Question).where(Question.consultation_id == ended.id)).first()
    whole = GOOD.replace("What helps?", asked.title)
    file.write_text(whole, encoding="utf-8")
    report = load(file, into="ended")
    assert "there is no question “What hinders?” here" in str(report)
    assert texts()["1"][0].question_id == asked.id
    assert recount.check() == []


def test_the_template_can_be_taken_as_it_is(app, tmp_path):
    (tmp_path / "template.csv").write_text("".join(csv_lines(headings.TEMPLATE)), encoding="utf-8")
    report = load(tmp_path / "template.csv")
    assert report.rows == []
    assert "2 people, 1 contribution, 1 comment" in str(report)


def test_codes_of_real_comments_become_themes(app):
    file = Path(__file__).parents[2].parent / "shared" / "data" / "nhs-coded-comments" / "comments.csv"
    if not file.exists():
        lacking("nhs-coded-comments lies in ../shared/data beside the checkout")
    report = load(file, into="nhs")
    taken = db.session.scalar(select(func.count()).select_from(Contribution))
    assert taken + sum("is no time" in row[2] for row in report.rows) == 5084
    assert db.session.scalar(select(func.count()).select_from(Theme)) == 38
    assert db.session.scalar(select(func.count()).select_from(Themed)) > 4500
    assert db.session.scalar(select(func.count()).select_from(Coding)) == 4580  # all that have a theme are coded
    (asked,) = db.session.scalars(select(Run).where(Run.kind == "suggestions"))
    assert jobs.run_due() == 1
    assert asked.result == {"coded": 4580, "learnt": 1500, "texts": taken}


def test_names_of_themes_are_those_of_the_codebook(app, tmp_path):
    rows = ("4,,What hinders?,C3,,Too few hands,2026-03-01,,,,,,rotás | Waiting  times|waiting times",)
    (tmp_path / "Ward round.csv").write_text(GOOD + "\n".join(rows).replace("4,", "5,", 1), encoding="utf-8")
    assert "3 new themes, themes given 4 times." in str(load(tmp_path))
    assert set(db.session.scalars(select(Theme.name))) == {
        "Time",
        "rotás",
        "Waiting times",
    }  # the words that came first
    assert sorted(db.session.scalars(select(Coding.themes))) == [[1, 2], [1, 3]]  # the earlier text names 1 and 2


def test_what_is_held_is_due_from_when_it_was_taken_in(app, moderator, file):
    load(file)
    assert figures.figures(db.session.scalars(select(Consultation)).one()).received == 2  # held, or refused there
    (case,) = db.session.scalars(select(Case))
    assert case.contribution.submitted_at < case.since - timedelta(days=1)
    assert abs(case.since - clock.now()) < timedelta(minutes=5)  # nothing here stands still
    assert case.due_at > clock.now()
