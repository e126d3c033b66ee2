"""The report on the findings: made with one press, kept as it was made, and shown as its readers may see it."""

import contextvars
import sys
from datetime import timedelta

import pytest
from sqlalchemy import select

from crowd.db import db, transaction
from crowd.findings import quotes
from crowd.models import Contribution, Finding, MadeReport, ReportFile, VoteNow
from crowd.publishing import printing
from crowd.states import Promise, State
from crowd.threads import deeds as threads
from tests import make
from tests.conftest import lacking

PAGE = "/c/ahp/report"


@pytest.fixture
def finding(consultation, at):
    """A finding with one text of each promise behind it, of which one is quoted."""
    texts = []
    for words, promise in (
        ("Count care time as work.", Promise.ALIAS),
        ("Canary nameless words.", Promise.NAMELESS),
        ("Canary of members.", Promise.MEMBERS),
    ):
        author = make.member(consultation)
        texts.append((author, make.contribution(consultation.questions[0], by=author, text=words, promise=promise)))
    found = make.finding(consultation, title="Care time counts", evidence=tuple(text for _by, text in texts))
    at(consultation.open)
    return found, texts


def quoted(host, found, text, words):
    with transaction() as session:
        finding = session.get_one(Finding, found.id)
        by = make.as_asker(host.id)
        made = quotes.choose(finding, session.get_one(Contribution, text.id), by=by, words=words, shown_as="alias")
        quotes.confirm(made, by=by, shown_as="alias")
        made.first_edition = finding.edition


def file_of(actor):
    return contextvars.Context().run(actor.browser.get, f"{PAGE}/1.pdf")


def made(host, consultation):
    host.post("/host/ahp/report", on=PAGE, having="csrf_token")
    make.afresh()
    return db.session.scalars(select(MadeReport).order_by(MadeReport.id.desc())).first()


def test_one_press_makes_a_report_that_everybody_reads_and_can_cite(consultation, finding, host, visitor, member):
    assert "No report yet" in visitor.get(PAGE)
    report = made(host, consultation)
    for other in (visitor, member):
        page = other.get(PAGE)
        for said in ("Care time counts", "It is no sample", "AHP-2016-F1", report.sha256, "How it was moderated"):
            assert said in page
        assert "Make a new version" not in page
    assert visitor.get("/c/ahp/slides").count('<section class="slide') == 2


def test_who_took_part_stands_in_it_without_a_bar_and_with_the_baseline(consultation, finding, host, visitor):
    rows = "Dietitian,9748,2020-11-03,HCPC\nParamedic,30000,2020-11-03,HCPC"
    host.post("/host/ahp/figures/baseline/profession", text=rows)
    people = [make.member(consultation, profession="Dietitian") for _n in range(6)]
    with transaction() as session:
        for person in people:
            given = {"person_id": person.id, "contribution_id": finding[1][0][1].id, "standing": "B", "value": 1}
            session.add(VoteNow(**given))
    host.post("/host/ahp/figures/publish/members")
    made(host, consultation)
    page = visitor.get(PAGE)
    assert "<caption>By profession</caption>" in page
    assert "Baseline: HCPC. As of 3 November 2020.</p>" in page
    assert "The bar is" not in page
    assert "Votes of members on findings" in page
    assert "<dt>Votes on findings" not in page, "which would be one sum (P14)"
    assert ". http://localhost/c/ahp/report/1. SHA-256" in page, "a citation is read without the page"


def test_p12_it_names_what_was_promised_to_all_and_no_words_of_anybody(consultation, finding, host, member, visitor):
    made(host, consultation)
    page = member.get(PAGE)
    assert ">AHP-2016-0001</a>" in page, "as it is cited everywhere"
    assert "3 contributions, written by fewer than 5 people" in page
    assert page.count('href="/p/') == 2
    assert "Canary" not in page
    assert "Canary" not in visitor.get(PAGE)


def test_a_version_stays_as_it_was_made_and_newer_ones_stand_beside_it(consultation, finding, host, visitor):
    first = made(host, consultation)
    with transaction() as session:
        session.get_one(Finding, finding[0].id).title = "Care time counts twice"
    second = made(host, consultation)
    assert (first.number, second.number, first.sha256 == second.sha256) == (1, 2, False)
    assert "Care time counts twice" not in visitor.get(f"{PAGE}/1")
    assert "Care time counts twice" in visitor.get(PAGE)
    assert f'href="{PAGE}/1"' in visitor.get(PAGE)


