"""Making a consultation, describing it, and asking its questions."""

import pytest

from crowd.db import db
from crowd.models import Consultation, Question, Record
from crowd.states import Phase, State
from tests import make


def last_deed() -> tuple[str, dict]:
    db.session.rollback()
    line = db.session.query(Record).order_by(Record.id.desc()).first()
    return line.deed, line.facts


def test_a_host_makes_a_consultation_that_others_do_not_see(host, visitor):
    page = host.post("/host/new", title="Student placements", slug="placements", summary="What **helps**?")
    assert page.path == "/host/placements/"
    assert last_deed() == ("consultation created", {"slug": "placements"})
    assert "<strong>helps</strong>" in host.get("/c/placements/")
    assert visitor.get("/c/placements/").status == 404


@pytest.mark.parametrize("slug", ["", "Placements", "a b", "new", "a--b", "-a", "x" * 61, "ahp"])
def test_a_short_name_that_cannot_be_is_refused_and_all_that_was_typed_stays(host, consultation, slug):
    page = host.post("/host/new", title="Student placements", slug=slug, summary="My summary")
    assert "There is a problem" in page
    assert "My summary" in page
    assert db.session.query(Consultation).count() == 1


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../etc/passwd"])
def test_a_time_zone_must_exist(host, zone):
    assert "such as Europe/London" in host.post("/host/new", title="A", slug="a", timezone=zone)


def test_only_hosts_make_and_set_up(visitor, member, moderator, analyst, consultation):
    for path in ("/host/new", "/host/ahp/", "/host/ahp/questions", "/host/ahp/questions/1"):
        assert [who.get(path).status for who in (visitor, member, moderator, analyst)] == [403] * 4, path


def test_set_up_keeps_lists_one_a_line(host, consultation):
    page = host.post("/host/ahp/", professions="Dietitian\n\n  Art   therapist \r\nDietitian", target="2000")
    assert page.path == "/host/ahp/"
    assert "Saved." in page
    assert make.anew(consultation).professions == ["Dietitian", "Art therapist"]
    assert last_deed() == ("consultation changed", {"what": ["target", "professions"]})
    assert "of 2,000 hoped for" in host.get("/c/ahp/")


def test_what_is_missing_is_said_in_plain_words(host, app):
    host.post("/host/new", title="A", slug="a")
    page = host.get("/host/a/")
    assert "Add at least one question." in page
    assert "Name at least two moderators" in page


@pytest.mark.parametrize(
    ("promises", "default", "fine"),
    [([2, 1], "2", False), ([1, 0], "1", True), ([2, 1, 0], "2", False), ([1, 0], "0", True), ([0], "0", True)],
)
def test_p12_nothing_loosens_the_promise_once_members_write(host, app, promises, default, fine):
    consultation = make.consultation(phase=Phase.MEMBERS, promises=[1, 0], default_promise=1)
    host.post("/host/ahp/", promises=promises, default_promise=default)
    assert (make.anew(consultation).promises == promises) is fine
    assert (make.anew(consultation).default_promise == int(default)) is (fine or default == "1")


def test_p12_before_members_write_the_host_is_free(host, app):
    consultation = make.consultation(phase=Phase.REGISTRATION, promises=[0], default_promise=0)
    host.post("/host/ahp/", promises=[2, 1], default_promise="2")
    assert make.anew(consultation).promises == [2, 1]


def test_two_hosts_at_the_set_up_do_not_overwrite_each_other_unseen(host, app, consultation):
    from tests.actors import Actor

    other = Actor(app, make.person("other@example.org", roles="H").id)
    _where, stale = other.get("/host/ahp/").form(having="title")
    host.post("/host/ahp/", title="The host's title")
    page = other.send("/host/ahp/", stale | {"title": "The other's title"})
    assert page.status == 409
    assert "Somebody else changed this" in page
    assert "The other&#39;s title" in page
    assert make.anew(consultation).title == "The host's title"
    other.send("/host/ahp/", page.form(having="title")[1])
    assert make.anew(consultation).title == "The other's title"


def test_questions_are_added_changed_moved_and_taken_away(host, app):
    consultation = make.consultation(phase=Phase.REGISTRATION)
    host.post("/host/ahp/questions", title="A fourth?", guidance="Say *why*.", kinds=["example"])
    host.post("/host/ahp/questions/4", title="The first now?", number="1")
    titles = [q.title for q in make.anew(consultation).questions]
    assert titles[:2] == ["The first now?", "How will England be different?"]
    assert make.anew(consultation).questions[0].guidance_html == "<p>Say <em>why</em>.</p>\n"
    page = host.get("/host/ahp/questions/1")
    token = page.form(having="title")[1]["csrf_token"]
    host.send("/host/ahp/questions/1/drop", {"csrf_token": token})
    assert [q.title for q in make.anew(consultation).questions] == [*titles[1:]]


def test_a_question_with_texts_stays_even_if_none_is_published(host, member, consultation):
    make.contribution(consultation.questions[0], by=make.as_asker(member.id), state=State.HELD)
    page = host.get("/host/ahp/questions/1")
    assert "it cannot be taken away" in page
    token = page.form(having="title")[1]["csrf_token"]
    assert "so it stays" in host.send("/host/ahp/questions/1/drop", {"csrf_token": token})
    assert db.session.query(Question).count() == 3


def test_the_numbers_stay_once_people_wrote(host, member, consultation):
    make.contribution(consultation.questions[0], by=make.as_asker(member.id))
    assert "stay as they are" in host.post("/host/ahp/questions/3", title="Mine first", number="1")
    assert [q.title for q in make.anew(consultation).questions][2] == "Which success stories can you share?"


@pytest.mark.parametrize("field", ["title", "kinds"])
def test_a_question_needs_its_words_and_kinds(host, consultation, field):
    given = {"title": "Why?", "kinds": ["idea"]} | {field: [] if field == "kinds" else ""}
    assert "There is a problem" in host.post("/host/ahp/questions", **given)


def test_markdown_that_cannot_be_made_safe_is_refused_in_words(host, consultation):
    assert "too many special characters" in host.post("/host/ahp/", summary="*" * 9000)


def test_a_script_in_a_summary_is_words(host, visitor, consultation):
    host.post("/host/ahp/", summary="<script>alert(1)</script>")
    assert "<script>alert" not in visitor.get("/c/ahp/")
    assert "&lt;script&gt;alert(1)" in visitor.get("/c/ahp/")
