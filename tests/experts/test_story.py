"""Invited experts over HTTP: the whole story, and what becomes of a question that is not answered."""

from sqlalchemy import func, select

from crowd import outbox
from crowd.db import db
from crowd.models import Contribution, Draft, Mail, Membership, Person, Record, SignIn, Version
from crowd.states import Promise, State
from tests.actors import Actor
from tests.experts.asking import ANN, PAGE, answers, ask, link, mails, request
from tests.moderation import desk


def count(kind) -> int:
    return db.session.scalar(select(func.count()).select_from(kind))


def test_an_expert_is_asked_answers_and_stands_in_the_thread_marked_so(app, host, moderator, member, consultation):
    page = ask(host)
    assert "1 person has been asked" in page
    assert "Dr Ann Berg" in page and "Waiting" in page
    (mail,) = mails()
    for words in ("Dear Dr Ann Berg", "How will England be different?", "about 30 minutes", "You wrote the review."):
        assert words in mail.body
    assert "Answers are taken until" in mail.body and "because a host of" in mail.body
    expert, path = Actor(app), link()
    opened = expert.get(path)
    for words in (
        "How will England be different?",
        "About 30 minutes",
        "marked “Invited expert”",
        "Answer the question",
    ):
        assert words in opened
    expert.post(path, having="csrf_token")
    page = expert.get("/c/ahp/q/1/new")
    assert "under your name" in page and "under your alias" not in page
    page = answers(expert, path)
    assert "Your contribution has been saved" in page
    own = db.session.scalars(select(Membership).where(Membership.expert)).one()
    assert (own.alias, own.expert, own.standing) == ("Dr Ann Berg", True, "B")
    written = db.session.scalars(select(Contribution)).one()
    assert (written.state, written.expert, written.alias) == (State.HELD, True, "Dr Ann Berg")
    assert "The exposure is underestimated" not in member.get("/c/ahp/q/1")
    version = desk.waiting(written)
    shown = moderator.get(f"/moderate/{version.id}")
    assert "Invited expert" in shown and "Paid by a mill in 2019" in shown
    desk.decide(moderator, version, "approve")
    page = member.get("/c/ahp/q/1")
    for words in ("The exposure is underestimated", "Dr Ann Berg", "Invited expert", "Paid by a mill in 2019."):
        assert words in page
    assert f'href="/p/{written.id}"' in host.get(PAGE)
    deeds = db.session.scalars(select(Record.deed).where(Record.deed.like("expert%")).order_by(Record.id)).all()
    assert deeds == ["expert invited", "expert accepted", "expert answered"]
    assert "You have answered this question" in expert.get(path)


def test_scanners_and_readers_change_nothing(app, host, consultation):
    ask(host)
    path, stranger = link(), Actor(app)

    def state():
        db.session.rollback()
        return [request().state, *map(count, (Person, Membership, SignIn, Record, Mail))]

    before = state()
    for address in (path, f"{path}/pass-on", f"{path}/not-mine"):
        for method in ("HEAD", "GET", "HEAD", "GET"):
            assert stranger._asking(method, address).status == 200
    assert state() == before


def test_interests_are_asked_for_and_nothing_typed_is_lost(app, host, consultation):
    ask(host)
    expert = Actor(app)
    page = answers(expert, link(), interests="", text="Kept")
    assert page.status == 422
    assert "Say which interests you have" in page and "Kept" in page
    page = expert.post("/c/ahp/q/1/new", having="text", interests="Some", none="y", text="Kept", promise="2")
    assert page.status == 422 and "Clear one of the two" in page and "Some" in page
    assert count(Contribution) == 0
    expert.post(
        "/c/ahp/q/1/new", having="text", interests="", none="y", text="Nothing declared", promise="2", do="send"
    )
    assert db.session.scalars(select(Version.card)).one() == {"interests": "None to declare"}


def test_a_draft_keeps_the_interests_too(app, host, consultation):
    ask(host)
    expert = Actor(app)
    answers(expert, link(), do="draft", interests="Shares in a dairy")
    assert db.session.scalars(select(Draft)).one().fields["interests"] == "Shares in a dairy"
    page = expert.get("/c/ahp/q/1/new")
    assert "Shares in a dairy" in page and "The exposure is underestimated" in page
    assert "Writing" in host.get(PAGE)
    expert.post("/c/ahp/q/1/new", having="text", do="send")
    assert count(Draft) == 0
    assert request().state == "answered"


def test_a_question_is_passed_on_three_times_at_most(app, host, consultation):
    ask(host)
    first, reader = link(), Actor(app)
    page = reader.post(f"{first}/pass-on", name="Prof Bo Lind", email="bo@example.com", note="More your field.")
    assert "You have passed this question on to Prof Bo Lind" in page
    assert "You have passed this question on" in reader.get(f"{first}/not-mine")
    assert reader.send(first, {"csrf_token": "x"}).status in (400, 409)
    (mail,) = mails("bo@example.com")
    assert "Dr Ann Berg was asked this" in mail.body and "More your field." in mail.body
    assert "because Dr Ann Berg entered your address" in mail.body
    assert "Dr Ann Berg was asked first" in reader.get(link("bo@example.com"))
    assert "has been asked already and has passed" in reader.post(
        f"{link('bo@example.com')}/pass-on", name="Ann again", email=ANN
    )
    reader.post(f"{link('bo@example.com')}/pass-on", name="Cy", email="cy@example.com")
    reader.post(f"{link('cy@example.com')}/pass-on", name="Di", email="di@example.com")
    last = link("di@example.com")
    assert "/pass-on" not in reader.get(last)
    page = reader.post(f"{last}/pass-on", name="Ed", email="ed@example.com")
    assert page.status == 422 and "passed on 3 times already" in page and 'value="Ed"' in page
    assert mails("ed@example.com") == []
    assert "to Prof Bo Lind, who has been asked in their place" in host.get(PAGE)
    answers(Actor(app), last)
    assert request("di@example.com").state == "answered"


