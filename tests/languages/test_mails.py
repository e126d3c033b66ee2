"""Every mail is in the language of its reader, and nothing in it is in the one of whoever causes it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from crowd import clock, delivery
from crowd.accounts import passwords
from crowd.db import db, transaction
from crowd.languages import catalogues
from crowd.models import Mail, Person
from crowd.moderation.deeds import ship_reasons
from crowd.notices import digests
from crowd.sanctions import deeds as sanctions
from crowd.states import State
from crowd.switching import news
from tests import make
from tests.moderation.desk import decide, waiting


@pytest.fixture
def reader(offered, member):
    """A member who reads in Welsh."""
    _reads(member.id, "cy")
    return member


def _reads(person_id, language):
    with transaction() as session:
        session.get_one(Person, person_id).language = language


def mail_to(address, kind=""):
    found = db.session.scalars(select(Mail).where(Mail.address == address).order_by(Mail.id.desc())).all()
    return next(mail for mail in found if not kind or mail.kind == kind)


def english_in(mail):
    """What it says in English, of all that Crowd can say."""
    said = mail.subject + "\n" + mail.body
    known = [catalogues.first(m) for m in catalogues.extracted() if m.id]
    return [words for words in known if len(words) > 12 and " " in words and "%" not in words and words in said]


def test_a_moderator_who_reads_english_decides_on_a_text_of_somebody_who_reads_welsh(reader, moderator, consultation):
    with transaction():
        ship_reasons()
    idea = make.contribution(
        consultation.questions[0], by=make.as_asker(reader.id), text="Mwy o amser", state=State.HELD
    )
    decide(moderator, waiting(idea), "return", reason=str(make.reason("Off topic").id), note="Diolch.")
    mail = mail_to(reader.email)
    assert mail.language == "cy" and english_in(mail) == []
    assert catalogues.read("cy").get("Keep to the question.").string in mail.body, "the reason that comes with Crowd"
    assert delivery.compose(mail)["Content-Language"] == "cy"


def test_somebody_who_reads_welsh_causes_a_mail_in_english(offered, host, analyst):
    _reads(analyst.id, "en")
    host.browser.set_cookie("language", "cy")
    host.post("/host/people", having="email", email=analyst.email, name="Ana", role="M")
    mail = mail_to(analyst.email, "staff")
    assert mail.language == "en" and "Moderator" in mail.body and "Cymedrolwr" not in mail.body


def test_facts_in_words_are_said_in_the_readers_language(reader, moderator, consultation):
    who = db.session.get_one(Person, reader.id)
    until = clock.now() + timedelta(days=3)
    with transaction():
        sanctions.impose(
            who, by=make.as_asker(moderator.id), kind="hold", words="Gofal", until=until, zone="Europe/London"
        )
    assert english_in(mail_to(reader.email)) == []


def test_news_to_all_reach_each_in_their_language(reader, colleague, consultation, at):
    at(consultation.analysis + timedelta(seconds=1))
    news.tell()
    welsh, english = mail_to(reader.email, "ended"), mail_to(colleague.email, "ended")
    assert (welsh.language, english.language) == ("cy", "en")
    assert english_in(welsh) == [] and "Thank you for taking part" in english.body


def test_a_digest_is_in_its_readers_language(reader, colleague, consultation, at):
    idea = make.contribution(consultation.questions[0], by=make.as_asker(reader.id))
    reader.post("/me/notices/mails", follow_mails="each")
    at(clock.now() + timedelta(minutes=5))
    make.contribution(idea, by=make.as_asker(colleague.id), text="Cytuno")
    at(clock.now() + timedelta(minutes=60))
    digests.tell()
    assert english_in(mail_to(reader.email, "followed")) == []


def test_who_asks_for_a_mail_themselves_gets_it_in_the_language_of_the_page(visitor, offered, colleague):
    visitor.browser.set_cookie("language", "cy")
    visitor.post("/login", having="email", email="nobody@example.org", do="mail")
    assert mail_to("nobody@example.org").language == "cy"
    visitor.post("/login", having="email", email=colleague.email, do="mail")
    assert mail_to(colleague.email).language == "cy", "they have not chosen yet"
    _reads(colleague.id, "en")
    visitor.post("/login", having="email", email=colleague.email, do="mail")
    assert mail_to(colleague.email).language == "en"


def test_an_offer_that_is_withdrawn_mails_in_the_sites_first_language(reader, offered, consultation, at):
    offered("en")
    at(consultation.analysis + timedelta(seconds=1))
    news.tell()
    assert mail_to(reader.email, "ended").language == "en"


def test_signing_in_stores_the_language_of_the_page_where_there_is_a_choice(offered, visitor, consultation):
    who = make.person("new@example.org", password=passwords.hashed("a long enough password"))
    visitor.browser.set_cookie("language", "cy")
    visitor.post("/login", having="password", email=who.email, password="a long enough password")
    assert make.anew(who).language == "cy"
