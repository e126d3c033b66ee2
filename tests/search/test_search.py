"""The search page: what it finds, how it is narrowed, and that everything asked stands in its address."""

import re

import pytest
from sqlalchemy import select

from crowd.db import db, transaction
from crowd.models import Contribution, Question, Version
from crowd.states import Kind, Promise, State
from crowd.themes import deeds as themes
from crowd.threads import deeds
from tests import make

PATH = "/c/ahp/search"


def found(page: str) -> set[int]:
    return {int(n) for n in re.findall(r'<article class="c[^>]* id="c(\d+)"', page)}


def address(**asked: str) -> str:
    from urllib.parse import urlencode

    return f"{PATH}?{urlencode(asked)}"


@pytest.fixture
def author(colleague):
    return make.as_asker(colleague.id)


TEXTS = {
    "team": "Discharge teams meet the patient’s family at home.",
    "nurses": "Nurses were discharging patients; the team met nobody.",
    "resume": "A résumé for every naïve *café* owner.",
    "phrase": "Care at home is not a care home.",
    "tokyo": "東京都の作業療法士",
    "welsh": "Mae gofal cartref yn bwysig.",
}


@pytest.fixture
def texts(consultation, author):
    return {name: make.contribution(consultation.questions[0], by=author, text=text).id for name, text in TEXTS.items()}


@pytest.mark.parametrize(
    ("q", "names"),
    [
        ("discharge", "team nurses"),
        ("DISCHARGED teams", "team nurses"),
        ("discharge -nurse", "team"),
        ("discharge -family -nurses", ""),
        ('"discharge team"', "team"),
        ('"care home"', "phrase"),
        ('home -"care home"', "team"),
        ("home", "team phrase"),
        ("resume cafe", "resume"),
        ("RÉSUMÉ", "resume"),
        ("東京", "tokyo"),
        ("京都", "tokyo"),
        ("京", "tokyo"),
        ("士", "tokyo"),
        ("作業療法", "tokyo"),
        ("東都", ""),
        ("gofal", "welsh"),
        ("nobody-here", ""),
        ("' OR 1=1 --", ""),
        ("words:discharge* NEAR(team)", ""),
        ("search_index MATCH", ""),
        ("a' & !b | 'c", ""),
        ("\\", ""),
        ('""""', ""),
    ],
)
def test_words_are_found_in_their_forms_and_nothing_typed_is_syntax(member, texts, q, names):
    page = member.get(address(q=q))
    assert page.status == 200
    assert found(page) == {texts[name] for name in names.split()}


def test_hostile_input_gets_a_page(member, texts):
    for q in ("x" * 10_000, "care " * 2_000, "\ud800", "\u202e\ufeff", "%", "a" * 63 + "é" * 70, "('" * 200, "-" * 400):
        page = member.get(address(q=q.encode("utf-8", "replace").decode()))
        assert page.status == 200, q[:20]
    assert "first words" in member.get(address(q="care " * 2_000))
    assert member.get(f"{PATH}?q=a%00b").status == 404


def test_what_was_typed_stays_in_the_box(member, texts):
    page = member.get(address(q='"<b>" discharge', kind="idea"))
    assert page.form(PATH, having="q")[1]["q"] == '"<b>" discharge'
    assert page.form(PATH, having="q")[1]["kind"] == "idea"
    assert "<b>" not in page


def test_filters_narrow_with_and_without_words(app, member, colleague, consultation):
    own, other = make.as_asker(member.id), make.as_asker(colleague.id)  # a Dietitian and a Paramedic
    first, _second, third = consultation.questions
    mine = make.contribution(first, by=own, text="care mine")
    answered = make.contribution(first, by=other, text="care answered", kind=Kind.EXPERIENCE)
    comment = make.contribution(answered, by=own, text="care comment")
    example = make.contribution(third, by=other, text="care example", kind=Kind.EXAMPLE)
    filed = make.contribution(first, by=other, text="care filed")
    with transaction() as session:
        session.get_one(Contribution, filed.id).files = 1
        theme = themes.make_theme(consultation, by=own, name="Care", definition="")
        themes.give_themes(session.get_one(Contribution, filed.id), by=own, themes=[theme.id])
    every = {mine.id, answered.id, comment.id, example.id, filed.id}
    wanted = {
        (): every,
        ("question", "1"): every - {example.id},
        ("question", "3"): {example.id},
        ("kind", "experience"): {answered.id},
        ("kind", "comment"): {comment.id},
        ("profession", "Dietitian"): {mine.id, comment.id},
        ("region", "North West"): every,
        ("region", "London"): set(),
        ("theme", "1"): {filed.id},
        ("mine", "1"): {mine.id, comment.id},
        ("unanswered", "1"): {mine.id, example.id, filed.id},
        ("evidence", "1"): {example.id, filed.id},
    }
    for pair, ids in wanted.items():
        narrowed = dict([pair] if pair else [])
        for more in ({}, {"q": "care"}, {"q": "care", "sort": "newest"}):
            assert found(member.get(address(**narrowed, **more))) == ids, (narrowed, more)
        assert found(member.get(address(**narrowed, q="zebra"))) == set()
    both = member.get(address(profession="Paramedic", unanswered="1", question="1"))
    assert found(both) == {filed.id}


