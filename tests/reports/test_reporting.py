"""Readers report what breaks the rules (M18)."""

import re
import threading

import pytest

from crowd import chores, clock
from crowd.db import db, transaction
from crowd.models import Person, Report
from crowd.states import Phase, Promise, Standing
from crowd.threads import deeds as threads
from tests import make
from tests.actors import Actor
from tests.make import DAY
from tests.reports.reporting import case_of, cases_of, decide, mails, report, reports_of, state, wrong


@pytest.fixture
def others(app, consultation):
    """More members, as browsers."""
    return [Actor(app, make.member(consultation).id) for _n in range(4)]


def test_m18_a_card_offers_the_report_to_whoever_may(member, colleague, moderator, visitor, idea):
    href = f"/p/{idea.id}/report"
    assert href in colleague.get(f"/p/{idea.id}")
    for who in (member, moderator):
        assert href not in who.get(f"/p/{idea.id}")
        assert who.get(href).status == 403


def test_m18_a_report_opens_a_case_and_leaves_the_text(colleague, idea):
    assert "You hear by mail" in report(colleague, idea, "off topic", "It is about something else.")
    (made,) = reports_of(idea)
    assert (made.reason, made.words, made.person_id) == ("off topic", "It is about something else.", colleague.id)
    assert made.case_id == case_of(idea).id
    assert (case_of(idea).urgency, state(idea)) == (3, "published")


def test_m18_one_report_for_each_person_and_text(colleague, idea):
    report(colleague, idea, "off topic")
    page = colleague.get(f"/p/{idea.id}/report")
    assert "You reported this on" in page
    assert 'name="ground"' not in page
    token = colleague.get(f"/p/{idea.id}").form("/logout")[1]["csrf_token"]
    again = colleague.send(f"/p/{idea.id}/report", {"ground": "threat", "csrf_token": token})
    assert (again.status, again.path) == (200, f"/p/{idea.id}")
    assert '<div class="notice note" role="status"><p>You reported this on' in again
    assert "The moderators have not decided yet." in again
    assert [one.reason for one in reports_of(idea)] == ["off topic"]
    assert state(idea) == "published"


def test_m18_harm_pressed_twice_is_one_report_and_a_notice(colleague, idea):
    where, fields = colleague.get(f"/p/{idea.id}/report").form(having="ground")
    assert "Thank you." in colleague.send(where, fields | {"ground": "threat"})
    assert state(idea) == "hidden"
    again = colleague.send(where, fields | {"ground": "threat"})
    assert (again.status, again.path) == (200, f"/p/{idea.id}")
    assert "You reported this on" in again
    assert "Hidden while it is checked" in again
    assert len(reports_of(idea)) == 1
    page = colleague.get(where)
    assert "You reported this on" in page
    assert "Dr Miller" not in page, "what is hidden is hidden here too"


def test_m18_presses_at_the_same_time_are_one_report_too(app, colleague, idea):
    """The first one hides the text, so the others find that they may not report it any more."""
    presses = [Actor(app, colleague.id) for _n in range(4)]
    forms = [press.get(f"/p/{idea.id}/report").form(having="ground") for press in presses]
    said, start = [], threading.Barrier(len(presses))

    def press(actor, where, fields):
        start.wait()
        page = actor.send(where, fields | {"ground": "threat"})
        said.append((page.status, "Thank you." in page, "You reported this on" in page))

    running = [threading.Thread(target=press, args=(one, *form)) for one, form in zip(presses, forms, strict=True)]
    for one in running:
        one.start()
    for one in running:
        one.join()
    make.afresh()
    assert sorted(said) == [(200, False, True)] * 3 + [(200, True, False)]
    assert len(reports_of(idea)) == 1


def test_m18_a_visitor_who_presses_twice_learns_that_it_is_reported(app):
    of = make.consultation("open", phase=Phase.OPEN)
    idea = make.contribution(of.questions[0], by=make.member(of))
    visitor = Actor(app)
    where, fields = visitor.get(f"/p/{idea.id}/report").form(having="ground")
    assert "Thank you." in visitor.send(where, fields | {"ground": "personal"})
    again = visitor.send(where, fields | {"ground": "personal"})
    assert again.status == 200
    assert "It is reported already, and one report is enough." in again
    assert "You reported" not in again, "an address may be a whole hospital"
    assert 'name="ground"' in visitor.get(where), "nor is anybody else there kept from looking"
    assert len(reports_of(idea)) == 1


def test_m18_bad_input_keeps_what_was_typed(colleague, idea):
    page = colleague.post(f"/p/{idea.id}/report", having="ground", words="Something of mine")
    assert page.status == 422
    assert "Choose what is wrong" in page
    assert "Something of mine" in page
    assert report(colleague, idea, "rule").status == 422
    assert report(colleague, idea, "rule", "x" * 1001).status == 422
    assert reports_of(idea) == []


def test_m18_m06_a_members_first_report_of_harm_hides_at_once(member, colleague, idea, question, consultation):
    report(colleague, idea, "identifies", "Names Dr Miller.")
    assert state(idea) == "hidden"
    assert case_of(idea).urgency == 1
    page = colleague.get(f"/p/{idea.id}")
    assert "Hidden while it is checked, since" in page
    assert "it was reported for identifying somebody" in page
    assert "Dr Miller" not in page
    assert "Dr Miller" not in colleague.get(question)
    assert colleague.get(f"/p/{idea.id}/reply").status == 403
    assert wrong() == []
    (mail,) = mails(member.id, "hidden")
    assert "it was reported for identifying somebody" in mail.body
    assert "Dr Miller of ward 7 shouts." in mail.body


