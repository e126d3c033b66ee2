"""The desk of analyses: opinion groups asked for, done by the worker, read, done again; and what goes wrong."""

import os
import signal
import sys
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select, update

from crowd import clock
from crowd.analysis import deeds, jobs, reasons
from crowd.db import Overtaken, db, transaction
from crowd.models import Contribution, Person, Record, Run, VoteNow
from crowd.states import Phase, Promise, State
from tests import make
from tests.analysis import voting

DESK = "/host/ahp/analysis"
GROUPS = f"{DESK}/groups"


@pytest.fixture
def asked(consultation):
    """A run of opinion groups that waits."""
    with transaction():
        return deeds.ask(consultation, "groups", by=None, seed=7).id


@pytest.fixture
def processes(app, monkeypatch):
    """Settings as a process of its own finds them."""
    monkeypatch.setenv("CROWD_SECRET_KEY", app.config["SECRET_KEY"])
    monkeypatch.setenv("DATABASE_URL", app.config["DATABASE_URL"])


def run(number: int) -> Run:
    return make.anew(db.session.get_one(Run, number))


def test_an_analyst_asks_for_groups_and_reads_what_unites_and_divides_them(consultation, analyst, host):
    ideas = voting.ideas(consultation)
    voting.camps(ideas)
    assert "Not looked for yet" in analyst.get(GROUPS)
    _where, fields = analyst.get(GROUPS).form(GROUPS)
    page = analyst.send(GROUPS, fields)
    assert page.path == analyst.send(GROUPS, fields).path != GROUPS  # one at a time
    assert "waits for its turn" in page and '<meta http-equiv="refresh"' in page
    assert jobs.run_due() == 1
    page = analyst.get(GROUPS)
    for words in ("Group 1", "70 people", "45 people", "What sets group 2 apart", "It disagrees more than others:"):
        assert words in page
    found = db.session.scalars(select(Run)).one()
    assert [group["size"] for group in found.result["groups"]] == [70, 45]
    assert (found.result["votes"], found.result["voters"]) == (115 * 12, 115)
    assert {row["contribution"] for group in found.result["groups"] for row in group["apart"]} <= set(ideas[:6])
    uniting = sorted(found.result["matrix"], key=lambda row: -row["consensus"])[:6]
    assert {row["contribution"] for row in uniting} == set(ideas[6:])
    csv = host.get(f"{DESK}/runs/{found.id}.csv")
    assert "Group 2 (45 people): agree" in csv and "Idea 11 of what could change" in csv
    listed = analyst.get(DESK)
    assert f"Opinion groups, run {found.id}" in listed and "Done" in listed
    assert db.session.scalar(select(Record.deed).order_by(Record.id.desc())) == "analysis asked"


def test_nothing_of_a_run_names_a_person_or_tells_a_small_cell(consultation, asked):
    """Ten votes in a cell, twenty where all said the same (analysis.md, privacy)."""
    ideas = voting.ideas(consultation)
    voting.camps(ideas)
    few, same = ideas[6], ideas[7]
    voters = list(db.session.scalars(select(Person.id).where(Person.email.like("v%")).order_by(Person.id)))
    db.session.rollback()
    with transaction() as session:
        of = delete(VoteNow).where
        session.execute(of(VoteNow.contribution_id == few, VoteNow.person_id.in_(voters[79:])))  # nine of one camp
        session.execute(of(VoteNow.contribution_id == same, VoteNow.person_id.in_(voters[89:])))  # nineteen of it
        session.execute(update(VoteNow).where(VoteNow.contribution_id == same).values(value=1))
    assert jobs.run_due() == 1
    result = run(asked).result
    by_idea = {row["contribution"]: row for row in result["matrix"]}
    assert few not in by_idea and same not in by_idea  # two groups: what is not told of one is not told of the other
    assert all(sum(cell) >= 10 for row in result["matrix"] for cell in row["cells"] if cell)
    assert set(result) == {
        *("ideas", "votes", "voters", "people", "silhouette", "shuffled", "stability", "groups", "matrix")
    }
    assert all(set(group) == {"size", "apart"} for group in result["groups"])


def test_done_again_it_comes_out_the_same_and_says_so(consultation, analyst, asked):
    ideas = voting.ideas(consultation)
    voting.camps(ideas)
    jobs.run_due()
    page = analyst.get(f"{DESK}/runs/{asked}")
    assert run(asked).input_sha256 in page and "scikit-learn" in page and "polis 1" in page
    again = analyst.post(f"{DESK}/runs/{asked}/again", on=f"{DESK}/runs/{asked}").path
    jobs.run_due()
    assert f"It came out the same as run {asked}." in analyst.get(again)
    with transaction() as session:
        session.execute(update(VoteNow).where(VoteNow.contribution_id == ideas[0]).values(value=0))
    again = analyst.post(f"{DESK}/runs/{asked}/again", on=f"{DESK}/runs/{asked}").path
    jobs.run_due()
    assert f"has changed since run {asked}" in analyst.get(again)


def test_an_idea_taken_back_counts_no_more_and_is_not_named(consultation, analyst, asked):
    ideas = voting.ideas(consultation)
    voting.camps(ideas)
    with transaction() as session:
        session.execute(update(Contribution).where(Contribution.id == ideas[0]).values(state=State.REMOVED))
    jobs.run_due()
    assert ideas[0] not in {row["contribution"] for row in run(asked).result["matrix"]}
    assert "Idea 1 of what" in analyst.get(GROUPS)
    with transaction() as session:
        session.execute(update(Contribution).where(Contribution.id == ideas[1]).values(state=State.REMOVED))
    assert "Idea 1 of what" not in analyst.get(GROUPS)
    assert "Idea 1 of what" not in analyst.get(f"{DESK}/runs/{asked}.csv")


