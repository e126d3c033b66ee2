"""Which language a page is in: chosen, stored, asked for by the browser; and never another reader's."""

import pytest
from sqlalchemy import select

from crowd import pseudo
from crowd.db import db
from crowd.models import Person
from tests.actors import Actor


def test_a_site_of_one_language_asks_nobody(visitor):
    page = visitor.get("/", Accept_Language="cy")
    assert '<html lang="en"' in page and 'action="/language"' not in page


def test_a_visitor_gets_what_the_browser_asks_for_of_what_is_offered(visitor, offered, consultation):
    path = f"/c/{consultation.slug}/"
    assert '<html lang="cy"' in visitor.get(path, Accept_Language="de, cy-GB;q=0.8, en;q=0.5")
    assert '<html lang="en"' in visitor.get(path, Accept_Language="de")
    assert '<html lang="en"' in visitor.get(path)
    offered("cy", "en")
    assert '<html lang="cy"' in visitor.get(path, Accept_Language="de")
    assert '<html lang="en"' in visitor.get(path, Accept_Language="en-US")


@pytest.mark.parametrize("header", ["\x00", "cy;q=x", ",,;;", "cy" * 5000, "*", "../../etc"])
def test_a_header_that_makes_no_sense_is_one_that_says_nothing(visitor, offered, header):
    assert visitor.get("/", Accept_Language=header).status == 200


def test_the_choice_at_the_foot_counts_more_than_the_browser(visitor, offered, consultation):
    path = f"/c/{consultation.slug}/"
    page = visitor.post("/language", on=path, having="language", language="cy")
    assert page.path == path and '<html lang="cy"' in page
    assert 'value="cy" lang="cy" aria-pressed="true"' in page
    assert '<html lang="cy"' in visitor.get(path, Accept_Language="en")


def test_a_choice_that_is_not_offered_changes_nothing(visitor, offered):
    assert '<html lang="en"' in visitor.send("/language", {"language": "de", "next": "//evil.example"})
    offered("en")
    visitor.browser.set_cookie("language", "cy")
    assert '<html lang="en"' in visitor.get("/")


def test_no_reader_gets_a_kept_page_in_another_language(app, offered, consultation):
    path, welsh, english = f"/c/{consultation.slug}/", Actor(app), Actor(app)
    pages = [
        (who.get(path, Accept_Language=code), code)
        for _turn in range(2)
        for who, code in ((welsh, "cy"), (english, "en"))
    ]
    assert all(f'<html lang="{code}"' in page for page, code in pages)
    assert len({page.headers["ETag"] for page, _code in pages}) == 2
    assert all("Accept-Language" in page.headers["Vary"] for page, _code in pages)
    tag = pages[0][0].headers["ETag"]
    assert welsh.get(path, Accept_Language="cy", If_None_Match=tag).status == 304
    assert english.get(path, Accept_Language="en", If_None_Match=tag).status == 200
    english.browser.set_cookie("language", "cy")
    assert '<html lang="cy"' in english.get(path, Accept_Language="en")


def test_no_member_gets_a_kept_frame_or_fragment_in_another_language(offered, member, colleague, question):
    member.browser.set_cookie("language", "cy")
    for _turn in range(2):
        assert '<html lang="cy"' in (welsh := member.get(question))
        assert '<html lang="en"' in (english := colleague.get(question))
        assert "Sign out" in english and "Sign out" not in welsh


def test_the_choice_of_somebody_signed_in_holds_in_another_browser(app, offered, member):
    member.post("/language", on="/me", having="language", language="cy")
    assert db.session.scalar(select(Person.language).where(Person.id == member.id)) == "cy"
    assert '<html lang="cy"' in Actor(app, member.id).get("/me", Accept_Language="en")


def test_an_error_is_told_in_the_readers_language(visitor, offered):
    page = visitor.get("/nothing-here", Accept_Language="cy")
    assert page.status == 404 and '<html lang="cy"' in page


def test_choosing_costs_no_query(visitor, offered, consultation, queries):
    path = f"/c/{consultation.slug}/join"
    visitor.get(path)
    with queries() as english:
        visitor.get(path)
    visitor.get(path, Accept_Language="cy")
    with queries() as welsh:
        visitor.get(path, Accept_Language="cy")
    assert len(welsh) == len(english)


def test_the_made_up_language_is_offered_to_nobody_by_itself(app, offered, visitor):
    visitor.browser.set_cookie("language", pseudo.LANGUAGE)
    page = visitor.get("/", Accept_Language=pseudo.LANGUAGE)
    assert 'dir="ltr"' in page and pseudo.NAME not in page
    app.config["PSEUDO_LANGUAGE"] = 1
    page = visitor.get("/")
    assert 'dir="rtl"' in page and pseudo.NAME in page
    assert pseudo.turned("Hello %(name)s, <b>you</b>").count("%(name)s, <b>") == 1
