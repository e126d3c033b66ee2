"""The main mails in a host's own words."""

import pytest
from sqlalchemy import select

from crowd import clock, letters, outbox
from crowd.db import db, transaction
from crowd.models import Mail, MailWording, Question, Record
from crowd.states import Phase, State
from crowd.switching.news import _rendered
from tests import make

RETURNED = """Please look again: {consultation}

{note}

Why: {reason}

{passages}

Until {until}, at {link}

{text}"""


def reword(kind, words):
    with transaction():
        db.session.add(MailWording(kind=kind, words=words, changed_at=clock.now()))


def body(kind):
    return db.session.scalars(select(Mail).where(Mail.kind == kind)).one()


@pytest.fixture
def text(consultation, member):
    """What a member has written under the first question, with the means to have it decided."""

    def written(state, words="My {link} and {unknown}."):
        question = db.session.scalars(select(Question)).first()
        return make.contribution(question, by=make.as_asker(member.id), text=words, state=state)

    return written


@pytest.mark.parametrize("kind", letters.KINDS)
def test_the_standard_words_can_be_saved_as_they_are(host, kind):
    words = letters.standard(kind)
    assert letters.objection(kind, words) == ""
    assert "Saved." in host.post(f"/host/words/{kind}", do="save", having="words")
    assert db.session.scalars(select(MailWording.words)).all() == [words]


@pytest.mark.parametrize("state", [State.PUBLISHED, State.RETURNED, State.REJECTED])
def test_standard_words_that_were_saved_say_what_the_template_says(text, at, state):
    """One source of the words: what a host begins to edit differs in nothing but the gaps."""
    now, said, kind = clock.now().replace(second=0), [], str(state.value)  # mails say minutes
    for words in ("First of all.", "Second of all."):
        at(now)
        made = text(state, words)
        mail = body(kind)
        told = mail.body.replace(words, "").replace(f"/p/{made.id}", "/p/").split()
        said.append((mail.subject, sorted(told)))
        with transaction():
            db.session.delete(db.session.merge(mail))
            if len(said) == 1:
                db.session.add(MailWording(kind=kind, words=letters.standard(kind), changed_at=now))
    assert said[0] == said[1]


def test_a_mail_goes_out_in_the_hosts_words_and_an_authors_words_stay_as_they_are(text):
    reword("returned", RETURNED)
    made = text(State.RETURNED)
    mail = body("returned")
    assert mail.subject == "Please look again: Consultation ahp"
    assert mail.body.startswith("Why: Off topic\n")
    assert f"/p/{made.id}/edit" in mail.body
    assert "My {link} and {unknown}." in mail.body
    assert "\n\n\n" not in mail.body


def test_each_invitation_has_its_own_link(app):
    reword("invited", "Come: {consultation}\n\n{host} asks you, {who}: {link}")
    with transaction():
        outbox.queue_many(
            "invited",
            [
                (f"{name}@example.org", name, f"secret-of-{name}", {"title": "T", "host": "H", "who": "Dietitian"})
                for name in ("ann", "ben")
            ],
        )
    for mail in db.session.scalars(select(Mail)):
        name = mail.address.partition("@")[0]
        assert mail.subject == "Come: T"
        assert mail.body == f"H asks you, Dietitian: http://localhost/i/secret-of-{name}\n"


def test_news_keep_the_way_to_turn_them_off(consultation):
    reword("opening", "We begin: {consultation}\n\nUntil {until}: {link}\n\n{foot}")
    made = _rendered("opening", {"consultation": consultation, "bell": consultation.analysis})
    assert made.startswith("We begin: Consultation ahp\n\nUntil ")
    assert "0" * 60 in made
    assert "/c/ahp/" in made


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (RETURNED + " {name}", "There is no {name} in this mail. You can use:"),
        (RETURNED + " {{link}}", "A curly bracket stands alone"),
        (RETURNED + " }", "A curly bracket stands alone"),
        (RETURNED.replace("{reason}", ""), "Keep {reason}"),
        (RETURNED.replace("{consultation}", "{text}"), "The first line is the subject"),
        ("Only a subject {link}{reason}{note}{passages}{until}{text}", "The first line is the subject"),
        (" ", "Write the mail, or go back"),
        (RETURNED + "x" * 5000, "Use at most 5,000 characters."),
    ],
)
def test_bad_words_get_a_sentence_and_lose_nothing(host, words, sentence):
    page = host.post("/host/words/returned", words=words, do="save")
    assert sentence in page
    assert page.form(having="words")[1]["words"].split()[-1:] == words.split()[-1:]
    assert not db.session.scalars(select(MailWording)).all()


def test_the_preview_is_of_what_there_is_and_saves_nothing(host, text):
    text(State.PUBLISHED, "A real thing was said.")
    page = host.post("/host/words/returned", words=RETURNED, do="preview")
    assert "A real thing was said." in page
    assert "Please look again: Consultation ahp" in page
    assert not db.session.scalars(select(MailWording)).all()


@pytest.mark.parametrize("kind", letters.KINDS)
@pytest.mark.parametrize("phase", [None, Phase.DRAFT, Phase.CLOSED])
def test_there_is_a_preview_whatever_there_is(host, kind, phase):
    if phase:
        make.consultation(phase=phase)
    page = host.get(f"/host/words/{kind}")
    assert "How it reads" in page
    assert letters.standard(kind).partition("\n")[0].partition("{")[0] in page


def test_back_to_the_standard_words(host, text):
    host.post("/host/words/returned", words=RETURNED, do="save")
    assert "In your words" in host.get("/host/words")
    assert "standard words are used again" in host.post("/host/words/returned", do="standard", having="words")
    assert "In your words" not in host.get("/host/words")
    lines = db.session.scalars(select(Record.facts).where(Record.deed == "mail reworded").order_by(Record.id)).all()
    assert [line["text"] for line in lines] == [RETURNED, ""]
    text(State.RETURNED)
    assert body("returned").subject == "Please change your text and send it again"


def test_a_mail_without_a_choice_of_words(host):
    assert host.get("/host/words/sign_in").status == 404
