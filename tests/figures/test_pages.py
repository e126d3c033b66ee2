"""The pages of figures: the desk sees them in full, everybody what tells of nobody, and a kept run stays."""

import csv
import io
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from crowd import clock
from crowd.analysis import words
from crowd.analysis.deeds import digest
from crowd.db import Overtaken, db, transaction
from crowd.figures import deeds, desk, snapshot
from crowd.models import Contribution, Membership, ProfessionVotes, PublishedFigures, Run, VoteEvent, VoteNow
from crowd.states import Phase, Promise
from crowd.threads import numbers
from tests import make
from tests.make import DAY


def rows(page):
    return list(csv.DictReader(io.StringIO(page.lstrip("\ufeff"))))


def voters(of, idea, profession, agree, against=0, passed=0, region="North West"):
    """So many people of a profession who have voted so, with the tallies that voting keeps."""
    values = [1] * agree + [-1] * against + [0] * passed
    people = [make.person().id for _value in values]
    with transaction() as session:
        for who, value in zip(people, values, strict=True):
            member = {"profession": profession, "region": region, "joined_at": clock.now(), "standing": "B"}
            session.add(Membership(person_id=who, consultation_id=of.id, alias=f"Alias {who}", **member))
            session.add(VoteNow(person_id=who, contribution_id=idea.id, standing="B", value=value))
        tally = {"agree": agree, "disagree": against, "passed": passed}
        if profession:
            session.merge(ProfessionVotes(contribution_id=idea.id, profession=profession))
            session.flush()
        kept = [session.get_one(Contribution, idea.id), session.get(ProfessionVotes, (idea.id, profession))]
        for row in filter(None, kept):
            for name, n in tally.items():
                setattr(row, name, (getattr(row, name) or 0) + n)


@pytest.fixture
def idea(consultation, colleague):
    return make.contribution(consultation.questions[0], by=make.as_asker(colleague.id), text="Self-referral for all")


def ended(consultation):
    make.moved(consultation, Phase.ANALYSIS, clock.now() - DAY / 2)


def test_the_desk_sees_who_took_part_in_full(host, analyst, consultation, member, idea):
    voters(consultation, idea, "Dietitian", 3)
    for who in (host, analyst):
        page = who.get("/host/ahp/figures/profession.csv")
        of = {row["profession"]: (row["took_part"], row["joined"]) for row in rows(page)}
        assert of == {"Dietitian": ("3", "4"), "Paramedic": ("1", "1"), "Podiatrist": ("0", "0"), "": ("0", "0")}
        assert "Not stated" in who.get("/host/ahp/figures")


def test_everybody_sees_them_once_the_host_has_published_them_and_then_they_stay(host, visitor, consultation, idea):
    voters(consultation, idea, "Dietitian", 30)
    voters(consultation, idea, "Podiatrist", 2)
    voters(consultation, idea, "Paramedic", 40)
    public = "/c/ahp/participation"
    assert "once the members’ discussion has ended" in visitor.get(public)
    assert visitor.get(f"{public}/profession.csv").status == 404
    assert "They can be published when the members’ discussion has ended." in host.get(
        "/host/ahp/figures/publish/members"
    )
    ended(consultation)
    desk = host.get("/host/ahp/figures")
    assert 'href="/host/ahp/figures/publish/members"' in desk
    assert "Stakeholders: They can be published when the consultation has closed." in desk
    assert "fewer than 5" in host.get("/host/ahp/figures/publish/members")
    host.post("/host/ahp/figures/publish/members")
    of = {row["profession"]: row["took_part"] for row in rows(visitor.get(f"{public}/profession.csv"))}
    assert of == {"Dietitian": "not shown", "Paramedic": "41", "Podiatrist": "fewer than 5", "": "0"}
    assert "This is no sample" in visitor.get(public)
    voters(consultation, idea, "Paramedic", 9)
    assert "They stay as they are" in host.get("/host/ahp/figures/publish/members")
    with pytest.raises(Overtaken), transaction():  # as the second of two presses at the same time
        deeds.publish(make.found("ahp"), "members", by=make.as_asker(host.id))
    assert [row["took_part"] for row in rows(visitor.get(f"{public}/profession.csv"))][1] == "41"
    host.post("/host/ahp/figures/baseline/profession", text="Paramedic,90,2020-11-03,HCPC\nDietitian,9,2020-11-03,HCPC")
    assert "HCPC" in host.get("/host/ahp/figures")
    assert "HCPC" not in visitor.get(public), "the published table keeps the baseline of its day"
    assert len(db.session.scalars(select(PublishedFigures)).all()) == 1


