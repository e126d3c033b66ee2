"""Readers outside the discussion who find fewer comments than are counted are told why."""

import pytest

from crowd.db import transaction
from crowd.states import Promise, State
from tests import make

ALL, SOME = "The comments here were written for members only", "Other comments here were written for members only"


def opened(consultation):
    with transaction() as session:
        here = session.merge(consultation)
        here.analysis, here.open, here.closed = here.members, here.members, None
        here.change += 1


@pytest.mark.parametrize(
    ("promises", "said"),
    [
        ([Promise.MEMBERS, Promise.MEMBERS], ALL),
        ([Promise.MEMBERS, Promise.ALIAS], SOME),
        ([Promise.ALIAS, Promise.NAMELESS], ""),
        ([], ""),
    ],
)
def test_a_thread_says_that_comments_are_for_members(member, visitor, stakeholder, consultation, promises, said):
    by = make.as_asker(member.id)
    idea = make.contribution(consultation.questions[0], by=by)
    for n, promise in enumerate(promises):
        make.contribution(idea, by=by, text=f"Canary {n}" if promise == Promise.MEMBERS else "", promise=promise)
    opened(consultation)
    assert (f"{len(promises)} comments<" in visitor.get("/c/ahp/q/1")) is bool(promises), "the count is no secret"
    for reader in (visitor, stakeholder):
        page = reader.get(f"/p/{idea.id}")
        assert "Canary" not in page
        assert [it for it in (ALL, SOME) if it in page] == [it for it in [said] if it]
    assert "for members only. They" not in member.get(f"/p/{idea.id}")


def test_what_nobody_may_know_of_is_not_told(member, visitor, consultation):
    by = make.as_asker(member.id)
    idea = make.contribution(consultation.questions[0], by=by)
    make.contribution(idea, by=by, promise=Promise.MEMBERS, state=State.HELD)
    opened(consultation)
    assert ALL not in visitor.get(f"/p/{idea.id}")
    found = visitor.get("/c/ahp/search?unanswered=1")
    assert f'id="c{idea.id}"' in found


def test_a_thread_of_several_pages_does_not_guess(member, visitor, consultation):
    by = make.as_asker(member.id)
    idea = make.contribution(consultation.questions[0], by=by)
    for _n in range(31):
        make.contribution(idea, by=by)
    opened(consultation)
    page = visitor.get(f"/p/{idea.id}")
    assert "Next page" in page
    assert SOME not in page
