"""Striking passages out of held and published texts, /moderate/<version>/redact (M14)."""

import pytest
from sqlalchemy import select

from crowd import clock
from crowd.db import Overtaken, db, transaction
from crowd.mending import deeds
from crowd.mending.passages import Strike
from crowd.models import Case, Consultation, Contribution, Decision, Mail, Record, Version
from crowd.states import Kind, Phase, State
from crowd.threads import deeds as threads
from tests import make
from tests.mending.acts import now, press, redact, shown, wrong
from tests.mending.conftest import CANARY
from tests.moderation.desk import edited, mails

MARK = "[removed: names a person]"


def wordings(contribution: Contribution) -> list[Version]:
    make.afresh()
    query = select(Version).where(Version.contribution_id == contribution.id).order_by(Version.number)
    return list(db.session.scalars(query))


def test_m14_a_held_text_appears_without_the_passages(moderator, colleague, member, question, held):
    version = shown(held)
    answer = press(moderator, version, (CANARY, "person"), note="Say “the lead nurse”.")
    assert answer.path == "/moderate"
    assert "Published without some passages" in answer
    assert "You can undo it for 30 seconds" in answer
    page = colleague.get(question)
    assert f"On ward 7 {MARK} counts care time in hours. Ask {MARK} about it." in page
    assert CANARY not in page
    first, second = wordings(held)
    assert (first.state, first.sealed, second.state, second.sealed) == (State.REPLACED, True, State.PUBLISHED, False)
    assert second.number == first.number + 1
    [decision] = db.session.scalars(select(Decision))
    assert (decision.decision, decision.version_id) == ("redact", version.id)
    assert [mark[2] for mark in decision.marks] == ["person", "person"]
    assert db.session.scalars(select(Record.facts).where(Record.deed == "redacted")).one()["version"] == version.id
    assert db.session.scalar(select(Consultation.held)) == 0
    assert db.session.scalars(select(Case).where(Case.closed_at.is_(None))).all() == []
    assert wrong() == []


def test_m09_after_striking_comes_what_waits_next(moderator, consultation, held, public):
    following = shown(
        make.contribution(consultation.questions[0], by=make.member(consultation), text="Me too", state=State.HELD)
    )
    answer = press(moderator, shown(held), (CANARY, "person"))
    assert answer.path == f"/moderate/{following.id}"
    assert "Published without some passages" in answer
    assert "You can undo it for 30 seconds" in answer
    [case] = db.session.scalars(select(Case).where(Case.closed_at.is_(None)))
    assert case.claimed_by_id == moderator.id
    assert press(moderator, shown(public), (CANARY, "person")).path == "/moderate", "what was public was no case"


def test_m14_m13_its_author_is_told_with_the_whole_text(moderator, member, held):
    press(moderator, shown(held), (CANARY, "person"), note="Say “the lead nurse”.")
    [mail] = mails(member.id)
    assert mail.subject == "Your text has been published without some passages"
    for told in (CANARY, "Say “the lead nurse”.", f"/p/{held.id}", "The moderators"):
        assert told in mail.body
    assert "Mo Desk" not in mail.body
    assert mail.due_at > mail.created_at, "it waits while it can be undone"


def test_m14_a_published_text_is_replaced_and_nothing_is_counted_twice(moderator, colleague, public, question):
    before = db.session.scalar(select(Consultation.contributions))
    press(moderator, shown(public), (CANARY, "patient"))
    page = colleague.get(question)
    assert "[removed: identifies a patient]" in page
    assert CANARY not in page
    assert now(public).state == State.PUBLISHED
    assert db.session.scalar(select(Consultation.contributions)) == before
    assert wrong() == []


def test_m14_what_is_hidden_while_it_is_checked_is_shown_again(public, desk, colleague, question):
    from crowd.threads.appearing import vanish

    with transaction() as session:
        vanish(session.get_one(Contribution, public.id), State.HIDDEN)
    make.afresh()
    redact(public, CANARY, by=desk)
    assert MARK in colleague.get(question)
    assert wrong() == []


def test_m14_the_card_and_on_behalf_of_whom_are_struck(moderator, colleague, consultation, author):
    card = {"setting": f"{CANARY}’s ward", "effect": "Waits fell", "branch": f"Friends of {CANARY}", "present": "7"}
    example = make.contribution(
        consultation.questions[2],
        by=author,
        writing=threads.prepare("We tried it.", card | {"agreed": "by hand"}),
        state=State.HELD,
        kind=Kind.EXAMPLE,
    )
    assert f"Friends of {CANARY}" in moderator.get(f"/moderate/{shown(example).id}/redact")
    press(moderator, shown(example), (CANARY, "person"))
    page = colleague.get(f"/p/{example.id}")
    assert f"{MARK}’s ward" in page
    assert f"On behalf of Friends of {MARK}: 7 people present" in page
    assert CANARY not in page + colleague.get("/c/ahp/evidence") + colleague.get("/c/ahp/evidence.csv")