@pytest.mark.parametrize(
    "asked",
    [
        "question=9",
        "question=x",
        "kind=poem",
        "profession=Wizard",
        "region=%27",
        "theme=7",
        "mine=2",
        "unanswered=yes",
        "sort=worst",
        "after=x",
        "after=1",
        "after=1-2-3",
        "after=9999999999-1",
        "after=%D9%A1-%D9%A1",
    ],
)
def test_what_no_page_of_ours_puts_into_an_address_is_left_out_and_told(member, texts, asked):
    page = member.get(f"{PATH}?q=discharge&{asked}")
    assert "was left out" in page
    assert found(page) == {texts["team"], texts["nurses"]}
    assert asked not in "".join(re.findall(r'href="([^"]*)"', page.replace("&amp;", "&")))
    assert "was left out" not in member.get(f"{PATH}?q=discharge&{asked.split('=')[0]}=")


@pytest.mark.parametrize("typed", ["\u202e", "\ufeff", "\u200b", "\u2066\u2069", "…"])
def test_a_query_of_nothing_that_can_be_looked_for_says_so(member, texts, typed):
    page = member.get(address(q=typed))
    assert "There is no word in this" in page
    assert "Nothing to look for yet" in page
    assert found(page) == set()


@pytest.mark.parametrize("sort", ["best", "newest"])
@pytest.mark.parametrize("number", [1, 30, 65])
def test_pages_reach_every_hit_once(member, author, consultation, sort, number):
    ids = {
        make.contribution(consultation.questions[0], by=author, text="care " * (1 + n % 7) + f"and more of it {n}").id
        for n in range(number)
    }
    make.contribution(consultation.questions[0], by=author, text="nothing of this")
    path, seen = address(q="care", sort=sort), []
    while path:
        page = member.get(path)
        seen += found(page)
        following = re.search(r'href="([^"]*)" rel="next"', page)
        path = following[1].replace("&amp;", "&") if following else ""
    assert len(seen) == number
    assert set(seen) == ids
    assert f"{number} found" in member.get(address(q="care", sort=sort))


def test_the_best_match_says_it_more_often_for_its_length(member, author, consultation):
    question = consultation.questions[0]
    long = make.contribution(question, by=author, text="care " + "and a great deal about other things " * 20)
    short = make.contribution(question, by=author, text="Care, care and care.")
    newest = make.contribution(question, by=author, text="Once care, in a text that says some more.")
    order = [short.id, newest.id, long.id]
    page = member.get(address(q="care"))
    assert [int(n) for n in re.findall(r'<article class="c[^>]* id="c(\d+)"', page)] == order
    page = member.get(address(q="care", sort="newest"))
    assert [int(n) for n in re.findall(r'<article class="c[^>]* id="c(\d+)"', page)] == [newest.id, short.id, long.id]


def test_more_than_are_counted_is_said_honestly(member, author, consultation, monkeypatch):
    monkeypatch.setattr("crowd.search.queries.MOST", 4)
    for n in range(4):
        make.contribution(consultation.questions[0], by=author, text=f"care {n}")
    assert "4 found" in member.get(address(q="care"))
    make.contribution(consultation.questions[0], by=author, text="care once more")
    assert "More than 4 found" in member.get(address(q="care"))
    assert "More than 4 found" in member.get(PATH)


def test_a_page_is_a_fixed_number_of_queries(app, member, author, consultation, queries):
    counts = []
    for number in (1, 29):
        for n in range(number):
            make.contribution(consultation.questions[0], by=author, text=f"care {number} {n}")
        member.get(address(q="care"))
        with queries() as sent:
            member.get(address(q="care"))
        counts.append(len(sent))
    assert counts[0] == counts[1] <= 12, sent