def test_before_the_opening_it_is_a_draft_for_those_who_read_drafts(consultation, host, analyst, member, visitor, at):
    make.finding(consultation, title="Presented to the conference", state=State.DRAFT)
    at(consultation.analysis + timedelta(hours=1))
    analyst.post("/host/ahp/report", on=PAGE, having="csrf_token")
    for reader in (host, analyst):
        assert "Draft." in reader.get(f"{PAGE}/1")
        assert "Presented to the conference" in reader.get("/c/ahp/slides")
    for phase in (consultation.analysis, consultation.open, consultation.closed):
        at(phase + timedelta(hours=1))
        for other in (member, visitor):
            assert "Presented to the conference" not in other.get(PAGE)
            assert "Presented to the conference" not in other.get("/c/ahp/slides")
            for address in ("1", "1/slides", "1.pdf"):
                assert other.get(f"{PAGE}/{address}").status == 404


def test_without_a_finding_there_is_nothing_to_report(consultation, host, at):
    at(consultation.open)
    assert "There is no finding yet" in host.post("/host/ahp/report", on=PAGE, having="csrf_token")


def test_p11_a_quote_that_is_taken_back_stands_in_no_version_and_in_no_file(consultation, finding, host, visitor):
    if not printing.available():
        lacking("WeasyPrint: python3 app.py install report")
    found, texts = finding
    quoted(host, found, texts[0][1], "Count care time as work.")
    report = made(host, consultation)
    assert "Count care time as work." in visitor.get(PAGE)
    assert printing.run_due() == 1
    answer = file_of(visitor)
    assert (answer.status_code, answer.data[:5]) == (200, b"%PDF-")
    with transaction() as session:
        threads.withdraw(session.get_one(Contribution, texts[0][1].id), by=texts[0][0])
    assert "Count care time as work." not in visitor.get(f"{PAGE}/1")
    assert visitor.get(f"{PAGE}/1.pdf").status == 404
    printing.print_again()
    assert printing.run_due() == 1
    assert file_of(visitor).status_code == 200
    make.afresh()
    assert db.session.get_one(MadeReport, report.id).sha256 == report.sha256, "what was cited is what it was"


def test_a_file_reaches_nothing_but_our_own(consultation, tmp_path):
    if not printing.available():
        lacking("WeasyPrint: python3 app.py install report")
    secret = tmp_path / "secret.css"
    secret.write_text("@page{size:100mm 100mm}")
    html = '<html lang="en"><title>A</title><link rel="stylesheet" href="{}"><p>Words</p></html>'
    plain = printing.pdf(html.format("nothing.css"))
    assert abs(len(printing.pdf(html.format("paper.css"))) - len(plain)) > 100, "our own are taken"
    for address in (secret.as_uri(), "http://127.0.0.1:9/a.css", f"../../../../../../..{secret}"):
        assert abs(len(printing.pdf(html.format(address))) - len(plain)) < 20


def test_what_cannot_be_printed_is_said_and_is_tried_three_times(consultation, finding, host, monkeypatch, tmp_path):
    made(host, consultation)
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with transaction() as session:
        report = session.scalars(select(MadeReport)).one()
        session.merge(ReportFile(report_id=report.id, state="waiting", said="", of="", body=b"", tries=0))
    assert printing.run_due() == 3
    page = host.get(PAGE)
    assert "The PDF could not be made." in page
    assert "print this page" in page


class Without:
    """An import system in which WeasyPrint is not installed."""

    def find_spec(self, name, path=None, target=None):
        if name == "weasyprint":
            raise ModuleNotFoundError(name)


def test_without_the_extra_the_page_says_how_to_add_it_and_everything_else_works(
    consultation, finding, host, visitor, monkeypatch
):
    monkeypatch.delitem(sys.modules, "weasyprint", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Without(), *sys.meta_path])
    made(host, consultation)
    page = host.get(PAGE)
    assert "python3 app.py install report" in page
    assert "Care time counts" in visitor.get(PAGE)
    assert db.session.scalars(select(ReportFile)).all() == []
