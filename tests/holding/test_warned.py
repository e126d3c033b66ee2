"""Authors see which words give personal data, and change them or send them on (M3); what is refused is kept."""

import re

import pytest

from crowd import clock
from crowd.db import db, transaction
from crowd.models import Contribution, Version
from crowd.states import Phase, Standing, State
from tests import make
from tests.actors import Actor
from tests.holding.texts import CLEAN, PHONE, newest, taken

IDEA = {"kind": "idea", "promise": "2", "do": "send"}


def versions() -> list[Version]:
    make.afresh()
    return list(db.session.query(Version).order_by(Version.id))


def test_m03_the_words_are_marked_and_nothing_is_sent_yet(member, question):
    page = member.post(f"{question}/new", text=PHONE, **IDEA)
    assert page.status == 422
    assert "<mark>07700 900321</mark>" in page
    assert "This looks like a phone number" in page
    assert "has not been sent yet" in page
    assert page.form(having="text")[1]["text"] == PHONE, "nothing is lost"
    assert versions() == []


def test_m03_sent_on_as_it_is_it_is_held_and_the_choice_is_recorded(member, question):
    _where, fields = member.post(f"{question}/new", text=PHONE, **IDEA).form(having="text")
    page = member.send(f"{question}/new", fields | {"do": "send"})
    assert "has been saved" in page
    (version,) = versions()
    assert (version.state, version.warned) == (State.HELD, ["personal data"])
    assert version.held_for[0] == {"rule": "personal data", "words": "phone"}


def test_m03_changed_words_are_sent_without_a_warning(member, question):
    _where, fields = member.post(f"{question}/new", text=PHONE, **IDEA).form(having="text")
    member.send(f"{question}/new", fields | {"do": "send", "text": "I will tell you how."})
    (version,) = versions()
    assert version.warned == []
    assert "personal data" not in [reason["rule"] for reason in version.held_for]


def test_m03_other_personal_data_is_warned_of_again_and_fewer_is_not(member, question):
    both = PHONE + " Or write to a.b@example.org."
    _where, fields = member.post(f"{question}/new", text=both, **IDEA).form(having="text")
    page = member.send(f"{question}/new", fields | {"text": both + " I live at M20 4BX."})
    assert "<mark>M20 4BX</mark>" in page
    member.send(f"{question}/new", fields | {"text": PHONE})
    (version,) = versions()
    assert version.source == PHONE


def test_m03_a_preview_is_no_warning_that_was_seen(member, question):
    page = member.post(f"{question}/new", text=PHONE, **IDEA | {"do": "preview"})
    assert page.status == 200
    _where, fields = page.form(having="text")
    assert "<mark>07700 900321</mark>" in member.send(f"{question}/new", fields | {"do": "send"})


def test_m03_a_form_carries_no_personal_data_but_in_its_text(member, question):
    page = member.post(f"{question}/new", text=PHONE, **IDEA)
    marks = re.search(r'name="warned"[^>]*value="([^"]*)"', page)[1]
    assert re.fullmatch("[0-9a-f]{12}", marks)


def test_m03_a_mark_shows_what_was_typed_and_never_as_html(member, question):
    page = member.post(f"{question}/new", text="<b>07700 900321</b> & <script>x</script>", **IDEA)
    assert "&lt;b&gt;<mark>07700 900321</mark>&lt;/b&gt; &amp; &lt;script&gt;" in page


def test_m03_a_draft_that_is_saved_is_warned_of_only_when_it_is_sent(member, question):
    member.post(f"{question}/new", text=PHONE, do="draft")
    page = member.get(f"{question}/new")
    assert "<mark>" not in page
    assert "<mark>" in member.send(f"{question}/new", page.form(having="text")[1] | IDEA)


def test_m03_a_change_is_warned_of_too(member, consultation):
    text = make.contribution(consultation.questions[0], by=make.as_asker(member.id), text=CLEAN)
    page = member.post(f"/p/{text.id}/edit", text=PHONE, do="send")
    assert (page.status, "<mark>07700 900321</mark>" in page) == (422, True)
    assert newest(text).source == CLEAN
    member.send(f"/p/{text.id}/edit", page.form(having="text")[1] | {"do": "send"})
    assert (newest(text).source, newest(text).warned) == (PHONE, ["personal data"])