def test_m14_earlier_wordings_with_the_passage_are_sealed_too(moderator, member, author, held, desk):
    edited(now(held), f"{CANARY} again, and more", by=author)
    redact(held, CANARY, by=desk)
    assert [version.sealed for version in wordings(held)] == [True, True, False]
    assert CANARY not in moderator.get(f"/p/{held.id}/versions") + member.get(f"/p/{held.id}/versions")


def test_m14_a_change_that_waits_beside_it_stays_the_newest(moderator, author, public, desk, colleague, question):
    change = edited(now(public), f"A change by {CANARY}’s friend", by=author)
    version = db.session.get_one(Version, now(public).version_id)
    made = deeds.redaction(version, [Strike(CANARY, "person")])
    with transaction():
        deeds.redact(version, by=desk, redaction=made)
    assert [v.state for v in wordings(public)] == [State.REPLACED, State.PUBLISHED, State.HELD]
    assert wordings(public)[-1].id == change.id
    [case] = db.session.scalars(select(Case).where(Case.closed_at.is_(None)))
    assert case.version_id == change.id, "and waits for its own decision"
    assert "Approve" in moderator.get(f"/moderate/{change.id}")
    assert wrong() == []


def test_m14_the_page_shows_first_what_readers_will_see(moderator, colleague, question, held):
    page = press(moderator, shown(held), (CANARY, "person"), do="preview", note="Kept")
    assert page.status == 200
    assert "What readers will see" in page
    assert f"On ward 7 {MARK} counts" in page
    assert "Kept" in page
    assert now(held).state == State.HELD
    more = press(moderator, shown(held), (CANARY, "person"), do="more")
    assert "strikes-1-passage" in more


def test_m14_the_preview_tells_where_else_a_passage_stands(moderator, consultation, public, desk):
    reply = make.contribution(public, by=make.member(consultation), text=f"> {CANARY}\n\nI know her")
    other = make.contribution(public, by=make.member(consultation), text="Somebody else")
    page = press(moderator, shown(public), (CANARY, "person"), do="preview")
    assert "It also stands in other texts of this thread" in page
    assert f"/moderate/{shown(reply).id}/redact" in page
    assert f"/moderate/{shown(other).id}/redact" not in page
    press(moderator, shown(reply), (CANARY, "person"))
    assert "It also stands" not in press(moderator, shown(public), (CANARY, "person"), do="preview")


def test_m14_the_preview_tells_of_the_author_s_own_change(moderator, author, public):
    version = db.session.get_one(Version, public.version_id)
    said = "The author’s change that waits has it too"
    change = edited(now(public), f"{CANARY} counts", by=author)
    page = press(moderator, version, (CANARY, "person"), do="preview")
    assert said in page
    assert f'href="/moderate/{change.id}"' in page
    assert "It also stands in other texts" not in page
    edited(now(public), "Somebody counts", by=author)
    assert said not in press(moderator, version, (CANARY, "person"), do="preview")


def test_m13_its_author_finds_it_on_their_page(moderator, member, held):
    press(moderator, shown(held), (CANARY, "person"))
    page = member.get("/me")
    assert "The moderators published this without some passages" in page
    assert CANARY not in page


@pytest.mark.parametrize(
    ("strikes", "said"),
    [
        ([], "Copy at least one passage that has to go"),
        ([("Nobody Here", "person")], "This does not stand in the text."),
        ([(CANARY, "")], "Choose why this passage has to go."),
        ([(CANARY, "made-up")], "Choose why this passage has to go."),
        ([("a", "person")], "This is too short"),
        ([("…!", "person")], "This is too short"),
        ([("x" * 1001, "person")], "A passage can have 1000 characters at most."),
        ([("", "attack")], "Copy the passage here"),
    ],
)
def test_m14_what_cannot_be_struck_is_said_and_all_stays(moderator, held, strikes, said):
    page = press(moderator, shown(held), *strikes, note="My note")
    assert page.status == 422
    assert said in page
    assert "My note" in page
    for passage, _reason in strikes:
        assert passage in page
    assert now(held).state == State.HELD


def test_m14_a_note_that_is_too_long_comes_back(moderator, held):
    page = press(moderator, shown(held), (CANARY, "person"), note="n" * 2001)
    assert page.status == 422
    assert "n" * 2001 in page


def test_m23_the_page_is_blind(moderator, held):
    page = moderator.get(f"/moderate/{shown(held).id}/redact")
    assert CANARY in page
    assert held.alias not in page
    assert "Dietitian" not in page