def test_findings_stand_above_as_far_as_they_may_be_read(app, consultation, member, visitor, host, author):
    make.contribution(consultation.questions[0], by=author, text="care")
    make.finding(consultation, title="Care comes first")
    draft = make.finding(consultation, title="Care comes last", state=State.DRAFT)
    assert "Care comes first" not in member.get(address(q="care"))
    assert "Care comes first" in host.get(address(q="care"))
    with transaction() as session:
        here = session.merge(consultation)
        here.analysis, here.open, here.closed = here.members, here.members, None
        here.change += 1
    page = visitor.get(address(q="care first"))
    assert "Care comes first" in page
    assert "Care comes last" not in visitor.get(address(q="care"))
    assert draft.id


def test_a_finding_is_found_in_its_newest_words_and_by_its_response(app, host, consultation, author):
    evidence = make.contribution(consultation.questions[0], by=author)
    made = make.finding(consultation, title="Care comes first", evidence=(evidence,))
    edit = f"/c/ahp/findings/{made.number}/edit"
    host.post(edit, title="Rehabilitation comes first", note="Said better")
    assert "comes first</a>" in host.get(address(q="rehabilitation"))
    assert "comes first</a>" not in host.get(address(q="care"))


def test_comments_on_findings_are_found_by_everybody(consultation, visitor, stakeholder):
    with transaction() as session:
        here = session.merge(consultation)
        here.analysis, here.open, here.closed = here.members, here.members, None
        here.change += 1
    finding = make.finding(consultation)
    said = make.contribution(finding, by=make.as_asker(stakeholder.id), text="A carer’s view of evenings")
    assert found(visitor.get(address(q="carers evening"))) == {said.id}
    assert found(stakeholder.get(address(mine="1"))) == {said.id}
    assert found(visitor.get(address(mine="1"))) == set()


def test_a_new_wording_is_found_once_it_is_approved(member, moderator, consultation, question):
    own = make.as_asker(member.id)
    text = make.contribution(consultation.questions[0], by=own, text="about referrals")
    member.post(f"/p/{text.id}/edit", text="about discharges")
    assert found(member.get(address(q="referral"))) == {text.id}
    assert found(member.get(address(q="discharge"))) == set()
    version = db.session.scalars(
        select(Version).where(Version.contribution_id == text.id, Version.state == State.HELD)
    ).one()
    moderator.post(f"/moderate/{version.id}", decision="approve")
    assert found(member.get(address(q="referral"))) == set()
    assert found(member.get(address(q="discharge"))) == {text.id}


def test_a_comment_says_in_a_list_whom_it_answers(member, author, consultation):
    idea = make.contribution(consultation.questions[0], by=author, text="An idea")
    deep = idea
    for n in range(5):
        deep = make.contribution(deep, by=author, text=f"care {n}")
    page = member.get(address(q="care"))
    assert page.count(f"in reply to {idea.alias}") == 5
    assert "Level 2 reply to" in page


def test_evidence_cards_are_searched(member, author, consultation):
    third = consultation.questions[2]
    writing = deeds.prepare("It went well.", {"setting": "A fracture clinic", "effect": "14 days less"})
    made = make.contribution(third, by=author, kind=Kind.EXAMPLE, writing=writing)
    assert found(member.get(address(q="fracture clinics"))) == {made.id}


def test_empty_pages_say_what_to_do(member, consultation):
    assert "once a moderator has read it" in member.get(PATH)
    assert "other words" in member.get(address(q="zebra"))
    narrowed = member.get(address(q="zebra", kind="idea"))
    assert "Look for these words everywhere" in narrowed
    assert f"{PATH}?q=zebra" in narrowed
    assert "Type at least one word" in member.get(address(q="-zebra"))


def test_boxes_lead_here_from_the_pages_above(member, visitor, consultation, question):
    fields = member.get(question).form(PATH)[1]
    assert fields == {"q": "", "question": "1"}
    assert member.get("/c/ahp/").form(PATH)[1] == {"q": ""}
    assert 'role="search"' not in visitor.get("/c/ahp/")