def test_m03_a_reply_is_warned_of_too(member, consultation):
    text = make.contribution(consultation.questions[0], by=make.member(consultation))
    page = member.post(f"/p/{text.id}/reply", text=PHONE, promise="2", do="send")
    assert "<mark>07700 900321</mark>" in page


def test_m03_a_comment_on_a_finding_is_warned_of_too(app):
    opened = make.consultation(phase=Phase.OPEN)
    make.finding(opened)
    carer = Actor(app, make.member(opened, standing=Standing.STAKEHOLDER, group="Carer").id)
    page = carer.post("/c/ahp/findings/1/comment", text=PHONE, do="send")
    assert (page.status, "<mark>07700 900321</mark>" in page) == (422, True)
    carer.send("/c/ahp/findings/1/comment", page.form(having="text")[1] | {"do": "send"})
    assert versions()[0].warned == ["personal data"]


@pytest.mark.parametrize("path", ["{question}/new", "/p/{text}/reply", "/p/{own}/edit"])
def test_m02_a_refused_text_gets_a_sentence_and_loses_nothing(member, consultation, question, path):
    taken(consultation, blocked=["snake oil"])
    text = make.contribution(consultation.questions[0], by=make.member(consultation))
    own = make.contribution(consultation.questions[0], by=make.as_asker(member.id))
    number = len(versions())
    address = path.format(question=question, text=text.id, own=own.id)
    page = member.post(address, text="Buy my snake oil.", **IDEA)
    assert page.status == 422
    assert "not taken here: snake oil" in page
    assert page.form(having="text")[1]["text"] == "Buy my snake oil."
    assert len(versions()) == number


def test_m02_the_same_text_again_keeps_what_was_typed(member, question):
    member.post(f"{question}/new", text=CLEAN, **IDEA)
    page = member.post(f"{question}/new", text=CLEAN, **IDEA)
    assert (page.status, "sent these words here before" in page) == (422, True)
    assert page.form(having="text")[1]["text"] == CLEAN
    assert len(versions()) == 1


def test_m04_authors_see_their_held_text_in_place_and_on_their_own_page(member, colleague, question):
    """M4: marked, with how long it usually takes; nobody else sees it."""
    member.post(f"{question}/new", text=CLEAN, **IDEA)
    for page in (member.get(question), member.get("/me")):
        assert "One record for all professions" in page
        assert "Waiting for a moderator, usually within 4 hours; only you can see this" in page
    assert "One record for all professions" not in colleague.get(question)


def test_m04_authors_change_and_withdraw_what_waits_and_the_first_time_stays(member, question):
    """M4, P9: a new version, decided by the time of the first."""
    member.post(f"{question}/new", text=CLEAN, **IDEA)
    (first,) = versions()
    at = first.first_at
    clock.set_to(at.replace(year=at.year))
    member.post(f"/p/{first.contribution_id}/edit", text=CLEAN + " Please.", do="send")
    old, new = versions()
    assert (old.state, new.state, new.first_at) == (State.REPLACED, State.HELD, at)
    assert "withdrawn" in member.post(f"/p/{first.contribution_id}/withdraw", having="csrf_token")
    make.afresh()
    assert db.session.get(Contribution, first.contribution_id).state == State.WITHDRAWN


def test_m07_the_writing_page_says_when_the_queue_is_late(member, consultation, question):
    text = make.contribution(consultation.questions[0], by=make.member(consultation), state=State.HELD)
    late = "Moderators need longer than that at the moment"
    assert late not in member.get(f"{question}/new")
    from crowd.models import Case

    with transaction() as session:
        session.query(Case).filter_by(contribution_id=text.id).one().due_at = clock.now().replace(year=2015)
    assert late in member.get(f"{question}/new")


def test_m01_the_writing_page_and_the_next_one_say_how_texts_are_taken(member, consultation, question):
    assert "A moderator reads every text before others do" in member.get(f"{question}/new")
    taken(consultation, mode_members="risk", first_texts=0)
    assert "Most texts appear at once" in member.get(f"{question}/new")
    page = member.post(f"{question}/new", text=CLEAN, **IDEA)
    assert "Your contribution is published" in page
    assert "Others can read it now" in page
