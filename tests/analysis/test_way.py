"""Who analyses finds the desk from where they come in, and the desk says what comes next."""

import re

from crowd import clock
from crowd.analysis import deeds, words
from crowd.db import transaction
from crowd.models import Theme
from crowd.states import Phase, State
from crowd.text import plain
from tests import make

DESK = 'href="/host/ahp/analysis"'


def test_the_desk_is_found_by_those_who_may_read_it(consultation, analyst, host, member, visitor):
    make.moved(consultation, Phase.ANALYSIS, clock.now() - make.DAY)
    assert DESK in analyst.get("/c/ahp/")  # the masthead
    for page in ("/c/ahp/", "/host/", "/host/ahp/", "/host/ahp/invitations"):
        assert DESK in host.get(page), page
    assert all(DESK not in who.get("/c/ahp/") for who in (member, visitor))


def test_the_desk_leads_from_the_codebook_to_the_report(consultation, analyst):
    author = make.member(consultation)
    texts = [make.contribution(consultation.questions[0], by=author) for _n in range(3)]
    make.moved(consultation, Phase.ANALYSIS, clock.now() - make.DAY)
    make.finding(consultation, evidence=(texts[0],))
    make.finding(consultation, state=State.DRAFT)
    with transaction() as session:
        session.add(Theme(consultation_id=consultation.id, number=1, name="Access"))
    desk = analyst.get("/host/ahp/analysis")
    way = desk[desk.index("The way to the report") :].partition("</section>")[0]
    steps = [" ".join(plain(item).split()) for item in way.split("<li>")[1:]]
    assert steps == [
        "Codebook: 1 theme Done",
        "Coding: 0 of 3 coded To do",
        "Findings: 1 of 2 published To do",
        "What no finding cites: 1 of 3 considered To do",
        "Figures",
        "Report on the findings To do",
    ]


def test_nothing_is_to_do_that_nobody_may_do_any_more(consultation, analyst, host, visitor, at):
    make.finding(consultation, evidence=(make.contribution(consultation.questions[0], by=make.member(consultation)),))
    make.contribution(consultation.questions[0], by=make.member(consultation))
    make.ready(consultation)
    pages = {"": "Coding: 0 of 2 coded To do", "/considered": "Still to be considered", "/figures": "can cite them"}
    duplicates = "/host/ahp/coding/pairs"
    for moment, can in ((consultation.analysis, True), (consultation.closed, False)):
        at(moment)
        for page, said in pages.items():
            shown = analyst.get(f"/host/ahp{page or '/analysis'}")
            assert (said in " ".join(plain(shown).split())) == can, page
            assert (f'href="{duplicates}"' in shown) == can
        assert analyst.get(duplicates).status == (200 if can else 403)
    assert "Figures To do" in " ".join(plain(host.get("/host/ahp/analysis")).split())
    assert "Not considered" in visitor.get("/c/ahp/findings")


def test_every_kind_of_run_has_words_and_leads_to_its_result(consultation, analyst):
    made = {}
    with transaction():
        for kind in ("people", "over time", "ideas", "kappa", "pairs", "suggestions", "participation"):
            table = {"title": f"Table of {kind}", "columns": ["name"], "rows": [["a row"]]}
            result = {"tables": [table]} if kind in ("people", "over time", "ideas") else {}
            made[kind] = deeds.keep(consultation, kind, by=analyst.id, inputs=kind, result=result, versions={}).id
    desk = analyst.get("/host/ahp/analysis")
    for kind, number in made.items():
        run = analyst.get(f"/host/ahp/analysis/runs/{number}")
        assert f"{kind}, run" not in desk + run
        assert f"<h1>{words.kind(kind)}, run {number}</h1>" in run
        leads = re.search(r'class="btn" href="([^"]+)">See the result', run)
        assert bool(leads) != (f"<h2>Table of {kind}</h2>" in run), kind
