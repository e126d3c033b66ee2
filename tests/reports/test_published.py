"""What moderators do with a published text (M10, M18, M19, M23, M24)."""

from sqlalchemy import select

from crowd.db import db, transaction
from crowd.mending import deeds as mending
from crowd.mending.passages import Strike
from crowd.models import Contribution, Decision, Record, Version
from crowd.moderation import cases
from crowd.reports import deeds
from crowd.states import State
from crowd.threads import deeds as threads
from tests import make
from tests.actors import Actor
from tests.reports.reporting import case_of, decide, mails, report, reports_of, state, wrong


def attack() -> str:
    return str(make.reason("Personal attack").id)


def test_m19_removing_leaves_a_mark_with_reason_and_date_and_the_replies(
    app, consultation, member, colleague, moderator, idea, question
):
    make.contribution(idea, by=make.as_asker(colleague.id), text="I have seen that too.")
    report(colleague, idea, "rule", "It is unkind.")
    assert "It is removed" in decide(moderator, idea, "remove", reason=attack(), note="Say what happened instead.")
    page = colleague.get(f"/p/{idea.id}")
    assert "Removed by the moderators on" in page
    assert ": personal attack" in page
    assert "I have seen that too." in page
    for address in (f"/p/{idea.id}", question, "/c/ahp/search?q=Miller"):
        assert "Dr Miller" not in colleague.get(address)
    assert wrong() == []
    decision = db.session.scalars(select(Decision).where(Decision.decision == "remove")).one()
    assert (decision.moderator_id, decision.note) == (moderator.id, "Say what happened instead.")
    assert db.session.get(Version, decision.version_id).state == State.REMOVED
    assert db.session.scalars(select(Record.deed).where(Record.deed == "removed")).all() == ["removed"]
    body = mails(member.id, "removed")[0].body
    for words in ("Personal attack", "Say what happened instead.", "Dr Miller of ward 7 shouts."):
        assert words in body
    assert "have removed it" in mails(colleague.id, "report_outcome")[0].body


def test_m19_what_never_was_public_leaves_nothing(consultation, member, colleague):
    text = make.contribution(
        consultation.questions[0], by=make.as_asker(member.id), state=State.REJECTED, text="Not for here."
    )
    assert colleague.get(f"/p/{text.id}").status == 404
    assert member.get(f"/p/{text.id}").status == 200


def test_m19_a_hidden_text_that_is_removed(colleague, moderator, idea):
    report(colleague, idea, "threat")
    decide(moderator, idea, "remove", reason=attack())
    assert state(idea) == "removed"
    assert wrong() == []
    page = colleague.get(f"/p/{idea.id}")
    assert "Hidden while" not in page
    assert ": personal attack" in page


def test_m19_what_waited_beside_a_removed_text_is_not_decided_any_more(member, moderator, colleague, idea):
    writing = threads.prepare("Somebody shouts.")
    with transaction():
        threads.edit(make.anew(idea), by=make.as_asker(member.id), writing=writing)
    report(colleague, idea, "off topic")
    decide(moderator, idea, "remove", reason=attack())
    assert case_of(idea, "text").closed_at is not None
    assert wrong() == []


def test_m23_the_page_shows_the_text_alone_and_never_who_reported(moderator, member, colleague, idea, consultation):
    author, reporter = (make.as_asker(who.id).memberships[consultation.id].alias for who in (member, colleague))
    report(colleague, idea, "rule", "It is unkind to him.")
    page = moderator.get(f"/moderate/published/{case_of(idea).id}")
    assert "Dr Miller of ward 7 shouts." in page
    assert "It is unkind to him." in page
    assert "It breaks another rule" in page
    for hidden in (author, reporter, "colleague@example.org", "member@example.org", "agree"):
        assert hidden not in page.lower() and hidden not in page


def test_m10_the_second_moderator_is_told_and_keeps_the_choice(moderator, second_moderator, colleague, idea):
    report(colleague, idea, "threat")
    address = f"/moderate/published/{case_of(idea).id}"
    values = second_moderator.get(address).form(having="decision")[1]
    decide(moderator, idea, "fine")
    page = second_moderator.send(address, values | {"decision": "remove", "reason": attack(), "note": "My words."})
    assert page.status == 409
    assert "Somebody else has decided on this meanwhile" in page
    assert "My words." in page
    assert "Remove: Personal attack" in page
    assert state(idea) == "published"


