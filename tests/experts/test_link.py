"""Who may do what with a private link: forged ones, two browsers, other accounts, the bell, and members' aliases."""

import io
import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from crowd import clock
from crowd.accounts.queries import asker_for
from crowd.db import Overtaken, db, transaction
from crowd.experts import deeds, queries
from crowd.models import Contribution, ExpertRequest, Membership, Person, SignIn
from crowd.states import Phase, Standing
from tests import make
from tests.actors import Actor
from tests.evidence import made
from tests.experts.asking import ANN, PAGE, answers, ask, link, mails, request

MINUTE = timedelta(minutes=1)
WRITE = "/c/ahp/q/1/new"


def test_a_forged_secret_is_not_found(app, host, consultation):
    ask(host)
    for secret in ("x", request().secret, link()[3:-1], link()[3:].upper(), "%00"):
        for more in ("", "/pass-on", "/not-mine"):
            assert Actor(app).get(f"/x/{secret}{more}").status == 404


def test_two_browsers_open_one_link_and_the_second_signs_in(app, host, consultation):
    ask(host)
    one, two = Actor(app), Actor(app)
    two_form = two.get(link()).form(having="csrf_token")[1]
    assert one.post(link(), having="csrf_token").path == WRITE
    page = two.send(link(), two_form)
    assert page.path == "/login" and "has an account already" in page
    assert db.session.scalar(select(func.count()).select_from(Person).where(Person.email == ANN)) == 1
    assert "Go on with your answer" in one.get(link())


def test_answering_at_once_in_two_windows_makes_one_answer(app, host, consultation):
    ask(host)
    expert = Actor(app)
    expert.post(link(), having="csrf_token")
    forms = [expert.get(WRITE).form(having="text")[1] for _n in range(2)]
    said = {"text": "One answer", "interests": "None at all", "promise": "2", "kind": "idea", "do": "send"}
    assert "has been saved" in expert.send(WRITE, forms[0] | said)
    assert "has been saved" in expert.send(WRITE, forms[0] | said)  # pressed twice
    page = expert.send(WRITE, forms[1] | said | {"text": "Another answer"})
    assert page.status == 409 and "Another answer" in page
    assert "You have answered this question." in page and "Your answer was not sent" in page
    assert expert.get(WRITE).form(having="text")[1]["text"] == "Another answer"
    assert db.session.scalar(select(func.count()).select_from(Contribution)) == 1


