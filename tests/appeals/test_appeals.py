"""One appeal for each decision, to somebody who did not decide and does not learn who did (M20)."""

import pytest
from sqlalchemy import select

from crowd import clock
from crowd.db import db, transaction
from crowd.models import Appeal, Case, Contribution, Decision, Record
from crowd.moderation import deeds as moderation
from crowd.states import Phase, State
from crowd.threads import deeds as threads
from tests import make
from tests.actors import Actor
from tests.make import DAY
from tests.reports.reporting import decide as decide_on_published
from tests.reports.reporting import mails, report, state, wrong


def ask(who: Actor, text: Contribution, words: str = "It answers the question.") -> None:
    assert "Your appeal is with the moderators" in who.post(f"/p/{text.id}/appeal", words=words)


def case() -> Case:
    return db.session.scalars(select(Case).where(Case.kind == "appeal").order_by(Case.id.desc())).first()


def decide(who: Actor, outcome: str, note: str = "We read it again."):
    return who.post(f"/moderate/appeals/{case().id}", outcome=outcome, note=note)


def test_m20_an_author_appeals_from_their_page_and_the_mail_says_how(member, second_moderator, text):
    (mail,) = mails(member.id, "rejected")
    assert f"/p/{text.id}/appeal" in mail.body
    assert "you can appeal once, until" in mail.body
    assert f'href="/p/{text.id}/appeal"' in member.get("/me")
    ask(member, text)
    page = member.get("/me")
    assert "Your appeal waits for somebody who did not decide" in page
    assert f'href="/p/{text.id}/appeal"' not in page
    assert case().not_by_id == db.session.scalars(select(Decision.moderator_id)).one()
    assert "It answers the question." in second_moderator.get(f"/moderate/appeals/{case().id}")


def test_m20_nobody_else_appeals(member, colleague, moderator, text):
    assert colleague.get(f"/p/{text.id}/appeal").status == 404
    assert moderator.get(f"/p/{text.id}/appeal").status == 403


def test_m20_a_second_appeal_is_refused(member, second_moderator, text):
    values = member.get(f"/p/{text.id}/appeal").form(having="words")[1]
    ask(member, text)
    assert "no decision that you can appeal against" in member.get(f"/p/{text.id}/appeal")
    refused = member.send(f"/p/{text.id}/appeal", values | {"words": "Again."})
    assert refused.status == 403
    assert "What you wrote" in refused, "to be copied, under a name that says what it is"
    assert "Again." in refused
    decide(second_moderator, "upheld")
    assert member.send(f"/p/{text.id}/appeal", values | {"words": "Again."}).status == 403
    assert len(db.session.scalars(select(Appeal)).all()) == 1


def test_m20_m21_an_appeal_is_decided_alone(member, second_moderator, text):
    ask(member, text)
    page = second_moderator.get("/moderate?tab=appeals")
    assert f"/moderate/appeals/{case().id}" in page
    assert "/moderate/bulk" not in page, "there is nothing to tick"


def test_m20_it_ends_after_fourteen_days(app, member, text, at):
    at(clock.now() + 14 * DAY)
    late = Actor(app, member.id)
    assert late.get(f"/p/{text.id}/appeal").status == 403
    assert "/appeal" not in late.get("/me")


def test_m20_a_reason_without_appeal_offers_none(consultation, member, moderator, host):
    with transaction():
        moderation.change_reason(make.anew(make.reason()), by=make.as_asker(host.id), appeal=False)
    text = make.contribution(
        consultation.questions[0],
        by=make.as_asker(member.id),
        state=State.REJECTED,
        moderator=make.as_asker(moderator.id),
    )
    assert member.get(f"/p/{text.id}/appeal").status == 403
    assert "/appeal" not in mails(member.id, "rejected")[0].body


@pytest.mark.parametrize("outcome", ["upheld", "changed", "returned"])
def test_m20_whoever_decided_is_refused_also_with_a_forged_form(member, moderator, second_moderator, text, outcome):
    ask(member, text)
    address = f"/moderate/appeals/{case().id}"
    page = moderator.get(address)
    assert page.status == 403
    assert "about a decision of your own" in page
    assert "It answers the question." not in page
    values = second_moderator.get(address).form(having="outcome")[1]
    values["csrf_token"] = moderator.get("/me").form("/logout")[1]["csrf_token"]
    assert moderator.send(address, values | {"outcome": outcome, "note": "Mine."}).status == 403
    assert (state(text), case().closed_at) == ("rejected", None)


def test_m20_the_page_tells_neither_who_decided_nor_whose_it_is(
    member, moderator, second_moderator, text, consultation
):
    ask(member, text)
    page = second_moderator.get(f"/moderate/appeals/{case().id}")
    alias = make.as_asker(member.id).memberships[consultation.id].alias
    for hidden in ("Mo Desk", "moderator@example.org", alias, "member@example.org"):
        assert hidden not in page
    assert "Count care time." in page
    assert "Off topic" in page


