"""A host sees the site as a member or the public would on a date: truly, for reading alone, and kept for nobody."""

import pytest

from crowd import clock
from crowd.db import db
from crowd.models import Contribution, Record
from crowd.states import Promise, State
from crowd.switching.as_others import COOKIE
from tests import make
from tests.actors import Actor
from tests.make import DAY

PRIVATE, WAITING, PUBLIC = "Only among ourselves", "It waits for a moderator", "For everybody to read"


@pytest.fixture
def texts(consultation, member):
    author = make.as_asker(member.id)
    question = consultation.questions[0]
    make.ready(consultation)
    return {
        "private": make.contribution(question, by=author, promise=Promise.MEMBERS, text=PRIVATE),
        "waiting": make.contribution(question, by=author, state=State.HELD, text=WAITING),
        "public": make.contribution(question, by=author, text=PUBLIC),
    }


def look(host, standing: str, at) -> str:
    return host.post("/host/ahp/as", standing=standing, day=f"{at:%Y-%m-%d}", time="12:00")


def test_p01_now_the_public_sees_no_discussion_and_a_member_sees_it(host, texts):
    assert "You see this as: The public" in look(host, "V", clock.now())
    assert host.get("/c/ahp/q/1").status == 403
    look(host, "B", clock.now())
    page = host.get("/c/ahp/q/1")
    assert PUBLIC in page
    assert PRIVATE in page
    assert WAITING not in page, "what others wrote and waits is not for members"


def test_p01_on_a_date_in_the_open_phase_the_public_sees_what_was_promised(host, texts, consultation):
    look(host, "V", consultation.open + DAY)
    page = host.get("/c/ahp/q/1")
    assert PUBLIC in page
    assert PRIVATE not in page
    assert "Findings open for comment" in page
    assert host.get(f"/p/{texts['private'].id}").status == 404
    assert host.get(f"/p/{texts['waiting'].id}").status == 404


def test_a_phase_that_red_stands_before_is_shown_as_late(host, consultation):
    """Looking ahead tells the truth: with nothing done about the checklist the findings would not open."""
    from crowd.db import transaction

    with transaction() as session:
        session.get_one(make.Consultation, consultation.id).open_ready_at = None
    assert "The host is not ready yet" in look(host, "V", consultation.open + DAY)


def test_nothing_can_be_sent_and_no_other_page_is_there(host, texts, consultation):
    look(host, "B", clock.now())
    _where, fields = host.get("/c/ahp/q/1").form("/host/ahp/as/end")
    before = db.session.query(Contribution).count(), db.session.query(Record).count()
    token = {"csrf_token": fields["csrf_token"]}
    for path, more in (("/c/ahp/q/1/new", {"text": "Mine"}), ("/vote", {"vote": f"agree-{texts['public'].id}"})):
        answer = host.send(path, token | more)
        assert answer.status == 403
        assert "send nothing" in answer
    for path in ("/me", "/host/", "/moderate", "/host/ahp/switch", "/me/notices"):
        assert host.get(path).status == 403
    assert (db.session.query(Contribution).count(), db.session.query(Record).count()) == before


def test_nothing_of_the_host_shows(host, texts):
    page = look(host, "B", clock.now())
    assert host.email not in page
    assert "Hope Host" not in page


def test_the_page_that_is_not_shown_is_not_the_hosts_own_either(host, texts):
    look(host, "B", clock.now())
    for page in (host.get("/me"), host.get("/host/")):
        assert page.status == 403
        assert host.email not in page
        assert 'href="/host/"' not in page
        assert 'href="/moderate"' not in page
        assert "Be yourself again" in page


@pytest.mark.parametrize("standing", ["V", "B", "S"])
def test_what_others_can_open_here_can_be_looked_at(host, texts, consultation, standing, visitor):
    look(host, standing, consultation.open + DAY)
    for path in ("/c/ahp/moderation", "/c/ahp/join", "/c/ahp/rules", "/c/ahp/dates.ics", "/c/ahp/findings.atom"):
        assert host.get(path).status == 200, path
    look(host, "V", clock.now())
    assert host.get("/c/ahp/records/analysis.json").status == visitor.get("/c/ahp/records/analysis.json").status == 403
    assert "send nothing" not in host.get("/c/ahp/records/analysis.json")


def test_the_way_back(host, consultation):
    look(host, "V", clock.now())
    host.post("/host/ahp/as/end", on="/c/ahp/")
    assert host.get("/moderate").status == 200
    assert "You see this as" not in host.get("/c/ahp/")


def test_after_an_hour_the_host_is_themselves_again(host, consultation, at):
    look(host, "V", clock.now())
    at(clock.now() + DAY / 23)
    assert "You see this as" not in host.get("/c/ahp/")
    assert host.get("/moderate").status == 200


def test_the_cookie_is_of_use_to_nobody_else(host, member, visitor, moderator, consultation, texts, app):
    look(host, "B", consultation.open + DAY)
    stolen = host.browser.get_cookie(COOKIE).value
    for who in (member, visitor, moderator):
        who.browser.set_cookie(COOKIE, stolen)
        assert "You see this as" not in who.get("/c/ahp/")
    assert visitor.get("/c/ahp/q/1").status == 403
    host.browser.set_cookie(COOKIE, stolen[:-2] + "xx")
    assert "You see this as" not in host.get("/c/ahp/")


def test_p13_nothing_of_it_is_kept_for_anybody_else_nor_anything_kept_shown_in_it(
    host, texts, consultation, colleague, app
):
    """The same pages, before, during and after, for a visitor and a member with warm memories."""
    visitor = Actor(app)
    paths = ("/c/ahp/", "/c/ahp/q/1", f"/p/{texts['public'].id}", "/c/ahp/findings")
    before = {(who, path): who.get(path) for _n in range(2) for who in (visitor, colleague) for path in paths}
    for standing in "VB":
        for moment in (clock.now(), consultation.open + DAY, consultation.closed + DAY):
            look(host, standing, moment)
            for path in paths:
                host.get(path)
    for (who, path), page in before.items():
        again = who.get(path)
        assert again.status == page.status
        assert "You see this as" not in again
        if who is visitor:
            assert again == page
        else:
            assert ("Findings open for comment</strong>" in again) == ("Findings open for comment</strong>" in page)


@pytest.mark.parametrize(
    ("fields", "said"),
    [({"standing": "H"}, "Choose one."), ({"day": "soon"}, "31/12/2026"), ({"time": ""}, "Enter one.")],
)
def test_bad_input_is_asked_again(host, consultation, fields, said):
    page = host.post("/host/ahp/as", having="standing", **fields)
    assert page.status == 422
    assert said in page