def test_it_is_not_mine(app, host, consultation):
    ask(host)
    page = Actor(app).post(f"{link()}/not-mine", reason="I chair the panel.")
    assert "You have told us that this question is not yours" in page
    page = host.get(PAGE)
    assert "Not theirs" in page and "I chair the panel." in page
    assert count(Membership) == 0
    assert "not theirs" in ask(host)


def test_several_at_once_good_lines_go_out_and_bad_ones_come_back_with_their_numbers(app, host, consultation):
    page = ask(host, f"Dr Ann Berg, {ANN}\n\nNobody\n, no@example.com\nBo Lind <bo@example.com>\nAnn; {ANN}")
    assert page.status == 422
    assert "2 people have been asked" in page
    for words in (
        "Line 3, “Nobody”: There is no e-mail",
        "Line 4",
        "no name before",
        "Line 6",
        "same address as in line 1",
    ):
        assert words in page
    _to, fields = page.form(having="people")
    assert fields["people"] == f"Nobody\n, no@example.com\nAnn; {ANN}"
    assert len(mails()) == len(mails("bo@example.com")) == 1
    page = ask(host)
    assert page.status == 422 and "has been asked this question already" in page
    assert len(mails()) == 1
    question2 = str(consultation.questions[1].id)
    assert ask(host, question=question2).status == 200
    assert len(mails()) == 2


def test_bad_input_gets_a_sentence(app, host, consultation):
    for fields, words in (
        ({"people": " "}, "Name at least one person"),
        ({"minutes": "0"}, "Enter a number from 5 to 480"),
        ({"minutes": "soon"}, "Enter a whole number"),
        ({"note": "x" * 1001}, "Use at most 1,000 characters"),
        ({"question": "99999"}, "Choose one from the list"),
    ):
        page = ask(host, **fields)
        assert page.status == 422 and words in page, fields
    assert count(Mail) == 0
    ask(host)
    page = Actor(app).post(f"{link()}/pass-on", name="", email="nowhere")
    assert page.status == 422 and "Enter their name" in page and "name@example.org" in page


def test_one_reminder_with_the_same_link(app, host, consultation):
    ask(host)
    first = link()
    page = host.post(f"{PAGE}/{request().id}/remind", on=PAGE, having="csrf_token")
    assert "gets a reminder by mail" in page and "Reminded once." in page
    assert len(mails()) == 2 and mails()[1].subject.startswith("A reminder")
    assert link() == first
    _to, fields = host.get(PAGE).form(having="people")
    token = {"csrf_token": fields["csrf_token"]}
    assert "has had a reminder already" in host.send(f"{PAGE}/{request().id}/remind", token)
    assert len(mails()) == 2


def test_a_request_can_be_taken_back_and_made_again(app, host, consultation):
    ask(host)
    path = link()
    host.post(f"{PAGE}/{request().id}/take-back", on=PAGE, having="csrf_token")
    assert "The host has taken this question back" in Actor(app).get(path)
    assert "Taken back" in host.get(PAGE)
    assert ask(host).status == 200
    assert link() != path
    assert "Answer the question" in Actor(app).get(link())


def test_the_link_is_kept_nowhere_once_its_mail_is_sent(app, host, consultation):
    ask(host)
    secret = link().rpartition("/")[2]
    app.config["MAIL_FILE"] = ""
    outbox.send_due()
    db.session.rollback()
    mail = db.session.scalars(select(Mail)).one()
    assert mail.state == "kept" and (mail.body, mail.address) == ("", "")
    assert secret not in (request().secret, mail.body, mail.subject)


def test_an_answer_can_be_for_members_only_and_can_be_withdrawn(app, host, moderator, visitor, consultation, at):
    ask(host)
    expert = Actor(app)
    answers(expert, link(), promise=str(int(Promise.MEMBERS)))
    written = db.session.scalars(select(Contribution)).one()
    desk.decide(moderator, desk.waiting(written), "approve")
    at(consultation.open)
    assert visitor.get(f"/p/{written.id}").status == 404
    assert "has been withdrawn" in expert.post(f"/p/{written.id}/withdraw", having="csrf_token")
    assert request().state == "answered"


def test_a_changed_answer_keeps_its_mark_and_its_interests(app, host, moderator, member, consultation):
    ask(host)
    expert = Actor(app)
    answers(expert, link())
    written = db.session.scalars(select(Contribution)).one()
    expert.post(f"/p/{written.id}/edit", having="text", text="The exposure is far too low.", do="send")
    desk.decide(moderator, desk.waiting(written), "approve")
    page = member.get("/c/ahp/q/1")
    for words in ("far too low", "Dr Ann Berg", "Invited expert", "Paid by a mill in 2019."):
        assert words in page
    assert "My page" in expert.get("/me") and "far too low" in expert.get("/me")
