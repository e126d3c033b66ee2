"""One contribution after the other, by whoever may: saved, undone, filtered, exported; aliases only."""

import csv
import io

from sqlalchemy import select

from crowd import clock
from crowd.db import db, transaction
from crowd.models import Coding, Contribution, Record, Themed
from crowd.states import State
from crowd.threads import deeds as threads
from tests import make
from tests.coding.conftest import DESK


def given(idea) -> list[int]:
    db.session.rollback()
    return list(db.session.scalars(select(Themed.theme_id).where(Themed.contribution_id == idea.id)))


def code(who, idea, *themes, on="", **more):
    """Tick boxes and save."""
    address = f"{DESK}/{idea.id}{on}"
    fields = who.get(address).form(having="seen")[1] | {"themes": [str(t) for t in themes]} | more
    return who.send(address, fields)


def test_texts_are_coded_one_after_the_other_and_undone(analyst, themes, ideas, colleague):
    page = analyst.get(f"{DESK}/next?show=open")
    assert page.path == f"{DESK}/{ideas[0].id}"
    assert "Idea 0" in page
    assert "How will England be different?" in page
    assert colleague.email not in page
    assert 'data-key="1"' in page
    page = code(analyst, ideas[0], themes["Access"], themes["Staff"], on="?show=open")
    assert page.path == f"{DESK}/{ideas[1].id}", "the next one that is not coded"
    assert sorted(given(ideas[0])) == [themes["Access"], themes["Staff"]]
    assert f"{DESK}/{ideas[0].id}/undo" in page
    page = analyst.post(f"{DESK}/{ideas[0].id}/undo", on=f"{DESK}/{ideas[1].id}?done={ideas[0].id}")
    assert page.path == f"{DESK}/{ideas[0].id}"
    assert given(ideas[0]) == []
    assert db.session.scalars(select(Coding.id)).all() == []
    deeds = [line.deed for line in db.session.scalars(select(Record).order_by(Record.id.desc()).limit(3))]
    assert deeds == ["themes given", "coding undone", "themes given"]


def undone(who, idea):
    page = who.get(f"{DESK}/{idea.id}?done={idea.id}")
    return who.send(f"{DESK}/{idea.id}/undo", {"csrf_token": page.form("/logout")[1]["csrf_token"]})


def coding(idea):
    """Whose it is, what and when."""
    db.session.rollback()
    found = select(Coding.person_id, Coding.themes, Coding.at).where(Coding.contribution_id == idea.id)
    return db.session.execute(found).all()


def test_undoing_brings_back_what_stood_before(analyst, second, themes, ideas):
    code(analyst, ideas[0], themes["Access"], themes["Time"])
    before = coding(ideas[0])
    code(second, ideas[0], themes["Staff"])
    assert "The coding is undone." in undone(second, ideas[0])
    assert coding(ideas[0]) == before, "the other one's, as it was"
    assert sorted(given(ideas[0])) == [themes["Access"], themes["Time"]]
    again = undone(second, ideas[0])
    assert "There is nothing of yours to undo here." in again
    assert coding(ideas[0]) == before


def test_what_is_saved_as_it_stood_leaves_nothing_to_undo(analyst, second, themes, ideas):
    page = second.get(f"{DESK}/bulk?q=waiting")
    second.send(f"{DESK}/bulk?q=waiting", page.form(having="seen")[1] | {"theme": "1"})
    page = code(analyst, ideas[0], themes["Access"])
    assert f"{DESK}/{ideas[0].id}/undo" not in page
    assert "There is nothing of yours to undo here." in undone(analyst, ideas[0])
    code(analyst, ideas[1], themes["Access"], themes["Staff"])
    undone(analyst, ideas[1])
    assert given(ideas[0]) == given(ideas[1]) == [themes["Access"]]
    page = code(second, ideas[1], themes["Access"])
    assert f"{DESK}/{ideas[1].id}/undo" not in page


def test_what_was_taken_in_is_nobodys_again(analyst, consultation, themes, ideas):
    with transaction() as session:
        session.add(Themed(contribution_id=ideas[0].id, theme_id=themes["Time"]))
        about = {"consultation_id": consultation.id, "contribution_id": ideas[0].id, "hand": 1}
        session.add(Coding(**about, themes=[2], at=clock.now()))
    before = coding(ideas[0])
    code(analyst, ideas[0], themes["Time"], themes["Staff"])
    undone(analyst, ideas[0])
    assert coding(ideas[0]) == before
    assert before[0].person_id is None
    assert given(ideas[0]) == [themes["Time"]]


def test_a_theme_that_was_merged_meanwhile_comes_back_as_the_other(analyst, themes, ideas):
    code(analyst, ideas[0], themes["Time"])
    code(analyst, ideas[0], themes["Access"])
    where, fields = analyst.post("/host/ahp/codebook/2/merge", into="3").form(having="sure")
    analyst.send(where, fields)
    undone(analyst, ideas[0])
    assert given(ideas[0]) == [themes["Staff"]]


