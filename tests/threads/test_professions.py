"""Votes by profession: hosts see them, and nobody can be told from them."""

from itertools import product

import pytest

from crowd.db import transaction
from crowd.figures.privacy import Votes, told
from crowd.models import ProfessionVotes
from tests import make


@pytest.fixture
def idea(consultation, colleague):
    return make.contribution(consultation.questions[0], by=make.as_asker(colleague.id), text="Self-referral")


def _voted(idea, *votes):
    """As if so many had voted; the contribution shows the sums."""
    with transaction() as session:
        session.add_all(
            [
                ProfessionVotes(contribution_id=idea.id, profession=name, agree=agree, disagree=against, passed=passed)
                for name, agree, against, passed in votes
            ]
        )
        found = session.merge(idea)
        found.agree, found.disagree, found.passed = (sum(v[n] for v in votes) for n in (1, 2, 3))


def test_a_host_sees_each_large_profession_and_the_others_together(host, idea):
    _voted(idea, ("Dietitian", 20, 10, 2), ("Paramedic", 5, 1, 1), ("Podiatrist", 6, 2, 0))
    page = host.get(f"/p/{idea.id}")
    assert f'href="/p/{idea.id}/professions"' in page
    page = host.get(f"/p/{idea.id}/professions")
    assert "20 agree · 10 disagree · 2 passed" in page
    assert "11 agree · 3 disagree · 1 passed" in page
    assert "Other professions, together" in page
    assert "Paramedic" not in page
    assert "Podiatrist" not in page


def test_nobody_else_sees_them(member, moderator, analyst, visitor, idea):
    for other in (member, moderator, analyst):
        assert "/professions" not in other.get(f"/p/{idea.id}")
        assert other.get(f"/p/{idea.id}/professions").status == 403
    assert visitor.get(f"/p/{idea.id}/professions").status == 404


def test_few_votes_are_not_shown(host, idea):
    assert "Too few votes to show" in host.get(f"/p/{idea.id}/professions")
    _voted(idea, ("Dietitian", 3, 1, 0))
    page = host.get(f"/p/{idea.id}/professions")
    assert "Too few votes to show" in page
    assert "3 agree" not in page


def test_the_page_costs_the_same_for_one_and_for_thirty(host, idea, queries):
    _voted(idea, ("Dietitian", 20, 10, 2))
    host.get(f"/p/{idea.id}/professions")
    with queries() as few:
        host.get(f"/p/{idea.id}/professions")
    _voted(idea, *((f"Profession {n}", 20, 10, 2) for n in range(30)))
    with queries() as many:
        assert "Profession 29" in host.get(f"/p/{idea.id}/professions")
    assert few != []
    assert len(many) <= len(few)


def names(votes):
    return [v.profession for v in told(votes)]


def test_one_alone_is_never_put_away_because_it_could_be_subtracted():
    large, middle, small = Votes("A", 40, 20, 0), Votes("B", 15, 10, 0), Votes("C", 5, 4, 0)
    assert names([large, middle, small]) == ["A", ""]
    assert told([large, middle, small])[-1] == Votes("", 20, 14, 0)


def test_all_alike_are_told_from_twenty_on():
    assert names([Votes("A", 19, 0, 0), Votes("B", 30, 10, 0), Votes("C", 40, 10, 0)]) == ["C", ""]
    assert names([Votes("A", 20, 0, 0), Votes("B", 30, 10, 0)]) == ["B", "A"]


def test_votes_without_a_profession_count_among_the_others():
    assert names([Votes("A", 40, 20, 0), Votes("B", 15, 10, 0), Votes("", 1, 0, 0)]) == ["A", ""]


def test_nothing_that_is_shown_or_can_be_subtracted_is_too_small():
    """Every way to share out votes of three professions: what is hidden is told, if at all, in a sum that is large
    enough."""
    cells = [(0, 0), (9, 0), (5, 4), (10, 0), (9, 1), (19, 0), (20, 0), (30, 5)]
    for shared in product(cells, repeat=3):
        votes = [Votes(name, a, d, 0) for name, (a, d) in zip("ABC", shared, strict=True) if a + d]
        shown = told(votes)
        assert all(v.can_be_shown for v in shown)
        hidden = [v for v in votes if v.profession not in {s.profession for s in shown}]
        rest = Votes("", sum(v.agree for v in hidden), sum(v.disagree for v in hidden), 0)
        assert not hidden or not [s for s in shown if s.profession] or (rest.can_be_shown and len(hidden) > 1)
