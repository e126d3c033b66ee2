"""What moderators see of the reasons for which a text was held."""

from tests import make
from tests.actors import Actor
from tests.holding.texts import CLEAN, PHONE, newest, under


def test_m02_all_reasons_stand_on_the_page_of_a_decision(app, consultation, moderator):
    """M23, M3: sentences, and that its author was warned."""
    who = make.member(consultation)
    author = Actor(app, who.id)
    page = author.post("/c/ahp/q/1/new", text=PHONE, kind="idea", promise="2", do="send")
    author.send("/c/ahp/q/1/new", page.form(having="text")[1] | {"do": "send"})
    clean = under(consultation.questions[0], CLEAN, by=who)
    desk = moderator.get(f"/moderate/{newest(clean).id - 1}")
    for sentence in (
        "It seems to give personal data: a phone number.",
        "0 texts of this person have been approved here so far.",
        "Every text is read before it is published.",
        "Its author saw these words marked, and sent them on.",
    ):
        assert sentence in desk
    assert "Its author saw these words" not in moderator.get(f"/moderate/{newest(clean).id}")
