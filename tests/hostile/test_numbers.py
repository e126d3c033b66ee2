"""Numbers that are none, or that no program reads (Python refuses more than 4,300 digits), end in no error of ours."""

import pytest

from tests import make

LONG = "9" * 5000


@pytest.mark.parametrize("typed", [LONG, "\u0663", "\u00b2"])
def test_odd_numbers_are_no_numbers(analyst, consultation, typed):
    text = make.contribution(consultation.questions[0], by=make.member(consultation), text="Care time")
    make.finding(consultation, evidence=(text,))
    analyst.post("/c/ahp/themes/new", name="Access", definition="Getting care")
    assert analyst.get(f"/host/ahp/coding/disagreements?after={typed}").status == 200
    assert analyst.send("/host/ahp/findings/1/move", _fields(analyst, section=typed)).status in (200, 409)
    assert analyst.send("/c/ahp/themes/1", _fields(analyst, name="Access", definition="x", seen=typed)).status == 200


def _fields(actor, **more):
    _where, values = actor.get("/c/ahp/themes/new").form("/c/ahp/themes/new", "name")
    return {"csrf_token": values["csrf_token"]} | more