def test_too_few_people_is_a_sentence_and_no_figures(consultation, analyst, asked):
    voting.camps(voting.ideas(consultation), (30, 20))
    jobs.run_due()
    assert (run(asked).state, run(asked).said) == ("refused", "people 100 50")  # said in each reader's language
    assert reasons.sentence("words of an earlier version") == "words of an earlier version"
    page = analyst.get(GROUPS)
    assert "need at least 100 people with seven votes each. So far there are 50." in page
    assert "Group 1" not in page
    assert analyst.get(f"{DESK}/runs/{asked}.csv").status == 404


def test_everybody_sees_the_groups_that_a_host_published_once(consultation, host, analyst, visitor, member):
    """Sizes in tens, votes in per cent, ideas as their promise allows (P12); no second one to compare it with."""
    ideas = voting.ideas(consultation)
    voting.camps(ideas, (73, 44))
    with transaction() as session:
        session.execute(update(Contribution).where(Contribution.id == ideas[0]).values(promise=Promise.MEMBERS))
    _where, fields = host.get(GROUPS).form(GROUPS)

    def found() -> str:
        with transaction():
            number = deeds.ask(consultation, "groups", by=None, seed=7).id
        jobs.run_due()
        return f"{DESK}/runs/{number}/publish"

    early = found()
    assert "when the members’ discussion has ended" in host.get(early)
    make.moved(consultation, Phase.ANALYSIS, clock.now())
    refused = host.send(early, fields)
    assert refused.status == 409 and "before the members’ discussion ended" in refused
    assert visitor.get("/c/ahp/groups").status == 404 and analyst.get(early).status == 403
    late = found()
    host.post(late)
    assert "Opinion groups" in visitor.get("/c/ahp/participation")
    page, inside = visitor.get("/c/ahp/groups"), member.get("/c/ahp/groups")
    for words in ("about 70 people", "about 40 people"):
        assert words in page and words in inside
    assert "Idea 0 of what" in inside and "Idea " not in page  # the discussion is not open yet
    assert "117" not in inside and "CSV" not in inside
    make.ready(consultation)
    make.moved(consultation, Phase.OPEN, clock.now())
    page = visitor.get("/c/ahp/groups")
    assert "Idea 1 of what" in page and "Idea 0 of what" not in page
    assert "They stay as they are" in host.send(late, fields)
    with pytest.raises(Overtaken), transaction() as session:  # as the second of two presses at the same time
        deeds.publish(session.scalars(select(Run).where(Run.kind == "groups")).first(), by=make.as_asker(host.id))
    assert db.session.scalar(select(func.count()).where(Record.deed == "figures published")) == 1


def test_a_process_does_the_run_and_gives_way_to_readers(consultation, asked, processes):
    voting.camps(voting.ideas(consultation))
    process = jobs.in_a_process(jobs.claim())
    assert process.wait(300) == 0  # it gives way to whatever else this machine does
    assert run(asked).state == "done"
    assert run(asked).versions["scikit-learn"]


def test_a_process_that_is_killed_gives_the_run_back_and_after_three_it_has_failed(
    consultation, analyst, asked, processes
):
    for _time in range(3):
        job = jobs.claim()
        process = jobs.in_a_process(job)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert run(asked).state == "working"
        assert not jobs.waits()
        jobs.give_back(job)
        assert run(asked).state == "waiting"
    assert jobs.claim() is None
    assert run(asked).state == "failed"
    assert "ended 3 times without a result" in analyst.get(f"{DESK}/runs/{asked}")


def test_a_worker_that_is_killed_loses_its_run_to_another_and_cannot_end_it(consultation, asked, at):
    voting.camps(voting.ideas(consultation))
    dead = jobs.claim()
    assert jobs.claim() is None
    at(clock.now() + jobs.LEASE + timedelta(seconds=1))
    alive = jobs.claim()
    assert alive.number == dead.number and alive.token != dead.token
    jobs.work(dead)
    assert run(asked).state == "working"
    jobs.work(alive)
    assert run(asked).state == "done"


class Lacking:
    """Stands first among the finders: as if the extra were not installed."""

    @staticmethod
    def find_spec(name, _path=None, _target=None):
        if name.partition(".")[0] in ("numpy", "scipy", "sklearn"):
            raise ModuleNotFoundError(name)


def test_without_the_extra_the_page_says_how_to_add_it_and_the_rest_works(consultation, analyst, asked, monkeypatch):
    for name in [name for name in sys.modules if name.partition(".")[0] in ("numpy", "scipy", "sklearn")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "meta_path", [Lacking, *sys.meta_path])
    assert "python3 app.py install analysis" in analyst.get(GROUPS)
    assert analyst.get(DESK).status == 200
    jobs.run_due()
    assert run(asked).state == "failed"
    assert "python3 app.py install analysis" in analyst.get(f"{DESK}/runs/{asked}")


def test_nobody_else_reads_a_run_nor_one_of_another_consultation(consultation, member, moderator, analyst, asked):
    make.consultation("other")
    for other in (member, moderator):
        assert other.get(f"{DESK}/runs/{asked}").status in (403, 404)
    assert analyst.get(f"{DESK}/runs/{asked}").status == 200
    assert analyst.get(f"/host/other/analysis/runs/{asked}").status == 404
