"""Quotes: to the letter, confirmed by a host, under their promise, and gone with their text (P12, M14, M19)."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crowd import log
from crowd.db import db, transaction
from crowd.findings import quotes
from crowd.findings.verbatim import checked, enough
from crowd.models import Quote
from crowd.states import Promise, State
from crowd.threads import deeds as threads
from crowd.threads import numbers
from tests import make

AT = "/c/ahp/findings/1"
WORDS = "Count **care time**, not activity, because what is counted is what is done in the end"


@pytest.fixture
def idea(consultation, at):
    made = make.contribution(
        consultation.questions[0], by=make.member(consultation, profession="Dietitian"), text=WORDS
    )
    at(consultation.analysis + timedelta(hours=1))
    return made


@pytest.fixture
def finding(consultation, idea):
    return make.finding(consultation, state=State.DRAFT, evidence=(idea,))


def chosen(actor, of, words, shown_as="nothing"):
    return actor.post(f"{AT}/quotes", having="words", contribution=str(of.id), words=words, shown_as=shown_as)


def confirmed(actor, number=1):
    path = f"{AT}/quotes/{number}/confirm"
    return actor.post(path, on=f"{AT}/quotes", having="csrf_token")


def test_a_quote_appears_once_a_host_has_confirmed_it(host, analyst, visitor, consultation, finding, idea, at):
    kept = chosen(analyst, idea, "Count care time, not activity [...] what is done\nin the end")
    assert "The quote is kept." in kept
    assert "Confirm this quote" not in kept
    path = f"{AT}/quotes/1/confirm"
    assert analyst.send(path, analyst.get(f"{AT}/quotes").form(having="words")[1]).status == 403
    host.post(f"{AT}/publish", having="csrf_token")
    make.ready(consultation)
    at(consultation.open)
    assert "what is done in the end" not in visitor.get(AT).split("Rests on")[0]
    page = confirmed(host)
    assert "Readers see it once the finding is published again" in page
    assert f'<a href="{AT}/publish">Go on to publishing</a>' in page
    assert "what is done in the end" not in visitor.get(AT).split("Rests on")[0]
    assert "1 quote has been confirmed since" in host.get(f"{AT}/publish")
    host.post(f"{AT}/publish", note="With a quote")
    assert "Count care time, not activity [...] what is done in the end" in visitor.get(AT).split("Rests on")[0]
    assert "not activity [...]" in visitor.get(f"{AT}/v/2")
    assert "not activity [...]" not in visitor.get(f"{AT}/v/1")


def test_a_changed_letter_is_refused_with_the_true_words(analyst, finding, idea):
    refused = chosen(analyst, idea, "Count cane time, not activity")
    assert refused.status == 422
    assert "These are not the words of the contribution." in refused
    assert "[added: </span>cane" in refused
    assert "<blockquote><p>Count care time, not activity,</p></blockquote>" in refused
    assert "Count cane time, not activity</textarea>" in refused
    assert "A quote can have 1,000 characters at most" in chosen(analyst, idea, "x" * 1001).replace("1000", "1,000")
    assert db.session.query(Quote).count() == 0


def test_a_word_or_two_are_a_quote_only_of_a_text_that_has_no_more(analyst, finding, idea, consultation):
    refused = chosen(analyst, idea, "care [...] time")
    assert refused.status == 422
    assert "Quote at least 3 words, or the whole contribution if it has fewer." in refused
    assert "care [...] time</textarea>" in refused
    assert "The quote is kept." in chosen(analyst, idea, "Count care time")
    assert enough("Say it", "Say it")


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 60), st.integers(5, 40), st.sampled_from("xé9 "))
def test_no_quote_with_another_letter_fits(start, length, letter):
    text = " ".join(f"word{n} and more" for n in range(30))
    part = text[start : start + length].strip()
    at = len(part) // 2
    if not checked(part, text).fits:  # it cuts a word
        assert text[start - 1 : start].isalnum() or text[start + length : start + length + 1].isalnum()
    other = part[:at] + letter + part[at + 1 :]
    if " ".join(other.split()) != " ".join(part.split()) and " ".join(other.split()) not in text:
        assert not checked(other, text).fits


def test_what_was_written_for_members_is_not_quoted(analyst, consultation, at):
    """P12"""
    hidden = make.contribution(
        consultation.questions[0], by=make.member(consultation), text="Between us", promise=Promise.MEMBERS
    )
    make.finding(consultation, state=State.DRAFT, evidence=(hidden,))
    at(consultation.analysis)
    refused = chosen(analyst, hidden, "Between us")
    assert refused.status == 422
    assert "Its author wrote this for members only" in refused


def test_no_finding_is_published_with_the_words_of_a_hidden_text(analyst, consultation, at):
    """P12"""
    words = "We were told to leave the ward short on every single night"
    by = make.member(consultation)
    hidden = make.contribution(consultation.questions[0], by=by, text=words, promise=Promise.MEMBERS)
    make.finding(consultation, state=State.DRAFT, evidence=(hidden,))
    at(consultation.analysis)
    analyst.post(f"{AT}/edit", text="Members say: we were *told* to leave the ward short on every night.")
    analyst.post(f"{AT}/edit", text=f"Members say: {words.upper()}!")
    refused = analyst.post(f"{AT}/publish", having="csrf_token")
    assert refused.status == 422
    cited = numbers.written(consultation.code, hidden.serial)
    assert f"These words stand in contribution {cited}, which was written for members only" in refused
    analyst.post(f"{AT}/edit", text="Wards were left short at night.")
    assert "The finding is published." in analyst.post(f"{AT}/publish", having="csrf_token")
    again = analyst.post(f"{AT}/edit", text=words, note="Their words")
    assert again.status == 422
    assert "which was written for members only" in again
    assert "Wards were left short" in analyst.get(AT)


def test_nor_with_those_of_one_that_it_does_not_name_or_in_the_note(analyst, consultation, at):
    """P12: but what an answer for members quotes of a public text is everybody's."""
    words = "We were told to leave the ward short on every single night"
    said = "Count care time and not activity in every single service of ours"
    question, by = consultation.questions[0], make.member(consultation)
    open_ = make.contribution(question, by=by, text=said)
    for text in (words, f"> {said}\n\nYes."):
        make.contribution(open_, by=by, text=text, promise=Promise.MEMBERS)
    make.finding(consultation, state=State.DRAFT, evidence=(open_,))
    at(consultation.analysis)
    analyst.post(f"{AT}/edit", text=words)
    assert "which was written for members only" in analyst.post(f"{AT}/publish", having="csrf_token")
    analyst.post(f"{AT}/edit", text=said)
    assert "The finding is published." in analyst.post(f"{AT}/publish", having="csrf_token")
    assert analyst.post(f"{AT}/edit", text="Care time.", note=f"Shorter: {words}").status == 422


