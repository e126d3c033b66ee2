"""What hosts write in several languages: each reader gets theirs, and is told the language of what is not."""

import re

from sqlalchemy import select

from crowd import i18n
from crowd.db import db, transaction
from crowd.languages import catalogues
from crowd.models import Consultation, Mail, Person, Question, Record
from crowd.states import State
from crowd.wording import queries
from tests import make
from tests.moderation.desk import decide, waiting


def test_a_host_writes_a_consultation_in_two_languages(offered, host, visitor, consultation):
    host.post("/host/ahp/", having="title", title_cy="Gofal gwell", summary_cy="Beth sy’n **bwysig**?")
    landing = visitor.get("/c/ahp/", Accept_Language="cy")
    assert "<h1>Gofal gwell</h1>" in landing and "<strong>bwysig</strong>" in landing
    english = visitor.get("/c/ahp/", Accept_Language="en")
    assert "Gofal gwell" not in english and f"<h1>{consultation.title}</h1>" in english
    assert "Gofal gwell" in visitor.get("/", Accept_Language="cy")
    line = db.session.scalars(select(Record).where(Record.deed == "consultation changed").order_by(Record.id)).all()[-1]
    assert line.facts["what"] == ["words"]
    assert 'value="Gofal gwell"' in host.get("/host/ahp/")


def test_what_is_not_translated_says_which_language_it_is_in(offered, visitor, member, consultation, question):
    landing = visitor.get("/c/ahp/", Accept_Language="cy")
    assert f'<h1 lang="en">{consultation.title}</h1>' in landing
    assert '<h1 lang="en">' in member.get(question, Accept_Language="cy")
    for who, path in ((visitor, "/c/ahp/join"), (member, question), (visitor, "/c/ahp/moderation")):
        assert f' lang="en">{consultation.title}</' in who.get(path, Accept_Language="cy"), path
    assert '<h1 lang="' not in visitor.get("/c/ahp/", Accept_Language="en")


def test_a_finding_says_that_it_is_in_the_sites_first_language(offered, visitor, consultation, at):
    made = make.finding(consultation, title="One number to ring")
    at(consultation.open)
    for path in ("/c/ahp/", "/c/ahp/findings", f"/c/ahp/findings/{made.number}"):
        page = visitor.get(path, Accept_Language="cy")
        assert re.search('<h[13][^>]* lang="en">(<a[^>]*>)?One number to ring', page), path


def test_a_question_is_put_in_two_languages(offered, host, member, consultation, question):
    host.post("/host/ahp/questions/1", having="title_cy", title_cy="Beth sy’n gweithio?", guidance_cy="Dywedwch *pam*.")
    page = member.get(question, Accept_Language="cy")
    assert "<h1>Beth sy’n gweithio?</h1>" in page and "<em>pam</em>" in page
    assert "Beth sy’n gweithio?" not in member.get(question, Accept_Language="en")
    assert "Beth sy’n gweithio?" in member.get(f"{question}/new", Accept_Language="cy")
    host.post("/host/ahp/questions", having="title_cy", title="And why?", title_cy="A pham?", guidance="Because.")
    assert db.session.scalars(select(Question).where(Question.number == 4)).one().words["cy"]["title"] == "A pham?"


def test_a_translation_that_cannot_be_taken_is_kept_in_its_form(offered, host, consultation):
    page = host.post("/host/ahp/", having="title", title_cy="x" * 201, summary_cy="[" * 500)
    assert page.status == 422
    assert "Use at most 200 characters" in page and "too many links or square brackets" in page
    assert 'value="' + "x" * 201 in page
    assert db.session.scalars(select(Consultation.words)).one() == {}


def test_a_site_of_one_language_asks_for_one(host, consultation):
    assert "title_cy" not in host.get("/host/ahp/")


def test_what_is_no_longer_offered_is_kept_for_when_it_is_again(offered, host, visitor, consultation):
    host.post("/host/ahp/", having="title", title_cy="Gofal gwell")
    offered("en")
    host.post("/host/ahp/", having="title", title="Better care")
    offered("en", "cy")
    assert "Gofal gwell" in visitor.get("/c/ahp/", Accept_Language="cy")


def test_a_host_chooses_what_is_offered_and_what_is_first(host, visitor, consultation):
    page = host.post("/host/look", having="languages", languages=["en", "cy"], first="cy", do="save")
    assert page.first_status == 302
    assert '<html lang="cy"' in visitor.get("/")
    assert '<html lang="en"' in visitor.get("/", Accept_Language="en")
    page = host.post("/host/look", having="languages", languages=["en"], first="cy", do="save")
    assert page.first_status == 200 and 'class="err"' in page, "the first is one of those that are offered"
    assert '<html lang="cy"' in visitor.get("/")


def test_the_welcome_stands_in_each_language(offered, host, visitor):
    host.post("/host/look", having="welcome_cy", welcome="Welcome **all**", welcome_cy="Croeso i **bawb**", do="save")
    assert "<strong>bawb</strong>" in visitor.get("/", Accept_Language="cy")
    assert "<strong>all</strong>" in visitor.get("/", Accept_Language="en")


PAGES = ("about", "privacy", "terms", "house-rules", "accessibility", "help")


def test_the_first_texts_of_the_hosts_pages_come_in_welsh(offered, visitor):
    for name in PAGES:
        welsh, english = (queries.first_text(i18n.key(name, code)) for code in ("cy", "en"))
        assert welsh != english
        for marks in (r"^#+ ", r"^- ", r"^\d+\. ", r"\]\(\S+\)", r"\[", r"\*\*"):
            found = [len(re.findall(marks, text, re.MULTILINE)) for text in (welsh, english)]
            assert found[0] == found[1], (name, marks)
    assert "Rheolau’r tŷ" in visitor.get("/house-rules", Accept_Language="cy")
    assert "Byddwch yn garedig" in visitor.get("/house-rules", Accept_Language="cy")
    assert "Be kind" in visitor.get("/house-rules", Accept_Language="en")


def test_a_page_in_the_hosts_words_counts_more_than_a_first_text(offered, host, visitor):
    host.post("/host/pages/about", text="Ours alone", do="save")
    page = visitor.get("/about", Accept_Language="cy")
    assert '<div class="prose" lang="en"><p>Ours alone' in page
    host.post("/host/pages/about.cy", text="Ein geiriau ni", do="save")
    assert "Ein geiriau ni" in visitor.get("/about", Accept_Language="cy")
    assert "Ours alone" in visitor.get("/about", Accept_Language="en")
    assert host.get("/host/pages/about.en").status == host.get("/host/pages/about.de").status == 404
    offered("en")
    assert host.get("/host/pages/about.cy").status == 404


def test_a_letter_is_worded_in_each_language(offered, host, member, moderator, consultation):
    page = host.get("/host/words/published.cy")
    assert catalogues.read("cy").get("Your text has been published").string in page, "it begins from the Welsh words"
    host.post("/host/words/published.cy", words="Diolch\n\nCyhoeddwyd:\n{text}\n{mails_link}", do="save")
    with transaction() as session:
        session.get_one(Person, member.id).language = "cy"
    idea = make.contribution(consultation.questions[0], by=make.as_asker(member.id), text="Mwy", state=State.HELD)
    decide(moderator, waiting(idea), "approve")
    mail = db.session.scalars(select(Mail).where(Mail.kind == "published")).one()
    assert mail.subject == "Diolch" and mail.body.startswith("Cyhoeddwyd:\n---") and "Mwy" in mail.body
    assert "Standard words" in host.get("/host/words")
