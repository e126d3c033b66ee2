"""Hosts set how texts are taken, and try the rules on a text."""

import pytest

from crowd.db import db
from crowd.models import Consultation, Record, Version
from tests import make
from tests.holding.texts import PHONE

SETTINGS = "/host/ahp/holding"


def here() -> Consultation:
    make.afresh()
    return db.session.query(Consultation).one()


def test_m01_a_host_sets_the_modes_and_the_words(host, consultation):
    page = host.post(
        SETTINGS,
        mode_members="risk",
        mode_open="after",
        first_texts="1",
        most_links="0",
        watched="Scandal\n\nlegal action\nScandal",
        blocked="snake oil*",
    )
    assert "Saved" in page
    found = here()
    assert (found.mode_members, found.mode_open, found.first_texts, found.most_links) == ("risk", "after", 1, 0)
    assert (found.watched, found.blocked) == (["Scandal", "legal action"], ["snake oil*"])
    assert db.session.query(Record).filter_by(deed="consultation changed").one().facts["what"][0] == "mode_members"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"mode_members": "never"}, "Choose one"),
        ({"first_texts": "-1"}, "from 0 to 20"),
        ({"most_links": "many"}, "number"),
        ({"watched": "fine\n***"}, "has no letter or digit"),
        ({"blocked": "a*"}, "would find very many words"),
        ({"blocked": "a*b"}, "only stand once, at the end"),
        ({"watched": "x" * 101}, "longer than 100 characters"),
        ({"watched": "\n".join(f"word{n}" for n in range(501))}, "more than 500 lines"),
    ],
)
def test_bad_settings_get_a_sentence_and_change_nothing(host, consultation, fields, sentence):
    before = here().change
    page = host.post(SETTINGS, **fields)
    assert page.status == 422
    assert sentence in page
    assert here().change == before


@pytest.mark.parametrize("line", ["long words " * 50, "long words* " * 8 + "*", "! " * 45])
def test_m02_of_a_long_line_only_its_beginning_is_in_the_sentence(host, consultation, line):
    page = host.post(SETTINGS, watched=line)
    assert page.status == 422
    assert f"“{line.strip()}" not in page
    assert "…”" in page
    assert line.strip() in page, "the field keeps it"


def test_of_two_hosts_the_second_is_told(host, consultation):
    _where, fields = host.get(SETTINGS).form(having="mode_members")
    host.post(SETTINGS, first_texts="7")
    page = host.send(SETTINGS, fields | {"first_texts": "9"})
    assert (page.status, "Somebody else changed this" in page) == (409, True)
    assert here().first_texts == 7


def test_m02_a_host_tries_a_text_and_sees_each_rule_in_order(host, consultation):
    host.post(SETTINGS, watched="scandal", mode_members="risk")
    page = host.post(f"{SETTINGS}/try", text=f"A scandal. Mrs Achebe knows. {PHONE}")
    assert page.status == 200
    for marked in ("scandal", "Mrs Achebe", "07700 900321"):
        assert f">{marked}</mark>" in page
    titles = ["Too long or empty", "Words that are not taken", "Words that are watched", "Personal data", "Links"]
    places = [page.index(f">{title}</th>") for title in titles]
    assert places == sorted(places)
    assert "it waits for a moderator" in page
    assert "depends on its author" in page
    assert db.session.query(Version).all() == []


def test_m01_what_becomes_of_a_tried_text_is_told_for_each_phase(host, consultation):
    host.post(SETTINGS, blocked="snake oil")
    page = host.post(f"{SETTINGS}/try", text="One record for all.")
    assert page.index("it waits for a moderator") < page.index("it appears at once")
    assert "it is not taken" in host.post(f"{SETTINGS}/try", text="Snake oil!")
    assert host.post(f"{SETTINGS}/try", text="").status == 422


def test_the_page_stands_among_the_hosts_pages(host, consultation):
    assert SETTINGS in host.get("/host/ahp/")
