"""Making themes, giving them, and reading by them."""

import pytest
from sqlalchemy import select

from crowd.db import db, transaction
from crowd.models import Contribution, Record, Theme, Themed
from crowd.states import Promise, State
from crowd.threads import deeds as threads
from tests import make
from tests.make import DAY

THEMES = "/c/ahp/themes"


@pytest.fixture
def author(colleague):
    return make.as_asker(colleague.id)


@pytest.fixture
def idea(author, consultation):
    return make.contribution(consultation.questions[0], by=author, text="Care at home")


def logged() -> list[tuple[str, dict]]:
    db.session.rollback()
    lines = db.session.scalars(select(Record).where(Record.deed.contains("theme")).order_by(Record.id))
    return [(line.deed, line.facts) for line in lines]


def test_an_analyst_makes_and_renames_a_theme(analyst, consultation):
    page = analyst.post(f"{THEMES}/new", name=" Care  at home ", definition="What *keeps* people at home")
    assert page.path == "/host/ahp/codebook"  # where the next one is added
    assert "Care at home" in page
    assert "What *keeps* people at home" in page
    analyst.post(f"{THEMES}/1", name="Care")
    assert logged() == [
        ("theme made", {"theme": 1}),
        (
            "theme changed",
            {"theme": 1, "before": {"name": "Care at home"}},
        ),
    ]
    analyst.post(f"{THEMES}/1", name="Care")
    assert len(logged()) == 2


def test_two_themes_have_two_names_and_what_was_typed_stays(host, consultation):
    host.post(f"{THEMES}/new", name="Care")
    host.post(f"{THEMES}/new", name="Time")
    for path, name in ((f"{THEMES}/new", "CARE"), (f"{THEMES}/2", "care")):
        page = host.post(path, name=name, definition="Mine")
        assert page.status == 422
        assert "Another theme has this name" in page
        typed = page.form(having="name")[1]
        assert (typed["name"], typed["definition"]) == (name, "Mine")
    assert host.post(f"{THEMES}/2", name="TIME").path == "/host/ahp/codebook"


@pytest.mark.parametrize(
    ("name", "says"), [("", "Enter a name"), ("x" * 101, "longer than 100"), ("\u202e \ufeff", "Enter a name")]
)
def test_a_bad_name_is_refused(host, consultation, name, says):
    page = host.post(f"{THEMES}/new", name=name)
    assert page.status == 422
    assert says in page


def test_themes_are_given_and_taken_and_lead_to_what_has_them(analyst, member, consultation, idea, author):
    analyst.post(f"{THEMES}/new", name="Care")
    analyst.post(f"{THEMES}/new", name="Time")
    assert "Care" not in member.get(THEMES)
    page = analyst.post(f"/p/{idea.id}/themes", themes=["1", "2"])
    assert page.path == f"/p/{idea.id}"
    analyst.post(f"/p/{idea.id}/themes", having="themes", themes=["2"])
    assert logged()[2:] == [
        ("themes given", {"contribution": idea.id, "added": [1, 2], "removed": []}),
        ("themes given", {"contribution": idea.id, "added": [], "removed": [1]}),
    ]
    page = member.get(THEMES)
    assert "Time" in page
    assert "Care" not in page
    assert "/c/ahp/search?theme=2" in page
    assert f'id="c{idea.id}"' in member.get("/c/ahp/search?theme=2")
    analyst.post(f"/p/{idea.id}/themes", having="themes", themes=["2"])
    assert len(logged()) == 4


def test_a_theme_that_is_not_there_is_left_out(analyst, consultation, idea):
    other = make.consultation("other")
    analyst.post(f"{THEMES}/new", name="Care")
    analyst.post("/c/other/themes/new", name="Theirs")
    fields = analyst.get(f"/p/{idea.id}/themes").form(having="themes")[1]
    for themes in (["1", "2"], ["1", "99"]):
        analyst.send(f"/p/{idea.id}/themes", fields | {"themes": themes})
        assert db.session.scalars(select(Themed.theme_id)).all() == [1]
    assert analyst.send(f"/p/{idea.id}/themes", fields | {"themes": ["x"]}).status == 422
    assert other.id


