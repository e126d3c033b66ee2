"""A Polis export becomes a consultation: every vote counted as it was, nothing twice, and what was left is said."""

import csv
import html
import re
from pathlib import Path

import pytest
from sqlalchemy import func, select

from crowd import commands, schedule
from crowd.db import db, transaction
from crowd.imports import polis, running, sources
from crowd.imports.shape import BadExport
from crowd.models import (
    Consultation,
    Contribution,
    Decision,
    Mail,
    Membership,
    Person,
    Question,
    Reason,
    Record,
    Version,
    VoteEvent,
    VoteNow,
)
from crowd.states import Phase, State
from crowd.threads import recount
from tests import make
from tests.conftest import lacking

DATA = Path(__file__).parents[2].parent / "shared" / "data"
SMALL = ["polis-brexit", "polis-bg2050", "polis-biodiversity", "polis-canadian-electoral-reform", "polis-vtaiwan"]
EVERYTHING = (Person, Membership, Consultation, Question, Contribution, Version, Decision, Reason, VoteNow, VoteEvent)


def export(name: str) -> Path:
    if not (DATA / name).is_dir():
        lacking(f"{name} lies in ../shared/data beside the checkout")
    return DATA / name


def load(folder: Path, **how: bool) -> str:
    return str(running.run("polis", sources.of_folder(folder), **how))


def expected(folder: Path) -> dict[str, tuple[int, int, int]]:
    with (folder / "expected.csv").open(encoding="utf-8", newline="") as lines:
        return {
            f"polis-{row['comment-id']}": (int(row["agree"]), int(row["disagree"]), int(row["pass"]))
            for row in csv.DictReader(lines)
        }


def counted() -> dict[str, tuple[int, int, int]]:
    rows = db.session.execute(select(Contribution.once, Contribution.agree, Contribution.disagree, Contribution.passed))
    return {row[0]: tuple(row[1:]) for row in rows}


def sizes() -> list[int]:
    return [db.session.scalar(select(func.count()).select_from(kind)) for kind in (*EVERYTHING, Record)]


def walked(moderator, page: str) -> set[str]:
    """Every text of the queue, page by page."""
    found = set()
    while page:
        queue = moderator.get(page)
        found |= set(re.findall(r'data-item aria-labelledby="h(\d+)"', queue))
        following = re.search(r'href="([^"]*)" rel="next"', queue)
        page = html.unescape(following[1]) if following else ""
    return found


def states() -> dict[str, int]:
    rows = db.session.execute(select(Contribution.state, func.count()).group_by(Contribution.state))
    return {row[0]: row[1] for row in rows}


def test_football_is_taken_whole_and_a_second_time_changes_nothing(app, moderator, visitor):
    folder = export("polis-football")
    report = load(folder)
    assert "1,487 people; 298 ideas (45 published, 116 waiting for a moderator, 137 not approved in Polis)" in report
    assert "14,328 votes; 14,922 lines of their history" in report
    assert "Left (2): votes sent twice in the same millisecond." in report
    assert "Left (1): the text of an idea that had none; the idea was taken." in report
    assert counted() == expected(folder)
    assert states() == {State.PUBLISHED: 45, State.HELD: 116, State.REJECTED: 137}
    assert recount.check() == []
    before, change = sizes(), db.session.scalar(select(Consultation.change))
    assert "Nothing is new: all of this export was taken before." in load(folder)
    assert sizes() == before
    assert db.session.scalar(select(Consultation.change)) == change
    assert "CC BY 4.0" in db.session.scalar(select(Consultation.summary_html))
    assert len(walked(moderator, "/moderate")) == 116


def test_the_first_vote_of_20_pairs_is_not_the_one_that_counts(app):
    found = polis.read(sources.of_folder(export("polis-football")))
    first: dict[tuple[str, str], int] = {}
    for event in found.events:
        first.setdefault((event.person, event.text), event.value)
    assert sum(found.votes[pair] != value for pair, value in first.items()) == 20


def test_a_dry_run_says_the_same_and_writes_nothing(app, folder):
    before = sizes()
    dry = load(folder, dry=True)
    assert "To be taken: 2 people; 3 ideas" in dry
    assert sizes() == before
    taken = load(folder).splitlines()
    told = dry.splitlines()
    told.remove("Nothing has been written yet.")
    assert taken == [line.replace("To be taken", "Taken") for line in told]