def test_another_consultations_texts_are_not_found(app, member, author, consultation):
    other = make.consultation("other")
    stranger = make.member(other)
    elsewhere = make.contribution(db.session.get_one(Question, other.questions[0].id), by=stranger, text="care there")
    here = make.contribution(consultation.questions[0], by=author, text="care here")
    assert found(member.get(address(q="care"))) == {here.id}
    assert member.get("/c/other/search?q=care").status == 403
    assert elsewhere.id != here.id


def test_of_many_repeats_both_databases_keep_as_many_places(member, author, consultation):
    """PostgreSQL keeps 255 places of a word in a text; what comes after is found by neither database."""
    make.contribution(consultation.questions[0], by=author, text="care " * 300 + "zebra")
    assert found(member.get(address(q="care zebra")))
    assert not found(member.get(address(q='"care zebra"')))


@pytest.mark.parametrize(
    "typed", ["AHP-2016-0002", "ahp-2016-0002", " ahp 2016 2 ", "AHP\u20112016\u20130002", "Ahp 2016-0002"]
)
def test_a_number_leads_to_its_contribution_which_comes_first_and_once(member, consultation, author, typed):
    asked = consultation.questions[0]
    make.contribution(asked, by=author, text="Nothing to do with it, ahp 2016 2")
    meant = make.contribution(asked, by=author, text="What is meant, itself AHP-2016-0002 and ahp 2016 2")
    naming = make.contribution(meant, by=author, text="As AHP-2016-0002 and ahp 2016 2 say")
    page = member.get(address(q=typed))
    cards = re.findall(r'<article class="c[^>]* id="c(\d+)"', page)
    assert cards[0] == str(meant.id)
    assert str(naming.id) in cards[1:]
    assert len(cards) == len(set(cards))
    assert page.index("The contribution with this number") < page.index("Other contributions")
    assert "Nothing found" not in page
    assert found(member.get(address(q=typed, question="2"))) == {meant.id}, "a number means one, wherever it stands"
    assert page.count('action="/vote" data-swap') == 1


def test_the_number_of_a_finding_leads_to_it_where_it_may_be_read(member, host, visitor, consultation):
    make.finding(consultation, title="Care time counts")
    for typed in ("AHP-2016-F1", "ahp 2016 f1"):
        page = host.get(address(q=typed))
        assert "Care time counts" in page and "Nothing found" not in page
        assert "Care time counts" not in member.get(address(q=typed))
    assert "Care time counts" not in host.get(address(q="AHP-2016-F2"))


@pytest.mark.parametrize(
    "typed", ["AHP-2016-0009", "OTHER-2016-0001", "AHP-2016", "2016-0001", "AHP-2016-\u0661", "0001"]
)
def test_what_is_no_number_of_a_text_here_is_looked_for_as_words(member, consultation, author, typed):
    make.contribution(consultation.questions[0], by=author, text="Something else")
    page = member.get(address(q=typed))
    assert page.status == 200
    assert "The contribution with this number" not in page
    assert "Nothing found" in page


def test_a_number_leads_nobody_to_what_they_may_not_read(member, visitor, consultation, author, at):
    """P13: neither a text for members nor one that was taken back is told of by its number."""
    asked = consultation.questions[0]
    make.contribution(asked, by=author, text="Canary", promise=Promise.MEMBERS)
    make.contribution(asked, by=author, text="Canary too", state=State.WITHDRAWN)
    assert "Canary" in member.get(address(q="AHP-2016-0001"))
    assert "with this number" not in member.get(address(q="AHP-2016-0002"))
    at(consultation.open)
    page = visitor.get(address(q="AHP-2016-0001"))
    assert page.status == 200
    assert "Canary" not in page
    assert "with this number" not in page


def test_a_comment_on_a_finding_is_found_by_its_number(visitor, stakeholder, consultation, at):
    at(consultation.open)
    said = make.contribution(make.finding(consultation), by=make.as_asker(stakeholder.id), text="Well found")
    assert found(visitor.get(address(q="ahp 2016 1"))) == {said.id}


def test_whoever_can_search_has_the_link_in_the_masthead(consultation, member, moderator, analyst, host, visitor):
    link = f'<a href="{PATH}">Search</a>'
    for who in (member, moderator, analyst):
        page = who.get("/c/ahp/findings")
        assert link in page
        assert ">My page</a>" in page
        assert link not in who.get("/me")
    assert 'action="/c/ahp/search"' in host.get("/c/ahp/"), "a host's masthead has Analysis in its place"
    assert link not in visitor.get("/c/ahp/")