def test_only_what_is_published_gets_themes(analyst, host, moderator, member, consultation, author, idea):
    held = make.contribution(consultation.questions[0], by=author, state=State.HELD)
    refused = host.get(f"/p/{held.id}/themes")
    assert refused.status == 403
    assert "It is not published." in refused
    assert analyst.get(f"/p/{held.id}/themes").status == 404, "they do not know of it"
    fields = host.get(f"/p/{idea.id}/themes").form()[1]
    with transaction() as session:
        threads.withdraw(session.get_one(Contribution, idea.id), by=author)
    assert analyst.get(f"/p/{idea.id}/themes").status == 403
    assert f"/p/{idea.id}/themes" not in analyst.get(f"/p/{idea.id}")
    for number in (held.id, idea.id):
        assert host.send(f"/p/{number}/themes", fields).status in (403, 409)
    assert logged() == []


def test_those_who_may_find_the_way_from_a_contribution(analyst, host, member, consultation, idea):
    for who, shown in ((analyst, True), (host, True), (member, False)):
        assert (f"/p/{idea.id}/themes" in who.get(f"/p/{idea.id}")) == shown


def test_the_search_page_leads_to_the_themes(analyst, member, consultation, idea):
    assert THEMES in analyst.get("/c/ahp/search")
    assert THEMES not in member.get("/c/ahp/search")
    analyst.post(f"{THEMES}/new", name="Care")
    analyst.post(f"/p/{idea.id}/themes", themes=["1"])
    assert THEMES in member.get("/c/ahp/search")


def test_outsiders_do_not_learn_of_themes_of_members_texts(analyst, visitor, stakeholder, author, consultation):
    question = consultation.questions[0]
    closed = make.contribution(question, by=author, promise=Promise.MEMBERS)
    analyst.post(f"{THEMES}/new", name="Confidential")
    analyst.post(f"/p/{closed.id}/themes", themes=["1"])
    with transaction() as session:
        here = session.merge(consultation)
        here.analysis, here.open, here.closed = here.members, here.members, None
        here.change += 1
    for who in (visitor, stakeholder):
        for path in (THEMES, "/c/ahp/search"):
            assert "Confidential" not in who.get(path)
        for path in ("/c/ahp/search", "/c/ahp/evidence"):
            hidden, missing = who.get(f"{path}?theme=1"), who.get(f"{path}?theme=9")
            assert "was left out" in hidden and "was left out" in missing, "they look alike"
            assert "Confidential" not in hidden


def test_a_theme_is_followed_from_its_list(member, analyst, idea, consultation):
    theme = analyst.post(f"{THEMES}/new", name="Care at home") and db.session.scalars(select(Theme)).one()
    fields = member.get(f"/p/{idea.id}").form("/follow")[1]
    forged = fields | {"target": "theme", "key": str(theme.id), "do": "follow"}
    assert member.send("/follow", forged).status == 404, "no text that a member may read has it yet"
    analyst.post(f"/p/{idea.id}/themes", themes=[str(theme.id)])
    page = member.post("/follow", on=THEMES, having="target", do="follow")
    assert "Following" in page
    assert f"/c/ahp/search?theme={theme.number}" in member.get("/me/feeds")


def test_the_feed_of_a_theme_of_others_texts_alone_is_not_found(visitor, analyst, author, consultation, at):
    hidden = make.contribution(consultation.questions[0], by=author, promise=Promise.MEMBERS)
    analyst.post(f"{THEMES}/new", name="Whistleblowing")
    analyst.post(f"/p/{hidden.id}/themes", themes=["1"])
    at(consultation.open + DAY)
    feed = visitor.get(f"{THEMES}/1.atom")
    assert feed.status == 404
    assert "Whistleblowing" not in feed
