"""The evidence library and the card: what they list, how it is cited, and what an example has to say."""

import csv
import io
import itertools

import pytest

from crowd import rules
from crowd.db import db, transaction
from crowd.evidence import card, queries
from crowd.evidence.queries import Wanted
from crowd.models import Consultation, Contribution, Theme, Themed, Version
from crowd.rules import VISITOR
from crowd.states import PHASES, Kind, Promise, Standing, State
from tests import make

LIBRARY = "/c/ahp/evidence"


_number = itertools.count(1)


def example(of, by, text="", **more):
    text = text or f"A falls service, number {next(_number)}"
    return make.contribution(of.questions[2], by=by, text=text, kind=Kind.EXAMPLE, **more)


@pytest.mark.parametrize("phase", PHASES)
def test_the_library_lists_what_its_reader_may_read(app, phase):
    """P1: the list is the rule, asked of every text."""
    of = make.consultation("ahp", phase=phase)
    author = make.member(of)
    texts = [example(of, author, promise=p, state=s) for p in Promise for s in (State.PUBLISHED, State.HELD)]
    texts += [example(of, author, state=s) for s in (State.REJECTED, State.WITHDRAWN)]
    plain = make.contribution(of.questions[0], by=author)
    with_file = make.contribution(of.questions[0], by=author)
    make.file(with_file, by=author.id)
    asker = make.member(of)
    stakeholder = make.member(of, standing=Standing.STAKEHOLDER, group="Carer")
    staff = [make.as_asker(make.person(roles=letter).id) for letter in "MAH"]
    for who in (VISITOR, asker, stakeholder, author, *staff):
        listed = {row.id for row in queries.library(db.session.get(Consultation, of.id), who, Wanted(), None)}
        wanted = {
            text.id
            for text in (db.session.get(Contribution, t.id) for t in (*texts, with_file))
            if text.state == State.PUBLISHED and rules.may(who, "read", text)
        }
        assert listed == wanted and plain.id not in listed


def test_filters_stand_in_the_address(member, consultation):
    dietitian, paramedic = make.member(consultation), make.member(consultation, profession="Paramedic", region="London")
    one, two = example(consultation, dietitian, "Ours"), example(consultation, paramedic, "Theirs")
    idea = make.contribution(consultation.questions[0], by=paramedic, text="With a file")
    make.file(idea, by=paramedic.id)

    def listed(query):
        page = member.get(f"{LIBRARY}?{query}")
        return {text.id for text in (one, two, idea) if f'id="c{text.id}"' in page}

    assert listed("") == {one.id, two.id, idea.id}
    assert listed("kind=example") == {one.id, two.id}
    assert listed("profession=Paramedic") == {two.id, idea.id}
    assert listed("region=North+West") == {one.id}
    assert listed("question=1") == {idea.id} and listed("files=yes") == {idea.id}
    with transaction() as session:
        for number, name in ((1, "Access"), (2, "Nobody’s")):
            session.add(Theme(consultation_id=consultation.id, number=number, name=name))
        session.flush()
        session.add(Themed(contribution_id=two.id, theme_id=session.query(Theme.id).filter_by(number=1).scalar()))
    assert listed("theme=1") == {two.id} and listed("theme=2") == listed("") and listed("theme=1&question=1") == set()
    assert "Access" in member.get(LIBRARY) and "Nobody’s" not in member.get(LIBRARY)
    assert listed("kind=idea&files=yes&profession=Paramedic") == {idea.id}
    assert "Nothing fits" in member.get(f"{LIBRARY}?kind=experience")
    for query in ("kind=poem", "profession=Wizard", "region=Mars", "question=9", "theme=x", "files=1", "after=x"):
        assert listed(query) == {one.id, two.id, idea.id}
        assert "was left out" in member.get(f"{LIBRARY}?{query}")
        assert "was left out" not in member.get(f"{LIBRARY}?{query.split('=')[0]}=")


def test_the_library_costs_the_same_with_one_and_with_thirty(member, consultation, queries):
    author = make.member(consultation)
    make.file(example(consultation, author), by=author.id)

    def cost():
        with queries() as sent:
            assert member.get(LIBRARY).status == 200
        return len(sent)

    cost()
    one = cost()
    for _n in range(30):
        make.file(example(consultation, author), by=author.id)
    cold = cost()
    assert cost() == one
    assert cold <= one + 3  # the cards that are not kept yet, their files, and what they name
    page = member.get(LIBRARY)
    assert page.count("Cite this") == 30 and "Next page" in page
    assert (
        member.get(page.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")).count(
            "Cite this"
        )
        == 1
    )