def test_nothing_fits_is_a_coding_and_an_empty_form_is_none(analyst, themes, ideas):
    page = code(analyst, ideas[0])
    assert page.status == 422
    assert "Choose at least one theme" in page
    page = code(analyst, ideas[0], themes["Time"], nothing="y")
    assert page.status == 422
    assert f'value="{themes["Time"]}" checked' in page, "nothing that was chosen is lost"
    code(analyst, ideas[0], nothing="y")
    assert db.session.scalars(select(Coding.themes)).all() == [[]]
    assert f"{DESK}/{ideas[0].id}?show=nothing" in analyst.get(f"{DESK}?show=nothing")
    assert "<dd>1</dd>" in analyst.get(DESK)


def test_a_colleague_who_was_quicker_is_not_overwritten_unseen(analyst, second, themes, ideas):
    late = analyst.get(f"{DESK}/{ideas[0].id}").form(having="seen")[1]
    code(second, ideas[0], themes["Time"])
    page = analyst.send(f"{DESK}/{ideas[0].id}", late | {"themes": [str(themes["Staff"])]})
    assert page.status == 409
    assert "A colleague has coded this meanwhile" in page
    assert f'value="{themes["Staff"]}" checked' in page
    assert given(ideas[0]) == [themes["Time"]]
    again = page.form(having="seen")[1]
    analyst.send(f"{DESK}/{ideas[0].id}", again | {"themes": [str(themes["Staff"])]})
    assert given(ideas[0]) == [themes["Staff"]]


def test_views_narrow_and_are_kept_under_a_name(analyst, second, themes, ideas):
    code(analyst, ideas[0], themes["Access"])
    code(second, ideas[1], themes["Time"])
    shown = {
        "?show=open": {2, 3},
        "?show=coded": {0, 1},
        "?theme=2": {1},
        "?question=2": {1, 3},
        f"?coder={second.id}": {1},
        "?q=waiting&question=1&show=open": {2},
        "?q=nowhere": set(),
    }
    for query, expected in shown.items():
        page = analyst.get(DESK + query)
        assert {n for n, idea in enumerate(ideas) if f"{DESK}/{idea.id}?" in page} == expected, query
    analyst.post(f"{DESK}/views", on=f"{DESK}?theme=2", name="About time")
    assert 'href="/host/ahp/coding?theme=2">About time' in analyst.get(DESK)
    assert "About time" not in second.get(DESK), "it is one's own"
    page = analyst.post(f"{DESK}/views", on=f"{DESK}?theme=2", name="")
    assert page.status == 422
    assert "Enter a name for the view" in page
    assert analyst.get(DESK + "?theme=99999999999&question=x&show=what").status == 200


def test_only_published_texts_are_coded_and_by_analysts_and_hosts_alone(
    analyst, host, moderator, member, consultation, colleague, themes, ideas
):
    held = make.contribution(consultation.questions[0], by=make.as_asker(colleague.id), state=State.HELD)
    assert analyst.get(f"{DESK}/{held.id}").status == 404
    assert host.get(f"{DESK}/{held.id}").status == 403
    assert host.get(f"{DESK}/{ideas[0].id}").status == 200
    for who in (moderator, member):
        assert who.get(DESK).status == 403
        assert who.get(f"{DESK}/{ideas[0].id}").status == 403
        assert who.get(f"{DESK}/codings.csv").status == 403
    assert analyst.get(f"/host/other/coding/{ideas[0].id}").status == 404


def test_the_export_names_coders_by_number_alone(analyst, themes, ideas):
    code(analyst, ideas[0], themes["Access"], themes["Time"])
    code(analyst, ideas[1], nothing="y")
    page = analyst.get(f"{DESK}/codings.csv")
    rows = list(csv.reader(io.StringIO(page.lstrip("\ufeff"))))
    assert [row[3:6] for row in rows[1:]] == [
        ["1", "Access", "coder 1"],
        ["2", "Time", "coder 1"],
        ["", "nothing fits", "coder 1"],
    ]
    assert rows[1][0].startswith("AHP-2016-")
    assert "Ana" not in page


def test_a_theme_for_all_that_is_found_leaves_out_what_changed_meanwhile(analyst, themes, ideas, colleague):
    page = analyst.get(f"{DESK}/bulk?q=waiting")
    assert "4 contributions are found" in page
    fields = page.form(having="seen")[1]
    assert analyst.send(f"{DESK}/bulk?q=waiting", fields | {"theme": "0"}).status == 422
    make.afresh()
    with transaction() as session:
        threads.withdraw(session.get_one(Contribution, ideas[2].id), by=make.as_asker(colleague.id))
    code(analyst, ideas[0], themes["Time"])
    page = analyst.send(f"{DESK}/bulk?q=waiting", fields | {"theme": "1"})
    assert "is given to 3 contributions" in page
    assert f"/p/{ideas[2].id}." in page
    assert sorted(given(ideas[0])) == [themes["Access"], themes["Time"]], "it keeps what it had"
    assert given(ideas[2]) == []
    line = db.session.scalars(select(Record).where(Record.deed == "theme given in bulk")).one()
    assert line.facts["contributions"] == [idea.id for idea in ideas if idea is not ideas[2]]