def test_m18_the_replies_of_a_hidden_text_stay_and_it_cannot_be_voted_on(app, consultation, colleague, idea, others):
    answer = make.contribution(idea, by=make.as_asker(others[0].id), text="I have seen that too.")
    page = others[1].get(f"/p/{idea.id}")
    report(colleague, idea, "threat")
    assert case_of(idea).urgency == 0
    assert "I have seen that too." in others[1].get(f"/p/{idea.id}")
    assert state(answer) == "published"
    voted = others[1].send("/vote", page.form("/vote")[1] | {"vote": f"agree-{idea.id}"})
    assert voted.status == 403


def test_m18_others_hide_with_the_second_report_of_harm(app, host, at):
    of = make.consultation("open", phase=Phase.OPEN)
    idea = make.contribution(of.questions[0], by=make.member(of), promise=Promise.ALIAS)
    carer = Actor(app, make.member(of, standing=Standing.STAKEHOLDER, group="Carer").id)
    visitor = Actor(app)
    report(visitor, idea, "personal")
    assert state(idea) == "published"
    report(carer, idea, "off topic")
    assert state(idea) == "published"
    second = Actor(app, make.member(of, standing=Standing.STAKEHOLDER, group="Carer").id)
    report(second, idea, "danger")
    assert state(idea) == "hidden"


def test_m18_a_visitor_is_a_keyed_hash_of_address_and_day(app, at):
    of = make.consultation("open", phase=Phase.OPEN)
    idea = make.contribution(of.questions[0], by=make.member(of))
    assert f'href="/p/{idea.id}/report"' in Actor(app).get(f"/p/{idea.id}")
    for _time in range(2):
        report(Actor(app), idea, "advertising")
    (made,) = reports_of(idea)
    assert made.person_id is None
    assert len(made.reporter) == 64
    assert "127.0.0.1" not in made.reporter
    at(clock.now() + DAY)
    report(Actor(app), idea, "advertising")
    assert len({one.reporter for one in reports_of(idea)}) == 2


def test_m18_nobody_reports_everything_at_once(app, consultation, colleague):
    author = make.member(consultation)
    texts = [make.contribution(consultation.questions[0], by=author) for _n in range(11)]
    statuses = [report(colleague, text, "off topic").status for text in texts]
    assert statuses == [200] * 10 + [429]


def test_m18_fine_shows_it_again_and_tells_everybody(member, colleague, moderator, idea, question):
    report(colleague, idea, "identifies")
    assert "It stays." in decide(moderator, idea, "fine")
    assert state(idea) == "published"
    assert "Dr Miller" in colleague.get(question)
    assert wrong() == []
    assert [one.outcome for one in reports_of(idea)] == ["fine"]
    assert "can stay" in mails(colleague.id, "report_outcome")[0].body
    assert len(mails(member.id, "shown_again")) == 1
    assert case_of(idea).closed_at is not None


def test_m18_the_same_reason_opens_again_only_with_three_new_reporters(colleague, moderator, idea, others):
    report(colleague, idea, "identifies")
    decide(moderator, idea, "fine")
    for who in others[:2]:
        assert "They look again when others report the same" in report(who, idea, "identifies")
        assert (state(idea), cases_of(idea)) == ("published", 1)
    report(others[2], idea, "identifies")
    assert (state(idea), cases_of(idea)) == ("hidden", 2)
    assert {one.case_id for one in reports_of(idea)[1:]} == {case_of(idea).id}


def test_m18_another_reason_opens_again_at_once(colleague, moderator, idea, others):
    report(colleague, idea, "identifies")
    decide(moderator, idea, "fine")
    report(others[0], idea, "duplicate")
    assert cases_of(idea) == 2


def test_m18_reports_are_taken_after_the_bell_too(app, consultation, colleague, idea, at):
    at(clock.now() + 12 * DAY)
    report(Actor(app, colleague.id), idea, "duplicate")
    assert len(reports_of(idea)) == 1


def test_m18_reporters_hear_of_a_text_that_was_withdrawn(member, colleague, idea):
    report(colleague, idea, "duplicate")
    with transaction():
        threads.withdraw(make.anew(idea), by=make.as_asker(member.id))
    chores.run()
    assert reports_of(idea)[0].outcome == "withdrawn"
    assert "has withdrawn it" in mails(colleague.id, "report_outcome")[0].body


def test_m18_a_moderator_checks_what_nobody_has_reported(member, moderator, colleague, idea):
    assert f"/p/{idea.id}/check" in moderator.get(f"/p/{idea.id}")
    assert f"/p/{idea.id}/check" not in colleague.get(f"/p/{idea.id}")
    page = moderator.post(f"/p/{idea.id}/check", having="csrf_token")
    assert "Nobody has reported it." in page
    assert page.path == f"/moderate/published/{case_of(idea).id}"
    assert moderator.get(f"/p/{idea.id}/check").path == page.path


def test_m18_nothing_of_a_report_changes_a_page_before_it_hides(visitor, colleague, idea, question):
    """M5 for reports: what others see stays, to the byte."""

    def shown() -> str:
        return re.sub(r'name="csrf_token" value="[^"]+"', "", colleague.get(f"/p/{idea.id}"))

    before = shown()
    report(colleague, idea, "duplicate")
    colleague.get("/me")
    assert shown() == before


def test_who_reported_is_in_the_table_only(app, colleague, idea):
    report(colleague, idea, "duplicate")
    assert db.session.query(Report).one().person_id == colleague.id
    assert db.session.get(Person, colleague.id) is not None