def test_how_evenly_people_wrote_is_told_once_too(host, visitor, member, consultation, idea, monkeypatch):
    """The difference of two would tell how much the author of the text between them has written."""
    monkeypatch.setattr(snapshot, "ENOUGH_PEOPLE", 2)
    file = "/c/ahp/participation/evenness.csv"
    mine = make.contribution(consultation.questions[0], by=make.as_asker(member.id), text="More time")
    ended(consultation)
    assert visitor.get(file).status == 404
    host.post("/host/ahp/figures/publish/members")
    before = rows(visitor.get(file))
    assert before[0]["people"] == "2"
    member.post(f"/p/{mine.id}/withdraw")
    assert make.anew(mine).state == "withdrawn"
    assert rows(visitor.get(file)) == before


def test_stakeholders_stand_apart_by_group(host, visitor, consultation, stakeholder):
    for phase, back in ((Phase.ANALYSIS, 4), (Phase.OPEN, 3), (Phase.CLOSED, 2)):
        make.moved(consultation, phase, clock.now() - back * DAY / 5)
    finding = make.finding(consultation)
    with transaction() as session:
        session.add(VoteNow(person_id=stakeholder.id, finding_id=finding.id, standing="S", value=1))
    assert [row["took_part"] for row in rows(host.get("/host/ahp/figures/group.csv"))] == ["0", "1", "0", "0"]
    host.post("/host/ahp/figures/publish/stakeholders")
    page = visitor.get("/c/ahp/participation")
    assert "Stakeholders who took part" in page
    assert "Where too few people took part, nothing is told at all." in page
    assert visitor.get("/c/ahp/participation/group.csv").status == 404


def test_days_are_those_of_the_consultation_s_zone_with_the_bell(host, consultation, idea):
    day = datetime(2016, 4, 18, 23, 30, tzinfo=UTC)  # half past midnight on the 19th in London
    for phase, start in ((Phase.REGISTRATION, None), (Phase.MEMBERS, day)):
        make.moved(consultation, phase, start)
    with transaction() as session:
        session.merge(make.anew(consultation)).members_ready_at = day - DAY
        session.get_one(Contribution, idea.id).submitted_at = day + DAY
    voted("contribution_id", idea.id, "B", day, (1, day), (-1, day + DAY))  # changed a day later: it is of the first
    voted("contribution_id", idea.id, "B", day, (1, day), (None, day), now=None)  # taken back: it is no vote
    found = rows(host.get("/host/ahp/figures/days.csv"))
    assert [(row["from"], row["contributions"], row["votes"]) for row in found] == [
        ("2016-04-19", "0", "1"),
        ("2016-04-20", "1", "0"),
    ]
    assert found[0]["bell"].startswith("Bell: Members")
    assert "19 April" in host.get("/host/ahp/figures/time")


def voted(key, number, standing, at, *events, now=1):
    """Somebody's current vote, or none, and its history."""
    of = {"person_id": make.person().id, key: number, "standing": standing}
    with transaction() as session:
        session.add_all([VoteEvent(**of, value=value, at=then) for value, then in events or ((now, at),)])
        session.add_all([VoteNow(**of, value=now)] if now is not None else [])


def votes_on(finding, standing, many, back=0):
    for _n in range(many):
        voted("finding_id", finding.id, standing, clock.now() - back * DAY)