def test_nor_with_what_a_hidden_text_says_beside_what_it_quotes(analyst, consultation, at):
    """P12: every passage counts, and whatever stands between its words."""
    said = "Count care time and not activity in every single service of ours"
    own = "We were told to leave self-care \u2013 and the ward \u2013 short"
    question, by = consultation.questions[0], make.member(consultation)
    open_ = make.contribution(question, by=by, text=said)
    make.contribution(open_, by=by, text=f"> {said}\n\n{own}", promise=Promise.MEMBERS)
    make.finding(consultation, state=State.DRAFT, evidence=(open_,))
    at(consultation.analysis)
    analyst.post(f"{AT}/edit", text=f"{said}.\n\nWe were told to leave self care, and the ward, short.")
    assert "which was written for members only" in analyst.post(f"{AT}/publish", having="csrf_token")


def test_nor_does_anything_else_that_everybody_reads_hold_them(host, analyst, consultation, finding, idea, at):
    """P12: an introduction, an answer, and what has changed in a new edition."""
    words = "We were told to leave the ward short on every single night"
    hidden = make.contribution(idea, by=make.member(consultation), text=words, promise=Promise.MEMBERS)
    cited = numbers.written(consultation.code, hidden.serial)
    said = f"These words stand in contribution {cited}, which was written for members only"
    for form in ("new", "1"):
        refused = analyst.post(f"/host/ahp/findings/sections/{form}", title="Impacts", text=words)
        assert (refused.status, said in refused) == (422, True)
        analyst.post(f"/host/ahp/findings/sections/{form}", title="Impacts", text="Our own words")
    host.post(f"{AT}/publish", having="csrf_token")
    chosen(analyst, idea, "Count care time")
    confirmed(host)
    assert said in host.post(f"{AT}/publish", note=words)
    make.ready(consultation)
    at(consultation.open)
    refused = host.post(f"{AT}/respond", step="accepted", text=f"> {words}\n\nYes.")
    assert (refused.status, said in refused) == (422, True)
    assert "Your response is published." in host.post(f"{AT}/respond", step="accepted", text="Yes.")


