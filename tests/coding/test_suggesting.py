"""Suggestions learnt from the host's own codes: how good they are on real texts, and that they count nowhere."""

import csv
import random
import subprocess
import sys

import pytest
from sqlalchemy import select

from crowd.analysis import jobs
from crowd.coding import suggesting
from crowd.config import ROOT
from crowd.db import db, transaction
from crowd.models import Coding, Run, Suggested, Themed
from tests import make
from tests.coding.conftest import DESK
from tests.coding.test_desk import code
from tests.conftest import lacking

DATA = ROOT.parent / "shared" / "data" / "nhs-coded-comments" / "comments.csv"


def comments() -> list[tuple[str, list[int]]]:
    """The coded comments, with the number of each of their codes."""
    if not DATA.exists():
        lacking("the data of nhs-coded-comments")
    with DATA.open(encoding="utf-8", newline="") as file:
        rows = [(row["FFT answer"], [c for c in row["codes"].split(" | ") if c]) for row in csv.DictReader(file)]
    names = sorted({name for _text, given in rows for name in given})
    return [(text, [names.index(name) for name in given]) for text, given in rows if given]


@pytest.mark.parametrize("seed", [1, 2016])
def test_after_400_coded_the_first_three_hold_four_fifths_of_the_true_codes(seed):
    rows = comments()
    assert len(rows) == 4862
    order = random.Random(seed).sample(range(len(rows)), len(rows))  # it is to be the same each time
    coded, rest = [rows[n] for n in order[:400]], {n: rows[n][0] for n in order[400:]}
    found = suggesting.likely(coded, rest, 3)
    true = [(n, theme) for n in rest for theme in rows[n][1]]
    assert sum(theme in found[n] for n, theme in true) / len(true) >= 0.8


def test_below_thirty_nothing_is_suggested_and_suggestions_order_but_never_count(
    analyst, consultation, colleague, themes
):
    by = make.as_asker(colleague.id)
    words = ("nobody answers the phone at night", "the ambulance took three hours", "kind and patient nurses")
    ideas = [
        make.contribution(consultation.questions[0], by=by, text=f"{words[n % 3]}, case {n}")
        for n in range(suggesting.FEWEST + 1)
    ]
    names = ["Access", "Time", "Staff"]
    for n, idea in enumerate(ideas[:-2]):
        code(analyst, idea, themes[names[n % 3]])
    assert db.session.scalars(select(Run)).all() == []
    code(analyst, ideas[-2], themes[names[(len(ideas) - 2) % 3]])
    assert jobs.run_due() == 1
    run = db.session.scalars(select(Run)).one()
    assert (run.kind, run.state, run.result["coded"]) == ("suggestions", "done", suggesting.FEWEST)
    last = ideas[-1]
    wanted = names[(len(ideas) - 1) % 3]
    page = analyst.get(f"{DESK}/{last.id}")
    first = page.split('name="themes"')[1]
    assert f'value="{themes[wanted]}"' in first, "the likeliest one stands first"
    assert "likely" in first
    assert " checked" not in page
    given = select(Themed).where(Themed.contribution_id == last.id)
    assert db.session.scalars(given).all() == []
    assert "Learnt from 30 coded contributions" in analyst.get(DESK)
    with transaction() as session:
        session.query(Coding).delete()
    assert db.session.query(Suggested).count() == len(ideas)


WITHOUT = """
import sys
class Lacking:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("sklearn", "scipy", "numpy"):
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Lacking())
from pathlib import Path
from crowd import create_app
app = create_app(Path(sys.argv[1]), secret_key="x" * 40, texts_limit=0)
from crowd.accounts import deeds as accounts
from crowd.analysis import extra, jobs
from crowd.coding import suggesting
from crowd.db import transaction
from crowd.web import COOKIE
assert extra.missing()
app.config["TESTING"] = True
with app.app_context():
    with transaction():
        secret = accounts.sign_in(int(sys.argv[2]))
    browser = app.test_client()
    browser.set_cookie(COOKIE, secret)
    for path in sys.argv[3:]:
        answer = browser.get(path)
        print(answer.status_code, "install analysis" in answer.get_data(as_text=True))
with app.app_context():  # without what the requests left
    print(jobs.run_due())
"""


@pytest.mark.only_on("sqlite")
def test_without_scikit_learn_the_rest_works_and_the_page_says_how_to_add_it(app, analyst, themes, ideas):
    paths = (DESK, f"{DESK}/pairs", f"{DESK}/{ideas[0].id}")
    db.session.remove()
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT, app.config["INSTANCE"], str(analyst.id), *paths],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert done.stdout.split() == ["200", "True", "200", "True", "200", "False", "0"], done.stderr[-2000:]