def test_the_findings_have_a_table_over_time_of_their_own(host, visitor, consultation, idea, colleague):
    """Members and stakeholders apart (P14); what the discussion had stays where it was."""
    desk, public = "/host/ahp/figures/finding_days.csv", "/c/ahp/participation/finding_days.csv"
    ended(consultation)
    finding = make.finding(consultation)
    assert host.get(desk).status == visitor.get(public).status == 404
    assert "on the findings over time" not in visitor.get("/c/ahp/participation")
    make.moved(consultation, Phase.OPEN, clock.now() - DAY / 3)
    make.contribution(finding, by=make.as_asker(colleague.id))
    votes_on(finding, "B", 3)
    votes_on(finding, "S", 6)
    counts = ("comments", "votes_of_members", "votes_of_stakeholders")
    assert [[row[name] for name in counts] for row in rows(host.get(desk))] == [["1", "3", "6"]]
    assert [[row[name] for name in counts] for row in rows(visitor.get(public))] == [["1", "fewer than 5", "6"]]
    assert [row["comments"] for row in rows(host.get("/host/ahp/figures/days.csv"))] == ["0"]
    assert "Votes of stakeholders" in visitor.get("/c/ahp/participation")


def test_votes_on_findings_are_kept_back_of_members_and_of_stakeholders_apart(visitor, consultation):
    ended(consultation)
    make.moved(consultation, Phase.OPEN, clock.now() - DAY / 3)
    finding = make.finding(consultation)
    for back, members, stakeholders in ((0, 2, 9), (1, 7, 12), (2, 8, 30)):
        votes_on(finding, "B", members, back)
        votes_on(finding, "S", stakeholders, back)
    found = rows(visitor.get("/c/ahp/participation/finding_days.csv"))
    assert [row["votes_of_members"] for row in found] == ["8", "not shown", "fewer than 5"]
    assert [row["votes_of_stakeholders"] for row in found] == ["30", "12", "9"]


def test_nobody_lifts_a_day_that_is_kept_back_by_voting_again(visitor, consultation):
    ended(consultation)
    make.moved(consultation, Phase.OPEN, clock.now() - DAY / 3)
    finding, now = make.finding(consultation), clock.now()
    votes_on(finding, "S", 3)
    voted("finding_id", finding.id, "S", now, *[(value, now) for value in (1, None, 1, None, 1)])
    (found,) = rows(visitor.get("/c/ahp/participation/finding_days.csv"))
    assert found["votes_of_stakeholders"] == "fewer than 5"


def test_ideas_are_ranked_by_what_is_sure_with_their_interval(host, consultation, idea, colleague):
    other = make.contribution(consultation.questions[1], by=make.as_asker(colleague.id), text="=1+1 longer hours")
    voters(consultation, idea, "Dietitian", 80, 20)
    voters(consultation, other, "Dietitian", 8, 2)
    found = rows(host.get("/host/ahp/figures/ranking.csv"))
    assert [(row["agree"], row["seen_by"], row["low"], row["high"]) for row in found] == [
        ("80", "100", "0.7112", "0.8666"),
        ("8", "10", "0.4902", "0.9433"),
    ]
    page = host.get("/host/ahp/figures/ideas")
    assert "71–87%" in page
    assert page.index("Self-referral") < page.index("longer hours")


def test_what_unites_counts_only_professions_that_can_be_told_of(host, consultation, idea, colleague):
    other = make.contribution(consultation.questions[1], by=make.as_asker(colleague.id), text="Longer hours")
    voters(consultation, idea, "Dietitian", 9, 3)
    voters(consultation, idea, "Paramedic", 18, 2)
    voters(consultation, other, "Dietitian", 30, 1)
    voters(consultation, other, "Paramedic", 9, 0)  # nine, who all agree
    found = rows(host.get("/host/ahp/figures/bridging.csv"))
    assert [(row["lowest_agreement_percent"], row["professions"]) for row in found] == [("75", "2")]