def test_a_citation_says_no_more_than_the_promise(app, member, visitor, consultation, at):
    author = make.member(consultation, profession="Paramedic", region="London")
    named = example(consultation, author, "Alias shown", promise=Promise.ALIAS)
    nameless = example(consultation, author, "Alias hidden", promise=Promise.NAMELESS)
    with transaction() as session:
        of = session.get_one(Consultation, consultation.id)
        of.code, session.get_one(Contribution, named.id).serial = "AHP-2016", 81
    alias = named.alias
    year = named.submitted_at.year
    line = (
        f"{alias} ({year}). “Alias shown” (AHP-2016-0081). Consultation ahp. Allied Health Professions. "
        f"http://localhost/p/{named.id}"
    )
    page = member.get(LIBRARY)
    assert line in page and page.count(f"{alias} ({year})") == 2
    at(consultation.open + make.DAY)
    page = visitor.get(LIBRARY)
    assert line in page and page.count(f"{alias} ({year})") == 1
    assert f"Name not shown, Paramedic, London ({year}). “Alias hidden”" in page
    rows = list(csv.reader(io.StringIO(visitor.get(f"{LIBRARY}.csv").lstrip("\ufeff"))))
    assert [row[1] for row in rows[1:]] == ["Name not shown, Paramedic, London", alias]
    assert rows[2][-1] == line and nameless.alias not in rows[1][-1]


def test_what_people_wrote_is_no_formula_in_the_table(member, consultation):
    text = example(consultation, make.member(consultation), "=HYPERLINK(1) is what they wrote")
    with transaction() as session:
        version = session.query(Version).filter_by(contribution_id=text.id).one()
        version.card = {"effect": "=1+1"}
    rows = list(csv.reader(io.StringIO(member.get(f"{LIBRARY}.csv").lstrip("\ufeff"))))
    assert "'=1+1" in rows[1] and rows[1][4].startswith("'=")


CARD = {
    "setting": "A county",
    "change": "Falls are seen the same day",
    "effect": "12 of 40 stayed at home",
    "source": "doi:10.1000/182",
    "interests": "I lead it",
    "licence": "cc-by",
    "contact": "y",
    "consent": "y",
}


def test_an_example_shows_its_whole_card_and_can_be_changed(member, colleague, moderator, consultation):
    member.post("/c/ahp/q/3/new", text="A falls service", kind="example", **CARD)
    version = db.session.query(Version).one()
    moderator.post(f"/moderate/{version.id}", decision="approve", having="decision")
    page = colleague.get(f"/p/{version.contribution_id}")
    for words in (
        "A county",
        "12 of 40",
        "I lead it",
        "Attribution (CC BY 4.0)",
        "asked through the host",
        "agreed in writing",
    ):
        assert words in page
    assert '<a href="https://doi.org/10.1000/182" rel="nofollow noopener ugc">' in page
    edit = f"/p/{version.contribution_id}/edit"
    form = member.get(edit).form(having="text")[1]
    assert {name: form[name] for name in ("setting", "effect", "source")} == {
        name: CARD[name] for name in ("setting", "effect", "source")
    }
    assert form["contact"] and form["consent"] and form["licence"] == "cc-by"
    member.post(edit, effect="20 of 40 stayed at home", having="text")
    newest = db.session.query(Version).order_by(Version.id.desc()).first()
    assert newest.card == version.card | {"effect": "20 of 40 stayed at home"} and newest.source == version.source
    assert "20" in moderator.get(f"/moderate/{newest.id}")


def test_an_example_needs_the_word_that_nobody_can_be_identified(member, consultation):
    page = member.post("/c/ahp/q/3/new", text="A falls service", kind="example", setting="A county")
    assert page.status == 422 and "Confirm that nobody can be identified" in page and "A county" in page


def test_a_card_beside_an_idea_is_dropped(member, consultation):
    with transaction() as session:
        session.merge(consultation.questions[2]).kinds = ["idea", "example"]
    page = member.post("/c/ahp/q/3/new", text="Only an idea", kind="idea", setting="Somewhere", licence="forged")
    assert page.status == 200 and db.session.query(Version).one().card == {}


@pytest.mark.parametrize(
    ("source", "href"),
    [
        ("10.1000/182", "https://doi.org/10.1000/182"),
        ("https://doi.org/10.1000/182", "https://doi.org/10.1000/182"),
        ("DOI: 10.1000/a<b>", "https://doi.org/10.1000/a%3Cb%3E"),
        ("https://example.org/report?x=1#p2", "https://example.org/report?x=1#p2"),
        ("http://example.org", "http://example.org"),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("https://nhs.uk@evil.example/", ""),
        ("https://evil.example\\@nhs.uk", ""),
        ("//example.org", ""),
        ("https://[::1", ""),
        ("Our own audit of 2015, 10.1000/182 and others", ""),
        ("", ""),
    ],
)
def test_only_a_doi_or_a_web_address_is_a_link(source, href):
    assert card.source_href(source) == href


def test_the_library_reads_by_its_index(app, consultation):
    """Otherwise a large consultation would be read whole."""
    from sqlalchemy import text

    if db.engine.dialect.name != "sqlite":
        return
    query = queries._newest_first(
        queries.select(*queries.PLACED).select_from(Contribution),
        consultation,
        make.member(consultation),
        Wanted(),
        None,
    )
    sql = str(query.compile(db.engine, compile_kwargs={"literal_binds": True}))
    plan = " ".join(row[3] for row in db.session.execute(text("EXPLAIN QUERY PLAN " + sql.replace(":", "\\:"))))
    assert "ix_contributions_evidence" in plan and "TEMP B-TREE" not in plan