def test_accepting_in_a_race_makes_one_membership(app, host, consultation):
    ask(host)
    who = make.person(ANN)
    number, went = request().id, []

    def run():
        with app.app_context():
            try:
                with transaction():
                    deeds.accept(db.session.get_one(ExpertRequest, number), by=asker_for(who.id))
                went.append("in")
            except Overtaken:
                went.append("late")

    threads = [threading.Thread(target=run) for _n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(went) == ["in", "late", "late", "late"]
    make.afresh()
    assert db.session.scalar(select(func.count()).select_from(Membership)) == 1
    assert make.anew(consultation).people == 1


def test_an_expert_who_is_a_member_answers_under_the_listed_name_and_keeps_the_alias(app, host, member, consultation):
    """The host knows whom it asked; the answer must not tell whose the alias is."""
    ask(host, f"Dr Mia Member, {member.email}")
    path = link(member.email)
    page = Actor(app).post(path, having="csrf_token")
    assert page.path == "/login"
    alias = db.session.scalars(select(Membership.alias)).one()
    page = member.get(path)
    assert "As “Dr Mia Member”" in page and alias not in page
    page = answers(member, path)
    assert "has been saved" in page
    member.post(WRITE, having="text", text="Said as a member", promise="2", kind="idea", do="send")
    rows = db.session.execute(
        select(Contribution.alias, Contribution.expert, Contribution.profession).order_by(Contribution.id)
    )
    assert [tuple(row) for row in rows] == [("Dr Mia Member", True, ""), (alias, False, "Dietitian")]
    assert db.session.scalars(select(Membership.expert)).one() is False


def test_a_form_that_promised_the_alias_never_brings_the_name_out(app, host, member, consultation):
    _to, fields = member.get(WRITE).form(having="text")
    ask(host, f"Dr Mia Member, {member.email}")
    member.post(link(member.email), having="csrf_token")
    member.send(WRITE, fields | {"text": "Under my alias", "kind": "idea", "promise": "2"})
    written = db.session.scalars(select(Contribution)).one()
    assert written.alias.startswith("Dietitian") and not written.expert
    assert request(member.email).state == "accepted"


def test_another_persons_request_cannot_be_answered(app, host, member, consultation):
    ask(host)
    Actor(app).post(link(), having="csrf_token")
    _to, fields = member.get(WRITE).form(having="text")
    for number in (str(request().id), "99999", "-1", "x", "9" * 12, "²"):
        page = member.send(WRITE, fields | {"text": "Mine", "expert": number, "interests": "-", "promise": "2"})
        assert page.status == 404 and "Mine" in page
    assert db.session.scalars(select(Contribution)).all() == []


def test_a_request_is_for_one_question_alone(app, host, consultation):
    ask(host)
    expert = Actor(app)
    expert.post(link(), having="csrf_token")
    assert "Declared interests" not in expert.get("/c/ahp/q/2/new")
    _to, fields = expert.get(WRITE).form(having="text")
    sent = fields | {"text": "Elsewhere", "interests": "-", "promise": "2"}
    assert expert.send("/c/ahp/q/2/new", sent).status == 404


def test_somebody_else_who_is_signed_in_is_told_so(app, host, member, consultation):
    ask(host)
    page = member.get(link())
    assert "You are signed in as member@example.org" in page and "Answer the question" not in page
    _to, fields = member.get(f"{link()}/not-mine").form(having="csrf_token")
    assert member.send(link(), fields).status == 409
    assert request().state == "sent"


def test_a_suspended_person_cannot_answer(app, host, consultation):
    who = make.person(ANN, suspended_until=clock.now() + timedelta(days=9))
    ask(host)
    assert "Your account is suspended" in Actor(app).post(link(), having="csrf_token")
    assert "Your account is suspended" in Actor(app, who.id).get(link())
    assert request().state == "sent"
    assert db.session.scalar(select(func.count()).select_from(SignIn).where(SignIn.person_id == who.id)) == 1


def test_staff_cannot_be_asked_and_whoever_became_staff_cannot_answer(app, host, moderator, consultation):
    page = ask(host, f"Mo Desk, {moderator.email}")
    assert page.status == 422 and "takes part here as a facilitator" in page
    assert mails(moderator.email) == []
    ask(host)
    page = Actor(app).post(f"{link()}/pass-on", name="Mo", email=moderator.email)
    assert page.status == 422 and "takes part here as a facilitator" in page
    assert request().state == "sent"
    who = make.person(ANN, roles="M")
    assert "facilitator" in Actor(app, who.id).get(link())


@pytest.mark.parametrize("address", [ANN, " Ann@Example.com "])
def test_nobody_passes_a_question_on_to_themselves(app, host, consultation, address):
    ask(host)
    page = Actor(app).post(f"{link()}/pass-on", name="Ann Berg", email=address, note="To my other self")
    assert page.status == 422 and "This is your own address." in page and "asked already" not in page
    assert 'value="Ann Berg"' in page and "To my other self" in page
    assert request().state == "sent" and len(mails()) == 1
    assert db.session.scalar(select(func.count()).select_from(ExpertRequest)) == 1
    assert "Answer the question" in Actor(app).get(link())


def test_an_answer_to_a_question_that_was_taken_back_meanwhile_is_kept(app, host, consultation):
    ask(host)
    expert = Actor(app)
    expert.post(link(), having="csrf_token")
    _to, fields = expert.get(WRITE).form(having="text")
    host.post(f"{PAGE}/{request().id}/take-back", on=PAGE, having="csrf_token")
    said = {"text": "An hour of work", "interests": "A post at a mill", "kind": "idea", "promise": "2", "do": "send"}
    file = (io.BytesIO(made.pdf()), "review.pdf")
    page = expert.send(WRITE, fields | said | {"files": [file]})
    assert page.status == 409 and "Somebody was faster" not in page
    assert "The host has taken this question back." in page and "We have kept it as a draft" in page
    assert "An hour of work" in page and "A post at a mill" in page and 'href="/me"' in page
    assert db.session.scalars(select(Contribution)).all() == []
    assert "An hour of work" in expert.get("/me")
    again = expert.get(WRITE)
    assert again.form(having="text")[1]["text"] == "An hour of work" and "review.pdf" in again


def test_what_is_typed_for_a_link_that_has_ended_is_shown_again(app, host, consultation):
    ask(host)
    path, reader = link(), Actor(app)
    _to, passed = reader.get(f"{path}/pass-on").form(having="email")
    _to, declined = reader.get(f"{path}/not-mine").form(having="reason")
    host.post(f"{PAGE}/{request().id}/take-back", on=PAGE, having="csrf_token")
    page = reader.send(f"{path}/not-mine", declined | {"reason": "I chair the panel <b>"})
    assert page.status == 409 and "The host has taken this question back" in page
    assert "What you typed" in page and "I chair the panel &lt;b&gt;" in page
    page = reader.send(f"{path}/pass-on", passed | {"name": "Bo Lind", "email": "bo@example.com", "note": "Your field"})
    assert page.status == 409
    for typed in ("Bo Lind", "bo@example.com", "Your field"):
        assert typed in page
    assert "Field “" not in page, "nothing but what was typed"
    assert "What you typed" not in reader.get(path)
    assert mails("bo@example.com") == []


def test_a_stakeholder_becomes_a_member_under_the_listed_name(app, host, consultation):
    who = make.member(consultation, ANN, standing=Standing.STAKEHOLDER, group="Carer")
    ask(host)
    answers(Actor(app, who.id), link())
    own = db.session.scalars(select(Membership)).one()
    assert (own.standing, own.alias, own.group, own.expert) == ("B", "Dr Ann Berg", "", True)


def test_two_people_of_one_name_are_told_apart(app, host, consultation):
    ask(host, "Jan Novak, one@example.com\nJan Novak, two@example.com")
    for address in ("one@example.com", "two@example.com"):
        answers(Actor(app), link(address))
    assert db.session.scalars(select(Contribution.alias).order_by(Contribution.id)).all() == [
        "Jan Novak",
        "Jan Novak 2",
    ]


def test_the_bell_ends_the_link_and_leaves_ten_minutes_to_a_form_that_was_open(app, host, consultation, at):
    ask(host, f"Dr Ann Berg, {ANN}\nBo, bo@example.com")
    expert = Actor(app)
    expert.post(link(), having="csrf_token")
    at(consultation.analysis - MINUTE)
    _to, fields = expert.get(WRITE).form(having="text")
    _to, open_link = Actor(app).get(link("bo@example.com")).form(having="csrf_token")
    at(consultation.analysis + 9 * MINUTE)
    late = Actor(app)
    assert "That ended on" in late.get(link("bo@example.com"))
    assert late.send(f"{link('bo@example.com')}/not-mine", open_link).status in (400, 409)
    sent = {"text": "Just in time", "interests": "-", "kind": "idea", "promise": "2"}
    assert "has been saved" in expert.send(WRITE, fields | sent)
    assert request().state == "answered"
    assert request("bo@example.com").state == "sent"
    assert "You can invite experts" not in host.get(PAGE) and "Send the question" not in host.get(PAGE)


def test_after_the_grace_the_text_is_kept(app, host, consultation, at):
    ask(host)
    expert = Actor(app)
    expert.post(link(), having="csrf_token")
    at(consultation.analysis - MINUTE)
    _to, fields = expert.get(WRITE).form(having="text")
    at(consultation.analysis + 11 * MINUTE)
    page = expert.send(WRITE, fields | {"text": "Too late", "interests": "A post at a mill", "promise": "2"})
    assert page.status == 409 and "Too late" in page and "A post at a mill" in page
    assert "That ended on" in expert.get(link())


def test_before_the_discussion_a_link_waits(app, host, at):
    ahp = make.consultation("ahp", phase=Phase.REGISTRATION)
    assert ask(host).status == 200
    page = Actor(app).get(link())
    assert "You can answer the questions from" in page and "Answer the question" not in page
    assert "Pass it on" in page
    make.ready(ahp)
    at(ahp.members + MINUTE)
    assert "has been saved" in answers(Actor(app), link())


def test_an_entry_on_the_register_is_used_up(app, host, consultation):
    from crowd.accounts.register import email_key
    from crowd.models import Registered

    with transaction() as session:
        session.add(Registered(email_key=email_key(ANN), added_at=clock.now()))
    ask(host)
    answers(Actor(app), link())
    assert db.session.scalars(select(Membership.eligibility)).one() == email_key(ANN)


@pytest.mark.parametrize("many", [1, 30])
def test_the_hosts_page_asks_the_same_number_of_questions_for_one_and_for_thirty(
    app, host, consultation, queries, many
):
    ask(host, "\n".join(f"Person {n}, p{n}@example.com" for n in range(many)))
    host.get(PAGE)
    with queries() as sent:
        page = host.get(PAGE)
    assert page.count("Waiting") == many
    assert len(sent) <= 8, sent


def test_a_long_list_has_pages(app, host, consultation):
    ask(host, "\n".join(f"Person {n}, p{n}@example.com" for n in range(queries.PAGE + 1)))
    page = host.get(PAGE)
    assert "Person 50" in page and "Person 0," not in page
    assert "Person 0" in host.get(f"{PAGE}?before={request('p1@example.com').id}")