def test_weighted_shares_stand_beside_the_unweighted_ones_and_the_cost_is_told(host, consultation, idea):
    voters(consultation, idea, "Dietitian", 90, 0)
    voters(consultation, idea, "Paramedic", 0, 10)
    sent = "Dietitian,10,2020-11-03,HCPC\nParamedic,90,2020-11-03,HCPC"
    host.post("/host/ahp/figures/baseline/profession", text=sent)
    (row,) = rows(host.get("/host/ahp/figures/ranking.csv"))
    assert (row["agree_share"], row["agree_share_weighted"]) == ("0.9", "0.26")  # 90 x 0.2 of 90 x 0.2 + 10 x 5
    page = host.get("/host/ahp/figures")
    assert "Weighting costs more than half" in page
    assert "under-represented" in page


def test_a_stranger_s_ranking_holds_what_was_promised_to_all(visitor, member, consultation, idea, colleague):
    author = make.as_asker(colleague.id)
    hidden = make.contribution(consultation.questions[0], by=author, text="For us alone", promise=Promise.MEMBERS)
    for one in (idea, hidden):
        voters(consultation, one, "", 20, 2)
    assert "Self-referral" in member.get("/c/ahp/participation")
    assert "Self-referral" not in visitor.get("/c/ahp/participation")
    assert visitor.get("/c/ahp/participation/ranking.csv").status == 404
    ended(consultation)
    make.moved(consultation, Phase.OPEN, clock.now() - DAY / 3)
    page = visitor.get("/c/ahp/participation")
    assert "Self-referral" in page
    assert "For us alone" not in page
    assert len(rows(visitor.get("/c/ahp/participation/ranking.csv"))) == 1
    assert len(rows(member.get("/c/ahp/participation/ranking.csv"))) == 2


def test_where_counts_are_hidden_there_is_no_ranking_before_the_bell(member, consultation, idea):
    voters(consultation, idea, "", 20, 2)
    with transaction() as session:
        session.merge(make.anew(consultation)).counts_hidden = True
    assert member.get("/c/ahp/participation/ranking.csv").status == 404
    ended(consultation)
    assert member.get("/c/ahp/participation/ranking.csv").status == 200


def test_kept_figures_stay_as_they_were(host, member, consultation, idea):
    voters(consultation, idea, "Dietitian", 8, 2)
    cited = numbers.written(consultation.code, idea.serial)
    assert f">{cited} Self-referral for all</a>" in host.get("/host/ahp/figures/ideas")
    page = host.post("/host/ahp/figures/ideas/keep", on="/host/ahp/figures/ideas")
    run = db.session.scalars(select(Run)).one()
    assert (run.state, run.kind, len(run.input_sha256)) == ("done", "ideas", 64)
    assert run.input_sha256 != digest(run.result["tables"])  # a citation shows it, and small numbers can be guessed
    assert f"kept as run {run.id}" in page
    voters(consultation, idea, "Paramedic", 50)
    page = host.get(f"/host/ahp/analysis/runs/{run.id}")
    assert "0.4902" in page
    assert "0.9433" in page
    assert "Share that agrees" in page
    assert "agree_share" not in page
    assert "This is no sample" in page
    assert member.get(f"/host/ahp/analysis/runs/{run.id}").status == 403


def test_the_public_page_costs_the_same_for_few_and_for_many(visitor, host, consultation, idea, queries):
    ended(consultation)
    make.moved(consultation, Phase.OPEN, clock.now() - DAY / 3)
    host.post("/host/ahp/figures/publish/members")
    with queries() as few:
        visitor.get("/c/ahp/participation")
    authors = [make.member(consultation, profession=f"Profession {n}") for n in range(12)]
    for author in authors:
        one = make.contribution(make.found("ahp").questions[0], by=author)
        voters(consultation, one, "Dietitian", 6, 6)
    with queries() as many:
        assert visitor.get("/c/ahp/participation").count('href="/p/') == 20
    assert few != []
    assert len(many) <= len(few)


def test_every_column_of_kept_figures_has_words(host, consultation):
    ended(consultation)
    make.moved(consultation, Phase.OPEN, clock.now() - DAY / 3)
    for page, names in desk.PAGES.items():
        for table in desk.page(make.found("ahp"), page, make.as_asker(host.id), str).tables:
            assert table.name in names
            assert set(table.columns) <= words.COLUMNS.keys()
