"""How often a text goes back, and until when it can come again (M16, P9, P11)."""

from datetime import timedelta

from crowd.consultations.times import shown
from crowd.db import db
from crowd.models import Contribution
from crowd.states import State
from tests import make
from tests.moderation.desk import decide, edited, state, waiting


def test_after_two_returns_only_approving_and_rejecting_are_left(member, moderator, consultation, reasons):
    author = make.as_asker(member.id)
    idea = make.contribution(consultation.questions[0], by=author, state=State.HELD)
    for turn in ("second", "third"):
        decide(moderator, waiting(idea), "return", reason=reasons["Off topic"])
        edited(db.session.get(Contribution, idea.id), f"The {turn} try", by=author)
    version = waiting(idea)
    page = moderator.get(f"/moderate/{version.id}")
    assert "returned twice already" in page
    assert 'value="return"' not in page
    assert decide(moderator, version, "return", reason=reasons["Off topic"]).status == 422
    assert state(idea) == State.HELD
    decide(moderator, version, "approve")
    again = edited(db.session.get(Contribution, idea.id), "A change to it", by=author)
    assert 'value="return"' in moderator.get(f"/moderate/{again.id}"), "an approval begins anew"


def test_until_when_a_text_can_come_again(member, moderator, consultation, reasons, at):
    """M16: seven days; P9: three days after the bell; never into the open phase."""
    author = make.as_asker(member.id)
    tries = (
        (consultation.members + timedelta(days=1), timedelta(days=7)),
        (consultation.analysis - timedelta(days=2), timedelta(days=5)),
        (consultation.analysis + timedelta(days=1), timedelta(days=3)),
        (consultation.open - timedelta(days=1), timedelta(days=1)),
    )
    for moment, left in tries:
        idea = make.contribution(consultation.questions[0], by=author, state=State.HELD)
        at(moment)
        decide(moderator, waiting(idea), "return", reason=reasons["Off topic"])
        until = db.session.get(Contribution, idea.id).resubmit_by
        assert abs(until - moment - left) < timedelta(seconds=20)
    idea = make.contribution(consultation.questions[0], by=author, state=State.HELD)
    make.ready(consultation)
    at(consultation.open + timedelta(days=1))
    assert "The time for sending texts again is over" in moderator.get(f"/moderate/{waiting(idea).id}")


def test_a_change_to_a_published_text_cannot_go_back_after_the_bell(member, moderator, consultation, at):
    author = make.as_asker(member.id)
    change = edited(make.contribution(consultation.questions[0], by=author), "Another wording", by=author)
    assert 'value="return"' in moderator.get(f"/moderate/{change.id}")
    at(consultation.analysis + timedelta(minutes=1))
    page = moderator.get(f"/moderate/{change.id}")
    assert "What was approved before stays." in page
    assert 'value="return"' not in page


def test_the_time_left_follows_the_bell(host, consultation):
    """P9: "switch now" leaves the days after the bell, undoing it and another date give back what was told before."""
    idea = make.contribution(consultation.questions[0], by=make.member(consultation), state=State.RETURNED)
    told, slug = idea.resubmit_by, consultation.slug

    def left(after):
        return make.anew(idea).resubmit_by - after

    host.post(f"/host/{slug}/switch", slug=slug, why="All has been said")
    assert left(make.anew(consultation).analysis) == timedelta(days=3)
    assert "is undone" in host.post(f"/host/{slug}/undo")
    assert abs(left(told)) < timedelta(seconds=1)
    sooner = make.anew(consultation).analysis - timedelta(days=8, hours=12)
    day, hour = shown(sooner, consultation.timezone)
    host.post(f"/host/{slug}/schedule", analysis_day=f"{day}", analysis_time=f"{hour:%H:%M}", why="Sooner")
    assert left(make.anew(consultation).analysis) == timedelta(days=3)