def test_m20_changed_publishes_the_text(member, colleague, second_moderator, text, question):
    ask(member, text)
    assert "Decided." in decide(second_moderator, "changed", note="")
    assert state(text) == "published"
    assert "Count care time." in colleague.get(question)
    assert wrong() == []
    (mail,) = mails(member.id, "appeal_decided")
    assert "your text is published" in mail.body
    assert "Your appeal: the text is published" in member.get("/me")
    assert db.session.scalars(select(Appeal.outcome)).all() == ["changed"]
    facts = db.session.scalars(select(Record.facts).where(Record.deed == "appeal decided")).one()
    assert facts["outcome"] == "changed"


def test_m20_upheld_leaves_it_and_says_why(member, second_moderator, text):
    ask(member, text)
    assert "Write your reasons" in decide(second_moderator, "upheld", note="")
    decide(second_moderator, "upheld", note="The question asks for something else.")
    assert state(text) == "rejected"
    assert "The question asks for something else." in mails(member.id, "appeal_decided")[0].body
    page = member.get("/me")
    assert "Your appeal: the decision stays" in page
    assert "The question asks for something else." in page


def test_m20_returned_can_be_changed_and_sent_again(member, second_moderator, text):
    ask(member, text)
    decide(second_moderator, "returned", note="Say how it bears on the question.")
    assert state(text) == "returned"
    assert wrong() == []
    assert "You can change it and send it again until" in member.get("/me")
    assert f"/p/{text.id}/edit" in mails(member.id, "appeal_decided")[0].body
    member.post(f"/p/{text.id}/edit", text="Count care time, as the question asks.")
    assert state(text) == "held"
    assert wrong() == []


def test_m20_nothing_is_returned_after_its_time(app, member, second_moderator, text, at):
    ask(member, text)
    at(clock.now() + 20 * DAY)  # the open phase
    late = Actor(app, second_moderator.id)
    address = f"/moderate/appeals/{case().id}"
    page = late.get(address)
    assert "The time for sending texts again is over" in page
    assert 'value="returned"' not in page
    values = page.form(having="outcome")[1]
    assert late.send(address, values | {"outcome": "returned", "note": "No."}).status == 422
    assert "Decided." in late.post(address, outcome="changed")
    assert make.anew(text).phase == Phase.MEMBERS


def test_m20_a_removed_text_comes_back_with_its_replies(member, colleague, moderator, second_moderator, consultation):
    idea = make.contribution(consultation.questions[0], by=make.as_asker(member.id), text="Count care time.")
    make.contribution(idea, by=make.as_asker(colleague.id), text="We did.")
    report(colleague, idea, "off topic")
    decide_on_published(moderator, idea, "remove", reason=str(make.reason().id))
    assert f"/p/{idea.id}/appeal" in mails(member.id, "removed")[0].body
    assert "Removed by the moderators" in member.get("/me")
    ask(member, idea)
    page = second_moderator.get(f"/moderate/appeals/{case().id}")
    assert "cannot go back to its author" in page
    decide(second_moderator, "changed")
    assert state(idea) == "published"
    assert "Count care time." in colleague.get(f"/p/{idea.id}")
    assert wrong() == []


def test_m20_an_appeal_about_a_change_leaves_what_is_published(member, moderator, second_moderator, consultation):
    idea = make.contribution(consultation.questions[0], by=make.as_asker(member.id), text="Count care time.")
    with transaction():
        threads.edit(make.anew(idea), by=make.as_asker(member.id), writing=threads.prepare("Count all the time."))
    moderator.post(f"/moderate/{case_version(idea)}", decision="reject", reason=str(make.reason().id), note="Not this.")
    assert "Published; your change was not" in member.get("/me")
    ask(member, idea)
    decide(second_moderator, "changed")
    assert "Count all the time." in member.get(f"/p/{idea.id}")
    assert wrong() == []


def case_version(idea: Contribution) -> int:
    return db.session.scalars(
        select(Case.version_id).where(Case.contribution_id == idea.id, Case.kind == "text").order_by(Case.id.desc())
    ).first()


def test_m20_a_host_decides_where_there_is_only_one_moderator(member, host, text):
    ask(member, text)
    assert "Decided." in decide(host, "changed")


def test_m10_two_who_decide_on_one_appeal(member, second_moderator, host, text):
    ask(member, text)
    address = f"/moderate/appeals/{case().id}"
    values = host.get(address).form(having="outcome")[1]
    decide(second_moderator, "upheld")
    page = host.send(address, values | {"outcome": "changed", "note": "My reasons."})
    assert page.status == 409
    assert "My reasons." in page
    assert "has been decided meanwhile" in page
    assert state(text) == "rejected"


def test_m24_nobody_decides_on_an_appeal_of_their_own(consultation, moderator, second_moderator, host):
    own = make.contribution(
        consultation.questions[0],
        by=make.as_asker(second_moderator.id),
        state=State.REJECTED,
        moderator=make.as_asker(moderator.id),
    )
    ask(second_moderator, own)
    assert second_moderator.get(f"/moderate/appeals/{case().id}").status == 403
    assert host.get(f"/moderate/appeals/{case().id}").status == 200
    assert own.id


def test_bad_input_keeps_what_was_typed(member, text):
    page = member.post(f"/p/{text.id}/appeal", words="x" * 2001)
    assert page.status == 422
    assert "x" * 2001 in page
    assert member.post(f"/p/{text.id}/appeal", words="").status == 422