@pytest.mark.only_on("sqlite")
def test_bowling_green_is_taken_whole(app):
    folder = export("polis-bowling-green")
    report = load(folder)
    assert "2,031 people; 896 ideas" in report
    assert "225,524 votes" in report
    assert "no votes.csv" in report
    assert counted() == expected(folder)
    consultation = db.session.scalars(select(Consultation)).one()
    assert (consultation.people, consultation.votes, consultation.contributions) == (2031, 225_524, 607)
    assert consultation.title == "Improving Bowling Green / Warren County"
    assert "https://compdemocracy.org/case-studies/2018-kentucky" in consultation.summary_html
    assert recount.check() == []
    before = sizes()
    assert "Nothing is new" in load(folder)
    assert sizes() == before


@pytest.mark.parametrize("name", SMALL)
def test_the_other_exports_are_taken_too(app, name):
    folder = export(name)
    load(folder)
    wanted = expected(folder)
    assert {once: tally for once, tally in counted().items() if once in wanted} == wanted
    assert all(tally == (0, 0, 0) for once, tally in counted().items() if once not in wanted)
    if name == "polis-biodiversity":  # its reference numbers: events, votes that count, by value, people
        events, votes, people = (
            db.session.scalar(select(func.count(what)))
            for what in (VoteEvent.id, VoteNow.id, VoteNow.person_id.distinct())
        )
        tallies = tuple(map(sum, zip(*counted().values(), strict=True)))
        assert (events, votes, tallies, people) == (29_802, 29_719, (19_229, 5_472, 5_018), 536)
    assert recount.check() == []


# A small export, so that every way of being wrong can be shown.
COMMENTS = """timestamp,comment-id,author-id,agrees,disagrees,moderated,comment-body
1420948021768,0,5,9,9,1,"Count <b>care</b> time, and say **why**"
1420948021769,1,5,9,9,0,
1420948021770,2,6,9,9,-1,Hello
1420948021770,2,6,9,9,1,The same number again
no time,3,6,0,0,1,Without a time
1420948021771,4,6,0,0,7,In no known state
1420948021772,7,6,0,0,1,"{long}"
"""
PEOPLE = "participant,group-id,n-comments,n-votes,n-agree,n-disagree,0,1,2,7,99\n5,,,,,,1,0,-1,1,1\n6,,,,,,-1,,5,,\n"
VOTES = """timestamp,datetime,comment-id,voter-id,vote
1420948030000,x,0,6,1
1420948020000,x,0,6,-1
1420948040000,x,2,5,0
1420948040000,x,99,5,0
1420948040000,x,0,nobody,0
1420948040000,x,0,6,2
"""


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "My Export.2"
    made.mkdir()
    (made / "comments.csv").write_text(COMMENTS.format(long="long " * 2500), encoding="utf-8")
    (made / "participants-votes.csv").write_text(PEOPLE, encoding="utf-8")
    (made / "summary.csv").write_text("topic,Care time\nurl,https://pol.is/1\n", encoding="utf-8")
    return made


def test_what_cannot_be_taken_is_said(app, folder):
    report = load(folder)
    assert "2 people; 3 ideas (1 published, 1 waiting for a moderator, 1 not approved in Polis); 4 votes" in report
    for line in (
        "Left (2): ideas without a number, an author, a time or a state.",
        "Left (1): ideas with the number of another one.",
        "Left (1): columns of votes on ideas that comments.csv does not have.",
        "Left (1): votes that are not 1, 0 or -1.",
        "Left (1): ideas, and the votes on them: The text is 12,499 characters long. It can have 10,000 at most.",
    ):
        assert line in report
    assert counted() == {"polis-0": (1, 1, 0), "polis-1": (0, 0, 1), "polis-2": (0, 1, 0)}
    line = db.session.scalars(select(Record).where(Record.deed == "imported")).one()
    assert line.facts["took"]["ideas"] == 3
    assert sum(line.facts["left"].values()) == 7


