"""Two coders on a drawn share: the second one judges alone, kappa says how far they agree, people settle the rest."""

import pytest
from sqlalchemy import select

from crowd.coding import kappa
from crowd.db import db
from crowd.models import Drawn, Run
from tests.coding.conftest import DESK
from tests.coding.test_desk import code, given


def test_kappa_is_the_textbook_s():
    # 50 proposals read by two: both yes 20, the first alone 5, the second alone 10, both no 15: kappa 0.40
    assert kappa.cohen(20, 5, 10, 15) == pytest.approx(0.4, abs=1e-12)
    # the same observed agreement of 0.6 twice, with other shares of yes: 0.1304 and 0.2593
    assert kappa.cohen(45, 15, 25, 15) == pytest.approx(0.1304, abs=5e-5)
    assert kappa.cohen(25, 35, 5, 35) == pytest.approx(0.2593, abs=5e-5)
    assert kappa.cohen(0, 5, 5, 0) == -1
    assert kappa.cohen(7, 0, 0, 0) is None
    assert kappa.cohen(0, 0, 0, 7) is None
    assert kappa.cohen(0, 0, 0, 0) is None


def test_the_second_coder_judges_alone_and_the_first_one_counts_until_it_is_settled(
    analyst, second, host, themes, ideas
):
    analyst.post(f"{DESK}/two", percent="100")
    code(analyst, ideas[0], themes["Access"])
    page = second.get(f"{DESK}/{ideas[0].id}")
    assert "checked" not in page
    assert f'"/p/{ideas[0].id}' in page
    assert " checked" not in second.get(f"/p/{ideas[0].id}/themes"), "nor on the text's own page"
    for query in ("?theme=1", f"?coder={analyst.id}", "?show=coded"):
        assert f"{DESK}/{ideas[0].id}?" not in second.get(DESK + query)
    assert f"{DESK}/{ideas[0].id}?" in second.get(DESK + "?show=open")
    assert f"{DESK}/{ideas[0].id}?" not in analyst.get(DESK + "?show=open")
    code(second, ideas[0], themes["Time"])
    assert given(ideas[0]) == [themes["Access"]]
    page = host.get(f"{DESK}/disagreements")
    assert "<dd>Access</dd>" in page
    assert "<dd>Time</dd>" in page
    address = f"{DESK}/{ideas[0].id}/settle"
    opened = analyst.get(address).form(address)[1]
    host.post(address, themes=[str(themes["Time"])])
    assert given(ideas[0]) == [themes["Time"]]
    late = analyst.send(address, opened | {"themes": [str(themes["Access"])]})
    assert (late.status, given(ideas[0])) == (409, [themes["Time"]])
    assert "A colleague has coded this meanwhile" in late
    assert "No disagreement" in host.get(f"{DESK}/disagreements")
    page = analyst.post(f"{DESK}/{ideas[0].id}/undo", on=f"{DESK}/{ideas[1].id}?done={ideas[0].id}")
    assert "A colleague has gone on from it" in page
    assert given(ideas[0]) == [themes["Time"]]


def test_what_is_left_for_somebody_leads_to_the_first_of_it(analyst, second, themes, ideas):
    analyst.post(f"{DESK}/two", percent="100")
    code(analyst, ideas[0], themes["Access"])
    for coder, left, first in ((second, len(ideas), ideas[0]), (analyst, len(ideas) - 1, ideas[1])):
        page = coder.get(f"{DESK}/two")
        assert f'href="{DESK}/next?show=drawn">Code the {left} that are left for you</a>' in page
        assert f'action="{DESK}/{first.id}?' in coder.get(f"{DESK}/next?show=drawn")
    for idea in ideas:
        code(second, idea, themes["Time"])
    assert "left for you" not in second.get(f"{DESK}/two")


def test_the_same_seed_draws_the_same_and_a_bad_share_is_refused(analyst, themes, ideas):
    for _n in range(2):
        analyst.post(f"{DESK}/two", percent="50", seed="7")
    rows = db.session.execute(select(Drawn.draw_id, Drawn.contribution_id).order_by(Drawn.contribution_id)).all()
    one, other = ([key for draw, key in rows if draw == n] for n in (1, 2))
    assert len(one) == 2
    assert one == other
    for percent in ("0", "101", "x", ""):
        assert analyst.post(f"{DESK}/two", percent=percent).status == 422
    assert ">7</td>" in analyst.get(f"{DESK}/two")


def test_kappa_is_kept_as_a_run_and_says_where_it_has_no_meaning(analyst, second, themes, ideas):
    analyst.post(f"{DESK}/two", percent="100")
    access, time = themes["Access"], themes["Time"]
    for idea, one, other in zip(ideas, (access, access, time, time), (access, time, time, time), strict=True):
        code(analyst, idea, one)
        code(second, idea, other)
    page = analyst.post(f"{DESK}/kappa", on=f"{DESK}/two")
    run = db.session.scalars(select(Run).where(Run.kind == "kappa")).one()
    assert run.state == "done"
    assert run.result["texts"] == 4
    assert run.result["same"] == 3
    by_name = {line["name"]: line for line in run.result["themes"]}
    assert [by_name["Access"][name] for name in ("both", "first", "second", "neither", "kappa")] == [1, 1, 0, 2, 0.5]
    assert by_name["Staff"]["kappa"] is None
    assert "Kappa cannot be computed" in page
    assert "That holds of Staff." in page
    assert "0.50" in page