def test_one_thing_beside_a_quote_and_only_where_fifty_took_part(
    host, analyst, visitor, consultation, finding, idea, at, monkeypatch
):
    few = chosen(analyst, idea, "Count care time", "profession")
    assert few.status == 422
    assert "Fewer than 50 people of that group took part" in few
    assert "The quote is kept." in chosen(analyst, idea, "Count care time", "alias")
    at(consultation.members)
    for _n in range(3):
        make.contribution(consultation.questions[0], by=make.member(consultation, profession="Dietitian"))
    make.member(consultation, profession="Dietitian")
    assert quotes.took_part(make.anew(idea), "profession") == 4, "who only joined took no part"


def test_a_nameless_text_is_quoted_without_its_alias(analyst, consultation, at):
    text = make.contribution(
        consultation.questions[0], by=make.member(consultation), text="Say it", promise=Promise.NAMELESS
    )
    make.finding(consultation, state=State.DRAFT, evidence=(text,))
    at(consultation.analysis)
    assert "did not want the alias shown" in chosen(analyst, text, "Say it", "alias")


def test_words_that_may_tell_somebody_are_marked_and_need_a_second_word(host, analyst, consultation, at):
    text = make.contribution(
        consultation.questions[0], by=make.member(consultation), text="My patient Gladys Hargreaves waited for weeks"
    )
    make.finding(consultation, state=State.DRAFT, evidence=(text,))
    at(consultation.analysis)
    chosen(analyst, text, "My patient Gladys Hargreaves waited")
    page = host.get(f"{AT}/quotes")
    assert "<mark>" in page
    token = {"csrf_token": page.form(having="csrf_token")[1]["csrf_token"]}
    assert "may tell who somebody is" in host.send(f"{AT}/quotes/1/confirm", token)
    assert "The quote is confirmed." in host.send(f"{AT}/quotes/1/confirm", token | {"do": "anyway"})


@pytest.mark.parametrize("what", ["withdrawn", "edited", "taken away", "no evidence"])
def test_a_quote_goes_with_its_text_from_every_edition(host, analyst, visitor, consultation, finding, idea, at, what):
    """M14, M19"""
    more = make.contribution(consultation.questions[0], by=make.member(consultation))
    chosen(analyst, idea, "Count care time")
    confirmed(host)
    host.post(f"{AT}/publish", having="csrf_token")
    make.ready(consultation)
    at(consultation.open)
    shown = "<blockquote><p>Count care time</p></blockquote>"
    assert shown in visitor.get(AT)
    if what == "withdrawn":
        with transaction():
            threads.withdraw(make.anew(idea), by=make.as_asker(idea.author_id))
    elif what == "edited":
        with transaction():
            db.session.execute(idea.__table__.update().where(idea.__table__.c.id == idea.id).values(version_id=0))
            log.touch(consultation.id)
    elif what == "taken away":
        host.post(f"{AT}/quotes/1/remove", on=f"{AT}/quotes", having="csrf_token")
    else:
        analyst.post(f"{AT}/evidence", contribution=str(more.id), note="Another one")
        away = analyst.get(f"{AT}/evidence").form(having="contribution")[1] | {
            "contribution": str(idea.id),
            "do": "away",
        }
        assert "is taken away" in analyst.send(f"{AT}/evidence", away | {"note": "Off topic"})
    for path in (AT, f"{AT}/v/1"):
        assert shown not in visitor.get(path)
    assert "1 quote that stood here has been taken away since." in visitor.get(f"{AT}/v/1")
    if what in ("withdrawn", "edited"):
        assert "Stands no longer" in analyst.get(f"{AT}/quotes")
