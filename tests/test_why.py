"""The sentence in place of a control (P7) is true for what the thing is, for the phase, and for who reads it."""

import pytest

from crowd.rules import VISITOR, Asker
from crowd.states import Phase, Standing
from crowd.why import why_not
from tests import make


@pytest.fixture
def comment(app, consultation):
    """Says why a person may not comment on a text of the members' discussion."""
    text = make.contribution(consultation.questions[0], by=make.member(consultation))
    return lambda person: why_not(person, "comment", text)


def people(consultation):
    return {
        "visitor": VISITOR,
        "member": make.member(consultation),
        "stakeholder": make.member(consultation, standing=Standing.STAKEHOLDER, group="Carer"),
        "moderator": Asker(id=900, roles=frozenset("M")),
    }


@pytest.mark.parametrize("phase", [Phase.ANALYSIS, Phase.OPEN, Phase.CLOSED])
def test_p14_a_members_thread_is_locked_after_the_bell_and_says_since_when(consultation, comment, at, phase):
    cast = people(consultation)
    at(getattr(consultation, phase))
    for name, person in cast.items():
        said = comment(person)
        assert said.startswith("That ended on"), (name, said)
        assert ("you could comment" in said) == (name in ("member", "moderator"))


def test_a_visitor_is_not_promised_what_only_a_phase_that_is_left_out_would_give(app):
    made = make.consultation("short", open=None, closed=None)
    said = why_not(VISITOR, "enter the discussion", made)
    assert "stakeholders" not in said
    assert said.startswith("Only members")


def test_ones_own_page_asks_to_sign_in(app, visitor):
    page = visitor.get("/me")
    assert "Sign in first." in page
    assert "moderators" not in page
