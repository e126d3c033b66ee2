"""Marked passages (M11), and what a decision's mail says (M12, M13)."""

from sqlalchemy import update

from crowd.db import db, transaction
from crowd.models import Decision, Person
from crowd.moderation.passages import chosen, offered, passages, quoted
from crowd.states import State
from tests import make
from tests.moderation.desk import decide, mails, waiting

TEXT = "Nurse Smith on ward 7 did it. We all saw that!\n\n- Weigh every patient\n- 日本語。もう一つ。"


def test_m11_a_text_is_offered_sentence_by_sentence():
    words = [TEXT[a:b] for a, b in passages(TEXT)]
    assert words == [
        "Nurse Smith on ward 7 did it.",
        "We all saw that!",
        "- Weigh every patient",
        "- 日本語。",
        "もう一つ。",
    ]
    value, _words = offered(TEXT)[1]
    assert quoted(TEXT, chosen(TEXT, [value, "0-9999", "x", "3-5"])) == ["We all saw that!"]
    assert passages("") == passages("...\n\n!!!") == []


def test_m11_marked_passages_reach_the_author_everywhere(member, moderator, consultation, reasons):
    idea = make.contribution(consultation.questions[0], by=make.as_asker(member.id), text=TEXT, state=State.HELD)
    page = moderator.get(f"/moderate/{waiting(idea).id}")
    assert '<label for="mark-2">We all saw that!</label>' in page
    first = offered(TEXT)[0][0]
    reason = reasons["Names or identifies an individual"]
    decide(moderator, waiting(idea), "return", reason=reason, note="Leave her out.", marks=[first, "5-9"])
    assert db.session.query(Decision).one().marks == [[0, 29]]
    quote = "<blockquote><p>Nurse Smith on ward 7 did it.</p></blockquote>"
    assert quote in member.get("/me")
    edit = member.get(f"/p/{idea.id}/edit")
    assert quote in edit
    assert "Leave her out." in edit
    body = mails(member.id)[0].body
    assert "They mean these passages:\n> Nurse Smith on ward 7 did it." in body


def test_m11_marks_stay_when_something_else_is_wrong(member, moderator, consultation):
    idea = make.contribution(consultation.questions[0], by=make.as_asker(member.id), text=TEXT, state=State.HELD)
    first = offered(TEXT)[0][0]
    again = decide(moderator, waiting(idea), "return", marks=[first])
    assert again.status == 422
    assert again.form(having="decision")[1]["marks"] == [first]


def test_m13_decision_mails_say_all_and_only_approvals_can_be_turned_off(member, moderator, consultation, reasons):
    author = make.as_asker(member.id)
    with transaction():
        db.session.execute(update(Person).where(Person.id == member.id).values(approval_mails=False))
    ideas = [make.contribution(consultation.questions[0], by=author, text=f"Idea {n}", state=State.HELD) for n in "abc"]
    decide(moderator, waiting(ideas[0]), "approve")
    decide(moderator, waiting(ideas[1]), "return", reason=reasons["Off topic"], note="See question 2")
    decide(moderator, waiting(ideas[2]), "reject", reason=reasons["Advertising"], note="No shop")
    sent = mails(member.id)
    assert [mail.kind for mail in sent] == ["returned", "rejected"]
    for mail, told in zip(
        sent, (("Off topic", "See question 2", "Idea b"), ("Advertising", "No shop", "Idea c")), strict=True
    ):
        assert all(words in mail.body for words in told)
        assert "until" in mail.body
        assert mail.body.rstrip().endswith("The moderators")
        assert "Mo Desk" not in mail.body
