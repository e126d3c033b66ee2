"""The findings as one document: sections and order, versions, editions, remarks, and who reads drafts."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from crowd.db import db, transaction
from crowd.findings import citing, deeds, editions
from crowd.models import Consultation, Edition, Finding, FindingVersion, Section
from crowd.states import Stance, State
from crowd.threads import deeds as threads
from crowd.threads import numbers
from tests import make

AT, DESK = "/c/ahp/findings", "/host/ahp/findings"


@pytest.fixture
def idea(consultation, at):
    made = make.contribution(consultation.questions[0], by=make.member(consultation), text="Count care time")
    at(consultation.analysis + timedelta(hours=1))
    return made


def order(page, *words):
    return [page.index(word) for word in words] == sorted(page.index(word) for word in words)


def moved(actor, path, do, **more):
    _to, fields = actor.get(DESK).form(path)
    return actor.send(path, {**fields, "do": do, **more})


def test_sections_and_findings_move_and_keep_their_numbers(analyst, consultation, idea):
    for title, section in (("Alpha", "Impacts"), ("Bravo", "Impacts"), ("Charlie", "Commitments")):
        analyst.post(f"{AT}/new", title=title, section=section, text="Words.")
    made = analyst.post(f"{DESK}/sections/new", title="Introduction words", text="What we **did**.")
    assert "The section is saved." in made
    assert "What we <strong>did</strong>." in made
    assert order(made, ">Alpha<", ">Bravo<", ">Charlie<")
    assert order(moved(analyst, f"{DESK}/2/move", "up"), ">Bravo<", ">Alpha<")
    assert order(moved(analyst, f"{DESK}/sections/2/move", "up"), ">Charlie<", ">Bravo<")
    put = moved(analyst, f"{DESK}/1/move", "put", section="2")
    assert order(put, ">Charlie<", ">Alpha<", ">Bravo<")
    assert [f.number for f in db.session.scalars(select(Finding).order_by(Finding.title))] == [1, 2, 3]
    token = {"csrf_token": put.form(f"{DESK}/1/move")[1]["csrf_token"]}
    assert "There are findings in this section." in analyst.send(f"{DESK}/sections/1/remove", token)
    assert "The section is removed." in moved(analyst, f"{DESK}/sections/3/remove", "")


def test_who_moves_after_somebody_else_is_told_and_nothing_moves(host, analyst, consultation, idea):
    for title in ("Alpha", "Bravo", "Charlie"):
        analyst.post(f"{AT}/new", title=title, section="", text="Words.")
    _to, stale = host.get(DESK).form(f"{DESK}/3/move")
    moved(analyst, f"{DESK}/1/move", "down")
    late = host.send(f"{DESK}/3/move", {**stale, "do": "up"})
    assert late.status == 409
    assert "Somebody else has changed the order" in late
    assert order(late, ">Bravo<", ">Alpha<", ">Charlie<")


def test_a_section_is_not_lost_to_another_writer_and_not_made_twice(host, analyst, consultation, idea):
    empty = analyst.post(f"{DESK}/sections/new", title=" ", text="Kept words")
    assert empty.status == 422
    assert "Give the section a title of at most 100 characters." in empty
    assert "Kept words" in empty
    analyst.post(f"{DESK}/sections/new", title="Impacts", text="Before")
    assert "Another section has this title." in analyst.post(f"{DESK}/sections/new", title="impacts", text="Mine")
    to, stale = host.get(f"{DESK}/sections/1").form(having="text")
    analyst.post(f"{DESK}/sections/1", text="Theirs")
    late = host.send(to, stale | {"text": "Mine stands here"})
    assert late.status == 409
    assert "Mine stands here" in late
    assert "[taken out: </span>Theirs" in late
    assert db.session.scalars(select(Section.source)).one() == "Theirs"


def test_every_saved_draft_is_a_version_and_an_older_one_comes_back_as_a_new_one(analyst, member, consultation, idea):
    analyst.post(f"{AT}/new", title="Care counts", text="One two three.")
    analyst.post(f"{AT}/1/edit", text="One four three.")
    analyst.post(f"{AT}/1/edit", text="One four three.")
    page = analyst.get(f"{AT}/1/versions")
    assert "Version 2" in page
    assert "Version 3" not in page, "the same words are no version"
    assert "[taken out: </span>two" in page
    analyst.post(f"{AT}/1/edit", text="Five.")
    assert "[added: </span>Five." in analyst.get(f"{AT}/1/versions?from=1&to=3")
    to, stale = analyst.get(f"{AT}/1/versions/1/take-back").form(having="seen")
    assert "is the newest one again" in analyst.send(to, stale)
    late = analyst.send(to, stale)
    assert late.status == 409
    rows = db.session.execute(select(FindingVersion.number, FindingVersion.source, FindingVersion.taken_from)).all()
    assert rows[-1] == (4, "One two three.", 1)
    assert len(rows) == 4
    assert member.get(f"{AT}/1/versions").status == 404


def test_a_contribution_is_chosen_by_the_number_that_it_is_cited_by(analyst, consultation, idea):
    make.finding(consultation, state=State.DRAFT, evidence=())
    nothing = analyst.post(f"{AT}/1/evidence", contribution="", do="support")
    assert nothing.status == 422
    assert "Choose a contribution: type its number, or tick its box." in nothing
    cited = numbers.written(consultation.code, idea.serial)
    assert f"Contribution {cited} is added." in analyst.post(f"{AT}/1/evidence", contribution=cited, do="support")


def test_every_edition_stays_with_the_figures_of_its_day(host, analyst, visitor, consultation, idea, at):
    against = make.contribution(consultation.questions[0], by=make.member(consultation), text="Leave it as it is")
    finding = make.finding(consultation, state=State.DRAFT, title="Care counts", evidence=(idea,))
    analyst.post(f"{AT}/1/evidence", contribution=str(against.id), do="dissent")
    host.post(f"{AT}/1/publish", having="csrf_token")
    with transaction():
        here = db.session.get(Consultation, consultation.id)
        here.code = "AHP-2016"
    make.ready(consultation)
    at(consultation.open)
    with transaction():
        db.session.execute(idea.__table__.update().values(agree=90))
    analyst.post(f"{AT}/1/edit", text="In better words.", note="Clearer")
    first, second = visitor.get(f"{AT}/1/v/1"), visitor.get(f"{AT}/1/v/2")
    assert "What we found." in first
    assert "This is an earlier edition. Edition 2 is the newest." in first
    assert "In better words." in second
    assert "What has changed: Clearer" in second
    assert "AHP-2016-F1, edition 2" in second
    assert "Finding AHP-2016-F1, edition 1." in first
    assert "1 contribution, written by fewer than 5 people" in " ".join(first.split())
    assert '<td class="n">90</td>' not in first
    assert '<td class="n">90</td>' in second
    page = visitor.get(f"{AT}/1")
    assert "1 contribution dissents" in page
    assert "Leave it as it is" in page
    assert visitor.get(f"{AT}/1/v/3").status == 404
    with transaction():
        threads.withdraw(make.anew(against), by=make.as_asker(against.author_id))
    again = visitor.get(f"{AT}/1/v/1")
    assert "1 more is not shown" in again
    assert db.session.scalars(select(Edition.against).where(Edition.finding_id == finding.id)).all() == [1, 1]


def test_five_people_are_counted_and_four_are_not(consultation, idea):
    finding = make.finding(consultation, state=State.DRAFT)
    texts = [make.contribution(consultation.questions[0], by=make.member(consultation)) for _n in range(5)]
    twice = make.contribution(consultation.questions[0], by=make.as_asker(texts[0].author_id))
    with transaction():
        keys = [text.id for text in (*texts, twice)]
        deeds.set_evidence(make.anew(finding), keys, Stance.SUPPORTS, by=make.as_asker(texts[0].author_id))
    assert editions.weight(finding.id, Stance.SUPPORTS) == (6, 5)


def test_who_takes_evidence_away_that_another_has_turned_is_told(host, analyst, consultation, idea):
    make.finding(consultation, state=State.DRAFT, evidence=(idea,))
    _to, stale = host.get(f"{AT}/1/evidence").form(having="contribution")
    analyst.post(f"{AT}/1/evidence", contribution=str(idea.id), do="dissent")
    late = host.send(f"{AT}/1/evidence", {**stale, "contribution": str(idea.id), "do": "away"})
    assert late.status == 409
    assert "Somebody else has changed what this finding rests on" in late
    assert f'value="{idea.id}" checked' in late
    assert "1 contribution dissents" in late


def test_several_at_once_by_rank_and_what_may_be_said_against_it(analyst, consultation, idea, at):
    reply = make.contribution(idea, by=make.member(consultation), text="Not where I work")
    more = [make.contribution(consultation.questions[0], by=make.member(consultation)) for _n in range(3)]
    with transaction():
        for n, text in enumerate(more):
            db.session.execute(text.__table__.update().where(text.__table__.c.id == text.id).values(agree=n * 5 + 1))
    make.finding(consultation, state=State.DRAFT, evidence=(idea,))
    page = analyst.get(f"{AT}/1/evidence?rank=agreed")
    assert order(page, *(f'id="found-{text.id}"' for text in reversed(more)))
    assert f'id="proposed-{reply.id}"' in page
    _to, fields = page.form(having="contribution")
    both = analyst.send(f"{AT}/1/evidence", {**fields, "contribution": [str(text.id) for text in more[:2]]})
    assert "2 contributions are added." in both
    assert "Rests on 3 contributions" in both


def test_remarks_are_of_the_writers_alone(host, analyst, moderator, member, visitor, consultation, idea, at):
    make.finding(consultation, evidence=(idea,))
    assert "Write what you want to say." in analyst.post(f"{AT}/1/remarks", words=" ")
    analyst.post(f"{AT}/1/remarks", words="Canary: is this strong enough?")
    to, fields = host.get(f"{AT}/1/remarks").form(having="answers")
    replied = host.send(to or f"{AT}/1/remarks", fields | {"words": "I think so"})
    assert order(replied, "Canary", "I think so")
    assert "1 open remark" in host.get(DESK)
    resolved = analyst.post(f"{AT}/1/remarks/1/resolve", on=f"{AT}/1/remarks", having="do", do="resolve")
    assert "The remark is resolved." in resolved
    assert "0 open remarks" in host.get(DESK)
    assert moderator.get(f"{AT}/1/remarks").status == 403
    make.ready(consultation)
    at(consultation.open)
    for other in (visitor, member, moderator):
        assert other.get(f"{AT}/1/remarks").status == 403
        for path in (f"{AT}/1", AT, f"{AT}/1.atom", f"{AT}/1/v/1"):
            assert "Canary" not in other.get(path)


def test_members_read_drafts_where_the_host_shows_them(
    host, analyst, member, visitor, stakeholder, consultation, idea, at
):
    make.finding(consultation, state=State.DRAFT, title="Canary draft", evidence=(idea,))
    assert analyst.send(f"{DESK}/drafts", {"csrf_token": "", "do": "show"}).status in (400, 403)
    assert member.get(f"{AT}/1").status == 404
    assert "Who reads the drafts" in host.get(DESK)
    assert "Members can now read" in host.post(f"{DESK}/drafts", on=DESK, having="do", do="show")
    later = analyst.post(f"{AT}/new", title="Written afterwards", text="Also shown.")
    assert later.status == 200
    page = member.get(f"{AT}/1")
    assert "Canary draft" in page
    assert "please do not quote it outside" in page
    assert "Written afterwards" in member.get(AT)
    for other in (visitor, stakeholder):
        assert other.get(f"{AT}/1").status == 404
        assert "Canary" not in other.get(AT)
    make.ready(consultation)
    at(consultation.open)
    assert member.get(f"{AT}/1").status == 404, "what is not published by then is a draft again"
    assert "Who reads the drafts" not in host.get(DESK)


def test_a_finding_cites_runs_of_its_own_consultation(host, analyst, visitor, consultation, idea, at):
    from crowd.analysis import deeds as analysis

    finding = make.finding(consultation, evidence=(idea,))
    other = make.consultation("other")
    with transaction():
        ours = analysis.keep(consultation, "groups", by=None, inputs=[1], result={}, versions={}, seed=1)
        theirs = analysis.keep(other, "groups", by=None, inputs=[2], result={}, versions={}, seed=1)
    page = analyst.get(f"{AT}/1/figures")
    analyst.send(f"{AT}/1/figures", page.form(having="run")[1] | {"run": [str(ours.id), str(theirs.id)]})
    assert [run.id for run in citing.runs(finding)] == [ours.id]
    with transaction():
        for n in range(100):
            analysis.keep(consultation, "groups", by=None, inputs=[n], result={}, versions={}, seed=1)
        citing.cite(finding, [], by=make.as_asker(analyst.id))
    assert [run.id for run in citing.runs(finding)] == [ours.id], "what is not offered any more cannot be unticked"
    make.ready(consultation)
    at(consultation.open)
    public = visitor.get(f"{AT}/1")
    assert f"sha256 {ours.input_sha256[:12]}" in public
    assert "/host/ahp/analysis" not in public
    assert "/host/ahp/analysis" in host.get(f"{AT}/1")
