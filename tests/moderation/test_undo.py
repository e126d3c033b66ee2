"""Taking a decision back for half a minute (M22)."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from crowd import clock
from crowd.db import db, transaction
from crowd.models import Case, Consultation, Contribution, Decision, Mail, Question, Record, Version
from crowd.search import queries as found
from crowd.states import State, Vote
from crowd.threads import recount, voting
from tests import make
from tests.mending import acts
from tests.moderation.desk import decide, edited, mails, state, waiting


@pytest.fixture
def idea(member, consultation):
    return make.contribution(
        consultation.questions[0], by=make.as_asker(member.id), text="Count care time", state=State.HELD
    )


def undo(actor, version):
    """Also as a form that was kept too long, or forged, would."""
    return actor.send(f"/moderate/{version}/undo", actor.get("/moderate").form("/moderate/keys")[1])


def wrong():
    """What recount would mend; the cast has joined without being counted."""
    return [one for one in recount.check() if one.name != "people"]


def standing(idea):
    make.afresh()
    of = db.session.get(Consultation, idea.consultation_id)
    question = db.session.get(Question, idea.question_id)
    counts = (of.held, of.contributions, of.comments, question.contributions)
    return counts, state(idea), [v.state for v in db.session.scalars(select(Version).order_by(Version.id))]


@pytest.mark.parametrize("decision", ["approve", "return", "reject"])
def test_m22_undone_everything_is_as_before_and_no_mail_goes_out(
    member, colleague, moderator, question, idea, reasons, decision
):
    before, version = standing(idea), waiting(idea).id
    case = db.session.scalars(select(Case.id)).one()
    page = decide(moderator, waiting(idea), decision, reason=reasons["Off topic"], best_practice="y")
    assert "You can undo it for 30 seconds" in page
    assert standing(idea) != before
    answer = undo(moderator, version)
    assert answer.path == f"/moderate/{version}", "it is open again"
    assert "The decision is undone" in answer
    assert standing(idea) == before
    contribution = db.session.get(Contribution, idea.id)
    assert (contribution.public_since, contribution.version_id, contribution.best_practice) == (None, None, False)
    assert (contribution.resubmit_by, contribution.ended_at, contribution.appeal_by) == (None, None, None)
    assert mails(member.id) == []
    assert "Count care time" not in colleague.get(question)
    assert found.stray() == found.missing() == [] == wrong()
    again = db.session.scalars(select(Case).where(Case.closed_at.is_(None))).one()
    assert (again.id, again.claimed_by_id) == (case, moderator.id)
    assert decide(moderator, waiting(idea), "approve").status == 200
    assert wrong() == []
    assert [mail.kind for mail in mails(member.id)] == ["published"]


def test_m22_the_log_keeps_both_lines_and_nothing_else_knows_of_it(member, moderator, host, idea, reasons):
    version = waiting(idea)
    for _turn in range(2):
        decide(moderator, version, "return", reason=reasons["Off topic"])
        undo(moderator, version.id)
    assert 'value="return"' in moderator.get(f"/moderate/{version.id}"), "M16: two that were undone are none"
    assert "Sent again" not in moderator.get("/moderate")
    assert "Decisions so far" not in moderator.get(f"/moderate/{version.id}")
    assert "Nothing has been decided yet" in moderator.get("/moderate/decided")
    assert "Off topic" not in member.get("/me")
    log = host.get("/host/ahp/log")
    assert log.count("<td>Decision undone</td>") == 2
    assert log.count("<td>Returned</td>") == 2
    assert len(db.session.scalars(select(Decision).where(Decision.undone_at.is_not(None))).all()) == 2


def test_m22_a_change_to_a_published_text_goes_back_to_the_wording_before(
    member, moderator, colleague, consultation, question
):
    author = make.as_asker(member.id)
    idea = make.contribution(consultation.questions[0], by=author, text="The first wording")
    change = edited(idea, "The second wording", by=author).id
    moderator.post(f"/moderate/{change}", decision="approve")
    assert "The second wording" in colleague.get(question)
    undo(moderator, change)
    assert "The first wording" in colleague.get(question)
    assert "The second wording" not in colleague.get(question)
    assert waiting(idea).id == change
    assert wrong() == []


def test_m22_half_a_minute_and_by_nobody_else(moderator, second_moderator, idea, at):
    version, begun = waiting(idea).id, clock.now()
    decide(moderator, waiting(idea), "approve")
    assert "by whoever took it" in undo(second_moderator, version)
    at(begun + timedelta(seconds=29))
    assert 'data-key="u"' in moderator.get("/moderate")
    at(begun + timedelta(seconds=31))
    assert 'data-key="u"' not in moderator.get("/moderate")
    assert "can be undone for 30 seconds" in undo(moderator, version)
    assert state(idea) == State.PUBLISHED


def test_m22_not_once_the_mail_has_left(moderator, member, idea):
    version = waiting(idea).id
    decide(moderator, waiting(idea), "approve")
    with transaction():
        db.session.query(Mail).one().state = "sending"
    assert "told already" in undo(moderator, version)
    assert state(idea) == State.PUBLISHED


def test_m22_not_once_somebody_has_answered_or_voted(moderator, colleague, idea):
    version, other = waiting(idea).id, make.as_asker(colleague.id)
    decide(moderator, waiting(idea), "approve")
    with transaction():
        voting.vote(db.session.get(Contribution, idea.id), by=other, value=Vote.AGREE)
    assert "answered, voted or built on it" in undo(moderator, version)
    assert state(idea) == State.PUBLISHED


def test_m22_not_once_the_author_has_done_something(moderator, member, idea, reasons):
    version = waiting(idea).id
    decide(moderator, waiting(idea), "return", reason=reasons["Off topic"])
    edited(db.session.get(Contribution, idea.id), "Said better", by=make.as_asker(member.id))
    assert "The author has done something" in undo(moderator, version)


def test_m22_the_guard_of_the_log_still_refuses_every_other_change(moderator, idea):
    decide(moderator, waiting(idea), "approve")
    with pytest.raises(RuntimeError, match="never changed"), transaction():
        db.session.query(Decision).one().note = "Something else"
    assert db.session.query(Record).filter_by(deed="decision undone").count() == 0


@pytest.mark.parametrize("was", [State.HELD, State.PUBLISHED])
def test_m14_m22_a_redaction_is_undone_and_every_word_stands_again(member, moderator, colleague, consultation, was):
    """Of a text that waited, and of one that was public."""
    author = make.as_asker(member.id)
    struck = make.contribution(consultation.questions[0], by=author, text="Ann counts care time", state=was)
    before = standing(struck)
    version = acts.shown(struck).id
    acts.press(moderator, acts.shown(struck), ("Ann", "person"))
    assert "Ann" not in colleague.get(f"/p/{struck.id}")
    assert "all is as it was before" in undo(moderator, version)
    assert standing(struck)[:2] == before[:2]
    assert acts.shown(struck).source == "Ann counts care time"
    assert ("Ann counts" in colleague.get(f"/p/{struck.id}")) == (was == State.PUBLISHED)
    assert [mail.kind for mail in mails(member.id)] == ([] if was == State.HELD else ["published"])
    assert found.stray() == found.missing() == [] == wrong()


def test_m09_m22_what_was_gone_on_to_is_free_again(moderator, second_moderator, member, idea, consultation):
    following = make.contribution(consultation.questions[0], by=make.as_asker(member.id), state=State.HELD)
    version = waiting(idea).id
    assert decide(moderator, waiting(idea), "approve").path == f"/moderate/{waiting(following).id}"
    undo(moderator, version)
    make.afresh()
    held_by = {case.contribution_id: case.claimed_by_id for case in db.session.scalars(select(Case))}
    assert held_by == {idea.id: moderator.id, following.id: None}


def test_m22_what_is_said_of_undoing_is_what_the_author_sees(moderator, member, idea, reasons):
    version = waiting(idea).id
    page = decide(moderator, waiting(idea), "reject", reason=reasons["Off topic"])
    assert "The author’s own page shows it already" in page
    assert "Waiting for a moderator" not in member.get("/me")
    page = undo(moderator, version)
    assert "hears nothing" not in page
    assert "No mail goes out. It waits again, on the author’s page too." in page
    assert "Waiting for a moderator" in member.get("/me")