# ---- M10 -------------------------------------------------------------------------------------------------------------


def test_m10_somebody_else_was_first(moderator, second_moderator, held):
    version = shown(held)
    _where, values = moderator.get(f"/moderate/{version.id}/redact").form("", "phase")
    second_moderator.post(f"/moderate/{version.id}", decision="approve")
    typed = {"strikes-0-passage": CANARY, "strikes-0-reason": "person", "note": "My words", "do": "redact"}
    page = moderator.send(f"/moderate/{version.id}/redact", values | typed)
    assert page.status == 409
    assert "Another moderator decided on this text" in page
    assert "My words" in page
    _where, values = page.form(f"/moderate/{version.id}/redact", "phase")
    assert moderator.send(f"/moderate/{version.id}/redact", values | {"do": "redact"}).path == "/moderate"
    assert CANARY not in shown(held).source, "pressed again, it is struck out of what is public now"


def test_m10_a_redacted_text_is_redacted_once(moderator, second_moderator, held):
    version = shown(held)
    _where, values = moderator.get(f"/moderate/{version.id}/redact").form("", "phase")
    press(second_moderator, version, ("ward 7", "personal"))
    typed = {"strikes-0-passage": CANARY, "strikes-0-reason": "person", "note": "My words", "do": "redact"}
    page = moderator.send(f"/moderate/{version.id}/redact", values | typed)
    assert page.status == 409
    assert "Another moderator decided on this text" in page
    assert "My words" in page
    assert CANARY in page, "what was filled in stays"
    [clean] = [v for v in wordings(held) if v.state == State.PUBLISHED]
    assert f'action="/moderate/{clean.id}/redact"' in page, "and can be sent for the text as it is now"


def test_m10_the_author_was_first_and_the_difference_is_shown(moderator, author, held):
    version = shown(held)
    _where, values = moderator.get(f"/moderate/{version.id}/redact").form("", "phase")
    newer = edited(now(held), f"On ward 7 {CANARY} counts care time in minutes.", by=author)
    typed = {"strikes-0-passage": CANARY, "strikes-0-reason": "person", "do": "redact"}
    page = moderator.send(f"/moderate/{version.id}/redact", values | typed)
    assert page.status == 409
    assert "The text has been changed since you opened it." in page
    assert "[added: </span>minutes" in page
    assert f'action="/moderate/{newer.id}/redact"' in page
    _where, values = page.form(f"/moderate/{newer.id}/redact", "phase")
    assert values["strikes-0-passage"] == CANARY
    assert moderator.send(f"/moderate/{newer.id}/redact", values | {"do": "redact"}).path == "/moderate"
    assert now(held).state == State.PUBLISHED


def test_m10_the_phase_switched(moderator, consultation, held, at):
    version = shown(held)
    _where, values = moderator.get(f"/moderate/{version.id}/redact").form("", "phase")
    assert consultation.analysis
    at(consultation.analysis + make.DAY)
    typed = {"strikes-0-passage": CANARY, "strikes-0-reason": "person", "do": "redact"}
    page = moderator.send(f"/moderate/{version.id}/redact", values | typed)
    assert page.status == 409
    assert "The consultation has moved on" in page
    assert CANARY in page
    assert now(held).state == State.HELD


def test_m10_a_wording_that_came_between_is_not_overlooked(held, author, desk):
    version = shown(held)
    made = deeds.redaction(version, [Strike(CANARY, "person")])
    edited(now(held), "Another wording", by=author)
    with pytest.raises(Overtaken), transaction():
        deeds.redact(db.session.get_one(Version, version.id), by=desk, redaction=made)


# ---- taking it back --------------------------------------------------------------------------------------------------


def test_m14_m22_a_held_text_waits_again_as_it_was(moderator, colleague, question, held, desk):
    before = [(v.number, v.source, v.html, v.state) for v in wordings(held)]
    decision = redact(held, CANARY, by=desk)
    assert MARK in colleague.get(question)
    with transaction():
        deeds.unredact(db.session.get_one(Decision, decision.id))
    assert MARK not in colleague.get(question)
    found = now(held)
    assert (found.state, found.public_since, found.version_id, found.ended_at) == (State.HELD, None, None, None)
    waits = shown(held)
    assert (waits.source, waits.html, waits.state, waits.sealed) == (*before[0][1:], False)
    assert waits.id == wordings(held)[-1].id, "it is the newest wording again"
    [case] = db.session.scalars(select(Case).where(Case.closed_at.is_(None)))
    assert (case.version_id, case.since) == (waits.id, waits.first_at)
    assert CANARY in moderator.get(f"/moderate/{waits.id}")
    assert wrong() == []
    press(moderator, waits, (CANARY, "person"))
    assert MARK in colleague.get(question), "and can be decided on again"