def test_m10_a_new_report_is_read_before_a_decision(app, consultation, moderator, colleague, idea):
    report(colleague, idea, "off topic")
    address = f"/moderate/published/{case_of(idea).id}"
    values = moderator.get(address).form(having="decision")[1]
    report(Actor(app, make.member(consultation).id), idea, "advertising", "He sells boots.")
    page = moderator.send(address, values | {"decision": "fine"})
    assert page.status == 409
    assert "He sells boots." in page
    assert [one.outcome for one in reports_of(idea)] == ["", ""]
    assert "It stays." in moderator.post(address, decision="fine")


def test_m10_the_phase_switched_meanwhile(moderator, colleague, idea):
    report(colleague, idea, "off topic")
    address = f"/moderate/published/{case_of(idea).id}"
    values = moderator.get(address).form(having="decision")[1]
    stale = values["seen"].replace("members", "registration")
    assert moderator.send(address, values | {"seen": stale, "decision": "fine"}).status == 409


def test_removing_needs_a_reason_and_keeps_the_note(moderator, colleague, idea):
    report(colleague, idea, "off topic")
    page = decide(moderator, idea, "remove", note="My words.")
    assert page.status == 422
    assert "Choose a reason" in page
    assert "My words." in page
    assert "Write a note" in decide(moderator, idea, "remove", reason=str(make.reason("Other").id))
    assert state(idea) == "published"


def test_m24_nobody_decides_on_their_own_texts_or_replies_to_them(consultation, moderator, second_moderator, colleague):
    own = make.contribution(consultation.questions[0], by=make.as_asker(moderator.id))
    reply = make.contribution(own, by=make.member(consultation))
    for text in (own, reply):
        report(colleague, text, "off topic")
        address = f"/moderate/published/{case_of(text).id}"
        assert moderator.get(address).status == 403
        values = second_moderator.get(address).form(having="decision")[1]
        assert moderator.send(address, values | {"decision": "fine"}).status in (400, 403)
        assert second_moderator.get(address).status == 200


def test_m01_what_was_published_at_once_is_left_by_fine(moderator, idea):
    of = make.anew(idea)
    with transaction():
        number = cases.begin(
            cases.About.REVIEW,
            of.consultation,
            contribution=of.id,
            version=of.version_id,
            urgency=cases.Urgency.REVIEW,
            since=of.submitted_at,
        )
    page = moderator.post(f"/moderate/published/{number}", decision="fine")
    assert "It stays." in page
    assert case_of(idea, "review").closed_at is not None
    assert (state(idea), mails(of.author_id, "shown_again")) == ("published", [])


def test_a_page_of_a_case_asks_as_much_with_one_report_and_with_thirty(app, consultation, moderator, idea, queries):
    def statements() -> int:
        with queries() as sent:
            moderator.get(f"/moderate/published/{case_of(idea).id}")
        return len(sent)

    counts = []
    for n in range(30):
        who = make.member(consultation)
        with transaction():
            deeds.report(db.session.get_one(Contribution, idea.id), by=who, reporter=f"r{n}", ground="off topic")
        if n in (0, 29):
            counts.append(statements())
    assert counts[0] == counts[1]


def test_m14_m18_what_was_struck_out_is_told_to_who_reported_it(moderator, colleague, idea):
    report(colleague, idea, "identifies")
    version = db.session.get_one(Version, make.anew(idea).version_id)
    made = mending.redaction(version, [Strike("Dr Miller", "person")])
    with transaction():
        mending.redact(db.session.get_one(Version, version.id), by=make.as_asker(moderator.id), redaction=made)
    assert "It stays." in decide(moderator, idea, "fine")
    assert reports_of(idea)[0].outcome == "redacted"
    assert "has been changed since" in mails(colleague.id, "report_outcome")[0].body


def test_m09_a_reported_text_is_claimed_and_left_like_any_other(moderator, second_moderator, colleague, idea):
    report(colleague, idea, "duplicate")
    address = f"/moderate/published/{case_of(idea).id}"
    moderator.post(f"/moderate/cases/{case_of(idea).id}/claim", on=address, having="csrf_token")
    assert "Mo Desk is reading this" in second_moderator.get(address)
    decide(moderator, idea, "fine")
    assert "is reading this" not in second_moderator.get(address)
