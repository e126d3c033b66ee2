"""The log of decisions, /host/<slug>/log (M27)."""

import csv
import io
import re

from crowd.moderation import decision_log
from crowd.states import Phase, State
from tests import make
from tests.moderation.desk import decide, waiting


def test_every_decision_stands_in_it_with_who_and_why(host, moderator, member, consultation, reasons):
    idea = make.contribution(consultation.questions[0], by=make.as_asker(member.id), state=State.HELD)
    version = waiting(idea)
    decide(moderator, version, "return", reason=reasons["Off topic"], note="=HYPERLINK(1)")
    page = host.get("/host/ahp/log")
    for told in ("Mo Desk", "Off topic", "Returned", f"Text {idea.id}, version 1", f'href="/moderate/{version.id}"'):
        assert told in page
    file = host.get("/host/ahp/log.csv")
    assert file.headers["Content-Type"].startswith("text/csv")
    heads, line = csv.reader(io.StringIO(file.removeprefix("\ufeff")))
    found = dict(zip(heads, line, strict=True))
    assert found["moderator"] == "Mo Desk"
    assert found["decision"] == "returned"
    assert found["note"] == "'=HYPERLINK(1)", "a spreadsheet must not calculate it"
    assert found["waited (seconds)"].isdigit()


def test_pages_follow_by_key_and_hold_one_consultation(host, consultation, monkeypatch):
    monkeypatch.setattr(decision_log, "PAGE", 3)
    monkeypatch.setattr(decision_log, "CHUNK", 2)
    author = make.member(consultation)
    ideas = [make.contribution(consultation.questions[0], by=author) for _n in range(5)]
    other = make.consultation("other")
    make.contribution(other.questions[0], by=make.member(other))
    first = host.get("/host/ahp/log")
    following = re.search(r'href="([^"]+)" rel="next"', first)[1]
    seen = re.findall(r"Text (\d+), version", first + host.get(following))
    assert seen == [str(idea.id) for idea in reversed(ideas)]
    assert len(list(csv.reader(io.StringIO(host.get("/host/ahp/log.csv"))))) == 6


def test_m27_where_a_text_was_moved_is_told_in_words(host, moderator, member, consultation):
    idea = make.contribution(consultation.questions[0], by=make.as_asker(member.id), state=State.HELD)
    second, version = consultation.questions[1].id, waiting(idea).id
    moderator.post(f"/moderate/{version}/move", on=f"/moderate/{version}", to_question=str(second), sort="experience")
    file = host.get("/host/ahp/log.csv")
    assert "before: Idea under question 1; after: Experience under question 2" in file
    assert "{" not in file


def test_an_empty_log_says_what_will_stand_there(host, consultation):
    assert "No decision yet" in host.get("/host/ahp/log")


def test_the_log_stands_in_every_phase(host, app):
    for phase in Phase:
        made = make.consultation(f"in-{phase}", phase=phase)
        assert host.get(f"/host/{made.slug}/log").status == 200


def test_who_else_may(visitor, member, moderator, analyst, stakeholder, consultation):
    for other in (visitor, member, moderator, analyst, stakeholder):
        assert other.get("/host/ahp/log").status == 403
        assert other.get("/host/ahp/log.csv").status == 403
    assert member.get("/host/nowhere/log").status == 404


def test_formulas_are_defused():
    from crowd.spreadsheet import cell

    for text in ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1"):
        assert str(cell(text)).startswith("'")
    assert cell(-5) == -5
    assert cell("Fine - really") == "Fine - really"