def test_m14_m22_a_published_text_is_public_again(colleague, question, public, desk):
    decision = redact(public, CANARY, by=desk)
    with transaction():
        deeds.unredact(db.session.get_one(Decision, decision.id))
    assert f"<strong>{CANARY}</strong>" in colleague.get(question)
    assert CANARY in colleague.get("/c/ahp/search?q=Zoquitl").replace("<mark>", "").replace("</mark>", "")
    assert wordings(public)[-1].state == State.PUBLISHED
    assert wrong() == []


def test_m14_m22_a_change_waits_again_and_the_text_before_it_is_public(colleague, question, author, desk, public):
    change = edited(now(public), f"A second wording by {CANARY}", by=author)
    first = now(public).version_id
    decision = redact(public, CANARY, by=desk)
    assert [v.sealed for v in wordings(public)] == [True, True, False]
    with transaction():
        deeds.unredact(db.session.get_one(Decision, decision.id))
    assert now(public).version_id == first
    assert shown(public).id == change.id
    assert shown(public).state == State.HELD
    assert f"<strong>{CANARY}</strong>" in colleague.get(question)
    assert wrong() == []


def test_m14_taking_back_is_refused_once_the_text_has_gone_on(held, desk, author):
    decision = redact(held, CANARY, by=desk)
    with transaction() as session:
        threads.withdraw(session.get_one(Contribution, held.id), by=author)
    with pytest.raises(Overtaken), transaction():
        deeds.unredact(db.session.get_one(Decision, decision.id))


def test_m14_a_second_redaction_keeps_the_first_seal(held, desk, host):
    redact(held, CANARY, by=desk)
    second = redact(held, "ward 7", by=desk)
    first = wordings(held)[0]
    assert "ward 7" not in "".join(v.source for v in wordings(held))
    page = host.post(f"/moderate/{first.id}/seal", why="A court asks")
    assert f"On ward 7 {CANARY} counts" in page
    with transaction():
        deeds.unredact(db.session.get_one(Decision, second.id))
    assert [v.sealed for v in wordings(held)] == [True, False, False]
    assert CANARY not in "".join(v.source for v in wordings(held))


# ---- the seal --------------------------------------------------------------------------------------------------------


def test_m14_a_host_opens_the_seal_once_with_a_reason_and_the_log_says_so(host, held, desk):
    redact(held, CANARY, by=desk)
    sealed = wordings(held)[0]
    page = host.get(f"/p/{held.id}/versions")
    assert f"/moderate/{sealed.id}/seal" in page
    assert CANARY not in page + host.get(f"/moderate/{sealed.id}/seal")
    assert "Say why in at most" in host.post(f"/moderate/{sealed.id}/seal", why="")
    assert db.session.scalars(select(Record).where(Record.deed == "seal broken")).all() == []
    opened = host.post(f"/moderate/{sealed.id}/seal", why="A complaint asks for it")
    assert f"Ask {CANARY} about it." in opened
    assert opened.headers["Cache-Control"] == "no-store"
    [line] = db.session.scalars(select(Record).where(Record.deed == "seal broken"))
    assert line.person_id == host.id
    assert line.facts == {"contribution": held.id, "version": sealed.id, "why": "A complaint asks for it"}
    assert CANARY not in host.get(f"/moderate/{sealed.id}/seal")


def test_m14_nobody_else_opens_a_seal(moderator, member, colleague, analyst, visitor, host, held, desk):
    redact(held, CANARY, by=desk)
    first, second = wordings(held)
    for who in (moderator, member, colleague, analyst, visitor):
        assert who.get(f"/moderate/{first.id}/seal").status == 403
    assert host.get(f"/moderate/{second.id}/seal").status == 404, "where nothing is sealed"


def test_m24_nobody_strikes_out_their_own_text(moderator, consultation):
    own = make.contribution(consultation.questions[0], by=make.as_asker(moderator.id), state=State.HELD)
    assert moderator.get(f"/moderate/{shown(own).id}/redact").status == 403


def test_m14_also_on_a_comment_under_a_finding(moderator, visitor, app):
    of = make.consultation("later", phase=Phase.OPEN)
    finding = make.finding(of)
    comment = make.contribution(finding, by=make.member(of), text=f"As {CANARY} says")
    press(moderator, shown(comment), (CANARY, "person"))
    page = visitor.get(f"/c/later/findings/{finding.number}")
    assert f"As {MARK} says" in page
    assert wrong() == []


def test_a_mail_that_waits_is_the_only_one(held, desk):
    redact(held, CANARY, by=desk)
    assert len(db.session.scalars(select(Mail)).all()) == 1
    assert clock.now() >= now(held).public_since