def test_the_last_vote_in_time_wins_and_all_are_kept(app, folder):
    (folder / "votes.csv").write_text(VOTES, encoding="utf-8")
    report = load(folder)
    assert "Left (1): votes on ideas that comments.csv does not have." in report
    assert "Left (2): votes without a time, a person, an idea or a value." in report
    assert counted() == {"polis-0": (1, 0, 0), "polis-1": (0, 0, 0), "polis-2": (0, 0, 1)}
    history = select(VoteEvent.value).order_by(VoteEvent.at, VoteEvent.id)
    assert db.session.scalars(history).all() == [-1, 1, 0]


def test_a_later_export_adds_what_is_new_and_leaves_what_moderators_did(app, moderator, folder):
    load(folder)
    waiting = db.session.scalars(select(Contribution).where(Contribution.state == State.HELD)).one()
    version = db.session.scalars(select(Version).where(Version.contribution_id == waiting.id)).one()
    with transaction():
        make.moderation.reject(version, by=make.as_asker(moderator.id), reason=make.reason())
    with (folder / "comments.csv").open("a", encoding="utf-8") as more:
        more.write("1420948021800,8,9,0,0,1,A new idea by somebody new\n")
    (folder / "participants-votes.csv").write_text(PEOPLE.replace("6,,,,,,-1", "6,,,,,,1"), encoding="utf-8")
    report = load(folder)
    assert "1 people; 1 ideas (1 published" in report
    assert "1 vote has changed." in report
    assert counted()["polis-0"] == (2, 0, 0)
    db.session.refresh(waiting)
    assert waiting.state == State.REJECTED
    assert recount.check() == []


def test_it_can_be_read_and_moderated_and_nobody_of_it_can_sign_in(app, moderator, visitor, folder):
    load(folder)
    consultation = db.session.scalars(select(Consultation)).one()
    assert (consultation.slug, consultation.title) == ("my-export-2", "Care time")
    assert schedule.current(consultation) == Phase.MEMBERS
    page = moderator.get("/c/my-export-2/q/1")
    assert page.status == 200
    assert "<strong>why</strong>" in page
    assert "<b>care</b>" not in page
    assert "Participant 5" in page
    assert "12,499" not in page
    assert visitor.get("/c/my-export-2/q/1").status in (403, 404)
    assert moderator.get("/moderate").status == 200
    imported = db.session.scalars(select(Person).where(Person.email.endswith("@invalid"))).all()
    assert len(imported) == 3
    assert {(who.password, who.confirmed_at, who.roles) for who in imported} == {("", None, "")}
    assert db.session.scalars(select(Mail)).all() == []


def test_the_reason_of_polis_is_told_and_cannot_be_chosen(app, folder):
    load(folder)
    reason = db.session.scalars(select(Reason).join(Decision)).one()
    assert reason.title == "Not approved in Polis"
    assert reason.retired
    assert db.session.scalar(select(func.count()).select_from(Reason).where(~Reason.retired)) == 12


def test_a_folder_that_is_no_export_gets_a_sentence(app, tmp_path, capsys):
    with pytest.raises(BadExport, match="is no folder"):
        load(tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    with pytest.raises(BadExport, match=r"comments\.csv is missing"):
        load(tmp_path / "empty")
    with pytest.raises(SystemExit):
        commands.gather_in(app, commands.parser().parse_args(["import-polis", str(tmp_path / "empty")]))
    assert "comments.csv is missing" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"a,b\n1,2\n", "has no column author-id, comment-body"),
        (b"\xff\xfe\x00,nothing\n", "is no table in UTF-8"),
        (COMMENTS.split("\n", maxsplit=1)[0].encode(), "has no idea in comments.csv that could be read"),
    ],
)
def test_a_file_that_is_no_table_gets_a_sentence_and_nothing_is_taken(app, folder, content, said):
    (folder / "comments.csv").write_bytes(content)
    with pytest.raises(BadExport, match=said):
        load(folder)
    assert db.session.scalars(select(Consultation)).all() == []


def test_a_consultation_of_the_hosts_own_is_not_written_into(app, folder):
    make.consultation("my-export-2")
    before = sizes()
    with pytest.raises(BadExport, match="Give the folder another name"):
        load(folder)
    assert sizes() == before
