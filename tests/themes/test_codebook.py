"""The codebook: versions and what differs, retiring and merging, taking one in and out without losing anything."""

import io

import pytest
from sqlalchemy import select

from crowd.db import db
from crowd.models import Codebook, Theme, Themed
from tests import make

BOOK = "/host/ahp/codebook"
NEW = "/c/ahp/themes/new"


@pytest.fixture
def idea(consultation, colleague):
    return make.contribution(consultation.questions[0], by=make.as_asker(colleague.id), text="Care at home")


def test_every_change_is_a_version_with_who_why_and_what(analyst, member, consultation):
    analyst.post(NEW, name="Care", definition="At home", include="Visits", example="They came to us", note="Begun")
    analyst.post("/c/ahp/themes/1", definition="At home and beyond", exclude="Hospital", note="Too narrow")
    page = analyst.get(f"{BOOK}/2")
    assert "Too narrow" in page
    assert "Ana Lyst" in page
    assert "<ins>" in page
    assert "Hospital" in page
    assert "Visits" not in page.split("All themes as they were")[0], "what stayed is not told as changed"
    assert f"{BOOK}/1" in analyst.get(BOOK)
    assert member.get(BOOK).status == 403
    assert analyst.get(f"{BOOK}/3").status == 404
    analyst.post("/c/ahp/themes/1", name="Care")
    assert db.session.query(Codebook).count() == 2, "nothing changed"


def test_two_who_change_a_theme_at_once_lose_nothing(analyst, host, consultation):
    analyst.post(NEW, name="Care")
    late = host.get("/c/ahp/themes/1").form(having="name")[1]
    analyst.post("/c/ahp/themes/1", definition="By an analyst")
    page = host.send("/c/ahp/themes/1", late | {"definition": "By the host"})
    assert page.status == 409
    assert "Somebody has changed this theme" in page
    again = page.form(having="name")[1]
    assert again["definition"] == "By the host"
    host.send("/c/ahp/themes/1", again)
    db.session.rollback()
    assert db.session.scalars(select(Theme.definition)).one() == "By the host"
    books = db.session.scalars(select(Codebook).order_by(Codebook.number))
    assert [book.themes[0]["definition"] for book in books] == ["", "By an analyst", "By the host"]


def test_a_retired_theme_stays_where_it_is_and_is_not_offered(analyst, consultation, idea):
    analyst.post(NEW, name="Care")
    analyst.post(NEW, name="Time")
    analyst.post(f"/p/{idea.id}/themes", themes=["1"])
    analyst.post(f"{BOOK}/1/retire", on=BOOK)
    other = make.contribution(consultation.questions[0], by=make.member(consultation), text="Another one")
    assert "Care" not in analyst.get(f"/host/ahp/coding/{other.id}")
    assert "Care" in analyst.get(f"/host/ahp/coding/{idea.id}")
    assert "Care" in analyst.get(f"{BOOK}/3")
    analyst.post(f"{BOOK}/1/take-up", on=BOOK)
    assert "Care" in analyst.get(f"/host/ahp/coding/{other.id}")


def test_merging_moves_what_was_given(analyst, consultation, idea):
    for name in ("Care", "Caring", "Time"):
        analyst.post(NEW, name=name)
    analyst.post(f"/p/{idea.id}/themes", themes=["2"])
    page = analyst.post(f"{BOOK}/2/merge", into="0")
    assert page.status == 422
    asked = analyst.post(f"{BOOK}/2/merge", into="1", note="The same")
    assert "1 contribution changes: it gets “Care” in place of “Caring”." in asked
    assert "This cannot be undone. Download the codings first" in asked
    assert 'href="/host/ahp/coding/codings.csv"' in asked
    assert db.session.scalars(select(Themed.theme_id)).all() == [2], "nothing yet"
    where, fields = asked.form(having="sure")
    assert fields["note"] == "The same"
    other = analyst.send(where, fields | {"into": "3"})
    assert "it gets “Time” in place of “Caring”" in other, "another choice is asked about anew"
    page = analyst.send(where, fields)
    assert "“Caring” is part of “Care” now. 1 contribution had it." in page
    assert db.session.scalars(select(Themed.theme_id)).all() == [1]
    assert analyst.post(f"{BOOK}/1/merge", into="1").status == 422


def test_a_codebook_goes_out_and_in_again(analyst, consultation):
    analyst.post(NEW, name="=Care", definition='Says "home",\nor near', include="Visits")
    analyst.post(NEW, name="Time")
    sent = analyst.get(f"{BOOK}.csv")
    assert "'=Care" in sent, "no spreadsheet calculates it"
    other = make.consultation("other")
    page = analyst.post("/host/other/codebook/import", text=sent.replace("\ufeff", ""))
    assert "2 themes are new." in page
    db.session.rollback()
    ours, theirs = (
        [
            (theme.name, theme.definition, theme.include)
            for theme in db.session.scalars(select(Theme).where(Theme.consultation_id == key).order_by(Theme.number))
        ]
        for key in (consultation.id, other.id)
    )
    assert ours == theirs == [("=Care", 'Says "home",\nor near', "Visits"), ("Time", "", "")]
    page = analyst.post(f"{BOOK}/import", text="Name;Definition\ntime;When\nNew;")
    assert "1 theme is new. 1 has changed." in page
    assert db.session.query(Codebook).filter_by(consultation_id=consultation.id).count() == 3


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("name\nSelf-referral\nTime\n  SELF-RÉFERRAL ", "Rows 2 and 4 name the same theme: “Self-referral” and"),
        ("name,definition\n,What", "Row 2 has no name"),
        ("title\nCare", "No column is headed “name”"),
        ("name\n" + "x" * 101, "Row 2: “name” is longer than 100 characters"),
        ("", "There is nothing in it"),
    ],
)
def test_a_bad_codebook_is_refused_in_a_sentence_and_stays_in_the_box(analyst, consultation, text, says):
    page = analyst.post(f"{BOOK}/import", text=text)
    assert page.status == 422
    assert says in page
    assert page.form(having="text")[1]["text"].strip() == text.strip().replace("\r", "")
    assert db.session.query(Theme).count() == 0


def test_a_bad_file_stands_in_the_box_as_it_was_written(analyst, consultation):
    file = (io.BytesIO("title\nPhysiothérapie à domicile".encode("cp1252")), "book.csv")
    page = analyst.post(f"{BOOK}/import", file=file)
    assert "No column is headed" in page
    assert "Physiothérapie à domicile" in page.form(having="text")[1]["text"]
