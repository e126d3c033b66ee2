"""The pages at the foot of every page."""

import re
from itertools import pairwise

import pytest
from sqlalchemy import select

from crowd.db import db, transaction
from crowd.models import Record, Site, SitePage
from crowd.wording.queries import FIRST, NAMES, made_safe

ADDRESS = "/host/pages/about"


@pytest.mark.parametrize("name", NAMES)
def test_each_has_a_first_text_that_says_so_to_hosts_alone(visitor, host, name):
    page = visitor.get(f"/{name}")
    assert page.status == 200
    assert not re.search(r"{\w+}", page.partition("<main")[2].partition("</main>")[0])
    assert "every new site begins with" not in page
    assert "every new site begins with" in host.get(f"/{name}")
    levels = [int(n) for n in re.findall(r"<h(\d)", page.partition("<main")[2])]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_first_texts_lie_there_for_every_page_and_no_other():
    assert {path.stem for path in FIRST.glob("*.md")} == set(NAMES)


def test_they_name_the_host_and_the_address(visitor):
    with transaction():
        db.session.scalars(select(Site)).one().contact = "help@example.org"
    page = visitor.get("/about")
    assert "Allied Health Professions asks" in page
    assert "help@example.org" in page


def test_every_page_leads_to_them(visitor, member, question):
    for page in (visitor.get("/login"), member.get(question), visitor.get("/no-such-page")):
        for name in NAMES:
            assert f'href="/{name}"' in page


def test_a_host_changes_a_page_and_every_wording_stays_in_the_log(host, visitor):
    page = host.post(ADDRESS, text="# Who\n\nWe are **one**.", do="save")
    assert page.path == "/about"
    assert "begins with" not in page
    assert "<h2>Who</h2>" in visitor.get("/about")
    host.post(ADDRESS, text="We are two.", do="save")
    host.post(ADDRESS, text="We are two.", do="save")
    lines = db.session.scalars(select(Record.facts).where(Record.deed == "page changed").order_by(Record.id)).all()
    assert lines == [
        {"page": "about", "edition": 1, "text": "# Who\n\nWe are **one**."},
        {"page": "about", "edition": 2, "text": "We are two."},
    ]
    assert "We are **one**." in host.get(ADDRESS)


def test_a_first_text_can_be_saved_as_it_is(host):
    host.post(ADDRESS, do="save", having="text")
    assert db.session.scalars(select(SitePage.edition)).one() == 1


def test_it_can_be_looked_at_without_saving(host, visitor):
    page = host.post(ADDRESS, text="Only *looked* at.", do="preview")
    assert "<em>looked</em>" in page
    assert "Only *looked* at.</textarea>" in page
    assert "looked" not in visitor.get("/about")


def test_two_hosts_do_not_write_over_each_other(host):
    action, values = host.get(ADDRESS).form(having="text")
    host.post(ADDRESS, text="The first one.", do="save")
    page = host.send(action, values | {"text": "The second one.", "do": "save"})
    assert page.status == 409
    assert "The second one." in page
    assert db.session.scalars(select(SitePage.source)).one() == "The first one."


@pytest.mark.parametrize(
    "typed",
    [
        "<script>alert(1)</script>",
        "<style>body{color:#fff}</style>",
        '<p style="color:white" onclick="x()">a</p>',
        "![x](https://elsewhere.example/x.png)",
        "[x](javascript:alert(1))",
        "<h4 onmouseover=x()>a</h4>",
        "[a](https://example.org/<h4>)",
        "<iframe src=//x></iframe>",
    ],
)
def test_nothing_a_host_types_breaks_the_page(host, visitor, typed):
    host.post(ADDRESS, text=f"{typed}\n\nend", do="save")
    main = visitor.get("/about").partition("<main")[2].partition("</main>")[0]
    assert not re.search(r"<(script|style|img|iframe)|<[^>]*\b(style|on\w+)\s*=|href=\"javascript", main)


@pytest.mark.parametrize(("typed", "sentence"), [(" ", "Write something"), ("> " * 60 + "deep", "levels deep")])
def test_bad_input_gets_a_sentence_and_loses_nothing(host, typed, sentence):
    page = host.post(ADDRESS, text=typed, do="save")
    assert sentence in page
    assert typed.strip()[-4:] in page
    assert not db.session.scalars(select(SitePage)).all()


def test_headings_begin_under_the_pages_own():
    assert re.findall(r"<h(\d)>", made_safe("# a\n\n## b\n\n### c")) == ["2", "3", "4"]
